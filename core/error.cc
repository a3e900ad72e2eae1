// SPDX-License-Identifier: MIT
#include "godwit/core/error.h"

namespace godwit {

std::string_view name(Errc code) {
  switch (code) {
#define X(code, name, meaning) \
  case Errc::code:             \
    return name;
    GODWIT_ERROR_MAP(X)
#undef X
  }
  return "unknown";
}

std::string_view name(Phase phase) {
  static constexpr std::string_view kNames[] = {"none", "queue", "resolve", "connect", "proxy",
                                                "tls",  "send",  "head",    "body"};
  return kNames[static_cast<size_t>(phase)];
}

static std::string_view meaning(Errc code) {
  switch (code) {
#define X(code, name, meaning) \
  case Errc::code:             \
    return meaning;
    GODWIT_ERROR_MAP(X)
#undef X
  }
  return "unknown";
}

std::string describe(const Error& error, std::string_view diagnosis) {
  std::string out(name(error.code));
  if (!error) return out;
  if (error.phase != Phase::none) {
    out += " in ";
    out += name(error.phase);
  }
  if (error.phase == Phase::head || error.phase == Phase::body) {
    out += " after " + std::to_string(error.received);
    if (error.phase == Phase::body && error.expected != Error::kUnknown) {
      out += " of " + std::to_string(error.expected);
    }
    out += " bytes";
  }
  out += ": ";
  out += diagnosis.empty() ? meaning(error.code) : diagnosis;
  return out;
}

}  // namespace godwit
