// SPDX-License-Identifier: MIT
#include "godwit/core/content_disposition.h"

#include <algorithm>
#include <utility>

#include "godwit/parser/byte_class.h"
#include "godwit/parser/ext_value.h"
#include "godwit/parser/field_value.h"

namespace godwit {

std::optional<ContentDisposition> ContentDisposition::parse(std::string_view value) {
  const size_t end = parser::token_end(value);
  if (end == 0) return std::nullopt;
  auto parameters = Parameters::parse(value.substr(end));
  if (!parameters) return std::nullopt;

  ContentDisposition out;
  out.type.assign(value.substr(0, end));
  std::transform(out.type.begin(), out.type.end(), out.type.begin(), parser::to_lower);
  out.parameters = std::move(*parameters);
  const auto extended = out.parameters.get("filename*");
  std::string decoded;
  if (extended && parser::decode_ext_value(*extended, decoded)) {
    out.filename = std::move(decoded);
  } else if (const auto plain = out.parameters.get("filename")) {
    out.filename.emplace(*plain);
  }
  return out;
}

std::optional<std::string> filename(const Headers& headers) {
  const auto value = headers.get_single("Content-Disposition");
  if (!value) return std::nullopt;
  auto disposition = ContentDisposition::parse(*value);
  return disposition ? std::move(disposition->filename) : std::nullopt;
}

std::optional<std::string_view> safe_filename(std::string_view name) {
  const size_t slash = name.find_last_of("/\\");
  if (slash != name.npos) name.remove_prefix(slash + 1);
  if (name.empty() || name.front() == '.') return std::nullopt;
  for (char byte : name) {
    if (!parser::is_field_byte(byte) || byte == '\t') return std::nullopt;
  }
  return name;
}

}  // namespace godwit
