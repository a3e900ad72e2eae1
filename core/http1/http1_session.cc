// SPDX-License-Identifier: MIT
// The queue of open streams, and how they end. The two sides are in http1_session_{reading,writing}.cc.
#include "godwit/core/http1/http1_session.h"

#include <cassert>
#include <utility>

#include "godwit/core/http1/keep_alive.h"
#include "godwit/core/http1/request_plan.h"
#include "godwit/core/http1/request_writer.h"

namespace godwit::http1 {

Http1Session::~Http1Session() {
  while (stream_) memory_.release(std::exchange(stream_, std::move(stream_->next)));
}

// Control

ports::StreamId Http1Session::submit(const ports::RequestHead& head, ports::StreamSink& sink) {
  assert(capacity() > 0 && (!stream_ || head.pipelines));
  std::unique_ptr<Stream> stream = memory_.acquire();
  Stream& s = *stream;
  s.sink = &sink;
  s.request = &head;
  s.prepared = static_cast<const PreparedHead*>(head.prepared);
  if (!s.prepared) {
    s.own.plan = plan_request(head);
    write_request_head(head, s.own.plan, s.own.text);
    s.prepared = &s.own;
  }
  const RequestPlan& plan = s.prepared->plan;
  assert(plan.fault == RequestPlan::Fault::none && "check_request comes before submit");
  if (plan.framing != RequestPlan::Framing::none) s.encoder.start(head.body, plan, head.blocksize);
  s.facts.request_version = static_cast<uint8_t>(head.version);
  s.facts.request_close = plan.close;
  if (++last_ == 0) ++last_;
  s.id = last_;
  if (!stream_) {
    stream_ = std::move(stream);
    reading_ = Reading::head;
  } else {
    Stream* tail = writer_ ? writer_ : stream_.get();
    while (tail->next) tail = tail->next.get();
    tail->next = std::move(stream);
  }
  if (!writer_) writer_ = &s;
  alone_ = !head.pipelines;
  ++open_;
  return last_;
}

Stream* Http1Session::find(ports::StreamId id) const {
  Stream* s = stream_.get();
  while (s && s->id != id) s = s->next.get();
  return s && !s->over ? s : nullptr;
}

void Http1Session::cancel(ports::StreamId id) {
  Stream* s = find(id);
  if (!s) return;
  if (s == stream_.get() && s->request_head_written == 0) {
    withdraw();
  } else if (s == stream_.get()) {
    settle();
  } else if (s->request_head_written == 0) {
    unlink(*s);
  } else {
    // Its response will come, and nobody is there to read it: those before it are the last.
    s->over = true;
    --open_;
    writer_ = nullptr;
    close("a request that others were sent before was cancelled");
  }
}

// withdraw takes the first stream back, of which no byte was written: that says nothing about another one.
void Http1Session::withdraw() {
  Stream& s = *stream_;
  s.over = true;
  s.paused = false;
  --open_;
  if (writer_ == &s) writer_ = s.next.get();
  reading_ = open_ != 0 ? Reading::head : Reading::idle;
  close({});
  if (!busy_) advance();
}

// unlink takes a stream out that no byte was written of, and that is not the first.
void Http1Session::unlink(Stream& s) {
  Stream* before = stream_.get();
  while (before->next.get() != &s) before = before->next.get();
  if (writer_ == &s) writer_ = s.next.get();
  std::unique_ptr<Stream> out = std::exchange(before->next, std::move(s.next));
  memory_.release(std::move(out));
  --open_;
}

void Http1Session::pause(ports::StreamId id) {
  if (Stream* s = find(id)) s->paused = true;
}

void Http1Session::resume(ports::StreamId id) {
  if (Stream* s = find(id)) s->paused = false;
}

void Http1Session::resume_upload(ports::StreamId id) {
  if (Stream* s = find(id)) s->encoder.resume();
}

void Http1Session::end_continue_wait(ports::StreamId id) {
  Stream* s = find(id);
  if (s && s->writing == Writing::await_continue) s->writing = Writing::body;
}

uint64_t Http1Session::received(ports::StreamId id) const {
  const Stream* s = find(id);
  if (!s) return 0;
  return s != stream_.get() || reading_ == Reading::head ? s->head_received() : s->body_received;
}

uint64_t Http1Session::expected(ports::StreamId id) const {
  const Stream* s = find(id);
  return s ? s->decoder.expected() : Error::kUnknown;
}

ports::ResponseFraming Http1Session::framing(ports::StreamId id) const {
  const Stream* s = find(id);
  if (!s) return {};
  const BodyDecoder& decoder = s->decoder;
  const bool empty = decoder.kind() == BodyDecoder::Kind::none || decoder.kind() == BodyDecoder::Kind::tunnel;
  return {.body_size = empty ? 0 : decoder.expected(),
          .chunked = decoder.kind() == BodyDecoder::Kind::chunked,
          .will_close = close_reason_ || !may_stay_open(*s)};
}

size_t Http1Session::capacity() const {
  if (close_reason_) return 0;
  if (!stream_) return persistent_ ? memory_.pipeline_depth() : 1;
  if (alone_ || !persistent_ || stream_->over || open_ >= memory_.pipeline_depth()) return 0;
  if (reading_ != Reading::head && !may_stay_open(*stream_)) return 0;
  return memory_.pipeline_depth() - open_;
}

// may_stay_open: nothing that is known by now of the exchange, whose response has begun, speaks against
// another behind it.
bool Http1Session::may_stay_open(const Stream& s) const {
  return s.writing != Writing::closed && speaks_against(s.facts).empty();
}

// Ends

// fail sets an outcome of the response that is an error; on_end follows when nothing is held back.
void Http1Session::fail(Errc code, std::string_view diagnosis) {
  Stream& s = *stream_;
  const bool in_body = reading_ == Reading::body;
  s.outcome = {.code = code,
               .phase = in_body ? Phase::body : Phase::head,
               .received = in_body ? s.body_received : s.head_received(),
               .expected = in_body ? s.decoder.expected() : Error::kUnknown};
  s.diagnosis = diagnosis;
  reading_ = Reading::end;
  stop_writing(s);
}

void Http1Session::fail_upload(Errc code, std::string_view diagnosis) {
  fail(code, diagnosis);
  stream_->outcome.phase = Phase::send;
  stream_->outcome.received = stream_->encoder.given();
  stream_->outcome.expected = Error::kUnknown;
}

// complete sets the outcome of a response that was read to its end: an upload still under way stops.
void Http1Session::complete() {
  Stream& s = *stream_;
  s.facts.response_complete = true;
  s.outcome = {.phase = Phase::body, .received = s.body_received, .expected = s.decoder.expected()};
  reading_ = Reading::end;
  if (s.writing != Writing::done) stop_writing(s);
}

// deliver_end gives everything back first: in on_end, the next request may be submitted.
void Http1Session::deliver_end() {
  if (stream_->outcome) return deliver_failure();
  ports::StreamSink& sink = *stream_->sink;
  const Error outcome = stream_->outcome;
  settle();
  advance();
  sink.on_end(outcome, {});
}

void Http1Session::deliver_failure() {
  ports::StreamSink& sink = *stream_->sink;
  const Error outcome = stream_->outcome;
  const std::string diagnosis = std::move(stream_->diagnosis);
  settle();
  advance();
  sink.on_end(outcome, diagnosis);
}

// settle ends the first exchange and decides, the only place that does, whether there may be another.
void Http1Session::settle() {
  Stream& s = *stream_;
  s.facts.request_complete = s.writing == Writing::done;
  s.over = true;
  s.paused = false;
  --open_;
  const std::string_view reason = s.outcome ? name(s.outcome.code) : keep_alive(s.facts);
  if (reason.empty()) {
    persistent_ = s.facts.request_version >= 11 && s.facts.response_version >= 11;
  } else {
    lost_ = true;
    writer_ = nullptr;
  }
  reading_ = open_ != 0 ? Reading::head : Reading::idle;
  close(reason);
  if (!busy_) advance();
}

// advance frees the first stream, which is over, and has the next one be the first. That has lost its
// connection if the one before it was the last that is served, and if one before it was cancelled.
void Http1Session::advance() {
  if (!stream_->next) return memory_.release(std::move(stream_));
  do {
    std::unique_ptr<Stream> past = std::move(stream_);
    stream_ = std::move(past->next);
    if (stream_ && past->ended) stream_->note_end(past->ended_by, past->ended_diagnosis);
    memory_.release(std::move(past));
    if (!stream_) return;
    lost_ |= stream_->over;
  } while (stream_->over);
  if (!lost_) return;
  writer_ = nullptr;
  fail(Errc::remote_disconnected,
       std::string("the connection ended with a request before it: ") + close_reason_);
}

// close rules out another exchange, for the first reason that is not empty; those that are open go on.
void Http1Session::close(std::string_view reason) {
  if (!close_reason_ && !reason.empty()) close_reason_ = reason.data();
  if (!close_reason_ || open_ != 0) return;
  reading_ = Reading::closed;
  writer_ = nullptr;
}

}  // namespace godwit::http1
