// SPDX-License-Identifier: MIT
#include "godwit/tools/fetch/base64.h"

#include <utility>

namespace godwit::fetch {

namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// value_of gives the six bits of a letter, or -1.
int value_of(char letter) {
  if (letter >= 'A' && letter <= 'Z') return letter - 'A';
  if (letter >= 'a' && letter <= 'z') return letter - 'a' + 26;
  if (letter >= '0' && letter <= '9') return letter - '0' + 52;
  return letter == '+' ? 62 : letter == '/' ? 63 : -1;
}

}  // namespace

void Base64Encoder::append(Bytes bytes) {
  for (std::byte byte : bytes) {
    group_ = group_ << 8 | static_cast<uint32_t>(byte);
    if (++pending_ < 3) continue;
    for (int shift = 18; shift >= 0; shift -= 6) text_ += kAlphabet[group_ >> shift & 63];
    group_ = 0;
    pending_ = 0;
  }
}

std::string Base64Encoder::finish() {
  if (pending_ == 1) {
    text_ += kAlphabet[group_ >> 2];
    text_ += kAlphabet[group_ << 4 & 63];
    text_ += "==";
  } else if (pending_ == 2) {
    text_ += kAlphabet[group_ >> 10];
    text_ += kAlphabet[group_ >> 4 & 63];
    text_ += kAlphabet[group_ << 2 & 63];
    text_ += '=';
  }
  group_ = 0;
  pending_ = 0;
  return std::exchange(text_, {});
}

std::optional<std::string> decode_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  std::string out;
  uint32_t group = 0;
  for (size_t i = 0; i < text.size() - padding; ++i) {
    const int value = value_of(text[i]);
    if (value < 0) return std::nullopt;
    group = group << 6 | static_cast<uint32_t>(value);
    if (i % 4 != 3) continue;
    for (int shift = 16; shift >= 0; shift -= 8) out += static_cast<char>(group >> shift & 255);
    group = 0;
  }
  if (padding == 1) {
    if ((group & 3) != 0) return std::nullopt;
    out += static_cast<char>(group >> 10 & 255);
    out += static_cast<char>(group >> 2 & 255);
  } else if (padding == 2) {
    if ((group & 15) != 0) return std::nullopt;
    out += static_cast<char>(group >> 4 & 255);
  }
  return out;
}

}  // namespace godwit::fetch
