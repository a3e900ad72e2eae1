// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "godwit/core/tls_options.h"

namespace godwit {

namespace net {
class TlsProfile;
}

// TlsContext is http.client's `context`: what HttpsConnections have in common. The files that its options
// name are read once, when the first connection needs them, and each connection can resume the TLS sessions
// of the others.
//
//   TlsContext context({.ca_file = "ours.pem"});
//   HttpsConnection a(loop, "a.example", {}, context), b(loop, "b.example", {}, context);
//
// It is a handle: a copy is the same context, which lives for as long as one of them or a connection does.
// All connections of a context belong to one thread; a program with several loops makes one for each, and no
// root is parsed twice for that.
class TlsContext {
 public:
  explicit TlsContext(TlsOptions options = {});

  // problem says what is wrong with the options, and reads the files that they name; empty if nothing is.
  // With a problem, every connection ends with Errc::invalid_option and this sentence.
  std::string_view problem() const;

  // save_sessions gives the sessions that could be resumed, as octets for load_sessions() of a later context:
  // see Client::save_tls_sessions.
  std::string save_sessions() const;
  std::string load_sessions(std::string_view octets);

 private:
  friend class HttpsConnection;

  std::shared_ptr<net::TlsProfile> profile_;
};

}  // namespace godwit
