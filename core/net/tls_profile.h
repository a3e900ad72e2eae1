// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "godwit/core/options.h"
#include "godwit/tls/context.h"
#include "godwit/tls/engine.h"
#include "godwit/tls/session_cache.h"

namespace godwit::net {

// TlsProfile turns TlsOptions into a TLS context when the first connection needs one: a client that speaks
// plain HTTP alone never parses a root. It has a cache of its own for the sessions that were verified by
// these options.
class TlsProfile final {
 public:
  // TlsProfile of that name; it is empty for ClientOptions::tls.
  explicit TlsProfile(TlsOptions options, std::string name = {});

  const std::string& name() const { return name_; }

  // engine_options are those of a connection to `host`, whose sessions are found by `session_key`. Views of
  // the arguments and of this.
  tls::EngineOptions engine_options(std::string_view host, std::string_view session_key) const;

  // context is null if the options are not usable; problem() then says why.
  const std::shared_ptr<const tls::Context>& context();

  // asks says that there is a TlsOptions::on_verify; ask puts the question to it.
  bool asks() const { return static_cast<bool>(options_.on_verify); }
  void ask(VerifyRequest request) const { options_.on_verify(std::move(request)); }

  // sessions is null if sessions are not to be used again.
  const std::shared_ptr<tls::SessionCache>& sessions() const { return sessions_; }

  // save_sessions and load_sessions are SessionCache's; without sessions they do nothing.
  std::string save_sessions();
  std::string load_sessions(std::string_view octets);

  // problem names the profile, and the file or option at fault; empty if all is well.
  std::string_view problem();

 private:
  void make();
  std::string set_up();
  void set_roots(tls::ContextOptions& context) const;
  std::string set_identity(tls::ContextOptions& context) const;

  std::string name_;
  TlsOptions options_;
  std::shared_ptr<const tls::Context> context_;
  std::shared_ptr<tls::SessionCache> sessions_;
  std::string problem_;
  bool made_ = false;
};

// TlsProfiles are those of one client: the one without a name, and those with one.
class TlsProfiles final {
 public:
  TlsProfiles(const TlsOptions& unnamed, const std::map<std::string, TlsOptions>& named);
  // TlsProfiles of one that is shared with others.
  explicit TlsProfiles(std::shared_ptr<TlsProfile> unnamed) { profiles_.push_back(std::move(unnamed)); }

  // at gives the one that ports::Route::tls_profile means.
  TlsProfile& at(uint32_t index) { return *profiles_[index]; }

  // find gives the one of that name, empty for the one without; null if there is none.
  TlsProfile* find(std::string_view name);

  // problem is the first that one of them has; empty if all is well.
  std::string_view problem();

 private:
  std::vector<std::shared_ptr<TlsProfile>> profiles_;
};

}  // namespace godwit::net
