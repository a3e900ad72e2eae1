// SPDX-License-Identifier: MIT
// The writing side of Http1Session: from requests to bytes.
#include <algorithm>
#include <string>
#include <string_view>

#include "godwit/core/http1/http1_session.h"

namespace godwit::http1 {

// send writes requests one behind the other, as far as there is room.
bool Http1Session::send(WriteBuffer& out) {
  Busy busy(*this);
  for (bool complete = true; complete && wants_write();) {
    Stream& s = *writer_;
    const size_t before = out.size();
    if (s.writing == Writing::head) write_head(s, out);
    if (s.writing == Writing::body) write_body(s, out);
    if (s.over) break;
    complete = s.writing == Writing::done;
    if (complete) writer_ = s.next.get();
    if (out.size() != before || complete) {
      tell_sent(s, complete);
    } else {
      end_if_ended(s);
    }
  }
  return wants_write();
}

void Http1Session::tell_sent(Stream& s, bool complete) {
  s.sink->on_sent(complete);
  end_if_ended(s);
}

// end_if_ended tells the end of a stream whose upload failed, or which waited for its end, if it may be told.
void Http1Session::end_if_ended(Stream& s) {
  const bool ended = &s == stream_.get() && !s.over && reading_ == Reading::end;
  if (ended && !s.paused) deliver_end();
}

Bytes Http1Session::lent() const {
  return writer_ && writer_->writing == Writing::body ? writer_->encoder.lent() : Bytes();
}

void Http1Session::took(size_t size) {
  if (size == 0) return;
  Busy busy(*this);
  Stream& s = *writer_;
  const bool complete = s.encoder.took(size);
  if (complete) {
    s.writing = Writing::done;
    writer_ = s.next.get();
  }
  tell_sent(s, complete);
}

void Http1Session::write_head(Stream& s, WriteBuffer& out) {
  const std::string_view rest = std::string_view(s.prepared->text).substr(s.request_head_written);
  const size_t fits = std::min(rest.size(), out.room());
  out.append(rest.substr(0, fits));
  s.request_head_written += fits;
  if (fits < rest.size()) return;
  if (s.prepared->plan.framing == RequestPlan::Framing::none) {
    s.writing = Writing::done;
  } else {
    s.writing = s.prepared->plan.awaits_continue ? Writing::await_continue : Writing::body;
  }
}

// write_body is for the stream whose response is next: a request with a body is open alone.
void Http1Session::write_body(Stream& s, WriteBuffer& out) {
  for (;;) {
    const BodyEncoder::Step step = s.encoder.step(out);
    if (s.over) return;
    switch (step) {
      case BodyEncoder::Step::wrote:
        break;
      case BodyEncoder::Step::full:
      case BodyEncoder::Step::yielded:
      case BodyEncoder::Step::parked:
      case BodyEncoder::Step::lent:
        return;
      case BodyEncoder::Step::done:
        s.writing = Writing::done;
        return;
      case BodyEncoder::Step::failed:
        fail_upload(Errc::body_source_failed,
                    "the body source failed after " + std::to_string(s.encoder.given()) + " bytes");
        return;
      case BodyEncoder::Step::mismatch:
        fail_upload(Errc::body_length_mismatch, "the body source gave " + std::to_string(s.encoder.given()) +
                                                    " bytes, not the " +
                                                    std::to_string(s.encoder.announced()) + " announced");
        s.outcome.expected = s.encoder.announced();
        return;
      case BodyEncoder::Step::malformed:
        fail_upload(Errc::bad_chunk,
                    "the request body is not in the chunked coding, as it was said to be: byte " +
                        std::to_string(s.encoder.given_in_order()));
        return;
    }
  }
}

void Http1Session::send_end() {
  close("the transport takes no more bytes");
  if (writer_) stop_writing(*writer_);
}

// stop_writing ends the writing where it is; a request that is complete stays so.
void Http1Session::stop_writing(Stream& s) {
  if (s.writing == Writing::done) return;
  s.writing = Writing::closed;
  writer_ = nullptr;
}

}  // namespace godwit::http1
