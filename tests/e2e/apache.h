// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "godwit/tests/e2e/server_process.h"

namespace godwit::testing {

// Apache is a real apache on loopback ports, with OpenSSL, in a folder of its own. It serves from the moment
// that the constructor returns:
//   /...               the files that were put; those named *.shtml in chunks
//   /stored/...        what was uploaded with PUT
//   /clients/...       the files that were put, to clients with a certificate of ca(), for which it asks when
//                      it has read the request: it renegotiates with TLS 1.2 and wants authentication after
//                      the handshake with TLS 1.3
// Where SNI and Host say "clients.example", it asks for that certificate in the handshake. Without TLS it
// serves two requests to a connection where Host says "few.example", and where it says "short.example" it
// keeps an idle connection for 100 ms.
class Apache {
 public:
  explicit Apache(const std::string& folder);

  // problem is a sentence about why it does not run; empty if it does.
  const std::string& problem() const { return problem_; }
  std::string url(std::string_view path) const;
  std::string tls_url(std::string_view path) const;
  const test::Certificate& ca() const { return folder_.ca(); }
  // errors gives what it has logged.
  std::string errors() const { return folder_.read("error.log"); }
  // put makes a file that it serves.
  void put(const std::string& name, std::string_view content) const;

 private:
  const ServerFolder folder_;
  ServerProcess process_;
  std::string problem_;
};

}  // namespace godwit::testing
