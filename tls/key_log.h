// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include <openssl/base.h>

namespace godwit::tls {

// KeyLog writes the secrets of connections to a file in the form of SSLKEYLOGFILE, so that a capture of their
// traffic can be read. Whoever can read the file reads the connections.
class KeyLog final {
 public:
  // open appends to a file, which is made for its owner alone. Returns what is wrong, beginning with the
  // path, or an empty string.
  static std::string open(const std::string& path, std::unique_ptr<KeyLog>& out);

  ~KeyLog();
  KeyLog(const KeyLog&) = delete;
  KeyLog& operator=(const KeyLog&) = delete;

  // attach has every connection of `ctx` write to this, which must outlive them. Any number of threads.
  void attach(SSL_CTX* ctx);

 private:
  explicit KeyLog(int descriptor) : descriptor_(descriptor) {}
  static int index();
  static void write_line(const SSL* ssl, const char* line);

  int descriptor_;
};

}  // namespace godwit::tls
