// SPDX-License-Identifier: MIT
#include "godwit/tests/support/tls_peer.h"

#include <cstdlib>
#include <cstring>

#include <openssl/aead.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/nid.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

namespace godwit::test {
namespace {

int choose_alpn(SSL*, const uint8_t** out, uint8_t* out_size, const uint8_t*, unsigned, void* arg) {
  const auto* alpn = static_cast<const std::string*>(arg);
  *out = reinterpret_cast<const uint8_t*>(alpn->data());
  *out_size = static_cast<uint8_t>(alpn->size());
  return SSL_TLSEXT_ERR_OK;
}

}  // namespace

TlsPeer::TlsPeer(const TlsPeerOptions& options) : alpn_(options.alpn) {
  ctx_.reset(SSL_CTX_new(TLS_method()));
  SSL_CTX* ctx = ctx_.get();
  bool ok = SSL_CTX_use_certificate(ctx, options.chain.at(0)->x509.get()) &&
            SSL_CTX_use_PrivateKey(ctx, options.chain.at(0)->key.get());
  for (size_t i = 1; i < options.chain.size(); ++i) {
    ok = ok && SSL_CTX_add1_chain_cert(ctx, options.chain[i]->x509.get());
  }
  ok = ok && SSL_CTX_set_min_proto_version(ctx, options.min_version) &&
       SSL_CTX_set_max_proto_version(ctx, options.max_version);
  if (options.ciphers != nullptr) ok = ok && SSL_CTX_set_strict_cipher_list(ctx, options.ciphers);
  if (options.signature != 0) ok = ok && SSL_CTX_set_signing_algorithm_prefs(ctx, &options.signature, 1);
  if (!alpn_.empty()) SSL_CTX_set_alpn_select_cb(ctx, choose_alpn, &alpn_);
  if (options.ask_certificate) {
    SSL_CTX_set_verify(
        ctx, SSL_VERIFY_PEER | (options.require_certificate ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0), nullptr);
    SSL_CTX_set_cert_verify_callback(
        ctx, [](X509_STORE_CTX*, void*) { return 1; }, nullptr);
  }
  if (!options.ocsp.empty()) {
    ok = ok && SSL_CTX_set_ocsp_response(ctx, reinterpret_cast<const uint8_t*>(options.ocsp.data()),
                                         options.ocsp.size());
  }
  if (!options.scts.empty()) {
    ok = ok && SSL_CTX_set_signed_cert_timestamp_list(
                   ctx, reinterpret_cast<const uint8_t*>(options.scts.data()), options.scts.size());
  }
  if (options.compress != nullptr) {
    constexpr uint16_t kBrotli = 2;
    ok = ok && SSL_CTX_add_cert_compression_alg(ctx, kBrotli, options.compress, nullptr);
  }
  SSL_CTX_set_early_data_enabled(ctx, options.early_data ? 1 : 0);
  if (!ok) std::abort();
  begin();
}

TlsPeer::TlsPeer(TlsPeer& first) : ctx_(bssl::UpRef(first.ctx_)) {
  begin();
}

void TlsPeer::begin() {
  ssl_.reset(SSL_new(ctx_.get()));
  SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  // An empty memory BIO means "later", not the end.
  BIO_set_mem_eof_return(SSL_get_rbio(ssl_.get()), -1);
  SSL_set_accept_state(ssl_.get());
}

std::string TlsPeer::take() {
  std::string out;
  char chunk[4096];
  int size = 0;
  while ((size = BIO_read(SSL_get_wbio(ssl_.get()), chunk, sizeof(chunk))) > 0) {
    out.append(chunk, static_cast<size_t>(size));
  }
  return out;
}

void TlsPeer::feed(std::string_view in) {
  BIO_write(SSL_get_rbio(ssl_.get()), in.data(), static_cast<int>(in.size()));
  go_on();
}

void TlsPeer::write(std::string_view plaintext) {
  if (SSL_write(ssl_.get(), plaintext.data(), static_cast<int>(plaintext.size())) !=
      static_cast<int>(plaintext.size())) {
    std::abort();
  }
}

void TlsPeer::close() {
  SSL_shutdown(ssl_.get());
}

bool TlsPeer::established() const {
  return SSL_is_init_finished(ssl_.get()) && error.empty();
}

void TlsPeer::go_on() {
  if (!error.empty()) return;
  for (;;) {
    char chunk[16384];
    ERR_clear_error();
    const int result = SSL_read(ssl_.get(), chunk, sizeof(chunk));
    if (const char* name = SSL_get_servername(ssl_.get(), TLSEXT_NAMETYPE_host_name)) server_name = name;
    if (result > 0) {
      received.append(chunk, static_cast<size_t>(result));
      continue;
    }
    const int ssl_error = SSL_get_error(ssl_.get(), result);
    if (ssl_error == SSL_ERROR_ZERO_RETURN) got_close = true;
    if (ssl_error == SSL_ERROR_SSL) error = ERR_reason_error_string(ERR_peek_error());
    break;
  }
  if (const bssl::UniquePtr<X509> client(SSL_get_peer_certificate(ssl_.get())); client && established()) {
    char name[128] = "";
    X509_NAME_get_text_by_NID(X509_get_subject_name(client.get()), NID_commonName, name, sizeof(name));
    client_subject = name;
  }
  ERR_clear_error();
}

std::string TlsPeer::seal_tls12(uint8_t type, std::string_view plaintext) {
  // Key block of an AEAD suite: client key, server key, client IV, server IV (RFC 5246 6.3).
  uint8_t block[2 * 16 + 2 * 4];
  if (SSL_get_key_block_len(ssl_.get()) != sizeof(block) ||
      !SSL_generate_key_block(ssl_.get(), block, sizeof(block))) {
    std::abort();
  }
  const uint64_t sequence = SSL_get_write_sequence(ssl_.get());
  uint8_t nonce[12];
  std::memcpy(nonce, block + 36, 4);
  uint8_t additional[13];
  for (int i = 0; i < 8; ++i) {
    additional[i] = nonce[4 + i] = static_cast<uint8_t>(sequence >> (8 * (7 - i)));
  }
  additional[8] = type;
  additional[9] = 3;
  additional[10] = 3;
  additional[11] = static_cast<uint8_t>(plaintext.size() >> 8);
  additional[12] = static_cast<uint8_t>(plaintext.size());

  bssl::ScopedEVP_AEAD_CTX aead;
  std::vector<uint8_t> sealed(plaintext.size() + 16);
  size_t size = 0;
  if (!EVP_AEAD_CTX_init(aead.get(), EVP_aead_aes_128_gcm(), block + 16, 16, 16, nullptr) ||
      !EVP_AEAD_CTX_seal(aead.get(), sealed.data(), &size, sealed.size(), nonce, sizeof(nonce),
                         reinterpret_cast<const uint8_t*>(plaintext.data()), plaintext.size(), additional,
                         sizeof(additional))) {
    std::abort();
  }
  const size_t length = 8 + size;
  std::string record = {static_cast<char>(type), 3, 3, static_cast<char>(length >> 8),
                        static_cast<char>(length & 0xff)};
  record.append(reinterpret_cast<const char*>(nonce + 4), 8);
  record.append(reinterpret_cast<const char*>(sealed.data()), size);
  return record;
}

std::span<const std::byte> bytes(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

std::string_view text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string take_output(tls::Engine& engine) {
  std::string out(text(engine.output()));
  engine.drained(out.size());
  return out;
}

tls::Status connect(tls::Engine& engine, TlsPeer& peer) {
  tls::Status status = engine.handshake();
  for (;;) {
    const std::string up = take_output(engine);
    if (!up.empty()) peer.feed(up);
    const std::string down = peer.take();
    if (down.empty()) return status;
    engine.feed(bytes(down));
    status = engine.handshake();
    // The engine stops at the end of the handshake; tickets behind it outlive `down`.
    engine.hold();
  }
}

tls::Status read_all(tls::Engine& engine, std::string& out, size_t piece) {
  std::vector<std::byte> buffer(piece);
  for (;;) {
    const tls::ReadResult result = engine.read(buffer);
    if (result.status != tls::Status::ok) return result.status;
    out.append(text(std::span(buffer).first(result.size)));
  }
}

}  // namespace godwit::test
