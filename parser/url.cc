// SPDX-License-Identifier: MIT
#include "godwit/parser/url.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <utility>

#include "godwit/parser/byte_class.h"
#include "godwit/parser/url_byte.h"
#include "godwit/parser/url_percent.h"
#include "godwit/parser/url_port.h"

namespace godwit::parser {

Url::Url(Url&& other) noexcept {
  *this = std::move(other);
}

Url& Url::operator=(Url&& other) noexcept {
  if (this == &other) return *this;
  href_ = std::move(other.href_);
  at_ = other.at_;
  port_ = other.port_;
  host_kind_ = other.host_kind_;
  other.clear();
  return *this;
}

void Url::clear() {
  href_.clear();
  at_ = {};
  port_ = 0;
  host_kind_ = HostKind::name;
}

std::string_view Url::password() const {
  // Between a username alone and the host there is one "@"; with a password, ":" and "@".
  return at_.host_begin > at_.username_end + 1 ? slice(at_.username_end + 1, at_.host_begin - 1)
                                               : std::string_view();
}

std::string_view Url::hostname() const {
  return host_kind_ == HostKind::ipv6 ? slice(at_.host_begin + 1, at_.host_end - 1) : host();
}

namespace {

constexpr uint16_t default_port(bool https) {
  return https ? 443 : 80;
}

// dot_size gives the size of the dot that `text` begins with, "." or "%2e", or 0.
size_t dot_size(std::string_view text) {
  if (text.starts_with('.')) return 1;
  return text.starts_with("%2e") || text.starts_with("%2E") ? 3 : 0;
}

bool is_single_dot(std::string_view segment) {
  return !segment.empty() && dot_size(segment) == segment.size();
}

bool is_double_dot(std::string_view segment) {
  const size_t first = dot_size(segment);
  return first > 0 && is_single_dot(segment.substr(first));
}

// scheme_size counts the bytes at the beginning of `text` that a scheme can consist of (RFC 3986, 3.1).
size_t scheme_size(std::string_view text) {
  if (text.empty() || to_lower(text[0]) < 'a' || to_lower(text[0]) > 'z') return 0;
  size_t size = 1;
  while (size < text.size() && is_url(text[size], kUrlScheme)) ++size;
  return size;
}

std::string_view trimmed(std::string_view in) {
  const auto is_space = [](char byte) { return static_cast<unsigned char>(byte) <= ' '; };
  while (!in.empty() && is_space(in.front())) in.remove_prefix(1);
  while (!in.empty() && is_space(in.back())) in.remove_suffix(1);
  return in;
}

std::string without_tab_or_newline(std::string_view text) {
  std::string kept;
  kept.reserve(text.size());
  for (char byte : text)
    if (!is_url(byte, kUrlTabOrNewline)) kept += byte;
  return kept;
}

// offset_with_tab_or_newline gives the index in `text` of byte `offset` of without_tab_or_newline(text).
size_t offset_with_tab_or_newline(std::string_view text, size_t offset) {
  size_t at = 0;
  for (;; ++at) {
    if (at == text.size()) return at;
    if (is_url(text[at], kUrlTabOrNewline)) continue;
    if (offset-- == 0) return at;
  }
}

// lies_in tells whether `view` shares octets with `text`.
bool lies_in(std::string_view view, std::string_view text) {
  const std::less<const char*> before;
  return before(view.data(), text.data() + text.size()) && before(text.data(), view.data() + view.size());
}

}  // namespace

// UrlParser writes one URL. Its input is trimmed and holds no tab and no line end; each method takes
// what is left of it, and the offsets of its errors count from its first byte.
class UrlParser {
 public:
  static UrlError run(std::string_view in, const Url* base, const UrlOptions& options, Url& out);

 private:
  UrlParser(std::string_view in, const UrlOptions& options, Url& out)
      : in_(in), options_(options), out_(out), href_(out.href_), at_(out.at_) {}

  UrlError parse(const Url* base);
  UrlError relative(std::string_view rest, const Url& base);
  UrlError from_slashes(std::string_view rest, bool https);
  UrlError authority(std::string_view text);
  UrlError host_and_port(std::string_view text);
  UrlError port(std::string_view digits);
  void userinfo(std::string_view text);
  void take_from(const Url& base, size_t end);
  void path_query_fragment(std::string_view rest);
  void path(std::string_view segments);
  void query_fragment(std::string_view rest);
  void fragment(std::string_view rest);

