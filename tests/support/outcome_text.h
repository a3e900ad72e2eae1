// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "godwit/core/error.h"

namespace godwit::test {

// outcome_text is describe(), which says of what went well just that; here it also says how much came:
// "ok in body after 5 of 5 bytes".
inline std::string outcome_text(const Error& error, std::string_view diagnosis = {}) {
  std::string text = describe(error, diagnosis);
  if (error || error.phase == Phase::none) return text;
  text.append(" in ").append(name(error.phase)).append(" after ").append(std::to_string(error.received));
  if (error.expected != Error::kUnknown) text.append(" of ").append(std::to_string(error.expected));
  return text + " bytes";
}

}  // namespace godwit::test
