// SPDX-License-Identifier: MIT
#include "godwit/parser/set_cookie.h"

#include <string>

#include "godwit/parser/byte_class.h"
#include "godwit/parser/cookie_date.h"
#include "godwit/parser/http_date.h"
#include "godwit/tests/fuzz/fuzz.h"

namespace godwit::fuzz {
namespace {

using parser::parse_set_cookie;
using parser::SameSite;
using parser::SetCookie;
using parser::SetCookieError;
using parser::SetCookieOptions;

// write makes a Set-Cookie value of a parsed one, in the plainest form.
std::string write(const SetCookie& cookie) {
  std::string out = std::string(cookie.name) + "=" + std::string(cookie.value);
  if (cookie.expires) out += "; Expires=" + std::string(parser::HttpDate(*cookie.expires).text());
  if (cookie.max_age) out += "; Max-Age=" + std::to_string(*cookie.max_age);
  if (!cookie.domain.empty()) out += "; Domain=." + std::string(cookie.domain);
  if (!cookie.path.empty()) out += "; Path=" + std::string(cookie.path);
  if (cookie.secure) out += "; Secure";
  if (cookie.http_only) out += "; HttpOnly";
  if (cookie.same_site == SameSite::none) out += "; SameSite=None";
  if (cookie.same_site == SameSite::lax) out += "; SameSite=Lax";
  if (cookie.same_site == SameSite::strict) out += "; SameSite=Strict";
  return out;
}

void check_same(const SetCookie& a, const SetCookie& b) {
  check(a.name == b.name && a.value == b.value && a.expires == b.expires && a.max_age == b.max_age &&
            a.domain == b.domain && a.path == b.path && a.secure == b.secure && a.http_only == b.http_only &&
            a.same_site == b.same_site,
        "a cookie that is written is the same when read again");
}

void run(std::string_view in, const SetCookieOptions& options) {
  SetCookie cookie;
  if (parse_set_cookie(in, cookie, options) != SetCookieError::none) return;
  for (std::string_view view : {cookie.name, cookie.value, cookie.domain, cookie.path}) {
    check(view.empty() || (view.data() >= in.data() && view.data() + view.size() <= in.data() + in.size()),
          "all views are into the text");
    check(parser::trim_blanks(view) == view || view.data() == cookie.domain.data(), "parts are trimmed");
    check(view.find(';') == view.npos, "no part holds a semicolon");
    for (char byte : view) check(parser::is_field_byte(byte), "no part holds a control character");
  }
  check(cookie.name.find('=') == cookie.name.npos, "a name ends at its =");
  check(options.allow_nameless || !cookie.name.empty(), "a cookie has a name");
  check(cookie.name.size() + cookie.value.size() <= parser::kMaxCookiePair, "the pair keeps its limit");
  check(cookie.domain.size() <= parser::kMaxCookieAttribute, "attributes keep their limit");
  check(cookie.path.empty() || cookie.path.front() == '/', "a path begins with a slash");

  // One octet less than the limit went to the dot of the domain, perhaps.
  if (cookie.domain.size() == parser::kMaxCookieAttribute ||
      parser::trim_blanks(cookie.domain) != cookie.domain) {
    return;
  }
  const std::string text = write(cookie);
  SetCookie again;
  check(parse_set_cookie(text, again, options) == SetCookieError::none, "a parsed cookie can be written");
  check_same(again, cookie);
}

}  // namespace
}  // namespace godwit::fuzz

// The input is a Set-Cookie value; it is read as a cookie-date too.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace godwit::fuzz;
  const std::string_view in = as_text(data, size);
  run(in, {});
  run(in, {.allow_nameless = true});
  if (const auto time = godwit::parser::parse_cookie_date(in)) {
    check(godwit::parser::parse_cookie_date(godwit::parser::HttpDate(*time).text()) == time,
          "a date that is written is the same when read again");
  }
  return 0;
}