  UrlError failed(UrlErrc code, std::string_view at) const {
    return {code, static_cast<size_t>(at.data() - in_.data())};
  }
  uint32_t position() const { return static_cast<uint32_t>(href_.size()); }

  const std::string_view in_;
  const UrlOptions& options_;
  Url& out_;
  std::string& href_;
  Url::Offsets& at_;
};

UrlError UrlParser::parse(const Url* base) {
  const size_t colon = scheme_size(in_);
  const bool has_scheme = colon > 0 && colon < in_.size() && in_[colon] == ':';
  if (!has_scheme) return base ? relative(in_, *base) : failed(UrlErrc::missing_scheme, in_);

  const std::string_view scheme = in_.substr(0, colon);
  const std::string_view rest = in_.substr(colon + 1);
  const bool https = ascii_iequals(scheme, "https");
  if (!https && !ascii_iequals(scheme, "http")) return failed(UrlErrc::unsupported_scheme, in_);
  // "http:path" is relative to a base of the same scheme, for the web's oldest pages.
  if (base && base->is_https() == https) return relative(rest, *base);
  return from_slashes(rest, https);
}

UrlError UrlParser::relative(std::string_view rest, const Url& base) {
  if (rest.empty() || rest[0] == '#') {
    take_from(base, base.at_.query_end);
    fragment(rest);
  } else if (rest[0] == '?') {
    take_from(base, base.at_.path_end);
    query_fragment(rest);
  } else if (!is_url(rest[0], kUrlSlash)) {
    take_from(base, base.at_.path_end);
    href_.resize(href_.rfind('/'));
    path_query_fragment(rest);
  } else if (rest.size() > 1 && is_url(rest[1], kUrlSlash)) {
    return from_slashes(rest, base.is_https());
  } else {
    take_from(base, base.at_.path_begin);
    path_query_fragment(rest.substr(1));
  }
  return {};
}

void UrlParser::take_from(const Url& base, size_t end) {
  href_.assign(base.href_, 0, end);
  at_ = base.at_;
  out_.port_ = base.port_;
  out_.host_kind_ = base.host_kind_;
}

// from_slashes skips any number of slashes, even none: the standard takes "https:host" for a URL.
UrlError UrlParser::from_slashes(std::string_view rest, bool https) {
  href_.assign(https ? "https://" : "http://");
  at_.username_begin = position();
  while (!rest.empty() && is_url(rest[0], kUrlSlash)) rest.remove_prefix(1);

  const size_t end = find_url(rest, kUrlSlash | kUrlPathEnd);
  if (const UrlError error = authority(rest.substr(0, end))) return error;
  at_.path_begin = position();
  rest.remove_prefix(end);
  if (!rest.empty() && is_url(rest[0], kUrlSlash)) rest.remove_prefix(1);
  path_query_fragment(rest);
  return {};
}

UrlError UrlParser::authority(std::string_view text) {
  // The last "@" ends the credentials; any before it belong to them.
  const size_t at_sign = text.rfind('@');
  const bool has_userinfo = at_sign != text.npos;
  userinfo(text.substr(0, has_userinfo ? at_sign : 0));
  if (has_userinfo) text.remove_prefix(at_sign + 1);
  at_.host_begin = position();

  size_t colon = 0;
  for (bool in_brackets = false; colon < text.size(); ++colon) {
    if (text[colon] == '[') in_brackets = true;
    if (text[colon] == ']') in_brackets = false;
    if (text[colon] == ':' && !in_brackets) break;
  }
  const std::string_view host = text.substr(0, colon);
  if (host.empty()) return failed(UrlErrc::missing_host, host);
  const HostResult result = append_host(host, href_);
  if (result.error) return failed(result.error.code, host.substr(result.error.offset));
  out_.host_kind_ = result.kind;
  at_.host_end = position();
  return port(text.substr(colon == text.size() ? colon : colon + 1));
}

void UrlParser::userinfo(std::string_view text) {
  const size_t colon = text.find(':');
  append_percent_encoded(text.substr(0, colon), kUrlEncodeInUserinfo, href_);
  at_.username_end = position();
  if (colon != text.npos && colon + 1 < text.size()) {
    href_ += ':';
    append_percent_encoded(text.substr(colon + 1), kUrlEncodeInUserinfo, href_);
  }
  if (position() > at_.username_begin) href_ += '@';
}

UrlError UrlParser::port(std::string_view digits) {
  const uint16_t scheme_port = default_port(out_.is_https());
  out_.port_ = scheme_port;
  const UrlError error = parse_port(digits, out_.port_);
  if (error) return failed(error.code, digits.substr(error.offset));
  if (out_.port_ == scheme_port) return {};
  char text[8] = {':'};
  href_.append(text, std::to_chars(text + 1, text + sizeof text, out_.port_).ptr);
  return {};
}

// path_query_fragment takes what follows the slash that begins the path, or a relative path.
void UrlParser::path_query_fragment(std::string_view rest) {
  const size_t end = find_url(rest, kUrlPathEnd);
  path(rest.substr(0, end));
  at_.path_end = position();
  query_fragment(rest.substr(end));
}

// path writes "/" before each segment, behind what stands there of the base's path.
void UrlParser::path(std::string_view segments) {
  for (;;) {
    const size_t end = find_url(segments, kUrlSlash);
    const std::string_view segment = segments.substr(0, end);
    const bool last = end == segments.size();
    if (!options_.path_as_is && is_double_dot(segment)) {
      const size_t parent = href_.rfind('/');
      if (parent >= at_.path_begin) href_.resize(parent);
      if (last) href_ += '/';
    } else if (!options_.path_as_is && is_single_dot(segment)) {
      if (last) href_ += '/';
    } else {
      href_ += '/';
      append_percent_encoded(segment, kUrlEncodeInPath, href_);
    }
    if (last) return;
    segments.remove_prefix(end + 1);
  }
}

// query_fragment takes nothing, or what begins with "?" or "#".
void UrlParser::query_fragment(std::string_view rest) {
  size_t end = 0;
  if (rest.starts_with('?')) {
    end = std::min(rest.find('#'), rest.size());
    href_ += '?';
    append_percent_encoded(rest.substr(1, end - 1), kUrlEncodeInQuery, href_);
  }
  at_.query_end = position();
  fragment(rest.substr(end));
}

// fragment takes nothing, or what begins with "#".
void UrlParser::fragment(std::string_view rest) {
  if (rest.empty()) return;
  href_ += '#';
  append_percent_encoded(rest.substr(1), kUrlEncodeInFragment, href_);
}

UrlError UrlParser::run(std::string_view in, const Url* base, const UrlOptions& options, Url& out) {
  if (base == &out) {
    const Url copy = out;
    return run(in, &copy, options, out);
  }
  if (lies_in(in, out.href_)) {
    const std::string copy(in);
    return run(copy, base, options, out);
  }
  out.clear();
  if (base && base->empty()) base = nullptr;
  if (in.size() > kMaxUrlSize) return {UrlErrc::too_long, kMaxUrlSize};

  const std::string_view text = trimmed(in);
  const bool clean = find_url(text, kUrlTabOrNewline) == text.size();
  const std::string cleaned = clean ? std::string() : without_tab_or_newline(text);
  out.href_.reserve(text.size() + (base ? base->href_.size() : 0) + sizeof "/");
  UrlError error = UrlParser(clean ? text : cleaned, options, out).parse(base);
  if (error) {
    if (!clean) error.offset = offset_with_tab_or_newline(text, error.offset);
    error.offset += static_cast<size_t>(text.data() - in.data());
  } else if (out.href_.size() > kMaxUrlSize) {
    error = {UrlErrc::too_long, in.size()};
  }
  if (error) out.clear();
  return error;
}

UrlError parse_url(std::string_view in, Url& out, const UrlOptions& options) {
  return UrlParser::run(in, nullptr, options, out);
}

UrlError parse_url(std::string_view in, const Url& base, Url& out, const UrlOptions& options) {
  return UrlParser::run(in, &base, options, out);
}

}  // namespace godwit::parser
