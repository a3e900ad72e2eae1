// SPDX-License-Identifier: MIT
#include "godwit/parser/set_cookie.h"

#include <limits>

#include "godwit/parser/byte_class.h"
#include "godwit/parser/cookie_date.h"

namespace godwit::parser {
namespace {

// split gives what stands before the first `mark`, and takes it and the mark from the front of `text`.
std::string_view split(std::string_view& text, char mark) {
  const size_t at = text.find(mark);
  const std::string_view before = text.substr(0, at);
  text.remove_prefix(at == text.npos ? text.size() : at + 1);
  return before;
}

bool starts_with_any_case(std::string_view text, std::string_view prefix) {
  return ascii_iequals(text.substr(0, prefix.size()), prefix);
}

// parse_max_age reads ["-"] 1*DIGIT (RFC 6265bis 5.6.2). A number that does not fit is the nearest that
// does: either is further away than any cookie lives.
std::optional<int64_t> parse_max_age(std::string_view text) {
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  int64_t value = 0;
  for (char byte : text) {
    if (!is_digit(byte)) return std::nullopt;
    const int64_t digit = byte - '0';
    value = value > (kMost - digit) / 10 ? kMost : value * 10 + digit;
  }
  return negative ? -value : value;
}

SameSite parse_same_site(std::string_view text) {
  if (ascii_iequals(text, "None")) return SameSite::none;
  if (ascii_iequals(text, "Lax")) return SameSite::lax;
  if (ascii_iequals(text, "Strict")) return SameSite::strict;
  return SameSite::unset;
}

void take_attribute(std::string_view name, std::string_view value, SetCookie& out) {
  if (ascii_iequals(name, "Expires")) {
    if (const auto time = parse_cookie_date(value)) out.expires = time;
  } else if (ascii_iequals(name, "Max-Age")) {
    if (const auto seconds = parse_max_age(value)) out.max_age = seconds;
  } else if (ascii_iequals(name, "Domain")) {
    out.domain = value.substr(value.starts_with('.') ? 1 : 0);
  } else if (ascii_iequals(name, "Path")) {
    out.path = value.starts_with('/') ? value : std::string_view();
  } else if (ascii_iequals(name, "Secure")) {
    out.secure = true;
  } else if (ascii_iequals(name, "HttpOnly")) {
    out.http_only = true;
  } else if (ascii_iequals(name, "SameSite")) {
    out.same_site = parse_same_site(value);
  }
}

// keeps_its_prefix judges what the name promises (RFC 6265bis 4.1.3); a nameless cookie comes back as its
// value, which therefore must not make a promise at all.
bool keeps_its_prefix(const SetCookie& cookie) {
  constexpr std::string_view kSecure = "__Secure-";
  constexpr std::string_view kHost = "__Host-";
  if (cookie.name.empty()) {
    return !starts_with_any_case(cookie.value, kSecure) && !starts_with_any_case(cookie.value, kHost);
  }
  if (starts_with_any_case(cookie.name, kSecure)) return cookie.secure;
  if (starts_with_any_case(cookie.name, kHost)) {
    return cookie.secure && cookie.path == "/" && cookie.domain.empty();
  }
  return true;
}

}  // namespace

std::string_view to_string(SetCookieError error) {
  static constexpr std::string_view kNames[] = {
#define GODWIT_NAME(symbol, name, sentence) name,
      GODWIT_SET_COOKIE_ERRORS(GODWIT_NAME)
#undef GODWIT_NAME
  };
  return kNames[static_cast<uint8_t>(error)];
}

std::string_view describe(SetCookieError error) {
  static constexpr std::string_view kSentences[] = {
#define GODWIT_SENTENCE(symbol, name, sentence) sentence,
      GODWIT_SET_COOKIE_ERRORS(GODWIT_SENTENCE)
#undef GODWIT_SENTENCE
  };
  return kSentences[static_cast<uint8_t>(error)];
}

SetCookieError parse_set_cookie(std::string_view text, SetCookie& out, const SetCookieOptions& options) {
  for (char byte : text) {
    if (!is_field_byte(byte)) return SetCookieError::control_character;
  }
  out = {};
  std::string_view rest = text;
  std::string_view value = split(rest, ';');
  if (value.find('=') != value.npos) out.name = trim_blanks(split(value, '='));
  out.value = trim_blanks(value);
  if (out.name.empty() && (!options.allow_nameless || out.value.empty())) return SetCookieError::missing_name;
  if (out.name.size() + out.value.size() > kMaxCookiePair) return SetCookieError::too_long;

  while (!rest.empty()) {
    std::string_view attribute = split(rest, ';');
    const std::string_view name = trim_blanks(split(attribute, '='));
    const std::string_view attribute_value = trim_blanks(attribute);
    if (attribute_value.size() <= kMaxCookieAttribute) take_attribute(name, attribute_value, out);
  }
  return keeps_its_prefix(out) ? SetCookieError::none : SetCookieError::broken_prefix;
}

}  // namespace godwit::parser
