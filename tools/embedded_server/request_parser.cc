// SPDX-License-Identifier: MIT
#include "godwit/tools/embedded_server/request_parser.h"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace godwit::embedded {
namespace {

constexpr std::array<bool, 256> kTokenByte = [] {
  std::array<bool, 256> table{};
  for (unsigned char c : std::string_view("!#$%&'*+-.^_`|~0123456789")) table[c] = true;
  for (int c = 'a'; c <= 'z'; ++c) table[c] = table[c - 'a' + 'A'] = true;
  return table;
}();

constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](char c) { return kTokenByte[static_cast<unsigned char>(c)]; });
}

bool is_field_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 && byte != 0x7f) || byte == '\t';
  });
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Refusal says why a head is refused; an empty one refuses nothing.
struct Refusal {
  int status = 0;
  const char* reason = nullptr;
};

ParseResult bad(int status, const char* reason) {
  return {ParseStatus::bad, 0, status, reason};
}

// next_line takes one line off `rest`, which ends with CRLF, and gives it without the CRLF.
std::string_view next_line(std::string_view& rest) {
  size_t end = rest.find("\r\n");
  std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end + 2);
  return line;
}

// has_member looks for a token in a comma-separated list.
bool has_member(std::string_view list, std::string_view token) {
  while (!list.empty()) {
    size_t comma = std::min(list.find(','), list.size());
    if (equals_ignoring_case(trimmed(list.substr(0, comma)), token)) return true;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return false;
}

Refusal parse_request_line(std::string_view line, RequestHead& head) {
  size_t method_end = line.find(' ');
  size_t target_end = line.rfind(' ');
  if (method_end == std::string_view::npos || target_end == method_end)
    return {400, "the request line needs three parts"};
  head.method = line.substr(0, method_end);
  head.target = line.substr(method_end + 1, target_end - method_end - 1);
  std::string_view version = line.substr(target_end + 1);
  if (!is_token(head.method)) return {400, "the method is not a token"};
  if (head.target.empty()) return {400, "the target is empty"};
  for (char c : head.target) {
    if (static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7f) {
      return {400, "the target holds a byte that must be percent-encoded"};
    }
  }
  if (version.size() != 8 || version.substr(0, 5) != "HTTP/" || version[6] != '.')
    return {400, "the version is malformed"};
  if (version != "HTTP/1.1" && version != "HTTP/1.0")
    return {505, "this server speaks HTTP/1.0 and HTTP/1.1"};
  head.minor_version = version[7] - '0';
  return {};
}

void split_target(RequestHead& head) {
  std::string_view path = head.target;
  if (size_t scheme = path.find("://"); scheme != std::string_view::npos && path.front() != '/') {
    path.remove_prefix(scheme + 3);
    path.remove_prefix(std::min(path.find_first_of("/?"), path.size()));
    if (path.empty()) path = "/";
  }
  size_t question = path.find('?');
  head.path = path.substr(0, question);
  head.query = question == std::string_view::npos ? std::string_view() : path.substr(question + 1);
  if (head.path.empty()) head.path = "/";
}

// interpret reads the fields that this server acts upon, in one pass.
Refusal interpret(RequestHead& head) {
  bool has_length = false;
  bool has_coding = false;
  bool close = false;
  bool keep = false;
  int hosts = 0;
  for (const Field& field : head.fields()) {
    switch (field.name.size()) {
      case 4:
        if (equals_ignoring_case(field.name, "host")) ++hosts;
        break;
      case 6:
        if (equals_ignoring_case(field.name, "expect")) {
          if (!equals_ignoring_case(field.value, "100-continue"))
            return {417, "the only expectation here is 100-continue"};
          head.expects_continue = head.minor_version == 1;
        }
        break;
      case 10:
        if (equals_ignoring_case(field.name, "connection")) {
          close |= has_member(field.value, "close");
          keep |= has_member(field.value, "keep-alive");
        }
        break;
      case 14:
        if (equals_ignoring_case(field.name, "content-length")) {
          const char* end = field.value.data() + field.value.size();
          auto [stop, error] = std::from_chars(field.value.data(), end, head.content_length);
          if (has_length || error != std::errc() || stop != end)
            return {400, "the Content-Length is not one number"};
          has_length = true;
        }
        break;
      case 17:
        if (equals_ignoring_case(field.name, "transfer-encoding")) {
          if (has_coding || !equals_ignoring_case(field.value, "chunked"))
            return {501, "the only transfer coding here is chunked"};
          has_coding = true;
        }
        break;
      default:
        break;
    }
  }
  if (hosts > 1 || (hosts == 0 && head.minor_version == 1)) return {400, "a request needs exactly one Host"};
  if (has_coding && (has_length || head.minor_version == 0))
    return {400, "the framing of the body is ambiguous"};
  head.framing = has_coding                              ? BodyFraming::chunked
                 : has_length && head.content_length > 0 ? BodyFraming::length
                                                         : BodyFraming::none;
  head.keep_alive = !close && (head.minor_version == 1 || keep);
  return {};
}

// find_head_end gives the offset after the empty line, 0 if there is none yet, or npos for a bare LF.
size_t find_head_end(std::string_view input, size_t searched) {
  size_t at = searched;
  while (true) {
    const void* found = at < input.size() ? std::memchr(input.data() + at, '\n', input.size() - at) : nullptr;
    if (found == nullptr) return 0;
    at = static_cast<size_t>(static_cast<const char*>(found) - input.data());
    if (at == 0 || input[at - 1] != '\r') return std::string_view::npos;
    if (at >= 3 && input[at - 2] == '\n') return at + 1;
    ++at;
  }
}

}  // namespace

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view RequestHead::find(std::string_view name) const {
  for (const Field& field : fields()) {
    if (equals_ignoring_case(field.name, name)) return field.value;
  }
  return {};
}

