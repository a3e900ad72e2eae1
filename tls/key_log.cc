// SPDX-License-Identifier: MIT
#include "godwit/tls/key_log.h"

#include <cerrno>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <openssl/ssl.h>
#include <unistd.h>

namespace godwit::tls {
namespace {

// kMaxLine is more than the longest line: a label, the client's random and a secret of 64 octets, in hex.
constexpr size_t kMaxLine = 512;

}  // namespace

std::string KeyLog::open(const std::string& path, std::unique_ptr<KeyLog>& out) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (descriptor < 0) return path + ": " + std::generic_category().message(errno);
  out.reset(new KeyLog(descriptor));
  return {};
}

KeyLog::~KeyLog() {
  ::close(descriptor_);
}

int KeyLog::index() {
  static const int made = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return made;
}

void KeyLog::attach(SSL_CTX* ctx) {
  SSL_CTX_set_ex_data(ctx, index(), this);
  SSL_CTX_set_keylog_callback(ctx, write_line);
}

// One write for a line, so that those of several threads and processes do not mix.
void KeyLog::write_line(const SSL* ssl, const char* line) {
  const auto* self = static_cast<const KeyLog*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), index()));
  char buffer[kMaxLine];
  const size_t size = std::strlen(line);
  if (size >= sizeof(buffer)) return;
  std::memcpy(buffer, line, size);
  buffer[size] = '\n';
  // A full disk costs the log a line, never the connection its life.
  if (::write(self->descriptor_, buffer, size + 1) < 0) return;
}

}  // namespace godwit::tls
