// SPDX-License-Identifier: MIT
#include "godwit/core/net/dns_denial.h"

#include <algorithm>
#include <cstddef>

namespace godwit::net {

namespace {

constexpr uint16_t kSoa = 6;
constexpr int kNameError = 3;

// Reader goes through a message; what lies beyond its end is 0, and leaves it broken.
class Reader {
 public:
  explicit Reader(std::span<const uint8_t> message) : message_(message) {}

  bool broken() const { return broken_; }
  size_t at() const { return at_; }

  uint32_t number(int octets) {
    uint32_t value = 0;
    for (int i = 0; i < octets; ++i) value = value << 8 | octet();
    return value;
  }

  void skip(size_t octets) {
    if (message_.size() - at_ < octets) {
      fail();
    } else {
      at_ += octets;
    }
  }

  // name takes a name whose labels are all here; an alias (a compressed name) ends it unread.
  std::string name() {
    std::string out;
    while (const uint8_t length = octet()) {
      if (length >= 0xC0) {
        octet();
        break;
      }
      // The other two kinds of label were never made (RFC 6891, 5).
      if (length > 63) return fail();
      if (!out.empty()) out += '.';
      for (int i = 0; i < length; ++i) {
        const uint8_t c = octet();
        out += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
      }
    }
    return out;
  }

 private:
  uint8_t octet() {
    if (at_ < message_.size()) return message_[at_++];
    fail();
    return 0;
  }
  std::string fail() {
    broken_ = true;
    at_ = message_.size();
    return {};
  }

  std::span<const uint8_t> message_;
  size_t at_ = 0;
  bool broken_ = false;
};

// A time to live with its highest bit set is none (RFC 2181, 8).
uint32_t sane(uint32_t ttl) {
  return ttl > INT32_MAX ? 0 : ttl;
}

}  // namespace

std::optional<DnsDenial> read_dns_denial(std::span<const uint8_t> message) {
  Reader in(message);
  in.skip(2);
  const uint32_t flags = in.number(2);
  const bool response = flags & 0x8000, whole = !(flags & 0x0200);
  const int rcode = static_cast<int>(flags & 0xF);
  const uint32_t questions = in.number(2), answers = in.number(2), authorities = in.number(2);
  in.skip(2);
  if (!response || !whole || (rcode != 0 && rcode != kNameError) || questions != 1) return std::nullopt;

  DnsDenial out{.name = in.name()};
  const uint32_t type = in.number(2);
  in.skip(2);
  uint32_t ttl = UINT32_MAX;
  bool has_soa = false;
  for (uint32_t i = 0; i < answers + authorities && !in.broken(); ++i) {
    in.name();
    const uint32_t record = in.number(2);
    in.skip(2);
    const uint32_t own = sane(in.number(4));
    const uint32_t length = in.number(2);
    if (i < answers) {
      if (rcode == 0 && record == type) return std::nullopt;
      ttl = std::min(ttl, own);
      in.skip(length);
    } else if (record == kSoa) {
      // Two names, then serial, refresh, retry, expire and MINIMUM.
      if (length < 22) return std::nullopt;
      in.skip(length - 4);
      ttl = std::min({ttl, own, sane(in.number(4))});
      has_soa = true;
    } else {
      in.skip(length);
    }
  }
  if (in.broken()) return std::nullopt;
  out.ttl = has_soa ? ttl : 0;
  return out;
}

}  // namespace godwit::net
