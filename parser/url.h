// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "godwit/parser/url_error.h"
#include "godwit/parser/url_host.h"

namespace godwit::parser {

// kMaxUrlSize limits a URL before and after parsing, in octets; it is Chromium's limit.
inline constexpr size_t kMaxUrlSize = 2 * 1024 * 1024;

// UrlOptions relaxes what the URL Standard prescribes.
struct UrlOptions {
  // path_as_is keeps the dot segments of the path ("/a/../b", "/%2e/"), as curl --path-as-is does.
  // Danger: servers, caches and filters disagree about what such a path means.
  bool path_as_is = false;
};

// Url is an http or https URL in the URL Standard's serialised form, as one string and where its
// parts begin:
//
//     https://user:pass@example.com:1234/foo/bar?baz#quux
//             |   |     |          |    |       |   |
//             |   |     |          |    |       |   query_end
//             |   |     |          |    |       path_end
//             |   |     |          |    path_begin
//             |   |     |          host_end
//             |   |     host_begin
//             |   username_end
//             username_begin
//
// A default-constructed Url, one that was moved from and one whose parse failed are empty(): all views
// are empty and the ports are 0. Views live until the Url is parsed into, assigned or destroyed.
class Url {
 public:
  Url() = default;
  Url(const Url&) = default;
  Url& operator=(const Url&) = default;
  Url(Url&& other) noexcept;
  Url& operator=(Url&& other) noexcept;

  bool empty() const { return href_.empty(); }

  // href is the whole URL. It is ASCII, and parsing it again gives the same URL (with path_as_is, if
  // that made it).
  std::string_view href() const { return href_; }

  // scheme is "http" or "https", is_https tells which.
  std::string_view scheme() const { return slice(0, empty() ? 0 : is_https() ? 5 : 4); }
  bool is_https() const { return at_.username_begin == sizeof "https://" - 1; }

  // username and password are as they stand in the URL, percent-encoded; decode them before use.
  std::string_view username() const { return slice(at_.username_begin, at_.username_end); }
  std::string_view password() const;
  bool has_credentials() const { return at_.host_begin > at_.username_begin; }

  // host is the serialised host, an IPv6 address in brackets; hostname is the same without them, for
  // a resolver, for SNI, for the comparison with a certificate.
  std::string_view host() const { return slice(at_.host_begin, at_.host_end); }
  std::string_view hostname() const;
  HostKind host_kind() const { return host_kind_; }
  bool host_is_ip() const { return host_kind_ != HostKind::name; }

  // port is the port to connect to: the one in the URL, or the scheme's own. A port that equals the
  // scheme's own is dropped by the parser, so has_explicit_port is false then.
  uint16_t port() const { return port_; }
  bool has_explicit_port() const { return at_.path_begin > at_.host_end; }

  // authority is host[:port], the value of Host (RFC 9110, 7.2); never the credentials.
  std::string_view authority() const { return slice(at_.host_begin, at_.path_begin); }

  // path begins with "/". query and fragment come without their "?" and "#".
  std::string_view path() const { return slice(at_.path_begin, at_.path_end); }
  std::string_view query() const { return after_mark(at_.path_end, at_.query_end); }
  std::string_view fragment() const { return after_mark(at_.query_end, href_.size()); }

  // target is the request target in origin-form: the path and, if there is a "?", the query (RFC 9112,
  // 3.2.1). It begins with "/" and never holds the fragment.
  std::string_view target() const { return slice(at_.path_begin, at_.query_end); }

 private:
  friend class UrlParser;

  struct Offsets {
    uint32_t username_begin = 0;
    uint32_t username_end = 0;
    uint32_t host_begin = 0;
    uint32_t host_end = 0;
    uint32_t path_begin = 0;
    uint32_t path_end = 0;
    uint32_t query_end = 0;
  };

  std::string_view slice(size_t begin, size_t end) const { return {href_.data() + begin, end - begin}; }
  std::string_view after_mark(size_t begin, size_t end) const {
    return begin < end ? slice(begin + 1, end) : std::string_view();
  }
  void clear();

  std::string href_;
  Offsets at_;
  uint16_t port_ = 0;
  HostKind host_kind_ = HostKind::name;
};

// parse_url parses `in` by the URL Standard's basic URL parser, as far as it concerns http and https:
// any other scheme is unsupported_scheme. `out` keeps its memory from one parse to the next, so that a
// URL with an ASCII host, no tab and no line end costs no heap call once `out` is large enough. After
// an error `out` is empty. `in` is UTF-8; octets that aren't are percent-encoded one by one. `in` may
// be a view into `out`.
UrlError parse_url(std::string_view in, Url& out, const UrlOptions& options = {});

// parse_url resolves `in`, which may be relative, against `base`; an empty base counts as none. `base`
// and `out` may be the same object.
UrlError parse_url(std::string_view in, const Url& base, Url& out, const UrlOptions& options = {});

}  // namespace godwit::parser
