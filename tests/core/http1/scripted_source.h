// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstring>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "godwit/core/body.h"
#include "godwit/core/headers.h"

namespace godwit::http1::testing {

// ScriptedSource gives one piece of its script a pull; a piece longer than the room goes on in the next.
// At the end of the script it says `end`.
class ScriptedSource final : public BodySource {
 public:
  struct Piece {
    std::string text;
    State state = State::more;
  };

  explicit ScriptedSource(std::deque<Piece> script, std::optional<uint64_t> length = {})
      : script_(std::move(script)), length_(length) {}

  std::function<void()> on_pull;
  const Headers* trailer_fields = nullptr;
  int pulls = 0;
  size_t largest_pull = 0;

  Pull pull(std::span<std::byte> out) override {
    ++pulls;
    largest_pull = std::max(largest_pull, out.size());
    if (on_pull) on_pull();
    if (script_.empty()) return {0, State::end};
    Piece& piece = script_.front();
    const size_t size = std::min(out.size(), piece.text.size());
    std::memcpy(out.data(), piece.text.data(), size);
    piece.text.erase(0, size);
    if (!piece.text.empty()) return {size, State::more};
    const State state = piece.state;
    script_.pop_front();
    return {size, state};
  }
  std::optional<uint64_t> length() const override { return length_; }
  const Headers* trailers() override { return trailer_fields; }

 private:
  std::deque<Piece> script_;
  std::optional<uint64_t> length_;
};

}  // namespace godwit::http1::testing
