// SPDX-License-Identifier: MIT
#pragma once

#include <string>
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

// hide_userinfo gives a request target for a log: user and password of an absolute one are left out.
inline std::string hide_userinfo(std::string_view target) {
  const size_t begin = target.find("://");
  if (begin == std::string_view::npos || target.starts_with('/')) return std::string(target);
  const std::string_view authority =
      target.substr(begin + 3, target.find_first_of("/?#", begin + 3) - begin - 3);
  const size_t user = authority.rfind('@');
  if (user == std::string_view::npos) return std::string(target);
  return std::string(target.substr(0, begin + 3)).append("(hidden)").append(target.substr(begin + 3 + user));
}

}  // namespace godwit::policy
