// SPDX-License-Identifier: MIT
#include "godwit/core/net/tls_profile.h"

#include <utility>

namespace godwit::net {

TlsProfile::TlsProfile(TlsOptions options) : options_(std::move(options)) {
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
    problem_ = "a private key is given (" + options_.key_file + "), but no certificate";
    return;
  }
  auto result = tls::Context::make(options);
  context_ = std::move(result.context);
  problem_ = std::move(result.error);
}

}  // namespace godwit::net
