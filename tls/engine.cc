// SPDX-License-Identifier: MIT
#include "godwit/tls/engine.h"

#include <algorithm>
#include <climits>
#include <cstring>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "godwit/tls/error_queue.h"
#include "godwit/tls/host_name.h"
#include "godwit/tls/printable.h"
#include "godwit/tls/verify.h"

namespace godwit::tls {
namespace {

// kRecordPlaintext is what one record carries at most (RFC 8446 5.1); kRecordOverhead is more than any
// cipher here adds to it.
constexpr size_t kRecordPlaintext = 16384;
constexpr size_t kRecordOverhead = 96;

int as_int(size_t size) {
  return static_cast<int>(std::min<size_t>(size, INT_MAX));
}

}  // namespace

Engine::Engine(const Context& context, const EngineOptions& options)
    : SslOwner{[](SslOwner& self, bssl::UniquePtr<SSL_SESSION> session) {
        static_cast<Engine&>(self).keep_session(std::move(session));
      }},
      context_(context),
      handshaking_(std::make_unique<Handshaking>()),
      ask_(options.ask) {
  std::string& host = handshaking_->host;
  host = without_root_dot(options.verify_name.empty() ? options.server_name : options.verify_name);
  ERR_clear_error();
  ssl_.reset(SSL_new(context.ssl_ctx()));
  bssl::UniquePtr<BIO> bio = bio_.make_bio();
  if (!ssl_ || !bio) {
    fail(FailureKind::internal, "out of memory for a TLS connection");
    return;
  }
  SSL_set_connect_state(ssl_.get());
  bio_.owner = this;
  BIO* both = bio.release();
  SSL_set_bio(ssl_.get(), both, both);
  SSL_set_custom_verify(ssl_.get(), SSL_VERIFY_PEER, verify_callback);
  SSL_set_renegotiate_mode(ssl_.get(), ssl_renegotiate_never);
  // What only a handshake needs is half of an idle connection.
  SSL_set_shed_handshake_config(ssl_.get(), 1);

  if (context.verify() && host.empty()) {
    fail(FailureKind::internal, "no host name to verify the certificate against");
    return;
  }
  const std::string sni(without_root_dot(options.server_name));
  const bool send = options.send_server_name && !sni.empty() && parse_ip(sni).size == 0;
  if (send && (sni.find('\0') != std::string::npos || !SSL_set_tlsext_host_name(ssl_.get(), sni.c_str()))) {
    fail(FailureKind::internal, "server name can't be sent: " + printable(sni));
    return;
  }
  if (options.sessions && context.verify()) {
    sessions_ = options.sessions;
    session_key_ = options.session_key;
    offer_session();
    SSL_set_early_data_enabled(ssl_.get(), options.early_data ? 1 : 0);
  }
  ERR_clear_error();
}

Engine::~Engine() = default;

const Failure* Engine::verdict() const {
  return question() ? &question()->ours : nullptr;
}

const Failure& Engine::failure() const {
  static const Failure kNone;
  return failure_ ? *failure_ : kNone;
}

void Engine::feed(std::span<const std::byte> bytes) {
  if (state_ == State::failed || state_ == State::peer_closed) return;
  if (state_ == State::handshaking) keep_first_bytes(bytes);
  bio_.feed(bytes);
}

Status Engine::handshake() {
  if (state_ == State::failed) return Status::failed;
  if (state_ != State::handshaking) return Status::ok;
  const EarlyData before = early_;
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_.get());
  if (result <= 0) {
    const Status status = translate(result);
    if (status != Status::want_input) return status;
    // After a refusal it goes on as if nothing had been sent.
    if (early_ != before) return handshake();
    return early_ == EarlyData::open ? Status::early : status;
  }
  if (SSL_in_early_data(ssl_.get())) {
    early_ = EarlyData::open;
    return Status::early;
  }
  open();
  return Status::ok;
}

// The handshake is over: what it alone needed goes, and what was written too early is written again.
void Engine::open() {
  state_ = State::open;
  const std::vector<std::byte> written = std::move(handshaking_->early_written);
  handshaking_.reset();
  if (early_ == EarlyData::open) {
    const bool accepted = SSL_early_data_accepted(ssl_.get()) != 0;
    early_ = written.empty() ? EarlyData::none : accepted ? EarlyData::accepted : EarlyData::refused;
  }
  if (early_ == EarlyData::refused) write(written);
}

