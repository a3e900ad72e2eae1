// SPDX-License-Identifier: MIT
#include "godwit/parser/url_ip.h"

#include <algorithm>
#include <charconv>
#include <cstddef>

#include "godwit/parser/byte_class.h"

namespace godwit::parser {
namespace {

constexpr uint64_t kIpv4Space = uint64_t{1} << 32;

// number_of reads one part of an IPv4 address. Values from kIpv4Space on are all the same to the
// caller; they come back as kIpv4Space.
std::optional<uint64_t> number_of(std::string_view part) {
  if (part.empty()) return std::nullopt;
  unsigned radix = 10;
  if (part.size() >= 2 && part[0] == '0') {
    const bool hex = to_lower(part[1]) == 'x';
    radix = hex ? 16 : 8;
    part.remove_prefix(hex ? 2 : 1);
  }
  uint64_t value = 0;
  for (char byte : part) {
    if (!is_hex_digit(byte) || hex_value(byte) >= radix) return std::nullopt;
    value = value * radix + hex_value(byte);
    if (value > kIpv4Space) value = kIpv4Space;
  }
  return value;
}

bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), is_digit);
}

void append_number(unsigned value, int base, std::string& out) {
  char digits[10];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, value, base).ptr);
}

// embedded_ipv4 reads the dotted quad at the end of an IPv6 address: exactly four decimal octets,
// no zero before another digit.
std::optional<uint32_t> embedded_ipv4(std::string_view text) {
  uint32_t address = 0;
  size_t at = 0;
  for (int octet = 0; octet < 4; ++octet) {
    if (octet > 0 && (at == text.size() || text[at++] != '.')) return std::nullopt;
    const size_t begin = at;
    uint32_t value = 0;
    for (; at < text.size() && is_digit(text[at]); ++at) {
      if (at > begin && value == 0) return std::nullopt;
      value = value * 10 + static_cast<uint32_t>(text[at] - '0');
      if (value > 255) return std::nullopt;
    }
    if (at == begin) return std::nullopt;
    address = address << 8 | value;
  }
  if (at != text.size()) return std::nullopt;
  return address;
}

}  // namespace

bool ends_in_number(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  const std::string_view last = host.substr(host.rfind('.') + 1);
  if (last.empty() || !is_digit(last[0])) return false;
  return all_digits(last) || number_of(last).has_value();
}

std::optional<uint32_t> parse_ipv4(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  uint64_t address = 0;
  for (int part = 0;; ++part) {
    const size_t dot = host.find('.');
    const std::optional<uint64_t> value = number_of(host.substr(0, dot));
    if (!value) return std::nullopt;
    if (dot == host.npos) {
      const uint64_t room = kIpv4Space >> (8 * part);
      if (*value >= room) return std::nullopt;
      return static_cast<uint32_t>(address << (32 - 8 * part) | *value);
    }
    if (part == 3 || *value > 255) return std::nullopt;
    address = address << 8 | *value;
    host.remove_prefix(dot + 1);
  }
}

std::optional<Ipv6> parse_ipv6(std::string_view text) {
  constexpr size_t kNone = 8 + 1;
  Ipv6 groups{};
  size_t count = 0;
  size_t compressed_at = kNone;
  size_t at = 0;
  if (text.starts_with(':')) {
    if (!text.starts_with("::")) return std::nullopt;
    compressed_at = 0;
    at = 2;
  }
  while (at < text.size()) {
    // "::" stands for at least one group.
    const size_t room = groups.size() - count - (compressed_at == kNone ? 0 : 1);
    if (room == 0) return std::nullopt;
    if (text[at] == ':') {
      if (compressed_at != kNone) return std::nullopt;
      compressed_at = count;
      ++at;
      continue;
    }
    const size_t begin = at;
    unsigned value = 0;
    for (; at < text.size() && at - begin < 4 && is_hex_digit(text[at]); ++at)
      value = value << 4 | hex_value(text[at]);
    if (at < text.size() && text[at] == '.') {
      const std::optional<uint32_t> ipv4 = embedded_ipv4(text.substr(begin));
      if (!ipv4 || room < 2) return std::nullopt;
      groups[count++] = static_cast<uint16_t>(*ipv4 >> 16);
      groups[count++] = static_cast<uint16_t>(*ipv4);
      break;
    }
    if (at == begin) return std::nullopt;
    groups[count++] = static_cast<uint16_t>(value);
    if (at == text.size()) break;
    // A single colon at the very end promises a group that does not come.
    if (text[at] != ':' || ++at == text.size()) return std::nullopt;
  }
  if (compressed_at == kNone) {
    if (count != groups.size()) return std::nullopt;
    return groups;
  }
  Ipv6 address{};
  for (size_t i = 0; i < compressed_at; ++i) address[i] = groups[i];
  for (size_t i = compressed_at; i < count; ++i) address[address.size() - count + i] = groups[i];
  return address;
}

void append_ipv4(uint32_t address, std::string& out) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    append_number(address >> shift & 255, 10, out);
    if (shift > 0) out += '.';
  }
}

void append_ipv6(const Ipv6& address, std::string& out) {
  size_t run_begin = 0;
  size_t run_size = 0;
  for (size_t begin = 0; begin < address.size(); ++begin) {
    size_t end = begin;
    while (end < address.size() && address[end] == 0) ++end;
    if (end - begin > run_size) {
      run_begin = begin;
      run_size = end - begin;
    }
  }
  for (size_t i = 0; i < address.size(); ++i) {
    if (run_size > 1 && i == run_begin) {
      out += i == 0 ? "::" : ":";
      i += run_size - 1;
      continue;
    }
    append_number(address[i], 16, out);
    if (i + 1 < address.size()) out += ':';
  }
}

}  // namespace godwit::parser
