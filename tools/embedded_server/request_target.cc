// SPDX-License-Identifier: MIT
#include "godwit/tools/embedded_server/request_target.h"

#include <charconv>

namespace godwit::embedded {
namespace {

constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int base64_value(char c) {
  if (c == '-') c = '+';
  if (c == '_') c = '/';
  size_t at = kBase64.find(c);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

}  // namespace

bool next_parameter(std::string_view& query, Parameter& parameter) {
  if (query.empty()) return false;
  size_t end = query.find('&');
  std::string_view pair = query.substr(0, end);
  query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
  size_t equals = pair.find('=');
  parameter.name = pair.substr(0, equals);
  parameter.value = equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
  return true;
}

std::optional<std::string_view> find_parameter(std::string_view query, std::string_view name) {
  Parameter parameter;
  while (next_parameter(query, parameter)) {
    if (parameter.name == name) return parameter.value;
  }
  return std::nullopt;
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (text.size() - i < 3) return std::nullopt;
    unsigned value = 0;
    auto [stop, error] = std::from_chars(text.data() + i + 1, text.data() + i + 3, value, 16);
    if (error != std::errc() || stop != text.data() + i + 3) return std::nullopt;
    out += static_cast<char>(value);
    i += 2;
  }
  return out;
}

std::optional<uint64_t> parse_number(std::string_view text) {
  uint64_t value = 0;
  const char* end = text.data() + text.size();
  auto [stop, error] = std::from_chars(text.data(), end, value);
  if (text.empty() || error != std::errc() || stop != end) return std::nullopt;
  return value;
}

std::optional<uint64_t> parse_size(std::string_view text) {
  unsigned shift = 0;
  if (!text.empty()) {
    char last = text.back();
    shift = last == 'k' ? 10 : last == 'm' ? 20 : last == 'g' ? 30 : 0;
    if (shift != 0) text.remove_suffix(1);
  }
  std::optional<uint64_t> number = parse_number(text);
  // Below 2^62, so that framing added to it can't overflow.
  if (!number || *number > (uint64_t{1} << 62) >> shift) return std::nullopt;
  return *number << shift;
}

void base64_encoded(std::string_view bytes, std::string& out) {
  out.reserve(out.size() + (bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t group = 0;
    size_t taken = bytes.size() - i < 3 ? bytes.size() - i : 3;
    for (size_t k = 0; k < 3; ++k) {
      group = group << 8 | (k < taken ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    }
    for (size_t k = 0; k < 4; ++k) out += k <= taken ? kBase64[group >> (18 - 6 * k) & 63] : '=';
  }
}

std::optional<std::string> base64_decoded(std::string_view text) {
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  if (text.size() % 4 == 1) return std::nullopt;
  std::string out;
  out.reserve(text.size() / 4 * 3 + 2);
  uint32_t bits = 0;
  int held = 0;
  for (char c : text) {
    int value = base64_value(c);
    if (value < 0) return std::nullopt;
    bits = bits << 6 | static_cast<uint32_t>(value);
    held += 6;
    if (held >= 8) {
      held -= 8;
      out += static_cast<char>(bits >> held);
    }
  }
  return out;
}

}  // namespace godwit::embedded
