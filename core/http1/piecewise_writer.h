// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "godwit/core/write_buffer.h"

namespace godwit::http1 {

// PiecewiseWriter writes a text made of pieces, over as many rounds as the room asks for: every round puts
// the same pieces, and what earlier rounds wrote is skipped. So no text is ever put together in memory
// of its own, and none is too long.
//
//   PiecewiseWriter writer(out, written);   // written: bytes of the text so far, 0 at first
//   writer.put(a); writer.put(b);
//   bool complete = writer.finish(written);
class PiecewiseWriter {
 public:
  PiecewiseWriter(WriteBuffer& out, uint64_t written) : out_(out), skip_(written), written_(written) {}

  void put(std::string_view piece) {
    if (skip_ == 0 && complete_ && piece.size() <= out_.room()) {
      out_.append(piece);
      written_ += piece.size();
      return;
    }
    const auto skipped = static_cast<size_t>(std::min<uint64_t>(skip_, piece.size()));
    skip_ -= skipped;
    piece.remove_prefix(skipped);
    const size_t fits = std::min(piece.size(), out_.room());
    out_.append(piece.substr(0, fits));
    written_ += fits;
    // No later piece may overtake the rest of this one: none of them may find room either.
    if (fits < piece.size()) complete_ = false;
  }

  // put puts a literal. One that fits, of a head that is written at once, costs a few moves.
  template <size_t N>
  void put(const char (&literal)[N]) {
    constexpr size_t kSize = N - 1;
    if (skip_ != 0 || !complete_ || out_.room() < kSize) {
      put(std::string_view(literal, kSize));
      return;
    }
    std::memcpy(out_.spare().data(), literal, kSize);
    out_.commit(kSize);
    written_ += kSize;
  }

  // put_field puts a field line. Names and values hold no CR, LF or NUL: Headers lets none in.
  void put_field(std::string_view name, std::string_view value) {
    put(name);
    put(": ");
    put(value);
    put("\r\n");
  }

  // finish updates `written` and tells whether all pieces are written by now.
  bool finish(uint64_t& written) const {
    written = written_;
    return complete_;
  }

 private:
  WriteBuffer& out_;
  uint64_t skip_;
  uint64_t written_;
  bool complete_ = true;
};

}  // namespace godwit::http1
