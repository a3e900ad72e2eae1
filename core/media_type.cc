// SPDX-License-Identifier: MIT
#include "godwit/core/media_type.h"

#include <algorithm>
#include <utility>

#include "godwit/parser/byte_class.h"
#include "godwit/parser/field_value.h"

namespace godwit {

namespace {

constexpr size_t kLongestBoundary = 70;

// bchars of RFC 2046, 5.1.1.
bool is_boundary(std::string_view text) {
  if (text.empty() || text.size() > kLongestBoundary || text.back() == ' ') return false;
  for (char byte : text) {
    const char lower = parser::to_lower(byte);
    const bool alphanumeric = parser::is_digit(byte) || (lower >= 'a' && lower <= 'z');
    if (!alphanumeric && std::string_view("'()+_,-./:=? ").find(byte) == std::string_view::npos) return false;
  }
  return true;
}

std::optional<std::string> type_parameter(const Headers& headers, std::string_view name) {
  const auto type = content_type(headers);
  if (!type) return std::nullopt;
  const auto value = type->parameters().get(name);
  return value ? std::optional<std::string>(*value) : std::nullopt;
}

}  // namespace

std::optional<MediaType> MediaType::parse(std::string_view value) {
  const size_t slash = parser::token_end(value);
  if (slash == 0 || slash == value.size() || value[slash] != '/') return std::nullopt;
  const size_t subtype_size = parser::token_end(value.substr(slash + 1));
  if (subtype_size == 0) return std::nullopt;
  const size_t end = slash + 1 + subtype_size;
  const std::string_view behind = parser::trim_blanks(value.substr(end));
  if (!behind.empty() && behind.front() != ';') return std::nullopt;

  MediaType out;
  out.essence_.assign(value.substr(0, end));
  std::transform(out.essence_.begin(), out.essence_.end(), out.essence_.begin(), parser::to_lower);
  out.slash_ = slash;
  if (auto parameters = Parameters::parse(behind)) out.parameters_ = std::move(*parameters);
  return out;
}

std::optional<MediaType> content_type(const Headers& headers) {
  const auto value = headers.get_single("Content-Type");
  return value ? MediaType::parse(*value) : std::nullopt;
}

std::optional<std::string> charset(const Headers& headers) {
  auto value = type_parameter(headers, "charset");
  if (value) std::transform(value->begin(), value->end(), value->begin(), parser::to_lower);
  return value;
}

std::optional<std::string> boundary(const Headers& headers) {
  auto value = type_parameter(headers, "boundary");
  if (value && !is_boundary(*value)) return std::nullopt;
  return value;
}

}  // namespace godwit
