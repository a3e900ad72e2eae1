// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <openssl/ssl.h>

namespace godwit::embedded {

// WireClient is a blocking connection to a loopback port that shows the very bytes. Nothing waits longer
// than five seconds.
class WireClient {
 public:
  // Ended is how the last read came to its end.
  enum class Ended { no, closed, truncated, reset, timeout };

  explicit WireClient(uint16_t port);
  // The second form speaks TLS, trusts `ca_pem` alone, and wants a certificate for `host`.
  WireClient(uint16_t port, const std::string& ca_pem, const char* host);
  ~WireClient();
  WireClient(const WireClient&) = delete;
  WireClient& operator=(const WireClient&) = delete;

  bool ready() const { return ready_; }
  Ended ended() const { return ended_; }
  SSL* ssl() { return ssl_.get(); }
  // read_sizes lists what each read gave: over TLS, the sizes of the records.
  const std::vector<size_t>& read_sizes() const { return read_sizes_; }

  bool send(std::string_view bytes);
  // get sends a GET request for `target`.
  bool get(std::string_view target, std::string_view fields = {});
  // send_until_stuck sends zeros until the peer takes no more for 200 ms, or `most` are sent.
  size_t send_until_stuck(size_t most);
  void shut_down_sending();

  // read gives `size` bytes, or fewer if the stream ends first; head reads to the empty line, rest to the
  // end.
  std::string read(size_t size);
  std::string head();
  std::string rest();
  // response reads a head and the body that its Content-Length announces.
  std::string response();

 private:
  bool fill();

  int fd_ = -1;
  bool ready_ = false;
  Ended ended_ = Ended::no;
  bssl::UniquePtr<SSL_CTX> context_;
  bssl::UniquePtr<SSL> ssl_;
  std::string buffer_;
  std::vector<size_t> read_sizes_;
};

}  // namespace godwit::embedded
