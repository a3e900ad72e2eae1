// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "godwit/parser/field.h"
#include "godwit/parser/parse_error.h"
#include "godwit/parser/parse_options.h"

namespace godwit::parser {

// ChunkedDecoder takes the chunked transfer coding (RFC 9112 7.1) off a body. It copies no data: each
// step gives at most one run, a slice of what it was given. A caller loops:
//
//   while (!in.empty() && decoder.state() is chunks or trailers) {
//     ChunkedDecoder::Step step = decoder.decode(in);
//     if (step.error != ParseError::none) fail(step.error, decoder.offset());
//     deliver(step.data);                                     // may be empty
//     in.remove_prefix(step.taken);
//   }
//
// Nothing is taken after the line that ends the body. A body that stops before done() is truncated;
// that only the caller can know. Trailers are kept, and cost memory only if there are any.
class ChunkedDecoder {
 public:
  enum class State : uint8_t {
    chunks,    // sizes and data
    trailers,  // the last chunk is in; field lines follow
    done,      // the body is complete
    bad,       // an error was returned, and is again by every further step
  };

  struct Step {
    size_t taken;           // bytes of the input used; 0 on error
    std::string_view data;  // the part of the input that is body
    State state;
    ParseError error;
  };

  explicit ChunkedDecoder(const ParseOptions& options);
  ~ChunkedDecoder();
  ChunkedDecoder(ChunkedDecoder&&) noexcept;
  ChunkedDecoder& operator=(ChunkedDecoder&&) noexcept;

  // decode takes bytes from the front of `in` until it has a run of data, an error, the end of the
  // body, or nothing left. It takes at least one byte of a non-empty `in` unless done or bad.
  Step decode(std::string_view in);

  State state() const;

  // offset counts the bytes taken since the body's first; after an error, those before the offending
  // byte, however they arrived.
  uint64_t offset() const { return offset_; }

  bool done() const { return reading_ == Reading::done; }

  // in_trailers tells whether the line of the last chunk was taken, also after an error: what is
  // wrong is then wrong in the trailer section.
  bool in_trailers() const { return in_trailers_; }

  // trailers views the fields of the trailer section, valid until the decoder dies, moves or is
  // reset; empty before done(). What may be taken from it is the caller's to judge (RFC 9110 6.5.1):
  // it must not change framing, routing, or authentication.
  Fields trailers() const;

  // skipped_trailer_lines counts the lines left out by ParseOptions::skip_bad_lines.
  uint32_t skipped_trailer_lines() const;

  // trailers_folded tells whether a trailer value holds a raw fold (see unfold).
  bool trailers_folded() const;

  // reset makes it ready for another body, with the same options.
  void reset();

 private:
  // Where in the grammar the next byte is.
  enum class Reading : uint8_t {
    size_start,       // the first digit of a chunk size
    size_digits,      // further digits, or what ends them
    extension_space,  // whitespace after the size, good only before an extension
    extension,        // from ';' to the CR
    size_lf,          // the LF that ends the size line
    data,
    data_cr,
    data_lf,
    trailers,
    done,
    bad,
  };

  struct Trailers;

  Step advance(std::string_view in);
  size_t take_usual_chunk_start(std::string_view in);
  Step take_data(std::string_view in, size_t at);
  Step fail(uint64_t offset, ParseError error);
  ParseError take_size_line(std::string_view in, size_t& at);
  ParseError take_extension(std::string_view in, size_t& at);
  Step take_trailers(std::string_view in, size_t at);

  uint64_t offset_ = 0;
  uint64_t remaining_ = 0;              // of this chunk's size or data
  std::unique_ptr<Trailers> trailers_;  // only if there is a trailer section
  ParseOptions options_;
  uint32_t line_size_ = 0;        // bytes of this size line so far
  uint32_t extensions_size_ = 0;  // bytes of all extensions of this body
  Reading reading_ = Reading::size_start;
  bool in_trailers_ = false;
  uint8_t digits_ = 0;
  ParseError error_ = ParseError::none;
};

}  // namespace godwit::parser
