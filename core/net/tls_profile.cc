// SPDX-License-Identifier: MIT
#include "godwit/core/net/tls_profile.h"

#include <cstdlib>
#include <utility>

namespace godwit::net {

namespace {

tls::Version version_of(TlsVersion version) {
  return version == TlsVersion::tls1_2 ? tls::Version::tls1_2 : tls::Version::tls1_3;
}

}  // namespace

TlsProfile::TlsProfile(TlsOptions options, std::string name)
    : name_(std::move(name)), options_(std::move(options)) {
  if (options_.session_reuse && options_.verify) sessions_ = std::make_shared<tls::SessionCache>();
}

tls::EngineOptions TlsProfile::engine_options(std::string_view host, std::string_view session_key) const {
  return {.server_name = options_.server_name.empty() ? host : std::string_view(options_.server_name),
          .verify_name = options_.verify_name.empty() ? host : std::string_view(options_.verify_name),
          .send_server_name = options_.send_server_name,
          .sessions = sessions_,
          .session_key = session_key,
          .early_data = options_.early_data,
          .ask = asks()};
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
  tls::ContextOptions context;
  context.verify = options_.verify;
  context.require_ocsp = options_.require_ocsp;
  context.pins = options_.pins;
  context.min_version = version_of(options_.min_version);
  context.max_version = version_of(options_.max_version);
  context.ciphers = options_.ciphers;
  context.groups = options_.groups;
  for (const std::string& protocol : options_.alpn) {
    if (protocol != "http/1.1" && protocol != "http/1.0")
      return "alpn: http/1.1 and http/1.0 are spoken, not \"" + protocol + '"';
  }
  context.alpn = options_.alpn;
  set_roots(context);
  if (std::string problem = set_identity(context); !problem.empty()) return problem;
  context.key_log_file = options_.key_log_file;
  if (context.key_log_file.empty() && options_.key_log_from_environment) {
    if (const char* file = secure_getenv("SSLKEYLOGFILE")) context.key_log_file = file;
  }
  tls::ContextResult result = tls::Context::make(context);
  context_ = std::move(result.context);
  return std::move(result.error);
}

void TlsProfile::set_roots(tls::ContextOptions& context) const {
  if (!options_.ca_file.empty()) context.roots.push_back(tls::Pem::from_file(options_.ca_file));
  if (!options_.ca_pem.empty()) context.roots.push_back(tls::Pem::from_text(options_.ca_pem));
  if (!options_.ca_folder.empty()) context.root_folders.push_back(options_.ca_folder);
  const bool given = !context.roots.empty() || !context.root_folders.empty();
  context.system_roots = options_.system_roots || !given;
}

std::string TlsProfile::set_identity(tls::ContextOptions& context) const {
  context.certificate = {options_.cert_file, options_.cert_pem};
  context.private_key = {options_.key_file, options_.key_pem};
  context.pkcs12 = {options_.pkcs12_file, options_.pkcs12};
  context.password = options_.key_password;
  if (!context.certificate.empty() && context.private_key.empty()) context.private_key = context.certificate;
  if (context.certificate.empty() && !context.private_key.empty() && context.pkcs12.empty())
    return "a private key is given (" + context.private_key.label() + "), but no certificate";
  return {};
}

TlsProfiles::TlsProfiles(const TlsOptions& unnamed, const std::map<std::string, TlsOptions>& named) {
  profiles_.push_back(std::make_shared<TlsProfile>(unnamed));
  for (const auto& [name, options] : named) profiles_.push_back(std::make_shared<TlsProfile>(options, name));
}

TlsProfile* TlsProfiles::find(std::string_view name) {
  for (const auto& profile : profiles_) {
    if (profile->name() == name) return profile.get();
  }
  return nullptr;
}

std::string_view TlsProfiles::problem() {
  for (const auto& profile : profiles_) {
    if (const std::string_view problem = profile->problem(); !problem.empty()) return problem;
  }
  return {};
}

}  // namespace godwit::net
