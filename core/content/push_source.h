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
// pushed and not yet pulled. What is pushed are bytes, and sources that are pulled when it is their turn. A
// body of announced length ends by itself, any other by finish().
class PushSource final : public BodySource {
 public:
  // drained is called with `whom` from inside the pull that takes the last of what was pushed.
  using Drained = void (*)(void* whom);
  PushSource(Drained drained, void* whom) : drained_(drained), whom_(whom) {}

  // start makes ready for a body, of that length if it is given.
  void start(std::optional<uint64_t> announced) {
    bytes_.clear();
    parts_.clear();
    at_ = 0;
    pulled_ = 0;
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
    count(bytes.size());
  }

  // push_from has `source` pulled to its end behind what was pushed before it. It is borrowed until then. The
  // length that it knows is within the announced one; of one that knows none, what it gives is counted as it
  // gives it, and the session holds it to what was announced.
  void push_from(BodySource& source) {
    const std::optional<uint64_t> length = source.length();
    parts_.push_back({pulled_ + queued(), &source, !length});
    count(length.value_or(0));
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
  // has_source: a source that was pushed is not at its end.
  bool has_source() const { return !parts_.empty(); }
  // starving: a pull would find nothing, and the body is not at its end.
  bool starving() const { return empty() && !finished_; }

  Pull pull(std::span<std::byte> out) override {
    if (!parts_.empty() && parts_.front().at == pulled_) return pull_part(out);
    const size_t ready = parts_.empty() ? queued() : static_cast<size_t>(parts_.front().at - pulled_);
    const size_t size = std::min(out.size(), ready);
    if (size != 0) std::memcpy(out.data(), bytes_.data() + at_, size);
    at_ += size;
    pulled_ += size;
    return pulled(size, size != 0);
  }

  std::optional<uint64_t> length() const override { return announced_; }
  const Headers* trailers() override { return &trailers_; }

 private:
  // Part is a source among the bytes: behind so many of them.
  struct Part {
    uint64_t at;
    BodySource* source;
    bool counts;  // what it gives is counted as it comes
  };

  bool empty() const { return queued() == 0 && parts_.empty(); }

  void count(uint64_t size) {
    pushed_ += size;
    if (pushed_ == announced_) finished_ = true;
  }

  Pull pull_part(std::span<std::byte> out) {
    const Part part = parts_.front();
    const Pull got = part.source->pull(out);
    if (part.counts) count(got.size);
    if (got.state != State::end) return got;
    parts_.erase(parts_.begin());
    return pulled(got.size, true);
  }

  // pulled ends a pull that gave something, or the end of a source.
  Pull pulled(size_t size, bool something) {
    if (!empty()) return {size, State::more};
    if (something) drained_(whom_);
    return {size, finished_ ? State::end : State::later};
  }

  Drained drained_;
  void* whom_;
  std::vector<std::byte> bytes_;
  std::vector<Part> parts_;
  size_t at_ = 0;        // where the bytes not yet pulled begin
  uint64_t pulled_ = 0;  // bytes of the vector so far, those that it has let go of too
  uint64_t pushed_ = 0;
  std::optional<uint64_t> announced_;
  Headers trailers_;
  bool finished_ = false;
};

}  // namespace godwit::content