ReadResult Engine::read(std::span<std::byte> out) {
  if (out.empty()) return {Status::ok, 0};
  if (const Status status = handshake(); status != Status::ok) {
    const bool waits = status == Status::early || status == Status::want_verdict;
    return {waits ? Status::want_input : status, 0};
  }
  if (state_ == State::peer_closed) return {Status::closed, 0};
  size_t size = 0;
  Status status = Status::ok;
  while (status == Status::ok && size < out.size()) {
    ERR_clear_error();
    const int result = SSL_read(ssl_.get(), out.data() + size, as_int(out.size() - size));
    if (result > 0) {
      size += static_cast<size_t>(result);
    } else {
      status = translate(result);
    }
  }
  // Plaintext comes first: the status stays, and the next call returns it.
  if (size > 0) return {Status::ok, size};
  return {status, 0};
}

WriteResult Engine::write(std::span<const std::byte> in) {
  if (in.empty()) return {Status::ok, 0};
  const Status status = handshake();
  if (status == Status::early) return write_early(in);
  if (status == Status::want_verdict) return {Status::want_input, 0};
  if (status != Status::ok) return {status, 0};
  if (write_closed_) return {Status::closed, 0};
  const size_t pending = bio_.output().size();
  if (pending >= kOutputLimit) return {Status::ok, 0};
  const size_t size = std::min(in.size(), kOutputLimit - pending);
  bio_.reserve_output(size + (size / kRecordPlaintext + 1) * kRecordOverhead);
  ERR_clear_error();
  // All or nothing: the BIO takes everything, so no write is ever left half done.
  const int result = SSL_write(ssl_.get(), in.data(), static_cast<int>(size));
  if (result <= 0) return {translate(result), 0};
  return {Status::ok, static_cast<size_t>(result)};
}

WriteResult Engine::write_early(std::span<const std::byte> in) {
  std::vector<std::byte>& written = handshaking_->early_written;
  const size_t size = std::min(in.size(), kEarlyLimit - written.size());
  if (size == 0) return {Status::want_input, 0};
  ERR_clear_error();
  // The session has a limit of its own, at which this stops.
  SSL_set_mode(ssl_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE);
  const int result = SSL_write(ssl_.get(), in.data(), static_cast<int>(size));
  SSL_clear_mode(ssl_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE);
  if (result <= 0) return {translate(result), 0};
  in = in.first(static_cast<size_t>(result));
  written.insert(written.end(), in.begin(), in.end());
  return {Status::ok, in.size()};
}

void Engine::close_notify() {
  if (!established() || write_closed_) return;
  write_closed_ = true;
  ERR_clear_error();
  SSL_shutdown(ssl_.get());
  ERR_clear_error();
}

Status Engine::end_of_input() {
  bio_.end_input();
  if (const Status status = handshake(); status != Status::ok) return status;
  if (state_ == State::peer_closed) return Status::closed;
  uint8_t octet;
  ERR_clear_error();
  const int result = SSL_peek(ssl_.get(), &octet, 1);
  return result > 0 ? Status::ok : translate(result);
}

std::shared_ptr<const PeerCertificates> Engine::peer_certificates() const {
  if (handshaking_ && (handshaking_->judged || early_ != EarlyData::open)) return handshaking_->judged;
  return std::make_shared<PeerCertificates>(bssl::UniquePtr<SSL_SESSION>(SSL_get1_session(ssl_.get())));
}

ConnectionInfo Engine::info() const {
  ConnectionInfo info{.ocsp = ocsp_};
  if (!established() && early_ != EarlyData::open) return info;
  const SSL* ssl = ssl_.get();
  info.version = SSL_get_version(ssl);
  info.cipher = SSL_CIPHER_standard_name(SSL_get_current_cipher(ssl));
  if (const uint16_t group = SSL_get_curve_id(ssl); group != 0) {
    const char* text = SSL_get_curve_name(group);
    if (text != nullptr) info.group = text;
  }
  const uint8_t* alpn = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl, &alpn, &size);
  info.alpn = {reinterpret_cast<const char*>(alpn), size};
  info.resumed = SSL_session_reused(ssl) != 0;
  info.early_data = early_;
  return info;
}

