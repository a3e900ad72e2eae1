// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <vector>

#include "godwit/core/body.h"
#include "godwit/core/bytes.h"
#include "godwit/core/headers.h"

namespace godwit::content {

// PushSource turns a body that its producer pushes into one that the exchange pulls: it keeps what was
// pushed and not yet pulled. A body of announced length ends by itself, any other by finish().
class PushSource final : public BodySource {
 public:
  // drained is called with `whom` from inside the pull that takes the last of what was pushed.
  using Drained = void (*)(void* whom);
  PushSource(Drained drained, void* whom) : drained_(drained), whom_(whom) {}

  // start makes ready for a body, of that length if it is given.
  void start(std::optional<uint64_t> announced) {
    bytes_.clear();
    at_ = 0;
    pushed_ = 0;
    announced_ = announced;
    trailers_.clear();
    finished_ = announced == 0u;
  }

  // push copies bytes. They are within the announced length, and the body is not finished.
  void push(Bytes bytes) {
    // Moved only when more than half of it was pulled: each byte is moved once at most on the average.
    if (at_ > bytes_.size() / 2 || queued() == 0) {
      bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(at_));
      at_ = 0;
    }
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    pushed_ += bytes.size();
    if (pushed_ == announced_) finished_ = true;
  }

  // finish says that nothing more will be pushed; the trailers go behind a chunked body.
  void finish(const Headers& trailers) {
    trailers_ = trailers;
    finished_ = true;
  }

  bool finished() const { return finished_; }
  uint64_t pushed() const { return pushed_; }
  // queued counts bytes that were pushed and not yet pulled.
  size_t queued() const { return bytes_.size() - at_; }
  // starving: a pull would find nothing, and the body is not at its end.
  bool starving() const { return queued() == 0 && !finished_; }

  Pull pull(std::span<std::byte> out) override {
    const size_t size = std::min(out.size(), queued());
    if (size != 0) std::memcpy(out.data(), bytes_.data() + at_, size);
    at_ += size;
    if (queued() != 0) return {size, State::more};
    if (size != 0) drained_(whom_);
    return {size, finished_ ? State::end : State::later};
  }

  std::optional<uint64_t> length() const override { return announced_; }
  const Headers* trailers() override { return &trailers_; }

 private:
  Drained drained_;
  void* whom_;
  std::vector<std::byte> bytes_;
  size_t at_ = 0;  // where the bytes not yet pulled begin
  uint64_t pushed_ = 0;
  std::optional<uint64_t> announced_;
  Headers trailers_;
  bool finished_ = false;
};

}  // namespace godwit::content
