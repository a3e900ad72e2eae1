// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

namespace godwit::net::testing {

// DnsAnswer is what a scripted server says about a name and type.
struct DnsAnswer {
  int rcode = 0;                  // 0 no error, 2 server failure, 3 no such name, 5 refused
  std::vector<std::string> data;  // record data, 4 octets for A, 16 for AAAA
  bool silent = false;
  uint32_t ttl = 60;
  // alias_ttl: the name is an alias of itself, with so long to live.
  std::optional<uint32_t> alias_ttl;
  // soa: the zone's SOA record: its time to live, and its MINIMUM.
  std::optional<std::pair<uint32_t, uint32_t>> soa;
};

// DnsServer is a name server on loopback UDP, on the loop of the test.
class DnsServer {
 public:
  static constexpr int kA = 1;
  static constexpr int kAaaa = 28;
  using Script = std::function<DnsAnswer(std::string_view name, int type)>;

  DnsServer(uv_loop_t* loop, Script script) : script_(std::move(script)) {
    fd_ = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    socklen_t size = sizeof address;
    getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
    name_ = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
    poll_ = new uv_poll_t;
    uv_poll_init(loop, poll_, fd_);
    uv_unref(reinterpret_cast<uv_handle_t*>(poll_));
    poll_->data = this;
    uv_poll_start(poll_, UV_READABLE,
                  [](uv_poll_t* handle, int, int) { static_cast<DnsServer*>(handle->data)->answer(); });
  }
  ~DnsServer() {
    uv_close(reinterpret_cast<uv_handle_t*>(poll_),
             [](uv_handle_t* handle) { delete reinterpret_cast<uv_poll_t*>(handle); });
    ::close(fd_);
  }
  DnsServer(const DnsServer&) = delete;
  DnsServer& operator=(const DnsServer&) = delete;

  const std::string& name() const { return name_; }
  int queries = 0;

 private:
  static void add_number(std::string& out, uint32_t value, int octets) {
    while (octets-- > 0) out += static_cast<char>(value >> 8 * octets);
  }
  static void add_record(std::string& out, int type, uint32_t ttl, std::string_view data) {
    out += "\xC0\x0C";
    add_number(out, static_cast<uint32_t>(type), 2);
    add_number(out, 1, 2);
    add_number(out, ttl, 4);
    add_number(out, static_cast<uint32_t>(data.size()), 2);
    out += data;
  }

  void answer() {
    char in[1500];
    sockaddr_storage from;
    socklen_t from_size = sizeof from;
    const ssize_t size =
        recvfrom(fd_, in, sizeof in, MSG_DONTWAIT, reinterpret_cast<sockaddr*>(&from), &from_size);
    if (size < 17) return;
    ++queries;
    std::string host;
    size_t at = 12;
    while (in[at] != 0) {
      if (!host.empty()) host += '.';
      host.append(in + at + 1, static_cast<size_t>(in[at]));
      at += 1 + static_cast<size_t>(in[at]);
    }
    const int type = static_cast<uint8_t>(in[at + 2]);
    const DnsAnswer say = script_(host, type);
    if (say.silent) return;
    std::string out(in, at + 5);
    out[2] = '\x81';  // a response, recursion desired
    out[3] = static_cast<char>(0x80 | say.rcode);
    out[6] = 0;
    out[7] = static_cast<char>(say.data.size() + (say.alias_ttl ? 1 : 0));
    out[8] = 0;
    out[9] = say.soa ? 1 : 0;
    out[10] = out[11] = 0;
    if (say.alias_ttl) add_record(out, 5, *say.alias_ttl, "\xC0\x0C");
    for (const std::string& data : say.data) add_record(out, type, say.ttl, data);
    if (say.soa) {
      std::string data(2 + 16, '\0');  // two names, the root's both, and four numbers
      add_number(data, say.soa->second, 4);
      add_record(out, 6, say.soa->first, data);
    }
    sendto(fd_, out.data(), out.size(), 0, reinterpret_cast<sockaddr*>(&from), from_size);
  }

  Script script_;
  int fd_;
  std::string name_;
  uv_poll_t* poll_;
};

}  // namespace godwit::net::testing
