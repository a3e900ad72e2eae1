// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace godwit::parser {

// kMaxCookiePair limits the name and value of a cookie together, in octets; a longer one is refused
// (RFC 6265bis 5.6, step 5).
inline constexpr size_t kMaxCookiePair = 4096;

// kMaxCookieAttribute limits the value of one attribute, in octets; a longer one is left out as if it had
// not been there.
inline constexpr size_t kMaxCookieAttribute = 1024;

enum class SameSite : uint8_t { unset, none, lax, strict };

// SetCookie is one parsed Set-Cookie value. All views are into what was parsed, as received there. Of an
// attribute that is repeated the last counts. Unset means that the attribute is not there or says nothing.
struct SetCookie {
  std::string_view name;  // empty only if SetCookieOptions::allow_nameless
  std::string_view value;

  // expires is the time of Expires, in seconds since 1970-01-01 UTC. max_age is in seconds from now, 0 and
  // less being in the past; where both are set it is the one that counts. With neither, the cookie is the
  // session's.
  std::optional<int64_t> expires;
  std::optional<int64_t> max_age;

  // domain is without one leading dot, in the case received. Empty: the host alone that sent it.
  std::string_view domain;

  // path begins with "/". Empty: the default path of the request's URL.
  std::string_view path;

  bool secure = false;
  bool http_only = false;
  SameSite same_site = SameSite::unset;
};

// GODWIT_SET_COOKIE_ERRORS is the one table of why a Set-Cookie value is no cookie: enumerator, name in
// logs, sentence for people.
#define GODWIT_SET_COOKIE_ERRORS(X)                                                            \
  X(none, "none", "no error")                                                                  \
  X(control_character, "control-character", "a control character in a Set-Cookie value")       \
  X(missing_name, "missing-name", "the cookie has no name")                                    \
  X(too_long, "cookie-too-long", "the cookie's name and value are longer than kMaxCookiePair") \
  X(broken_prefix, "broken-prefix",                                                            \
    "the cookie's name begins with __Secure- or __Host-, which promises "                      \
    "attributes that it has not")

// SetCookieError is the closed list of those reasons.
enum class SetCookieError : uint8_t {
#define GODWIT_ENUMERATOR(symbol, name, sentence) symbol,
  GODWIT_SET_COOKIE_ERRORS(GODWIT_ENUMERATOR)
#undef GODWIT_ENUMERATOR
};

// to_string gives the kebab-case name of `error`, describe a sentence about it; literals both.
std::string_view to_string(SetCookieError error);
std::string_view describe(SetCookieError error);

// SetCookieOptions relaxes what parse_set_cookie refuses.
struct SetCookieOptions {
  // allow_nameless takes "value" and "=value" for a cookie without a name, as browsers do and RFC 6265bis
  // has it (RFC 6265 does not). Danger: it is sent back as its bare value, so "=id=1" comes back looking
  // like the cookie "id", which its sender may have had no right to set.
  bool allow_nameless = false;
};

// parse_set_cookie reads one Set-Cookie value by RFC 6265bis 5.6, with the checks of 5.7 that need nothing
// but the value itself: control characters, sizes, and the promises of the names __Secure- (needs Secure)
// and __Host- (needs Secure, Path=/ and no Domain). Everything that depends on the request is the jar's:
// whether the domain matches, is ASCII or a public suffix, default paths, Secure and SameSite. After an
// error, `out` is of no meaning. Nothing is allocated.
SetCookieError parse_set_cookie(std::string_view text, SetCookie& out, const SetCookieOptions& options = {});

}  // namespace godwit::parser
