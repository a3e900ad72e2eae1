// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <openssl/base.h>

#include "godwit/tls/identity.h"
#include "godwit/tls/key_log.h"
#include "godwit/tls/pins.h"
#include "godwit/tls/roots.h"

namespace godwit::tls {

enum class Version : uint8_t { tls1_2, tls1_3 };

// ContextOptions says how connections are made. The defaults are what a careful client wants.
struct ContextOptions {
  // system_roots trusts the machine's store; `roots` are trusted as well, or alone when it is false, and so
  // are the certificates in `root_folders` (RootsOptions).
  bool system_roots = true;
  std::vector<Pem> roots;
  std::vector<std::string> root_folders;

  // verify off accepts any certificate from anyone who can reach the wire. For tests only.
  bool verify = true;

  // require_ocsp refuses certificates that come without an OCSP response which proves them good. Responses
  // are asked for in any case, unless nothing is verified.
  bool require_ocsp = false;

  // pins, unless empty, allow these keys of servers alone, in curl's form "sha256//BASE64;sha256//BASE64".
  // They are held to with verify off as well.
  std::string pins;

  Version min_version = Version::tls1_2;
  Version max_version = Version::tls1_3;

  // ciphers lists those of TLS 1.2 to offer (set_ciphers), groups the key exchanges (set_groups); empty is
  // BoringSSL's choice, of what has forward secrecy.
  std::string ciphers;
  std::string groups;

  // alpn lists the protocols offered, the preferred one first (RFC 7301), each of 1 to 255 octets; empty
  // offers none.
  std::vector<std::string> alpn = {"http/1.1"};

  // certificate is the client's own, followed by its intermediates; private_key belongs to it; or pkcs12
  // holds both. password opens the key or the container. They are sent only to a server that asks.
  Pem certificate;
  Pem private_key;
  Pkcs12 pkcs12;
  std::string password;

  // key_log_file, unless empty, gets the secrets of every connection (KeyLog).
  std::string key_log_file;

  // now gives the wall clock in seconds since 1970 for the dates of certificates, and for how long sessions
  // are kept; null is the system's. Called on any thread that shakes hands.
  int64_t (*now)() = nullptr;
};

// SslOwner is the owner of the MemoryBio of every SSL of a context.
struct SslOwner {
  // on_session is given each session that the server makes for later connections.
  void (*on_session)(SslOwner& self, bssl::UniquePtr<SSL_SESSION> session);
};

class Context;

// ContextResult holds a context, or a sentence that names the file or option at fault.
struct ContextResult {
  std::shared_ptr<const Context> context;
  std::string error;
};

// Context is what connections have in common: versions, roots, protocols, the client's certificate.
// Immutable once made, so that threads share one.
class Context final {
 public:
  static ContextResult make(const ContextOptions& options);

  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  // For Engine, and for tests that look closer. All live as long as this.
  SSL_CTX* ssl_ctx() const { return ctx_.get(); }
  const Roots* roots() const { return roots_.get(); }  // null when nothing is verified
  bool verify() const { return verify_; }
  bool require_ocsp() const { return require_ocsp_; }
  const std::vector<Pin>& pins() const { return pins_; }
  int64_t now() const;

 private:
  Context() = default;
  std::string set_up(const ContextOptions& options);
  void set_sessions();
  std::string set_preferences(const ContextOptions& options);
  std::string set_trust(const ContextOptions& options);
  std::string set_identity(const ContextOptions& options);
  std::string set_alpn(const ContextOptions& options);

  bssl::UniquePtr<SSL_CTX> ctx_;
  std::shared_ptr<const Roots> roots_;
  std::vector<Pin> pins_;
  std::unique_ptr<KeyLog> key_log_;
  int64_t (*now_)() = nullptr;
  bool verify_ = true;
  bool require_ocsp_ = false;
};

}  // namespace godwit::tls
