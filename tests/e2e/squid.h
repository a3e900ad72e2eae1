// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "godwit/tests/e2e/server_process.h"

namespace godwit::testing {

// Squid is a real proxy on loopback ports, one of them with TLS (Debian's squid has GnuTLS). It keeps
// nothing, and goes wherever it is sent; with_users it wants Basic credentials, "user:secret". It serves from
// the moment that the constructor returns.
class Squid {
 public:
  explicit Squid(const std::string& folder, bool with_users = false);

  // problem is a sentence about why it does not run; empty if it does.
  const std::string& problem() const { return problem_; }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(process_.plain()); }
  std::string tls_url() const { return "https://127.0.0.1:" + std::to_string(process_.tls()); }
  const test::Certificate& ca() const { return folder_.ca(); }
  // requests gives a line for each request that has ended: "CONNECT 127.0.0.1:443 200".
  std::string requests() const { return folder_.read("access.log"); }
  // logged waits for such a text in there, which comes behind the response; false if it does not come.
  bool logged(std::string_view text) const;

 private:
  const ServerFolder folder_;
  ServerProcess process_;
  std::string problem_;
};

}  // namespace godwit::testing
