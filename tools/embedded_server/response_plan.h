// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace godwit::embedded {

// kEndless is the length of what never ends.
inline constexpr uint64_t kEndless = UINT64_MAX;

// Ending is what happens to the connection after the last byte of a response.
enum class Ending : uint8_t {
  keep_alive,  // the next request is read
  close,       // FIN, after close_notify over TLS; what still arrives is discarded for a while
  truncate,    // FIN without close_notify
  half_close,  // close, but what arrives is read until the client closes
  reset,       // RST
  hang,        // nothing more is sent; what arrives is discarded
};

// BodyUse is what happens to the content of the request.
enum class BodyUse : uint8_t { discard, echo, digest, never_read };

// When is the moment at which the response begins.
enum class When : uint8_t { after_body, at_once };

// Step is one stretch of a response.
struct Step {
  enum class Kind : uint8_t {
    text,     // bytes of ResponsePlan::text
    pattern,  // generated content
    chunks,   // generated content in whole chunks of one size
    wait,     // no bytes
  };
  Kind kind = Kind::text;
  bool bytewise = false;  // each byte in its own write
  uint32_t wait_ms = 0;   // how long to wait; bytewise: between two bytes
  uint32_t begin = 0;     // text: where it begins
  uint32_t size = 0;      // text: its size, repeated up to length; chunks: content bytes of one chunk
  uint64_t length = 0;    // bytes on the wire, or kEndless
  uint64_t offset = 0;    // pattern: offset of the first content byte
};

// Cursor is how far a response has been produced.
struct Cursor {
  size_t step = 0;
  uint64_t position = 0;  // within the step
  uint64_t produced = 0;  // bytes in all
};

// ResponsePlan is the whole of what one request brings about, as a value: the bytes, their pace, and the
// end. Routes build it, a connection acts it out. It is reused, so that ordinary requests make no heap call.
class ResponsePlan {
 public:
  // reset begins a plan for a client that may be answered in `chunked` coding, wants the head alone
  // (HEAD), or must be told that the connection persists (HTTP/1.0).
  void reset(bool head_only, bool keep_alive, int minor_version);

  // Heads. status begins one, field adds to it, end_head completes it with the Connection field that
  // the ending calls for. A plan may hold interim heads before the final one.
  void status(int code, std::string_view reason = {}, std::string_view version = "HTTP/1.1");
  void field(std::string_view name, std::string_view value);
  void content_length(uint64_t size);
  void end_interim();
  void end_head();

  // Bodies. For HEAD they add nothing.
  void body_text(std::string_view bytes);
  // body_range adds bytes that `text` holds already.
  void body_range(size_t begin, size_t size);
  void body_pattern(uint64_t offset, uint64_t size);
  // body_chunked adds `size` bytes of content in chunks of `chunk` bytes, the last chunk, the trailer
  // section given (lines with CRLF) and the empty line.
  void body_chunked(uint64_t size, uint32_t chunk, std::string_view trailers);

  // raw adds bytes as they are, wherever the plan is; raw_repeated adds them over and over, up to `length`.
  void raw(std::string_view bytes);
  void raw_repeated(std::string_view bytes, uint64_t length);
  void wait(uint32_t milliseconds);

  // pace makes each byte of the steps that follow its own write, with a wait between; unpaced ends that.
  void pace(uint32_t milliseconds) { bytewise_ = true, pace_ms_ = milliseconds; }
  void unpaced() { bytewise_ = false, pace_ms_ = 0; }

  // produce writes the next bytes to `out`, at most `capacity`: one byte of a bytewise
  // step, otherwise all up to a wait, a bytewise step or the limit.
  size_t produce(Cursor& cursor, char* out, size_t capacity) const;
  bool finished(const Cursor& cursor) const { return cursor.step == count_ || cursor.produced == limit; }
  const Step& step(const Cursor& cursor) const { return steps_[cursor.step]; }
  size_t step_count() const { return count_; }

  // head_size is the number of bytes before the body; size all of them, without regard to the limit.
  uint64_t head_size() const { return head_size_; }
  uint64_t size() const;

  bool persistent() const { return ending == Ending::keep_alive; }
  bool chunked_allowed() const { return minor_version_ == 1; }

  std::string text;
  Ending ending = Ending::keep_alive;
  bool announce_close = true;  // whether end_head says Connection: close when it does
  BodyUse body_use = BodyUse::discard;
  When when = When::after_body;
  bool send_continue = true;  // whether Expect: 100-continue is answered by 100
  bool echoes = false;        // what follows the request is not HTTP, and is sent back as it is
  uint64_t limit = kEndless;  // the response is cut after so many bytes; then comes the ending

 private:
  void add(Step step);
  void add_text(size_t begin, size_t size);

  std::array<Step, 8> steps_;
  size_t count_ = 0;
  size_t mark_ = 0;  // where the text not yet in a step begins
  uint64_t head_size_ = 0;
  uint32_t pace_ms_ = 0;
  int minor_version_ = 1;
  bool bytewise_ = false;
  bool head_only_ = false;
};

// standard_reason is the reason phrase of a status code, or "Unknown".
std::string_view standard_reason(int code);

}  // namespace godwit::embedded
