// SPDX-License-Identifier: MIT
#include "godwit/parser/url.h"

#include <string>

#include "godwit/tests/fuzz/fuzz.h"

namespace godwit::fuzz {
namespace {

using parser::parse_url;
using parser::Url;
using parser::UrlError;
using parser::UrlOptions;

void check_same(const Url& a, const Url& b) {
  check(a.href() == b.href(), "parsing a URL's text gives the same URL");
  check(a.scheme() == b.scheme() && a.username() == b.username() && a.password() == b.password() &&
            a.host() == b.host() && a.hostname() == b.hostname() && a.port() == b.port() &&
            a.path() == b.path() && a.query() == b.query() && a.fragment() == b.fragment() &&
            a.target() == b.target() && a.authority() == b.authority() && a.host_kind() == b.host_kind() &&
            a.has_credentials() == b.has_credentials() && a.has_explicit_port() == b.has_explicit_port(),
        "the same text has the same parts");
}

void check_parts(const Url& url) {
  for (char byte : url.href()) check(byte > ' ' && byte < 0x7f, "a URL is printable ASCII");
  check(!url.host().empty() && !url.hostname().empty(), "a URL has a host");
  check(url.path().starts_with('/'), "a path begins with a slash");
  check(url.target().starts_with('/') && url.target().find('#') == url.target().npos,
        "a target begins with a slash and has no fragment");
  check(url.authority().find('@') == url.authority().npos, "an authority has no credentials");
  check(url.authority().starts_with(url.host()), "an authority begins with its host");
  std::string text = std::string(url.scheme()) + "://";
  if (url.has_credentials()) {
    text += url.username();
    if (!url.password().empty()) text += ":" + std::string(url.password());
    text += "@";
  }
  text += std::string(url.authority()) + std::string(url.target());
  check(url.href().starts_with(text), "the parts make the whole");
}

void run(std::string_view in, const Url& base, const UrlOptions& options) {
  Url url;
  const UrlError error = parse_url(in, base, url, options);
  if (error) {
    check(url.empty() && url.href().empty() && url.port() == 0, "after an error there is no URL");
    check(error.offset <= in.size(), "an error lies within its text");
    return;
  }
  check_parts(url);
  Url again;
  check(!parse_url(url.href(), again, options), "a URL's text is a URL");
  check_same(again, url);
  // Into itself, from a view of itself, and resolved by another: an absolute URL stays what it is.
  check(!parse_url(again.href(), base, again, options), "a URL's text is a URL by any base");
  check_same(again, url);
}

}  // namespace
}  // namespace godwit::fuzz

// The input is a URL, or a reference.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace godwit::fuzz;
  const std::string_view in = as_text(data, size);
  static const Url base = [] {
    Url url;
    check(!parse_url("https://user:pass@example.com:8443/a/b/c?d=e#f", url), "the base is a URL");
    return url;
  }();
  for (bool as_is : {false, true}) {
    run(in, {}, {.path_as_is = as_is});
    run(in, base, {.path_as_is = as_is});
  }
  return 0;
}