void Engine::offer_session() {
  SavedSession& offered = handshaking_->offered;
  offered = sessions_->take(session_key_, context_.now());
  if (offered.session && !SSL_set_session(ssl_.get(), offered.session.get())) offered = {};
}

void Engine::keep_session(bssl::UniquePtr<SSL_SESSION> session) {
  if (!sessions_ || state_ == State::failed) return;
  sessions_->put(session_key_, {std::move(session), verified_until_, ocsp_}, context_.now());
}

// verified_before says whether the chain at hand is that of a session that is being resumed and passed the
// verification when it was new. Comparing the chains, which are the same objects in one pool if they are the
// same octets, keeps a mistake about the state of the handshake from mattering.
bool Engine::verified_before() const {
  const SavedSession& offered = handshaking_->offered;
  if (!offered.session || offered.verified_until <= context_.now()) return false;
  if (!SSL_session_reused(ssl_.get())) return false;
  const STACK_OF(CRYPTO_BUFFER)* now = SSL_get0_peer_certificates(ssl_.get());
  const STACK_OF(CRYPTO_BUFFER)* then = SSL_SESSION_get0_peer_certificates(offered.session.get());
  if (sk_CRYPTO_BUFFER_num(now) == 0 || sk_CRYPTO_BUFFER_num(now) != sk_CRYPTO_BUFFER_num(then)) return false;
  for (size_t i = 0; i < sk_CRYPTO_BUFFER_num(now); ++i) {
    if (sk_CRYPTO_BUFFER_value(now, i) != sk_CRYPTO_BUFFER_value(then, i)) return false;
  }
  return true;
}

Status Engine::fail(FailureKind kind, std::string sentence) {
  // A cut of the wire alone says nothing against the session (RFC 5246 7.2.2).
  if (sessions_ && (kind != FailureKind::truncated || state_ == State::handshaking)) {
    sessions_->forget(session_key_);
  }
  if (!failure_) failure_ = std::make_unique<Failure>();
  failure_->kind = kind;
  failure_->sentence = std::move(sentence);
  state_ = State::failed;
  if (handshaking_) handshaking_->question.reset();
  bio_.drop_input();
  return Status::failed;
}

// Says what a result <= 0 of the last call on the SSL means, and takes its errors.
Status Engine::translate(int result) {
  const bool handshaking = state_ == State::handshaking;
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return Status::want_input;
    case SSL_ERROR_WANT_CERTIFICATE_VERIFY:
      return Status::want_verdict;
    case SSL_ERROR_EARLY_DATA_REJECTED:
      early_ = EarlyData::refused;
      SSL_reset_early_data_reject(ssl_.get());
      return Status::want_input;
    case SSL_ERROR_ZERO_RETURN:
      if (handshaking)
        return fail(FailureKind::truncated, "peer closed the connection during the TLS handshake");
      state_ = State::peer_closed;
      bio_.drop_input();
      return Status::closed;
    case SSL_ERROR_SYSCALL:
      if (handshaking && looks_unlike_tls()) return fail_not_tls();
      return fail(FailureKind::truncated, handshaking ? "connection ended during the TLS handshake"
                                                      : "connection ended without TLS close_notify");
    default:
      break;
  }
  if (handshaking && looks_unlike_tls()) return fail_not_tls();
  // A refused certificate is in failure_ already; BoringSSL only says that it was refused.
  Failure failure = take_error();
  if (!handshaking && ERR_GET_REASON(failure.detail) == SSL_R_UNEXPECTED_MESSAGE) {
    failure.sentence =
        "peer sent a handshake message that has no place after the handshake; "
        "a client certificate must be asked for during it";
  }
  if (!failure_) failure_ = std::make_unique<Failure>(std::move(failure));
  return fail(failure_->kind, std::move(failure_->sentence));
}

Status Engine::fail_not_tls() {
  ERR_clear_error();
  std::string_view opening(handshaking_->first_bytes, handshaking_->first_size);
  opening = opening.substr(0, opening.find_first_of("\r\n"));
  return fail(FailureKind::not_tls,
              "peer does not speak TLS: its answer begins with \"" + printable(opening) + "\"");
}

