// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <openssl/base.h>

#include "godwit/tls/context.h"
#include "godwit/tls/memory_bio.h"
#include "godwit/tls/peer_certificates.h"
#include "godwit/tls/session_cache.h"
#include "godwit/tls/status.h"

namespace godwit::tls {

// EngineOptions says who the peer should be. Its views are copied.
struct EngineOptions {
  // server_name is the host of the URL: a DNS name in A-labels, or an IP literal without brackets. The
  // certificate must be for it. A name is also sent as SNI; an IP literal never is (RFC 6066 3).
  std::string_view server_name = {};

  // verify_name, when not empty, is who the certificate must be for instead.
  std::string_view verify_name = {};

  // send_server_name off leaves SNI out.
  bool send_server_name = true;

  // sessions, unless null, has a session to resume, and is given those for later connections. It belongs to
  // the context: all its sessions were verified by those rules. Not used by a context that verifies nothing.
  std::shared_ptr<SessionCache> sessions = {};

  // session_key names the server among `sessions`: its host and port, and whom the certificate must be for
  // if that is not the host.
  std::string_view session_key = {};

  // early_data lets write() send with the ClientHello, if a session of `sessions` allows it: see
  // Engine::write(). Whoever has recorded that can send it to the server again.
  bool early_data = false;

  // ask leaves the last word about the peer's certificates to the caller: see Engine::answer().
  bool ask = false;
};

// ReadResult: `size` octets of plaintext were written out. They come first: a status other than `ok`
// has size 0.
struct ReadResult {
  Status status;
  size_t size;
};

// WriteResult: `size` octets of plaintext were taken. `ok` with a short size means that output() is at
// Engine::kOutputLimit: drain it and write the rest.
struct WriteResult {
  Status status;
  size_t size;
};

// EarlyData is what became of what was written before the handshake was over: nothing yet, while it is open.
enum class EarlyData : uint8_t { none, open, accepted, refused };

// ConnectionInfo describes an established connection. Views live as long as the engine.
struct ConnectionInfo {
  std::string_view version;  // "TLSv1.3"
  std::string_view cipher;   // the standard name: "TLS_AES_128_GCM_SHA256"
  std::string_view group;    // of the key exchange: "X25519"; empty when there was none
  std::string_view alpn;     // empty when the server chose none
  bool resumed = false;
  EarlyData early_data = EarlyData::none;
  OcspStatus ocsp = OcspStatus::none;  // of the response stapled when the session began
};

// Engine is one TLS client connection, from ciphertext to plaintext and back. It knows no socket and no
// time. A typical life:
//
//   Engine engine(*context, {.server_name = "a.example"});
//   engine.handshake();                            // want_input; the ClientHello is in output()
//   send(engine.output()); engine.drained(n);      // after every call: output() may have grown
//   engine.feed(received);                         // lent, not copied
//   engine.handshake();                            // want_input ... until ok
//   engine.write(request);
//   engine.feed(received);
//   while (engine.read(buffer) is ok) deliver();   // until want_input: then nothing is borrowed
//   engine.close_notify();                         // flush output(), then close
//
// After `failed`, output() may hold the alert that tells the peer why: flush it before closing.
// One thread at a time. Must not move. `context` must outlive it.
class Engine final : private SslOwner {
 public:
  Engine(const Context& context, const EngineOptions& options);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // handshake goes on as far as the input allows. `ok` once the peer is verified and both sides have
  // finished; calling it again then is harmless. `early` instead of want_input while early data may be
  // written. `want_verdict` while answer() is waited for.
  Status handshake();

  // verdict is our own about the peer's certificates, while handshake() says want_verdict: its kind is `none`
  // if they are who they should be, or nothing was to be verified. Null when nothing is asked.
  const Failure* verdict() const;

  // answer says whether the peer is to be trusted, whatever verdict() is; then handshake() goes on. Nothing
  // happens if nothing is asked. A rejection fails the handshake, with `why` in the sentence; if `why` is
  // empty, a refusal of our own stands. The certificates of a session that is resumed are asked about only if
  // our own verdict on them was a refusal, or was never given. A handshake whose early data is refused may
  // ask twice.
  void answer(bool accept, std::string why = {});

  // feed lends ciphertext. It must stay as it is until unread() is 0, which handshake() or read() have
  // reached when they return want_input, closed or failed, or until hold(). Feeding while some is
  // unread keeps the order, at the price of a copy. Bytes after the end of the stream are dropped.
  void feed(std::span<const std::byte> bytes);

  // hold copies the unread rest, so that the bytes fed may go away. For a reader that stops early.
  void hold() { bio_.hold(); }

  // unread counts the octets fed and not consumed yet.
  size_t unread() const { return bio_.unread(); }

