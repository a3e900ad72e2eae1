// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "godwit/parser/byte_class.h"

namespace godwit {

// Methods of RFC 9110 section 9 and RFC 5789. Any other token is a method as well; methods are
// case-sensitive.
namespace method {
inline constexpr std::string_view kConnect = "CONNECT";
inline constexpr std::string_view kDelete = "DELETE";
inline constexpr std::string_view kGet = "GET";
inline constexpr std::string_view kHead = "HEAD";
inline constexpr std::string_view kOptions = "OPTIONS";
inline constexpr std::string_view kPatch = "PATCH";
inline constexpr std::string_view kPost = "POST";
inline constexpr std::string_view kPut = "PUT";
inline constexpr std::string_view kTrace = "TRACE";
}  // namespace method

// is_idempotent says whether a request may be repeated without a second effect (RFC 9110, 9.2.2).
constexpr bool is_idempotent(std::string_view m) {
  return m == method::kGet || m == method::kHead || m == method::kPut || m == method::kDelete ||
         m == method::kOptions || m == method::kTrace;
}

// is_safe says whether a request asks for no effect at all (RFC 9110, 9.2.1).
constexpr bool is_safe(std::string_view m) {
  return m == method::kGet || m == method::kHead || m == method::kOptions || m == method::kTrace;
}

// expects_content says whether an empty request should say `Content-Length: 0` (RFC 9110, 8.6). As in
// http.client `post` should too, though it is a method of its own: a server that takes it for POST then need
// not guess.
constexpr bool expects_content(std::string_view m) {
  for (std::string_view known : {method::kPost, method::kPut, method::kPatch}) {
    if (parser::ascii_iequals(m, known)) return true;
  }
  return false;
}

}  // namespace godwit
