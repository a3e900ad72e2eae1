// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "godwit/core/options.h"
#include "godwit/tls/context.h"

namespace godwit::net {

// TlsProfile turns TlsOptions into a TLS context when the first connection needs one: a client that speaks
// plain HTTP alone never parses a root.
class TlsProfile final {
 public:
  explicit TlsProfile(TlsOptions options) : options_(std::move(options)) {}

  // context is null if the options are not usable; problem() then says why.
  const std::shared_ptr<const tls::Context>& context();

  // problem names the file or option at fault; empty if all is well.
  std::string_view problem();

 private:
  void make();

  TlsOptions options_;
  std::shared_ptr<const tls::Context> context_;
  std::string problem_;
  bool made_ = false;
};

}  // namespace godwit::net
