// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <sys/types.h>

#include "godwit/tests/e2e/server_process.h"

namespace godwit::testing {

// Staple is what the CA says of the certificate in the OCSP response that nginx staples to it. The response
// is made by the program `openssl`.
enum class Staple : uint8_t { none, good, revoked };

// Nginx is a real nginx on loopback ports, in a folder of its own, with a certificate for 127.0.0.1 made for
// it. It serves from the moment that the constructor returns.
class Nginx {
 public:
  // folder is where everything of it goes; its html/ is what it serves.
  explicit Nginx(const std::string& folder, Staple staple = Staple::none);
  // The destructor ends it by its process id.
  ~Nginx();
  Nginx(const Nginx&) = delete;
  Nginx& operator=(const Nginx&) = delete;

  // problem is a sentence about why it does not run; empty if it does.
  const std::string& problem() const { return problem_; }
  std::string url(std::string_view path) const;
  std::string tls_url(std::string_view path) const;
  std::string ca_pem() const { return ca().pem(); }
  // ca issued its certificate. Those that it issues to clients are demanded where SNI and Host say
  // "clients.example"; the page there is the client's name.
  const test::Certificate& ca() const { return folder_.ca(); }
  // errors gives what it has logged.
  std::string errors() const { return folder_.read("error.log"); }
  // put makes a file that it serves; stored reads one.
  void put(const std::string& name, std::string_view content) const;
  std::string stored(const std::string& name) const;
  // end sends it a signal and waits for its end.
  void end(int signal);

 private:
  bool start(int plain, int tls);
  bool make_response(Staple staple);

  const ServerFolder folder_;
  std::string problem_;
  uint16_t port_ = 0;
  uint16_t tls_port_ = 0;
  pid_t pid_ = -1;
};

}  // namespace godwit::testing
