// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "godwit/core/bytes.h"
#include "godwit/core/error.h"

namespace godwit::content {

// BodyReader answers reads of a body that arrives when it will: one read at a time, in the shapes of
// http.client's file object. It keeps only what arrived and was not read; a read that lies whole in an
// arrival is answered with a slice of it.
//
//   ask(exactly, 100)   arrival -> lend(in); while (next(answer)) tell(answer); keep()
//   ask(line, 80)       ended   -> end(error); while (next(answer)) tell(answer)
class BodyReader {
 public:
  enum class Shape : uint8_t {
    none,
    exactly,  // `size` bytes, fewer only at the end
    into,     // the same, into the caller's memory
    all,      // everything; body_too_large once it is more than `size`
    some,     // what is there, at least one byte and at most `size`
    peek,     // the same, and it stays there to be read
    line,     // up to and with LF, `size` bytes at most
  };

  // Answer is what a read got. bytes live until the next call; error is how the body ended, if that is why
  // the read got less than it asked for.
  struct Answer {
    Shape shape;
    Bytes bytes;
    Error error;
  };

  // ask begins a read; none may be open.
  void ask(Shape shape, size_t size);
  void ask_into(std::span<std::byte> memory);
  // forget gives up an open read; what it took into the caller's memory is gone.
  void forget() { shape_ = Shape::none; }
  bool asked() const { return shape_ != Shape::none; }

  // lend shows bytes that arrived, until keep(), which copies what nobody took.
  void lend(Bytes in);
  void keep();

  // end: nothing more arrives. error is ok at the body's proper end.
  void end(const Error& error);
  bool ended() const { return ended_; }

  // next gives the answer to the open read, if there is one by now, and closes the read.
  bool next(Answer& answer);

  // may_answer: next() may have an answer to the open read before anything else arrives.
  bool may_answer() const { return asked() && (ended_ || size_ == 0 || size() != 0); }

  // pass counts bytes that arrived and went by, to somebody else; nothing that came before them is left.
  void pass(size_t size) { consumed_ += size; }

  // size counts bytes that arrived and were not read.
  size_t size() const { return left().size(); }
  // consumed counts bytes that were read.
  uint64_t consumed() const { return consumed_; }

  // left views those bytes; take takes some from their front, with no read open.
  Bytes left() const { return lent_.empty() ? Bytes(kept_).subspan(at_) : lent_; }
  Bytes take(size_t size);

  // reset makes ready for another body and keeps the memory, up to kKept bytes.
  void reset() {
    if (kept_.capacity() > kKept) kept_ = {};
    kept_.clear();
    at_ = 0;
    lent_ = {};
    consumed_ = 0;
    shape_ = Shape::none;
    ended_ = false;
  }

  static constexpr size_t kKept = 64 * 1024;

 private:
  bool finish(Answer& answer, size_t size, const Error& error);
  size_t line_size() const;
  void fill();

  std::vector<std::byte> kept_;
  size_t at_ = 0;  // where in kept_ the unread bytes begin
  Bytes lent_;     // the rest of an arrival; only while kept_ holds nothing
  std::span<std::byte> into_;
  size_t filled_ = 0;
  size_t size_ = 0;
  uint64_t consumed_ = 0;
  Error end_;
  Shape shape_ = Shape::none;
  bool ended_ = false;
};

}  // namespace godwit::content