void Engine::keep_first_bytes(std::span<const std::byte> bytes) {
  Handshaking& h = *handshaking_;
  const size_t size = std::min(bytes.size(), sizeof(h.first_bytes) - h.first_size);
  if (size == 0) return;
  std::memcpy(h.first_bytes + h.first_size, bytes.data(), size);
  h.first_size = static_cast<uint8_t>(h.first_size + size);
}

// A TLS record begins with its type, change_cipher_spec to application_data, and the major version 3
// (RFC 8446 5.1).
bool Engine::looks_unlike_tls() const {
  const Handshaking& h = *handshaking_;
  if (h.first_size == 0) return false;
  const char type = h.first_bytes[0];
  if (type < SSL3_RT_CHANGE_CIPHER_SPEC || type > SSL3_RT_APPLICATION_DATA) return true;
  return h.first_size > 1 && h.first_bytes[1] != 3;
}

void Engine::answer(bool accept, std::string why) {
  Question* asked = question();
  if (!asked) return;
  asked->answer = accept ? Question::Answer::accepted : Question::Answer::rejected;
  asked->why = std::move(why);
}

enum ssl_verify_result_t Engine::verify_callback(SSL* ssl, uint8_t* out_alert) {
  auto* self = static_cast<Engine*>(MemoryBio::of(ssl).owner);
  if (!self->handshaking_) return ssl_verify_invalid;
  return self->question() ? self->take_answer(out_alert) : self->verify(out_alert);
}

enum ssl_verify_result_t Engine::verify(uint8_t* out_alert) {
  const bool checks = context_.verify() || !context_.pins().empty();
  if (!checks && !ask_) return ssl_verify_ok;
  if (verified_before()) {
    verified_until_ = handshaking_->offered.verified_until;
    ocsp_ = handshaking_->offered.ocsp;
    return ssl_verify_ok;
  }
  const STACK_OF(CRYPTO_BUFFER)* chain = SSL_get0_peer_certificates(ssl_.get());
  const uint8_t* ocsp = nullptr;
  size_t ocsp_size = 0;
  SSL_get0_ocsp_response(ssl_.get(), &ocsp, &ocsp_size);
  const Verification wanted{.store = context_.verify() ? context_.roots()->store() : nullptr,
                            .host = handshaking_->host,
                            .now = context_.now(),
                            .pins = context_.pins(),
                            .ocsp = {ocsp, ocsp_size},
                            .require_ocsp = context_.require_ocsp()};
  Failure failure;
  Verified verified;
  const bool good = !checks || verify_chain(wanted, chain, failure, out_alert, verified);
  verified_until_ = verified.valid_until;
  ocsp_ = verified.ocsp;
  if (good && !ask_) return ssl_verify_ok;
  handshaking_->judged =
      std::make_shared<PeerCertificates>(bssl::UniquePtr<SSL_SESSION>(SSL_get1_session(ssl_.get())));
  if (!ask_) {
    failure_ = std::make_unique<Failure>(std::move(failure));
    return ssl_verify_invalid;
  }
  handshaking_->question = std::make_unique<Question>();
  question()->alert = good ? SSL_AD_BAD_CERTIFICATE : *out_alert;
  question()->ours = std::move(failure);
  return ssl_verify_retry;
}

enum ssl_verify_result_t Engine::take_answer(uint8_t* out_alert) {
  if (question()->answer == Question::Answer::none) return ssl_verify_retry;
  const std::unique_ptr<Question> asked = std::move(handshaking_->question);
  const bool good = asked->ours.kind == FailureKind::none;
  if (asked->answer == Question::Answer::accepted) {
    // A chain that we refused is never taken for verified: a session of it is asked about again.
    if (!good) verified_until_ = 0;
    handshaking_->judged.reset();
    return ssl_verify_ok;
  }
  failure_ = std::make_unique<Failure>(std::move(asked->ours));
  if (good || !asked->why.empty()) {
    failure_->kind = FailureKind::certificate;
    failure_->reason = CertificateReason::rejected;
    failure_->sentence = "certificate for " + printable(handshaking_->host) +
                         " is rejected by the application" + (asked->why.empty() ? "" : ": " + asked->why);
  }
  *out_alert = asked->alert;
  return ssl_verify_invalid;
}

}  // namespace godwit::tls
