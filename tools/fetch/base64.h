// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "godwit/core/bytes.h"

namespace godwit::fetch {

// Base64Encoder encodes a stream of bytes (RFC 4648, 4) piece by piece into one string, so that what
// was encoded need not be kept.
class Base64Encoder {
 public:
  void append(Bytes bytes);

  // finish adds the last, padded group and gives the text. The encoder is then empty.
  std::string finish();

 private:
  std::string text_;
  uint32_t group_ = 0;
  size_t pending_ = 0;  // bytes in group_: 0 to 2
};

// decode_base64 decodes padded base64 and nothing else: no white space, no missing padding, no bits
// that do not count.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace godwit::fetch
