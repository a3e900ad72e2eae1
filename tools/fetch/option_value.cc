// SPDX-License-Identifier: MIT
#include "godwit/tools/fetch/option_value.h"

#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstring>
#include <utility>

#include <arpa/inet.h>
#include <fcntl.h>
#include <unistd.h>

#include "godwit/parser/url.h"

namespace godwit::fetch {

namespace {

// read_number reads digits at the front of text; false if there are none or too many.
bool read_number(std::string_view& text, uint64_t& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc()) return false;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return true;
}

std::string quoted(std::string_view text) {
  return "'" + std::string(text) + "'";
}

std::string read_file(const std::string& name, bool strip, std::string& out) {
  const bool standard_input = name == "-";
  const int fd = standard_input ? STDIN_FILENO : open(name.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return "can't read " + name + ": " + std::strerror(errno);
  std::string fault;
  char block[65536];
  for (;;) {
    const ssize_t n = read(fd, block, sizeof block);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fault = "can't read " + name + ": " + std::strerror(errno);
    if (n <= 0) break;
    const std::string_view piece(block, static_cast<size_t>(n));
    if (out.size() + piece.size() > kMaxData) {
      fault = name + " is too large for -d; use -T";
      break;
    }
    if (!strip) {
      out += piece;
      continue;
    }
    for (char c : piece) {
      if (c != '\r' && c != '\n' && c != '\0') out += c;
    }
  }
  if (!standard_input) close(fd);
  return fault;
}

}  // namespace

std::string not_empty(std::string_view text, std::string& out) {
  if (text.empty()) return "the value is empty";
  out = text;
  return {};
}

std::string parse_seconds(std::string_view text, std::chrono::milliseconds& out) {
  constexpr double kYear = 365.0 * 24 * 3600;
  double seconds = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), seconds, std::chars_format::fixed);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  // Written so that NaN is refused as well.
  if (!whole || !(seconds >= 0 && seconds <= kYear)) return quoted(text) + " is not a number of seconds";
  // 1.1 * 1000 is a little above 1100.
  out = std::chrono::milliseconds(static_cast<int64_t>(std::ceil(seconds * 1000 - 1e-6)));
  return {};
}

std::string parse_size(std::string_view text, uint64_t limit, uint64_t& out) {
  std::string_view rest = text;
  uint64_t size = 0;
  const std::string fault = quoted(text) + " is not a size from 0 to " + std::to_string(limit);
  if (!read_number(rest, size)) return fault;
  int shift = 0;
  if (!rest.empty()) {
    const char suffix = static_cast<char>(rest[0] | 0x20);
    shift = suffix == 'k' ? 10 : suffix == 'm' ? 20 : suffix == 'g' ? 30 : -1;
    rest.remove_prefix(1);
  }
  if (shift < 0 || !rest.empty() || size > limit >> shift) return fault;
  out = size << shift;
  return {};
}

std::string parse_count(std::string_view text, uint32_t limit, uint32_t& out) {
  std::string_view rest = text;
  uint64_t count = 0;
  if (!read_number(rest, count) || !rest.empty() || count == 0 || count > limit) {
    return quoted(text) + " is not a number from 1 to " + std::to_string(limit);
  }
  out = static_cast<uint32_t>(count);
  return {};
}

bool is_ip_address(std::string_view text) {
  const std::string terminated(text);
  unsigned char address[16];
  return terminated.size() == text.size() && terminated.find('\0') == terminated.npos &&
         (inet_pton(AF_INET, terminated.c_str(), address) == 1 ||
          inet_pton(AF_INET6, terminated.c_str(), address) == 1);
}

std::string parse_tls_version(std::string_view text, TlsVersion& out) {
  if (text != "1.2" && text != "1.3") return "'" + std::string(text) + "' is not known; 1.2 and 1.3 are";
  out = text == "1.2" ? TlsVersion::tls1_2 : TlsVersion::tls1_3;
  return {};
}

std::string parse_resolve(std::string_view text, HostOverride& out) {
  const std::string fault = quoted(text) + " is not HOST:PORT:ADDRESS";
  HostOverride entry;
  std::string_view rest = text;
  const size_t host_end = rest.starts_with('[') ? rest.find("]:") : rest.find(':');
  if (host_end == rest.npos || host_end == 0) return fault;
  const std::string_view host = rest.substr(0, rest[0] == '[' ? host_end + 1 : host_end);
  rest.remove_prefix(host.size() + 1);
  // curl's `*` and `+HOST` would be hosts that no URL has: an entry that silently does nothing.
  if (host[0] == '*' || host[0] == '+') return quoted(host) + " is not a host";
  // As the hosts of URLs are read, so that whatever names the host there names it here.
  parser::Url url;
  if (host.find_first_of("/\\?#@") != host.npos || parser::parse_url("http://" + std::string(host), url)) {
    return quoted(host) + " is not a host";
  }
  entry.host = url.hostname();
  uint64_t port = 0;
  if (!read_number(rest, port) || port == 0 || port > 65535 || !rest.starts_with(':')) return fault;
  rest.remove_prefix(1);
  if (rest.size() > 2 && rest.front() == '[' && rest.back() == ']') rest = rest.substr(1, rest.size() - 2);
  if (!is_ip_address(rest)) return quoted(rest) + " is not an IP address";
  entry.port = static_cast<uint16_t>(port);
  entry.address = rest;
  out = std::move(entry);
  return {};
}

std::string read_data(std::string_view text, bool strip, std::string& out) {
  if (text.starts_with('@')) return read_file(std::string(text.substr(1)), strip, out);
  out += text;
  return {};
}

}  // namespace godwit::fetch
