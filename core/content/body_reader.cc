// SPDX-License-Identifier: MIT
#include "godwit/core/content/body_reader.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <utility>

namespace godwit::content {

void BodyReader::ask(Shape shape, size_t size) {
  assert(!asked());
  shape_ = shape;
  size_ = size;
}

void BodyReader::ask_into(std::span<std::byte> memory) {
  ask(Shape::into, memory.size());
  into_ = memory;
  filled_ = 0;
  fill();
}

void BodyReader::lend(Bytes in) {
  if (at_ == kept_.size()) {
    kept_.clear();
    at_ = 0;
    lent_ = in;
  } else {
    kept_.insert(kept_.end(), in.begin(), in.end());
  }
  if (shape_ == Shape::into) fill();
}

void BodyReader::keep() {
  if (!lent_.empty()) kept_.assign(lent_.begin(), lent_.end());
  lent_ = {};
  // Moved only when more than half of it was read: each byte is moved once at most on the average.
  if (at_ > kept_.size() / 2) {
    kept_.erase(kept_.begin(), kept_.begin() + static_cast<std::ptrdiff_t>(at_));
    at_ = 0;
  }
}

void BodyReader::end(const Error& error) {
  ended_ = true;
  end_ = error;
}

Bytes BodyReader::take(size_t size) {
  const Bytes taken = left().first(size);
  if (lent_.empty()) {
    at_ += size;
  } else {
    lent_ = lent_.subspan(size);
  }
  consumed_ += size;
  return taken;
}

void BodyReader::fill() {
  const Bytes part = take(std::min(size(), into_.size() - filled_));
  if (!part.empty()) std::memcpy(into_.data() + filled_, part.data(), part.size());
  filled_ += part.size();
}

// A line's end is looked for in all that is there again at each arrival: a line is short, or has a limit.
size_t BodyReader::line_size() const {
  const Bytes seen = left().first(std::min(size(), size_));
  const void* const end = seen.empty() ? nullptr : std::memchr(seen.data(), '\n', seen.size());
  return end ? static_cast<size_t>(static_cast<const std::byte*>(end) - seen.data()) + 1 : 0;
}

bool BodyReader::finish(Answer& answer, size_t size, const Error& error) {
  answer = {shape_, shape_ == Shape::peek ? left().first(size) : take(size), error};
  shape_ = Shape::none;
  return true;
}

bool BodyReader::next(Answer& answer) {
  const size_t there = size();
  switch (shape_) {
    case Shape::none:
      return false;
    case Shape::exactly:
      if (there >= size_) return finish(answer, size_, {});
      break;
    case Shape::into:
      if (filled_ < into_.size() && !ended_) return false;
      answer = {shape_, Bytes(into_.first(filled_)), filled_ < into_.size() ? end_ : Error()};
      shape_ = Shape::none;
      return true;
    case Shape::all:
      if (there <= size_) break;
      return finish(answer, size_,
                    {.code = Errc::body_too_large, .phase = Phase::body, .received = consumed_ + there});
    case Shape::some:
    case Shape::peek:
      if (there != 0 || size_ == 0) return finish(answer, std::min(there, size_), {});
      break;
    case Shape::line:
      if (const size_t line = line_size()) return finish(answer, line, {});
      if (there >= size_) return finish(answer, size_, {});
      break;
  }
  return ended_ && finish(answer, there, end_);
}

}  // namespace godwit::content
