// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace godwit::parser {

// GODWIT_URL_ERRORS is the one table of what can be wrong with a URL or a "host:port": enumerator,
// name in logs, sentence for people.
#define GODWIT_URL_ERRORS(X)                                                                          \
  X(none, "none", "no error")                                                                         \
  X(too_long, "url-too-long", "the URL is longer than kMaxUrlSize")                                   \
  X(missing_scheme, "missing-scheme", "the URL has no scheme, and there is nothing to resolve it by") \
  X(unsupported_scheme, "unsupported-scheme", "the scheme is neither http nor https")                 \
  X(missing_host, "missing-host", "the host is empty")                                                \
  X(forbidden_host_byte, "forbidden-host-byte", "the host holds a character that no host may hold")   \
  X(bad_host_encoding, "bad-host-encoding", "the host is not UTF-8")                                  \
  X(bad_idn, "bad-idn", "the host is not a valid internationalised domain name")                      \
  X(bad_ipv4, "bad-ipv4", "the host ends in a number, but is no IPv4 address")                        \
  X(bad_ipv6, "bad-ipv6", "the host in brackets is no IPv6 address")                                  \
  X(unclosed_bracket, "unclosed-bracket", "the host begins with [ and does not end with ]")           \
  X(unbracketed_ipv6, "unbracketed-ipv6", "a host with colons must be written in brackets")           \
  X(bad_port, "bad-port", "the port is not made of digits")                                           \
  X(port_out_of_range, "port-out-of-range", "the port is greater than 65535")

// UrlErrc is the closed list of those faults.
enum class UrlErrc : uint8_t {
#define GODWIT_ENUMERATOR(symbol, name, sentence) symbol,
  GODWIT_URL_ERRORS(GODWIT_ENUMERATOR)
#undef GODWIT_ENUMERATOR
};

// UrlError is the outcome of a parse; it is false when all is well.
struct UrlError {
  UrlErrc code = UrlErrc::none;

  // offset is the first offending byte of the input as given (tabs, line ends and the spaces around
  // it counted), or where the offending part begins when no byte can be blamed by itself.
  size_t offset = 0;

  explicit operator bool() const { return code != UrlErrc::none; }
  friend bool operator==(const UrlError&, const UrlError&) = default;
};

// to_string gives the kebab-case name of `code`, a literal.
std::string_view to_string(UrlErrc code);

// describe makes one line for people: `bad-port at byte 14: the port is not made of digits`.
std::string describe(const UrlError& error);

}  // namespace godwit::parser
