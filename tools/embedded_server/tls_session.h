// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <openssl/ssl.h>

namespace godwit::embedded {

enum class TlsStatus : uint8_t {
  ok,
  starved,  // all that was fed is used up
  ended,    // the peer sent close_notify
  failed,   // the session is over; an alert may wait in the output
};

// TlsSession is the server's side of one TLS connection, over memory: ciphertext is fed in, and what is
// to be sent is appended to `output`. It knows no socket.
class TlsSession {
 public:
  // `output` is borrowed for the session's life.
  TlsSession(SSL_CTX* context, std::string& output);
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  // feed lends ciphertext until read has given `starved`.
  void feed(std::string_view ciphertext) { input_ = ciphertext; }

  // read does the handshake while there is one, then decrypts up to `capacity` bytes into `out`.
  TlsStatus read(char* out, size_t capacity, size_t& size);

  // write encrypts all of `plaintext`, which must not come before the handshake is done.
  bool write(std::string_view plaintext);

  // notify adds close_notify.
  void notify();

 private:
  static const BIO_METHOD* bio_method();
  static int bio_read(BIO* bio, char* out, int size);
  static int bio_write(BIO* bio, const char* data, int size);
  static long bio_ctrl(BIO* bio, int command, long number, void* pointer);

  bssl::UniquePtr<SSL> ssl_;
  std::string& output_;
  std::string_view input_;
};

}  // namespace godwit::embedded
