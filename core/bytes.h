// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace godwit {

// Bytes is a borrowed run of octets. Who lends it says for how long; in a callback, that is until
// the callback returns.
using Bytes = std::span<const std::byte>;

// bytes_of views text as octets.
inline Bytes bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

// text_of views octets as text, without any claim about their encoding.
inline std::string_view text_of(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace godwit
