// SPDX-License-Identifier: MIT
#include "godwit/core/net/tls_profile.h"

#include <utility>

namespace godwit::net {

TlsProfile::TlsProfile(TlsOptions options, std::string name)
    : name_(std::move(name)), options_(std::move(options)) {
  if (options_.session_reuse && options_.verify) sessions_ = std::make_shared<tls::SessionCache>();
}

const std::shared_ptr<const tls::Context>& TlsProfile::context() {
  if (!made_) make();
  return context_;
}

std::string_view TlsProfile::problem() {
  if (!made_) make();
  return problem_;
}

std::string TlsProfile::save_sessions() {
  if (!sessions_ || !context()) return {};
  return sessions_->save(context_->now());
}

std::string TlsProfile::load_sessions(std::string_view octets) {
  if (!context()) return problem_;
  return sessions_ ? sessions_->load(octets, *context_, context_->now()) : std::string();
}

void TlsProfile::make() {
  made_ = true;
  problem_ = set_up();
  if (!problem_.empty() && !name_.empty()) problem_ = "TLS profile \"" + name_ + "\": " + problem_;
}

std::string TlsProfile::set_up() {
  tls::ContextOptions options;
  options.verify = options_.verify;
  if (!options_.ca_file.empty()) options.roots.push_back(tls::Pem::from_file(options_.ca_file));
  if (!options_.ca_pem.empty()) options.roots.push_back(tls::Pem::from_text(options_.ca_pem));
  options.system_roots = options.roots.empty();
  if (!options_.cert_file.empty()) {
    options.certificate = tls::Pem::from_file(options_.cert_file);
    options.private_key =
        tls::Pem::from_file(options_.key_file.empty() ? options_.cert_file : options_.key_file);
  } else if (!options_.key_file.empty()) {
    return "a private key is given (" + options_.key_file + "), but no certificate";
  }
  tls::ContextResult result = tls::Context::make(options);
  context_ = std::move(result.context);
  return std::move(result.error);
}

TlsProfiles::TlsProfiles(const TlsOptions& unnamed, const std::map<std::string, TlsOptions>& named) {
  profiles_.emplace_back(unnamed);
  for (const auto& [name, options] : named) profiles_.emplace_back(options, name);
}

TlsProfile* TlsProfiles::find(std::string_view name) {
  for (TlsProfile& profile : profiles_) {
    if (profile.name() == name) return &profile;
  }
  return nullptr;
}

std::string_view TlsProfiles::problem() {
  for (TlsProfile& profile : profiles_) {
    if (const std::string_view problem = profile.problem(); !problem.empty()) return problem;
  }
  return {};
}

}  // namespace godwit::net
