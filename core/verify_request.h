// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "godwit/core/tls_info.h"

namespace godwit {

// Verdict is what our own verification of a server came to: `unchecked` is that of TlsOptions without
// `verify`, whose pins, if there are any, have held.
enum class Verdict : uint8_t { trusted, refused, unchecked };

// VerifyRequest asks TlsOptions::on_verify whether a server is who it should be, in the middle of a TLS
// handshake: before anything of a request was sent, but for early data. Answer at once or keep it, as long as
// you like, and answer then; all other connections go on. One that is destroyed without an answer rejects.
//
//   accept()   trust the server, whatever our own verdict is
//   reject()   end the handshake with Errc::certificate_rejected
//
// The connection may be over before: it was cancelled, its Client destroyed, its time (Timeouts::tls) is up,
// the server is gone. Then pending() is false and an answer does nothing, for as long as the request lives.
//
// Move-only, and of its loop's thread. It may travel to another one that looks at the certificates, and back
// by Loop::post, but no function of it may be called there other than host() to problem(), nor may it be
// destroyed there.
class VerifyRequest final {
 public:
  // Question is what is known of the server.
  struct Question {
    std::string host;
    uint16_t port = 0;
    PeerCertificates peer;
    Verdict verdict = Verdict::unchecked;
    std::string_view reason;  // static
    std::string problem;
  };

  // Link is how the answer finds its connection, which sets `connection` to null when it ends before.
  struct Link {
    void (*answer)(void* connection, bool accept, std::string why);
    void* connection;
  };

  // VerifyRequest is made by the library, or by your test of your own on_verify.
  VerifyRequest(Question question, std::shared_ptr<Link> link)
      : question_(std::move(question)), link_(std::move(link)) {}
  VerifyRequest(VerifyRequest&&) noexcept = default;
  VerifyRequest& operator=(VerifyRequest&& other) noexcept {
    if (this == &other) return *this;
    reject();
    question_ = std::move(other.question_);
    link_ = std::move(other.link_);
    return *this;
  }
  ~VerifyRequest() { reject(); }

  // host and port are the server's, or the proxy's, as in the URL: a name in A-labels, or an address.
  const std::string& host() const { return question_.host; }
  uint16_t port() const { return question_.port; }

  // peer has the certificates that it sent, its own first; never verified beyond what verdict() says. To
  // know a server again compare CertificateInfo::public_key_pin.
  const PeerCertificates& peer() const { return question_.peer; }

  // verdict is our own. When it is `refused`, reason() is the name of a rule, such as "unknown-root" or
  // "expired" (tls/status.h has the list), "none" if memory ran out, and problem() a sentence for people.
  Verdict verdict() const { return question_.verdict; }
  std::string_view reason() const { return question_.reason; }
  const std::string& problem() const { return question_.problem; }

  // pending says that an answer is waited for.
  bool pending() const { return link_ && link_->connection; }

  // accept and reject answer; the first answer counts. Neither calls back: what follows from the answer comes
  // from the loop. `why` goes into Response::diagnosis() as it is; without it, a refusal of our own stands.
  void accept() { answer(true, {}); }
  void reject(std::string why = {}) { answer(false, std::move(why)); }

 private:
  void answer(bool accept, std::string why) {
    if (!pending()) return;
    const std::shared_ptr<Link> link = std::move(link_);
    link->answer(std::exchange(link->connection, nullptr), accept, std::move(why));
  }

  Question question_;
  std::shared_ptr<Link> link_;
};

// VerifyFunction is what TlsOptions::on_verify holds. Two are equal only if there is none in either.
struct VerifyFunction : std::function<void(VerifyRequest)> {
  using std::function<void(VerifyRequest)>::function;
  VerifyFunction() = default;
  VerifyFunction(std::function<void(VerifyRequest)> f)  // NOLINT: whatever may be called is to convert
      : function(std::move(f)) {}
  bool operator==(const VerifyFunction& other) const { return !*this && !other; }
};

}  // namespace godwit
