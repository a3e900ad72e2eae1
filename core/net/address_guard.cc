// SPDX-License-Identifier: MIT
#include "godwit/core/net/address_guard.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace godwit::net {

namespace {

// Block is a network: its first octets, and how many bits of them count.
struct Block {
  uint8_t octets[16];
  int bits;
  std::string_view rule;
};

constexpr Block kV4[] = {
    {{0}, 8, "this network, 0.0.0.0/8"},
    {{10}, 8, "private, 10.0.0.0/8"},
    {{100, 64}, 10, "shared behind a provider, 100.64.0.0/10"},
    {{127}, 8, "loopback, 127.0.0.0/8"},
    {{169, 254}, 16, "link-local, 169.254.0.0/16"},
    {{172, 16}, 12, "private, 172.16.0.0/12"},
    {{192, 0, 0}, 24, "for protocols, 192.0.0.0/24"},
    {{192, 0, 2}, 24, "for documentation, 192.0.2.0/24"},
    {{192, 88, 99}, 24, "relays to 6to4, 192.88.99.0/24"},
    {{192, 168}, 16, "private, 192.168.0.0/16"},
    {{198, 18}, 15, "for benchmarks, 198.18.0.0/15"},
    {{198, 51, 100}, 24, "for documentation, 198.51.100.0/24"},
    {{203, 0, 113}, 24, "for documentation, 203.0.113.0/24"},
    {{224}, 4, "multicast, 224.0.0.0/4"},
    {{240}, 4, "reserved, 240.0.0.0/4"},
};

constexpr Block kV6[] = {
    {{0x01}, 64, "discarded, 100::/64"},
    {{0x20, 0x01}, 32, "Teredo, 2001::/32"},
    {{0x20, 0x01, 0x00, 0x02}, 48, "for benchmarks, 2001:2::/48"},
    {{0x20, 0x01, 0x00, 0x10}, 28, "for ORCHID, 2001:10::/28"},
    {{0x20, 0x01, 0x0D, 0xB8}, 32, "for documentation, 2001:db8::/32"},
    {{0x3F, 0xFF}, 20, "for documentation, 3fff::/20"},
    {{0x00, 0x64, 0xFF, 0x9B, 0x00, 0x01}, 48, "local NAT64, 64:ff9b:1::/48"},
    {{0x5F}, 16, "segment identifiers, 5f00::/16"},
    {{0xFC}, 7, "private, fc00::/7"},
    {{0xFE, 0x80}, 10, "link-local, fe80::/10"},
    {{0xFE, 0xC0}, 10, "site-local, fec0::/10"},
    {{0xFF}, 8, "multicast, ff00::/8"},
};

// Embedding is a network of IPv6 whose addresses hold one of IPv4, from octet `at` on.
struct Embedding {
  Block block;
  size_t at;
};

constexpr Embedding kEmbeddings[] = {
    {{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF}, 96, "mapped"}, 12},
    {{{0x00, 0x64, 0xFF, 0x9B}, 96, "NAT64"}, 12},
    {{{0x20, 0x02}, 16, "6to4"}, 2},
};

bool is_in(const Block& block, const uint8_t* octets) {
  const auto whole = static_cast<size_t>(block.bits / 8);
  if (std::memcmp(block.octets, octets, whole) != 0) return false;
  const int rest = block.bits % 8;
  return rest == 0 || ((block.octets[whole] ^ octets[whole]) >> (8 - rest)) == 0;
}

std::string_view rule_of(std::span<const Block> blocks, const uint8_t* octets) {
  const auto found =
      std::find_if(blocks.begin(), blocks.end(), [&](const Block& block) { return is_in(block, octets); });
  return found == blocks.end() ? std::string_view() : found->rule;
}

}  // namespace

std::string_view not_public(const ports::Address& address) {
  const uint8_t* octets = address.octets;
  if (address.family == ports::Address::Family::v4) return rule_of(kV4, octets);
  for (const Embedding& embedding : kEmbeddings) {
    if (is_in(embedding.block, octets)) return rule_of(kV4, octets + embedding.at);
  }
  // "::", "::1" and what was once meant to hold an IPv4 address.
  constexpr uint8_t kZeros[12] = {};
  if (std::memcmp(octets, kZeros, sizeof kZeros) == 0) {
    return octets[15] == 1 && octets[14] == 0 && octets[13] == 0 && octets[12] == 0 ? "loopback, ::1/128"
                                                                                    : "unspecified, ::/96";
  }
  return rule_of(kV6, octets);
}

}  // namespace godwit::net
