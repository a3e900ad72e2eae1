// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "godwit/core/body.h"
#include "godwit/core/headers.h"
#include "godwit/core/http1/request_plan.h"
#include "godwit/core/write_buffer.h"
#include "godwit/parser/chunked_decoder.h"

namespace godwit::http1 {

// BodyEncoder writes a request body in its framing, a block at a time: bytes as they are, lent if they are
// many, or pulled from a source straight into the output. A body with an announced length is held to it; a
// chunked one goes out as `%X CRLF data CRLF`, a chunk a block, and ends with the source's trailers, those
// left out that no trailer section may hold (may_be_trailer). One that is chunked already is sent as it is,
// and read along the way: its last chunk ends the request, and nothing but chunks gets out.
class BodyEncoder {
 public:
  enum class Step : uint8_t {
    wrote,      // go on
    full,       // the output has no room for a block
    yielded,    // the source gave nothing this time, but may at once
    parked,     // the source said `later`: wait for resume()
    lent,       // what is left is lent and not copied: see lent()
    done,       // the body is complete
    failed,     // the source failed, or said that it wrote more than there was room for
    mismatch,   // the body is not as long as announced: given() says how long it is, at least
    malformed,  // the caller's own chunks are none, or something follows the last one
  };

  // start makes ready for a body; null is an empty one. blocksize 0 means kDefaultBlocksize.
  void start(const Body* body, const RequestPlan& plan, size_t blocksize);

  // step writes at most one block. It calls the source at most once, and a source may cancel the
  // request: the caller looks before it takes another step.
  Step step(WriteBuffer& out);

  // kLendFrom: bytes of a body of known length that is lent, not copied: a shorter one goes out with its head
  // by one call of the system.
  static constexpr size_t kLendFrom = 64 * 1024;

  // lent is what is left of such a body; took says how much of it is out, and gives whether that was all.
  Bytes lent() const { return lends_ ? bytes_.subspan(static_cast<size_t>(given_)) : Bytes(); }
  bool took(size_t size) {
    given_ += size;
    return given_ == announced_;
  }

  bool parked() const { return parked_; }
  // resume may come from inside the source's pull: it holds for the `later` that this call then returns.
  void resume() {
    parked_ = false;
    resumed_ = true;
  }

  uint64_t given() const { return given_; }
  uint64_t announced() const { return announced_; }
  // given_in_order: of a body that is chunked already, the bytes before the first one that is out of place.
  uint64_t given_in_order() const { return checker_ ? checker_->offset() : given_; }

  static constexpr size_t kDefaultBlocksize = 8192;

 private:
  enum class Part : uint8_t { content, closing };

  BodySource::Pull pull(std::span<std::byte> out);
  size_t block_for(const WriteBuffer& out) const;
  Step step_plain(WriteBuffer& out);
  Step step_chunk(WriteBuffer& out);
  Step step_checked(WriteBuffer& out);
  Step step_closing(WriteBuffer& out);
  Step after(const BodySource::Pull& pulled);

  BodySource* source_ = nullptr;
  Bytes bytes_;
  const Headers* trailers_ = nullptr;
  size_t blocksize_ = kDefaultBlocksize;
  uint64_t given_ = 0;
  uint64_t announced_ = 0;
  uint64_t closing_written_ = 0;
  std::unique_ptr<parser::ChunkedDecoder> checker_;  // only if the body is chunked already
  bool chunked_ = false;
  bool lends_ = false;
  bool parked_ = false;
  bool resumed_ = false;  // since the last pull began
  bool asked_for_trailers_ = false;
  Part part_ = Part::content;
};

}  // namespace godwit::http1
