// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <thread>
#include <utility>

namespace godwit::testing {

// LoopbackFront is a loopback port in front of another: it takes one connection, and has a function say what
// happens on it, on a thread of its own. Nothing keeps it for longer than ten seconds of silence.
class LoopbackFront {
 public:
  // Serve is given the descriptor of the connection, which is closed for it.
  explicit LoopbackFront(std::function<void(int client)> serve);
  ~LoopbackFront();
  LoopbackFront(const LoopbackFront&) = delete;
  LoopbackFront& operator=(const LoopbackFront&) = delete;

  uint16_t port() const { return port_; }
  // join waits for the end of the connection.
  void join();

  // readable waits for bytes or the end of `fd`; false after ten seconds.
  static bool readable(int fd);
  static bool send_all(int fd, std::string_view bytes);
  // pass_on connects to `target`, a loopback port, and tells what arrives from either side until one closes,
  // or until a function says that it is enough.
  static void pass_on(int client, uint16_t target,
                      const std::function<bool(std::string_view bytes, bool from_client, int server)>& tell);

 private:
  int listener_ = -1;
  uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace godwit::testing
