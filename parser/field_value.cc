// SPDX-License-Identifier: MIT
#include "godwit/parser/field_value.h"

#include <limits>

namespace godwit::parser {
namespace {

constexpr std::string_view kContentLength = "Content-Length";
constexpr std::string_view kTransferEncoding = "Transfer-Encoding";

// list_separator finds the comma that ends the first element, or the end. A backslash in a quoted string
// takes the next byte with it; a string that is never closed reaches to the end.
size_t list_separator(std::string_view text) {
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') {
      quoted = !quoted;
    } else if (quoted && text[i] == '\\') {
      ++i;
    } else if (!quoted && text[i] == ',') {
      return i;
    }
  }
  return text.size();
}

// are_parameters tells whether `text` is *( OWS ";" OWS token BWS "=" BWS ( token / quoted-string ) ).
bool are_parameters(std::string_view text) {
  for (;;) {
    text = trim_blanks(text);
    if (text.empty()) return true;
    if (text.front() != ';') return false;
    text = trim_blanks(text.substr(1));
    const size_t name_end = token_end(text);
    if (name_end == 0) return false;
    text = trim_blanks(text.substr(name_end));
    if (text.empty() || text.front() != '=') return false;
    text = trim_blanks(text.substr(1));
    const size_t value_end = text.starts_with('"') ? quoted_string_end(text) : token_end(text);
    if (value_end == 0) return false;
    text.remove_prefix(value_end);
  }
}

}  // namespace

std::optional<std::string_view> ListReader::next() {
  while (!rest_.empty()) {
    const size_t end = list_separator(rest_);
    const std::string_view element = trim_blanks(rest_.substr(0, end));
    rest_.remove_prefix(end < rest_.size() ? end + 1 : end);
    if (!element.empty()) return element;
  }
  return std::nullopt;
}

bool list_has_token(std::string_view value, std::string_view token) {
  ListReader list(value);
  while (auto element = list.next()) {
    if (ascii_iequals(*element, token)) return true;
  }
  return false;
}

bool any_list_has_token(const Fields& fields, std::string_view name, std::string_view token) {
  for (size_t i = fields.find(name); i != Fields::npos; i = fields.find(name, i + 1)) {
    if (list_has_token(fields[i].value, token)) return true;
  }
  return false;
}

std::optional<uint64_t> parse_decimal(std::string_view text) {
  constexpr uint64_t kMost = std::numeric_limits<uint64_t>::max();
  if (text.empty()) return std::nullopt;
  uint64_t value = 0;
  // So many digits fit whatever they are; what comes behind them is held against the limit.
  const size_t safe = std::min<size_t>(text.size(), std::numeric_limits<uint64_t>::digits10);
  const char* at = text.data();
  for (const char* const end = at + safe; at != end; ++at) {
    if (!is_digit(*at)) return std::nullopt;
    value = value * 10 + static_cast<uint64_t>(*at - '0');
  }
  for (const char* const end = text.data() + text.size(); at != end; ++at) {
    const char byte = *at;
    if (!is_digit(byte)) return std::nullopt;
    const auto digit = static_cast<uint64_t>(byte - '0');
    if (value > (kMost - digit) / 10) return std::nullopt;
    value = value * 10 + digit;
  }
  return value;
}

ContentLength parse_content_length(const Fields& fields) {
  using Status = ContentLength::Status;
  const size_t first = fields.find(kContentLength);
  if (first == Fields::npos) return {};

  const std::string_view text = fields[first].value;
  for (size_t i = fields.find(kContentLength, first + 1); i != Fields::npos;
       i = fields.find(kContentLength, i + 1)) {
    if (fields[i].value != text) return {Status::differing, 0};
  }
  for (char byte : text) {
    if (!is_digit(byte)) return {Status::malformed, 0};
  }
  if (text.empty()) return {Status::malformed, 0};
  const auto value = parse_decimal(text);
  if (!value || *value > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
    return {Status::overflow, 0};
  }
  return {Status::valid, *value};
}

TransferEncoding parse_transfer_encoding(const Fields& fields) {
  TransferEncoding out;
  uint32_t chunked = 0;
  for (size_t i = fields.find(kTransferEncoding); i != Fields::npos;
       i = fields.find(kTransferEncoding, i + 1)) {
    out.present = true;
    ListReader list(fields[i].value);
    while (auto element = list.next()) {
      const size_t end = token_end(*element);
      const std::string_view coding = element->substr(0, end);
      const std::string_view parameters = element->substr(end);
      if (coding.empty() || !are_parameters(parameters)) out.malformed = true;
      const bool is_chunked = ascii_iequals(coding, "chunked");
      if (is_chunked && !parameters.empty()) out.malformed = true;
      if (out.chunked_last) out.chunked_early = true;
      if (is_chunked) {
        if (++chunked > 1) out.chunked_early = true;
      } else {
        ++out.others;
      }
      out.chunked_last = is_chunked;
    }
  }
  if (out.present && chunked + out.others == 0) out.malformed = true;
  return out;
}

size_t token_end(std::string_view text) {
  size_t i = 0;
  while (i < text.size() && is_tchar(text[i])) ++i;
  return i;
}

size_t quoted_string_end(std::string_view text) {
  if (text.empty() || text[0] != '"') return 0;
  for (size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') return i + 1;
    if (text[i] == '\\') ++i;
    if (i == text.size() || !is_field_byte(text[i])) return 0;
  }
  return 0;
}

bool parse_quoted_string(std::string_view text, std::string& out) {
  if (text.empty() || quoted_string_end(text) != text.size()) return false;
  out.clear();
  for (size_t i = 1; i + 1 < text.size(); ++i) {
    if (text[i] == '\\') ++i;
    out.push_back(text[i]);
  }
  return true;
}

KeepAlive parse_keep_alive(std::string_view value) {
  KeepAlive out;
  ListReader list(value);
  while (auto element = list.next()) {
    const size_t equals = element->find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view name = trim_blanks(element->substr(0, equals));
    const auto number = parse_decimal(trim_blanks(element->substr(equals + 1)));
    if (!number) continue;
    if (ascii_iequals(name, "timeout") && !out.timeout_s) out.timeout_s = number;
    if (ascii_iequals(name, "max") && !out.max) out.max = number;
  }
  return out;
}

}  // namespace godwit::parser
