// SPDX-License-Identifier: MIT
#include "godwit/core/policy/proxy_url.h"

#include <algorithm>

#include "godwit/parser/url.h"
#include "godwit/parser/url_percent.h"

namespace godwit::policy {

namespace {

// base64 is that of RFC 4648, 4.
std::string base64(std::string_view octets) {
  constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (size_t i = 0; i < octets.size(); i += 3) {
    uint32_t group = 0;
    for (size_t j = 0; j < 3; ++j) {
      group = group << 8 | (i + j < octets.size() ? static_cast<unsigned char>(octets[i + j]) : 0);
    }
    const size_t digits = std::min<size_t>(octets.size() - i, 3) + 1;
    for (size_t j = 0; j < 4; ++j) out += j < digits ? kDigits[group >> (18 - 6 * j) & 63] : '=';
  }
  return out;
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

}  // namespace

std::string parse_proxy_url(std::string_view text, std::string_view credentials, ProxyUrl& out) {
  const bool has_scheme = text.find("://") != text.npos;
  parser::Url url;
  if (const parser::UrlError error =
          parser::parse_url(has_scheme ? std::string(text) : "http://" + std::string(text), url)) {
    if (error.code == parser::UrlErrc::unsupported_scheme) return "only http and https proxies are spoken to";
    return "the proxy's URL is not valid: " + std::string(parser::describe(error));
  }
  out = {
      .https = url.is_https(), .port = url.port(), .host = std::string(url.hostname()), .authorization = {}};
  std::string decoded(credentials);
  if (decoded.empty() && url.has_credentials()) {
    const std::string user = parser::percent_decode(url.username());
    if (user.find(':') != user.npos) return "the user for the proxy has a colon, which Basic can't express";
    decoded = user + ':' + parser::percent_decode(url.password());
  }
  if (decoded.empty()) return {};
  if (decoded.find(':') == decoded.npos) decoded += ':';
  if (std::any_of(decoded.begin(), decoded.end(), is_control)) {
    return "the user or the password for the proxy has a control character";
  }
  out.authorization = "Basic " + base64(decoded);
  return {};
}

}  // namespace godwit::policy
