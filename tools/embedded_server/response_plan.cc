// SPDX-License-Identifier: MIT
#include "godwit/tools/embedded_server/response_plan.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstring>

#include "godwit/tools/embedded_server/pattern.h"

namespace godwit::embedded {
namespace {

// kKeptText is the text capacity that outlives a response; more is given back.
constexpr size_t kKeptText = 4096;

// ChunkHead is a chunk-size line.
struct ChunkHead {
  explicit ChunkHead(uint64_t content) {
    char* end = std::to_chars(bytes, bytes + 16, content, 16).ptr;
    *end++ = '\r';
    *end++ = '\n';
    size = static_cast<size_t>(end - bytes);
  }
  char bytes[18];
  size_t size;
};

size_t produce_text(std::string_view text, uint64_t position, char* out, size_t room) {
  size_t at = static_cast<size_t>(position % text.size());
  size_t run = std::min(room, text.size() - at);
  std::memcpy(out, text.data() + at, run);
  return run;
}

// produce_chunks finds its place in the coded stream by arithmetic: all chunks have one size.
size_t produce_chunks(const Step& step, uint64_t position, char* out, size_t room) {
  const ChunkHead head(step.size);
  const uint64_t coded = head.size + step.size + 2;
  const uint64_t index = position / coded;
  const uint64_t at = position % coded;
  if (at < head.size) {
    size_t run = std::min<uint64_t>(room, head.size - at);
    std::memcpy(out, head.bytes + at, run);
    return run;
  }
  if (at < head.size + step.size) {
    size_t run = static_cast<size_t>(std::min<uint64_t>(room, head.size + step.size - at));
    fill_pattern(step.offset + index * step.size + (at - head.size), out, run);
    return run;
  }
  *out = at == head.size + step.size ? '\r' : '\n';
  return 1;
}

}  // namespace

void ResponsePlan::reset(bool head_only, bool keep_alive, int minor_version) {
  if (text.capacity() > kKeptText) std::string().swap(text);
  text.clear();
  count_ = mark_ = 0;
  head_size_ = 0;
  unpaced();
  head_only_ = head_only;
  minor_version_ = minor_version;
  ending = keep_alive ? Ending::keep_alive : Ending::close;
  announce_close = true;
  body_use = BodyUse::discard;
  when = When::after_body;
  send_continue = true;
  echoes = false;
  limit = kEndless;
}

void ResponsePlan::status(int code, std::string_view reason, std::string_view version) {
  mark_ = text.size();
  char digits[8];
  text += version;
  text += ' ';
  text.append(digits, static_cast<size_t>(std::to_chars(digits, digits + 8, code).ptr - digits));
  text += ' ';
  text += reason.data() == nullptr ? standard_reason(code) : reason;
  text += "\r\n";
}

void ResponsePlan::field(std::string_view name, std::string_view value) {
  text += name;
  text += ": ";
  text += value;
  text += "\r\n";
}

void ResponsePlan::content_length(uint64_t size) {
  char digits[20];
  char* end = std::to_chars(digits, digits + 20, size).ptr;
  field("Content-Length", {digits, static_cast<size_t>(end - digits)});
}

void ResponsePlan::end_interim() {
  text += "\r\n";
  add_text(mark_, text.size() - mark_);
}

void ResponsePlan::end_head() {
  if (persistent()) {
    if (minor_version_ == 0) text += "Connection: keep-alive\r\n";
  } else if (announce_close) {
    text += "Connection: close\r\n";
  }
  text += "\r\n";
  add_text(mark_, text.size() - mark_);
  head_size_ = size();
}

void ResponsePlan::body_text(std::string_view bytes) {
  if (!head_only_) raw(bytes);
}

void ResponsePlan::body_range(size_t begin, size_t size) {
  if (!head_only_) add_text(begin, size);
}

void ResponsePlan::body_pattern(uint64_t offset, uint64_t size) {
  if (head_only_ || size == 0) return;
  Step step;
  step.kind = Step::Kind::pattern;
  step.offset = offset;
  step.length = size;
  add(step);
}

void ResponsePlan::body_chunked(uint64_t size, uint32_t chunk, std::string_view trailers) {
  if (head_only_) return;
  if (const uint64_t whole = size / chunk; whole > 0) {
    Step step;
    step.kind = Step::Kind::chunks;
    step.size = chunk;
    step.length = whole * (ChunkHead(chunk).size + chunk + 2);
    add(step);
  }
  if (const uint64_t rest = size % chunk; rest > 0) {
    const ChunkHead head(rest);
    raw({head.bytes, head.size});
    body_pattern(size - rest, rest);
    raw("\r\n");
  }
  raw("0\r\n");
  raw(trailers);
  raw("\r\n");
}

void ResponsePlan::raw(std::string_view bytes) {
  if (bytes.empty()) return;
  text += bytes;
  add_text(text.size() - bytes.size(), bytes.size());
}

void ResponsePlan::add_text(size_t begin, size_t size) {
  Step step;
  step.begin = static_cast<uint32_t>(begin);
  step.size = static_cast<uint32_t>(size);
  step.length = size;
  add(step);
}

void ResponsePlan::raw_repeated(std::string_view bytes, uint64_t length) {
  text += bytes;
  Step step;
  step.begin = static_cast<uint32_t>(text.size() - bytes.size());
  step.size = static_cast<uint32_t>(bytes.size());
  step.length = length;
  add(step);
}

void ResponsePlan::wait(uint32_t milliseconds) {
  Step step;
  step.kind = Step::Kind::wait;
  step.wait_ms = milliseconds;
  add(step);
}

void ResponsePlan::add(Step step) {
  if (step.kind != Step::Kind::wait) {
    if (step.length == 0) return;
    step.bytewise = bytewise_;
    step.wait_ms = pace_ms_;
  }
  if (count_ > 0 && step.kind == Step::Kind::text && step.length == step.size) {
    Step& last = steps_[count_ - 1];
    const bool joins = last.kind == Step::Kind::text && last.length == last.size &&
                       last.begin + last.size == step.begin && last.bytewise == step.bytewise &&
                       last.wait_ms == step.wait_ms;
    if (joins) {
      last.size += step.size;
      last.length += step.length;
      return;
    }
  }
  // The longest plan of the routes has six steps; a longer one is a mistake in a route.
  if (count_ == steps_.size()) std::abort();
  steps_[count_++] = step;
}

uint64_t ResponsePlan::size() const {
  uint64_t total = 0;
  for (size_t i = 0; i < count_; ++i) {
    if (steps_[i].length == kEndless) return kEndless;
    total += steps_[i].length;
  }
  return total;
}

size_t ResponsePlan::produce(Cursor& cursor, char* out, size_t capacity) const {
  size_t written = 0;
  while (written < capacity && !finished(cursor)) {
    const Step& now = steps_[cursor.step];
    if (now.kind == Step::Kind::wait || (now.bytewise && written > 0)) break;
    size_t room = static_cast<size_t>(std::min({uint64_t{now.bytewise ? 1 : capacity - written},
                                                now.length - cursor.position, limit - cursor.produced}));
    size_t run = room;
    switch (now.kind) {
      case Step::Kind::text:
        run = produce_text({text.data() + now.begin, now.size}, cursor.position, out + written, room);
        break;
      case Step::Kind::pattern:
        fill_pattern(now.offset + cursor.position, out + written, room);
        break;
      case Step::Kind::chunks:
        run = produce_chunks(now, cursor.position, out + written, room);
        break;
      case Step::Kind::wait:
        break;
    }
    written += run;
    cursor.produced += run;
    cursor.position += run;
    if (cursor.position == now.length) {
      ++cursor.step;
      cursor.position = 0;
    }
    if (now.bytewise) break;
  }
  return written;
}

std::string_view standard_reason(int code) {
  struct Row {
    int code;
    std::string_view reason;
  };
  static constexpr Row kRows[] = {
      {100, "Continue"},
      {101, "Switching Protocols"},
      {102, "Processing"},
      {103, "Early Hints"},
      {200, "OK"},
      {201, "Created"},
      {202, "Accepted"},
      {204, "No Content"},
      {205, "Reset Content"},
      {206, "Partial Content"},
      {301, "Moved Permanently"},
      {302, "Found"},
      {303, "See Other"},
      {304, "Not Modified"},
      {307, "Temporary Redirect"},
      {308, "Permanent Redirect"},
      {400, "Bad Request"},
      {401, "Unauthorized"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {408, "Request Timeout"},
      {410, "Gone"},
      {413, "Content Too Large"},
      {417, "Expectation Failed"},
      {418, "I'm a Teapot"},
      {429, "Too Many Requests"},
      {431, "Request Header Fields Too Large"},
      {500, "Internal Server Error"},
      {501, "Not Implemented"},
      {502, "Bad Gateway"},
      {503, "Service Unavailable"},
      {504, "Gateway Timeout"},
      {505, "HTTP Version Not Supported"},
  };
  const Row* row =
      std::find_if(std::begin(kRows), std::end(kRows), [&](const Row& r) { return r.code == code; });
  return row == std::end(kRows) ? "Unknown" : row->reason;
}

}  // namespace godwit::embedded
