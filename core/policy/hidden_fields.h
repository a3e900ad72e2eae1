// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "godwit/parser/byte_class.h"

namespace godwit::policy {

// is_hidden tells whether the value of a field lets its reader act as somebody: no log may hold it.
constexpr bool is_hidden(std::string_view name) {
  for (std::string_view secret : {"authorization", "proxy-authorization", "cookie", "set-cookie"}) {
    if (parser::ascii_iequals(name, secret)) return true;
  }
  return false;
}

}  // namespace godwit::policy
