// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <openssl/ssl.h>

#include "godwit/tests/support/certificates.h"
#include "godwit/tls/engine.h"

namespace godwit::test {

// TlsPeerOptions describes the server at the other end of the wire.
struct TlsPeerOptions {
  std::vector<const Certificate*> chain = {};  // its own first
  uint16_t min_version = 0x0301;
  uint16_t max_version = 0x0304;
  std::string alpn = {};  // chosen whatever the client offers; empty chooses none
  bool ask_certificate = false;
  bool require_certificate = false;
  const char* ciphers = nullptr;
  uint16_t signature = 0;  // the only SSL_SIGN_ that it signs with; 0 is BoringSSL's choice
  bool early_data = false;
  std::string ocsp = {};                           // the OCSP response that it staples
  std::string scts = {};                           // the SignedCertificateTimestampList that it sends
  ssl_cert_compression_func_t compress = nullptr;  // its certificates, as if by Brotli (RFC 8879)
};

// TlsPeer is a BoringSSL server in memory, written against the plain API and BIO_s_mem, so that nothing
// under test is on both sides.
class TlsPeer final {
 public:
  explicit TlsPeer(const TlsPeerOptions& options);

  // TlsPeer as the next connection to the same server, which knows its tickets. `first` must outlive it.
  explicit TlsPeer(TlsPeer& first);

  // take gives all that the server wants sent.
  std::string take();

  // feed gives it bytes and lets it go on: with the handshake, then reading into received.
  void feed(std::string_view bytes);

  // write sends plaintext; close sends close_notify.
  void write(std::string_view plaintext);
  void close();

  // seal makes `count` records of any type and plaintext under the keys of an established connection, with
  // TLS 1.2 one with AES_128_GCM: what no sound server would send. At most once a connection, last.
  std::string seal(uint8_t type, std::string_view plaintext, size_t count = 1);

  SSL* ssl() const { return ssl_.get(); }
  bool established() const;

  std::string received;        // plaintext
  bool got_close = false;      // the client's close_notify
  std::string error;           // first error, with the client's alert
  std::string server_name;     // SNI as seen
  std::string client_subject;  // common name of the client's certificate

 private:
  void begin();
  void go_on();
  std::string seal_tls12(uint8_t type, std::string_view plaintext, size_t count);
  std::string seal_tls13(uint8_t type, std::string_view plaintext, size_t count);

  std::string alpn_;
  std::vector<uint8_t> secret_;  // of TLS 1.3, for what the server sends
  bssl::UniquePtr<SSL_CTX> ctx_;
  bssl::UniquePtr<SSL> ssl_;
};

// bytes views text as what an engine takes, text views an engine's output.
std::span<const std::byte> bytes(std::string_view text);
std::string_view text(std::span<const std::byte> bytes);

// take_output drains an engine.
std::string take_output(tls::Engine& engine);

// connect shakes hands until both sides rest, and returns the engine's last status.
tls::Status connect(tls::Engine& engine, TlsPeer& peer);

// read_all reads plaintext in pieces of `piece` until the status is not ok, which it returns.
tls::Status read_all(tls::Engine& engine, std::string& out, size_t piece = 4096);

}  // namespace godwit::test
