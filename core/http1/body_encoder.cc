// SPDX-License-Identifier: MIT
#include "godwit/core/http1/body_encoder.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "godwit/core/http1/piecewise_writer.h"
#include "godwit/core/http1/trailer_fields.h"

namespace godwit::http1 {

namespace {

using State = BodySource::State;

constexpr size_t hex_digits(size_t n) {
  return n == 0 ? 1 : (static_cast<size_t>(std::bit_width(n)) + 3) / 4;
}

// put_hex writes `n` in upper case, as http.client's %X does, and gives the end.
std::byte* put_hex(std::byte* at, size_t n) {
  for (size_t digit = hex_digits(n); digit-- > 0;) {
    *at++ = static_cast<std::byte>("0123456789ABCDEF"[n >> 4 * digit & 15]);
  }
  return at;
}

std::byte* put_crlf(std::byte* at) {
  *at++ = std::byte{'\r'};
  *at++ = std::byte{'\n'};
  return at;
}

constexpr size_t kCrlf = 2;

}  // namespace

void BodyEncoder::start(const Body* body, const RequestPlan& plan, size_t blocksize) {
  *this = BodyEncoder();
  chunked_ = plan.framing == RequestPlan::Framing::chunked;
  if (plan.already_chunked) checker_ = std::make_unique<parser::ChunkedDecoder>(parser::ParseOptions());
  announced_ = plan.length;
  if (blocksize != 0) blocksize_ = blocksize;
  if (body == nullptr) return;
  source_ = body->source();
  if (source_ != nullptr) return;
  bytes_ = body->bytes();
  lends_ = !chunked_ && !checker_ && bytes_.size() >= kLendFrom && bytes_.size() == announced_;
}

BodyEncoder::Step BodyEncoder::step(WriteBuffer& out) {
  if (parked_) return Step::parked;
  if (lends_) return Step::lent;
  resumed_ = false;
  if (checker_ != nullptr) return step_checked(out);
  if (part_ == Part::closing) return step_closing(out);
  return chunked_ ? step_chunk(out) : step_plain(out);
}

BodySource::Pull BodyEncoder::pull(std::span<std::byte> out) {
  if (source_ != nullptr) return source_->pull(out);
  const Bytes left = bytes_.subspan(static_cast<size_t>(given_));
  const size_t size = std::min(out.size(), left.size());
  if (size != 0) std::memcpy(out.data(), left.data(), size);
  return {size, size == left.size() ? State::end : State::more};
}

// block_for gives the size of the next block, 0 if there is no room for it. A block that an empty
// buffer would hold is not cut short because this one is half full.
size_t BodyEncoder::block_for(const WriteBuffer& out) const {
  const auto framing = [&](size_t block) { return chunked_ ? hex_digits(block) + 2 * kCrlf : 0; };
  const size_t capacity = out.size() + out.room();
  size_t block = std::min(blocksize_, capacity);
  if (block + framing(block) > capacity) block -= std::min(block - 1, framing(block));
  return block + framing(block) <= out.room() ? block : 0;
}

BodyEncoder::Step BodyEncoder::step_plain(WriteBuffer& out) {
  const size_t block = source_ != nullptr ? block_for(out) : out.room();
  if (block == 0) return Step::full;
  const BodySource::Pull pulled = pull(out.spare().first(block));
  if (pulled.state == State::failed || pulled.size > block) return Step::failed;
  const bool too_long = pulled.size > announced_ - given_;
  given_ += pulled.size;
  if (too_long) return Step::mismatch;
  out.commit(pulled.size);
  if (pulled.state == State::end) return given_ == announced_ ? Step::done : Step::mismatch;
  return after(pulled);
}

BodyEncoder::Step BodyEncoder::step_chunk(WriteBuffer& out) {
  const size_t block = block_for(out);
  if (block == 0) return Step::full;
  const size_t line = hex_digits(block) + kCrlf;
  std::byte* const begin = out.spare().data();
  const BodySource::Pull pulled = pull({begin + line, block});
  if (pulled.state == State::failed || pulled.size > block) return Step::failed;
  // An empty chunk would be the last one.
  if (pulled.size != 0) {
    std::byte* const data = put_crlf(put_hex(begin, pulled.size));
    if (data != begin + line) std::memmove(data, begin + line, pulled.size);
    out.commit(static_cast<size_t>(put_crlf(data + pulled.size) - begin));
    given_ += pulled.size;
  }
  if (pulled.state != State::end) return after(pulled);
  part_ = Part::closing;
  return Step::wrote;
}

BodyEncoder::Step BodyEncoder::step_checked(WriteBuffer& out) {
  const size_t block = std::min(blocksize_, out.size() + out.room());
  if (block > out.room()) return Step::full;
  const BodySource::Pull pulled = pull(out.spare().first(block));
  if (pulled.state == State::failed || pulled.size > block) return Step::failed;
  std::string_view rest = text_of(Bytes(out.spare().first(pulled.size)));
  while (!rest.empty()) {
    const parser::ChunkedDecoder::Step step = checker_->decode(rest);
    if (step.error != parser::ParseError::none || step.taken == 0) return Step::malformed;
    rest.remove_prefix(step.taken);
  }
  out.commit(pulled.size);
  given_ += pulled.size;
  // A source may have said `more` and have nothing; bytes are known.
  if (checker_->done()) return source_ || pulled.state == State::end ? Step::done : Step::malformed;
  return pulled.state == State::end ? Step::malformed : after(pulled);
}

BodyEncoder::Step BodyEncoder::step_closing(WriteBuffer& out) {
  if (!asked_for_trailers_) {
    asked_for_trailers_ = true;
    if (source_ != nullptr) {
      trailers_ = source_->trailers();
      return Step::wrote;
    }
  }
  PiecewiseWriter writer(out, closing_written_);
  writer.put("0\r\n");
  if (trailers_ != nullptr) {
    for (const auto [name, value] : *trailers_) {
      if (may_be_trailer(name)) writer.put_field(name, value);
    }
  }
  writer.put("\r\n");
  return writer.finish(closing_written_) ? Step::done : Step::full;
}

BodyEncoder::Step BodyEncoder::after(const BodySource::Pull& pulled) {
  parked_ = pulled.state == State::later && !resumed_;
  if (parked_) return Step::parked;
  return pulled.size == 0 ? Step::yielded : Step::wrote;
}

}  // namespace godwit::http1
