// SPDX-License-Identifier: MIT
#include "godwit/tools/embedded_server/tls_session.h"

#include <algorithm>
#include <cstring>

#include <openssl/bio.h>
#include <openssl/err.h>

namespace godwit::embedded {

TlsSession::TlsSession(SSL_CTX* context, std::string& output) : ssl_(SSL_new(context)), output_(output) {
  BIO* bio = ssl_ ? BIO_new(bio_method()) : nullptr;
  if (bio == nullptr) {
    ssl_.reset();
    return;
  }
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl_.get(), bio, bio);
  SSL_set_accept_state(ssl_.get());
}

TlsStatus TlsSession::read(char* out, size_t capacity, size_t& size) {
  size = 0;
  if (!ssl_) return TlsStatus::failed;
  ERR_clear_error();
  int got = SSL_read(ssl_.get(), out, static_cast<int>(capacity));
  if (got > 0) {
    size = static_cast<size_t>(got);
    return TlsStatus::ok;
  }
  switch (SSL_get_error(ssl_.get(), got)) {
    case SSL_ERROR_WANT_READ:
      return TlsStatus::starved;
    case SSL_ERROR_ZERO_RETURN:
      return TlsStatus::ended;
    default:
      return TlsStatus::failed;
  }
}

bool TlsSession::write(std::string_view plaintext) {
  ERR_clear_error();
  while (!plaintext.empty()) {
    int put = SSL_write(ssl_.get(), plaintext.data(),
                        static_cast<int>(std::min<size_t>(plaintext.size(), 1 << 20)));
    if (put <= 0) return false;
    plaintext.remove_prefix(static_cast<size_t>(put));
  }
  return true;
}

void TlsSession::notify() {
  ERR_clear_error();
  SSL_shutdown(ssl_.get());
}

const BIO_METHOD* TlsSession::bio_method() {
  static const BIO_METHOD* const kMethod = [] {
    BIO_METHOD* method = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "embedded server");
    BIO_meth_set_read(method, bio_read);
    BIO_meth_set_write(method, bio_write);
    BIO_meth_set_ctrl(method, bio_ctrl);
    return method;
  }();
  return kMethod;
}

int TlsSession::bio_read(BIO* bio, char* out, int size) {
  auto* self = static_cast<TlsSession*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  if (self->input_.empty()) {
    BIO_set_retry_read(bio);
    return -1;
  }
  size_t run = std::min(self->input_.size(), static_cast<size_t>(size));
  std::memcpy(out, self->input_.data(), run);
  self->input_.remove_prefix(run);
  return static_cast<int>(run);
}

int TlsSession::bio_write(BIO* bio, const char* data, int size) {
  static_cast<TlsSession*>(BIO_get_data(bio))->output_.append(data, static_cast<size_t>(size));
  return size;
}

long TlsSession::bio_ctrl(BIO*, int command, long, void*) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

}  // namespace godwit::embedded
