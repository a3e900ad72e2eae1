// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

#include "godwit/parser/byte_class.h"
#include "godwit/parser/url_error.h"

namespace godwit::parser {

// parse_port reads the port of a URL or of a "host:port": digits only, zeros before them allowed, up
// to 65535. An empty one is no error and leaves `port` alone. The error's offset counts from the first
// byte of `text`.
constexpr UrlError parse_port(std::string_view text, uint16_t& port) {
  constexpr uint32_t kMaxPort = 65535;
  uint32_t value = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (!is_digit(text[i])) return {UrlErrc::bad_port, i};
    if (value <= kMaxPort) value = value * 10 + static_cast<uint32_t>(text[i] - '0');
  }
  if (value > kMaxPort) return {UrlErrc::port_out_of_range, 0};
  if (!text.empty()) port = static_cast<uint16_t>(value);
  return {};
}

}  // namespace godwit::parser
