// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "godwit/core/options.h"
#include "godwit/tls/context.h"
#include "godwit/tls/session_cache.h"

namespace godwit::net {

// TlsProfile turns TlsOptions into a TLS context when the first connection needs one: a client that speaks
// plain HTTP alone never parses a root. It has a cache of its own for the sessions that were verified by
// these options.
class TlsProfile final {
 public:
  explicit TlsProfile(TlsOptions options);

  // context is null if the options are not usable; problem() then says why.
  const std::shared_ptr<const tls::Context>& context();

  // sessions is null if sessions are not to be used again.
  const std::shared_ptr<tls::SessionCache>& sessions() const { return sessions_; }

  // save_sessions and load_sessions are SessionCache's; without sessions they do nothing.
  std::string save_sessions();
  std::string load_sessions(std::string_view octets);

  // problem names the file or option at fault; empty if all is well.
  std::string_view problem();

 private:
  void make();

  TlsOptions options_;
  std::shared_ptr<const tls::Context> context_;
  std::shared_ptr<tls::SessionCache> sessions_;
  std::string problem_;
  bool made_ = false;
};

}  // namespace godwit::net
