// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "godwit/tests/e2e/server_process.h"

namespace godwit::testing {

// Haproxy is a real haproxy that ends TLS on a loopback port, with early data. It answers each request with
// "early" if it came before the end of the handshake, else "late". It serves from the moment that the
// constructor returns.
class Haproxy {
 public:
  explicit Haproxy(const std::string& folder) : folder_(folder) {
    folder_.write("chain_and_key.pem", folder_.read("chain.pem") + folder_.read("key.pem"));
    problem_ = process_.start("haproxy", folder + "/output.log", [this](uint16_t plain, uint16_t tls) {
      std::string configuration(kConfiguration);
      replace_all(configuration, "FOLDER", folder_.path());
      replace_all(configuration, "PLAIN_PORT", std::to_string(plain));
      replace_all(configuration, "TLS_PORT", std::to_string(tls));
      folder_.write("haproxy.conf", configuration);
      // -db: one process, which is the one that gets our signal.
      return std::vector<std::string>{"/usr/sbin/haproxy", "-db", "-f", folder_.path() + "/haproxy.conf"};
    });
  }

  // problem is a sentence about why it does not run; empty if it does.
  const std::string& problem() const { return problem_; }
  std::string tls_url(std::string_view path) const {
    return "https://127.0.0.1:" + std::to_string(process_.tls()) + std::string(path);
  }
  const test::Certificate& ca() const { return folder_.ca(); }

 private:
  static constexpr std::string_view kConfiguration = R"(global
  maxconn 100
defaults
  mode http
  timeout client 60s
frontend web
  bind 127.0.0.1:PLAIN_PORT
  bind 127.0.0.1:TLS_PORT ssl crt FOLDER/chain_and_key.pem ssl-min-ver TLSv1.2 alpn http/1.1 allow-0rtt
  http-request return status 200 content-type text/plain string early if { ssl_fc_has_early }
  http-request return status 200 content-type text/plain string late
)";

  const ServerFolder folder_;
  ServerProcess process_;
  std::string problem_;
};

}  // namespace godwit::testing