int parse_fields(std::string_view lines, std::span<Field> out) {
  size_t count = 0;
  while (!lines.empty()) {
    std::string_view line = next_line(lines);
    size_t colon = line.find(':');
    if (count == out.size() || colon == std::string_view::npos) return -1;
    Field field{line.substr(0, colon), trimmed(line.substr(colon + 1))};
    if (!is_token(field.name) || !is_field_value(field.value)) return -1;
    out[count++] = field;
  }
  return static_cast<int>(count);
}

ParseResult parse_request_head(std::string_view input, size_t searched, RequestHead& head) {
  // One empty line before the request line is to be ignored (RFC 9112, section 2.2).
  const size_t skipped = input.substr(0, 2) == "\r\n" ? 2 : 0;
  std::string_view text = input.substr(skipped);
  const size_t end = find_head_end(text, searched > skipped ? searched - skipped : 0);
  if (end == std::string_view::npos) return bad(400, "a line ends with a bare LF");
  if (end == 0 && input.size() < kMaxHeadBytes) return {};
  if (end == 0 || end > kMaxHeadBytes) return bad(431, "the head is longer than 256 KiB");

  head.field_count = 0;
  head.content_length = 0;
  head.expects_continue = false;
  std::string_view lines = text.substr(0, end - 2);
  if (Refusal no = parse_request_line(next_line(lines), head); no.reason) return bad(no.status, no.reason);
  split_target(head);
  int count = parse_fields(lines, head.field_lines);
  if (count < 0) {
    const bool many = std::count(lines.begin(), lines.end(), '\n') > static_cast<ptrdiff_t>(kMaxFields);
    return many ? bad(431, "the head has more than 128 fields") : bad(400, "a field line is malformed");
  }
  head.field_count = static_cast<size_t>(count);
  if (Refusal no = interpret(head); no.reason) return bad(no.status, no.reason);
  return {ParseStatus::complete, skipped + end, 0, nullptr};
}

}  // namespace godwit::embedded