  // read decrypts into `out`, over as many records as are there and fit. An empty `out` gives {ok, 0}.
  // Before the handshake is over it goes on with that first.
  ReadResult read(std::span<std::byte> out);

  // write encrypts from `in` until output() reaches kOutputLimit. The caller may pass the rest from
  // another address later. An empty `in` gives {ok, 0} and writes no record. After close_notify() the
  // status is `closed`. Before the handshake is over it goes on with that first, except when that says
  // `early`: then up to kEarlyLimit octets go out at once, and want_input says that there is no room for
  // more. What the server refuses of them is written once more by the engine itself, behind the handshake.
  WriteResult write(std::span<const std::byte> in);

  // kEarlyLimit bounds what is written before the handshake is over, in octets; servers allow as much, or a
  // little less.
  static constexpr size_t kEarlyLimit = 16 * 1024;

  // kOutputLimit stops write(), in octets of output not drained: four full records. Handshake messages
  // and alerts pass it.
  static constexpr size_t kOutputLimit = 64 * 1024;

  // output is ciphertext to send. Valid until the next call other than drained() and the questions.
  std::span<const std::byte> output() const { return bio_.output(); }

  // drained takes `size` octets, which were sent or copied, from the front of output().
  void drained(size_t size) { bio_.drained(size); }

  // close_notify ends our direction (RFC 8446 6.1): the alert is put into output(). Reading may go on.
  // Nothing happens before the handshake is over, after a failure, or the second time.
  void close_notify();

  // end_of_input tells that the transport delivered its last byte. Returns `closed` if the peer's
  // close_notify was read, `ok` if plaintext is still to be read (read() then ends in the verdict),
  // want_verdict while that is waited for, and
  // `failed` with kind `truncated` if the stream was cut.
  Status end_of_input();

  // established says that the handshake is over and the connection has not failed.
  bool established() const { return state_ == State::open || state_ == State::peer_closed; }

  // failure says why a status was `failed`; its kind is `none` otherwise.
  const Failure& failure() const;

  // peer_certificates are those of the peer once established() was true, while a verdict on them is waited
  // for, or when they were refused; null before. They outlive the engine.
  std::shared_ptr<const PeerCertificates> peer_certificates() const;

  // info describes the connection once established() was true, and what is expected of it once handshake()
  // was `early`; before, there is no more than what the OCSP response came to.
  ConnectionInfo info() const;

 private:
  enum class State : uint8_t { handshaking, open, peer_closed, failed };

  // Question is what the caller is asked, and what it said.
  struct Question {
    enum class Answer : uint8_t { none, accepted, rejected };
    Failure ours;
    uint8_t alert = 0;  // for the peer, if it is rejected
    Answer answer = Answer::none;
    std::string why;
  };

  // Handshaking is what the handshake alone needs: it ends with it, since there are many idle connections.
  struct Handshaking {
    std::string host;                      // who the certificate must be for
    std::vector<std::byte> early_written;  // to be written again if it is refused
    SavedSession offered;
    std::unique_ptr<Question> question;              // while asked
    std::shared_ptr<const PeerCertificates> judged;  // the peer's, while asked about and if refused
    // The first bytes of the peer, for the sentence when they are not TLS.
    uint8_t first_size = 0;
    char first_bytes[16] = {};
  };

  Question* question() const { return handshaking_ ? handshaking_->question.get() : nullptr; }
  Status fail(FailureKind kind, std::string sentence);
  Status fail_not_tls();
  void open();
  WriteResult write_early(std::span<const std::byte> in);
  Status translate(int result);
  bool looks_unlike_tls() const;
  void keep_first_bytes(std::span<const std::byte> bytes);
  void offer_session();
  void keep_session(bssl::UniquePtr<SSL_SESSION> session);
  bool verified_before() const;
  enum ssl_verify_result_t verify(uint8_t* out_alert);
  enum ssl_verify_result_t take_answer(uint8_t* out_alert);
  static enum ssl_verify_result_t verify_callback(SSL* ssl, uint8_t* out_alert);

  MemoryBio bio_;  // before ssl_, which uses it until its end
  bssl::UniquePtr<SSL> ssl_;
  const Context& context_;
  std::unique_ptr<Handshaking> handshaking_;  // null once the handshake is over
  std::shared_ptr<SessionCache> sessions_;
  std::string session_key_;
  int64_t verified_until_ = 0;        // as SavedSession's, of the peer's chain
  std::unique_ptr<Failure> failure_;  // null while there is none
  State state_ = State::handshaking;
  EarlyData early_ = EarlyData::none;
  OcspStatus ocsp_ = OcspStatus::none;
  const bool ask_;
  bool write_closed_ = false;
};

}  // namespace godwit::tls
