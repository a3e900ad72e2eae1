// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>
#include <thread>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace godwit::testing {

// Tinyproxy is a real proxy on a loopback port; with `user` it wants Basic credentials. It serves from the
// moment that the constructor returns, and is ended by its process id.
class Tinyproxy {
 public:
  explicit Tinyproxy(const std::string& folder, std::string_view user = {}, std::string_view password = {}) {
    if (access(kProgram, X_OK) != 0) {
      problem_ =
          std::string(kProgram) + " is missing: install the package tinyproxy-bin (tools/setup --tests)";
      return;
    }
    // A port that was free a moment ago may be somebody else's by now.
    for (int attempt = 0; attempt < 5 && pid_ < 0; ++attempt) start(folder, user, password);
    if (pid_ < 0) problem_ = "tinyproxy did not start";
  }
  ~Tinyproxy() { end(); }
  Tinyproxy(const Tinyproxy&) = delete;
  Tinyproxy& operator=(const Tinyproxy&) = delete;

  const std::string& problem() const { return problem_; }
  std::string url(std::string_view credentials = {}) const {
    return "http://" + std::string(credentials) + "127.0.0.1:" + std::to_string(port_);
  }

 private:
  static constexpr char kProgram[] = "/usr/bin/tinyproxy";

  void start(const std::string& folder, std::string_view user, std::string_view password) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* name = reinterpret_cast<sockaddr*>(&address);
    const int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const bool bound = bind(probe, name, size) == 0 && getsockname(probe, name, &size) == 0;
    ::close(probe);
    if (!bound) return;
    port_ = ntohs(address.sin_port);
    std::string file = folder + "/tinyproxy_" + std::to_string(port_) + ".conf";
    std::ofstream conf(file);
    conf << "Port " << port_ << "\nListen 127.0.0.1\nTimeout 60\nLogLevel Error\nLogFile \"" << file
         << ".log\"\n";
    if (!user.empty()) conf << "BasicAuth " << user << ' ' << password << '\n';
    conf.close();
    char program[] = "tinyproxy", d[] = "-d", c[] = "-c";
    char* arguments[] = {program, d, c, file.data(), nullptr};
    char* environment[] = {nullptr};
    if (posix_spawn(&pid_, kProgram, nullptr, nullptr, arguments, environment) != 0) {
      pid_ = -1;
      return;
    }
    for (int wait = 0; wait < 200; ++wait) {
      const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      const bool up = connect(fd, name, size) == 0;
      ::close(fd);
      if (up) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    end();
  }
  void end() {
    if (pid_ <= 0) return;
    kill(pid_, SIGTERM);
    waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }

  std::string problem_;
  uint16_t port_ = 0;
  pid_t pid_ = -1;
};

}  // namespace godwit::testing
