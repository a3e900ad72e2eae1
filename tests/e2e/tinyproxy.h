// SPDX-License-Identifier: MIT
#pragma once

#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "godwit/tests/e2e/server_process.h"

namespace godwit::testing {

// Tinyproxy is a real proxy on a loopback port; with `user` it wants Basic credentials. It serves from the
// moment that the constructor returns.
class Tinyproxy {
 public:
  explicit Tinyproxy(const std::string& folder, std::string_view user = {}, std::string_view password = {}) {
    problem_ =
        process_.start("tinyproxy-bin", folder + "/tinyproxy_output.log", [&](uint16_t port, uint16_t) {
          const std::string file = folder + "/tinyproxy_" + std::to_string(port) + ".conf";
          std::ofstream conf(file);
          conf << "Port " << port << "\nListen 127.0.0.1\nTimeout 60\nLogLevel Error\nLogFile \"" << file
               << ".log\"\n";
          if (!user.empty()) conf << "BasicAuth " << user << ' ' << password << '\n';
          return std::vector<std::string>{"/usr/bin/tinyproxy", "-d", "-c", file};
        });
  }

  // problem is a sentence about why it does not run; empty if it does.
  const std::string& problem() const { return problem_; }
  std::string url(std::string_view credentials = {}) const {
    return "http://" + std::string(credentials) + "127.0.0.1:" + std::to_string(process_.plain());
  }

 private:
  ServerProcess process_;
  std::string problem_;
};

}  // namespace godwit::testing
