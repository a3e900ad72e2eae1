// SPDX-License-Identifier: MIT
#include "godwit/core/policy/request_line.h"

#include <cstdio>

#include "godwit/parser/byte_class.h"

namespace godwit::policy {

namespace {

bool is_visible(char byte) {
  return byte > 0x20 && byte < 0x7f;
}

Error check(std::string_view what, std::string_view text, Errc code, bool (*good)(char),
            std::string& diagnosis) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (good(text[i])) continue;
    char byte[8];
    std::snprintf(byte, sizeof byte, "0x%02X", static_cast<unsigned char>(text[i]));
    diagnosis.assign("byte ").append(byte).append(" at position ").append(std::to_string(i));
    diagnosis.append(" of ").append(what).append(" is not allowed");
    return {.code = code, .detail = static_cast<uint32_t>(i)};
  }
  return {};
}

std::string_view without_zone(std::string_view address) {
  return address.substr(0, address.find('%'));
}

}  // namespace

Error check_method(std::string_view method, std::string& diagnosis) {
  if (!method.empty()) return check("the method", method, Errc::invalid_request, parser::is_tchar, diagnosis);
  diagnosis = "the method is empty";
  return {.code = Errc::invalid_request};
}

Error check_url(std::string_view url, std::string& diagnosis) {
  return check("the URL", url, Errc::invalid_url, is_visible, diagnosis);
}

std::string authority_of(std::string_view url) {
  const size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  const std::string_view name = url.substr(0, scheme);
  if (!parser::ascii_iequals(name, "http") && !parser::ascii_iequals(name, "https")) return {};
  url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find_first_of("/?#"));
  if (const size_t user = url.rfind('@'); user != std::string_view::npos) url.remove_prefix(user + 1);
  std::string authority(url);
  const size_t bracket = authority.find(']');
  if (authority.starts_with('[') && bracket != std::string::npos) {
    const size_t zone = authority.find('%');
    if (zone < bracket) authority.erase(zone, bracket - zone);
  }
  return authority;
}

std::string authority_for(std::string_view host, uint16_t port, uint16_t default_port) {
  std::string authority;
  if (host.find(':') == std::string_view::npos) {
    authority = host;
  } else {
    authority.append("[").append(without_zone(host)).append("]");
  }
  if (port != default_port) authority.append(":").append(std::to_string(port));
  return authority;
}

}  // namespace godwit::policy
