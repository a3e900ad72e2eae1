// SPDX-License-Identifier: MIT
#include "godwit/tests/tools/embedded_server/wire_client.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace godwit::embedded {

WireClient::WireClient(uint16_t port) {
  fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  timeval limit{5, 0};
  setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(port);
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ready_ = connect(fd_, reinterpret_cast<sockaddr*>(&where), sizeof where) == 0;
}

WireClient::WireClient(uint16_t port, const std::string& ca_pem, const char* host) : WireClient(port) {
  context_.reset(SSL_CTX_new(TLS_method()));
  bssl::UniquePtr<BIO> pem(BIO_new_mem_buf(ca_pem.data(), static_cast<int>(ca_pem.size())));
  bssl::UniquePtr<X509> ca(PEM_read_bio_X509(pem.get(), nullptr, nullptr, nullptr));
  if (ca) X509_STORE_add_cert(SSL_CTX_get_cert_store(context_.get()), ca.get());
  SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
  ssl_.reset(SSL_new(context_.get()));
  X509_VERIFY_PARAM* verify = SSL_get0_param(ssl_.get());
  // A failed set1_ip_asc would leave the parameters unusable.
  in6_addr address;
  if (inet_pton(AF_INET, host, &address) == 1 || inet_pton(AF_INET6, host, &address) == 1) {
    X509_VERIFY_PARAM_set1_ip_asc(verify, host);
  } else {
    X509_VERIFY_PARAM_set1_host(verify, host, std::strlen(host));
    SSL_set_tlsext_host_name(ssl_.get(), host);
  }
  static constexpr uint8_t kAlpn[] = {2, 'h', '2', 8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  SSL_set_alpn_protos(ssl_.get(), kAlpn, sizeof kAlpn);
  SSL_set_fd(ssl_.get(), fd_);
  ready_ = ready_ && SSL_connect(ssl_.get()) == 1;
}

WireClient::~WireClient() {
  close(fd_);
}

bool WireClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t sent = ssl_ ? SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()))
                        : ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

bool WireClient::get(std::string_view target, std::string_view fields) {
  return send("GET " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(fields) +
              "\r\n");
}

size_t WireClient::send_until_stuck(size_t most) {
  timeval limit{0, 200000};
  setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  const std::string zeros(64 * 1024, '\0');
  size_t total = 0;
  while (total < most) {
    ssize_t sent = ::send(fd_, zeros.data(), zeros.size(), MSG_NOSIGNAL);
    if (sent <= 0) break;
    total += static_cast<size_t>(sent);
  }
  return total;
}

void WireClient::shut_down_sending() {
  shutdown(fd_, SHUT_WR);
}

bool WireClient::fill() {
  if (ended_ != Ended::no) return false;
  char bytes[16 * 1024];
  errno = 0;
  ssize_t got = ssl_ ? SSL_read(ssl_.get(), bytes, sizeof bytes) : recv(fd_, bytes, sizeof bytes, 0);
  if (got > 0) {
    read_sizes_.push_back(static_cast<size_t>(got));
    buffer_.append(bytes, static_cast<size_t>(got));
    return true;
  }
  const int error = errno;
  if (error == ECONNRESET) {
    ended_ = Ended::reset;
  } else if (error == EAGAIN) {
    ended_ = Ended::timeout;
  } else if (ssl_ && SSL_get_error(ssl_.get(), static_cast<int>(got)) != SSL_ERROR_ZERO_RETURN) {
    ended_ = Ended::truncated;
  } else {
    ended_ = Ended::closed;
  }
  ERR_clear_error();
  return false;
}

std::string WireClient::read(size_t size) {
  while (buffer_.size() < size && fill()) {
  }
  std::string taken = buffer_.substr(0, size);
  buffer_.erase(0, taken.size());
  return taken;
}

std::string WireClient::head() {
  while (buffer_.find("\r\n\r\n") == std::string::npos && fill()) {
  }
  size_t end = buffer_.find("\r\n\r\n");
  return read(end == std::string::npos ? buffer_.size() : end + 4);
}

std::string WireClient::rest() {
  while (fill()) {
  }
  return read(buffer_.size());
}

std::string WireClient::response() {
  std::string text = head();
  size_t at = text.find("Content-Length: ");
  return at == std::string::npos ? text : text + read(std::strtoull(text.c_str() + at + 16, nullptr, 10));
}

}  // namespace godwit::embedded
