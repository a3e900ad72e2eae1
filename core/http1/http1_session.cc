// SPDX-License-Identifier: MIT
#include "godwit/core/http1/http1_session.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "godwit/core/http1/body_length.h"
#include "godwit/core/http1/keep_alive.h"
#include "godwit/core/http1/parse_failure.h"
#include "godwit/core/http1/request_plan.h"
#include "godwit/core/http1/request_writer.h"
#include "godwit/core/http1/trailer_fields.h"
#include "godwit/parser/field_lookup.h"
#include "godwit/parser/field_value.h"
#include "godwit/parser/response_head.h"

namespace godwit::http1 {

namespace {

constexpr std::string_view kStrayBytes = "unsolicited-bytes: bytes arrived that answer no request";

// A head that spans reads is gathered in pieces of this size, so that little of the body behind it is
// copied.
constexpr size_t kHeadPiece = 4096;

constexpr uint16_t kContinue = 100;
constexpr uint16_t kSwitchingProtocols = 101;

ports::MessageHead message_head(const parser::ResponseHead& head, std::string_view text) {
  return {.text = text,
          .fields = head.storage.first(head.field_count),
          .status = head.status,
          .version = static_cast<uint8_t>(head.minor_version == 0 ? 10 : 11),
          .reason = head.reason,
          .reason_size = head.reason_size};
}

// keep_alive_seconds reads `Keep-Alive: timeout=5`, a hint.
uint32_t keep_alive_seconds(const parser::ResponseHead& head, const char* base) {
  const size_t at = head.known.first(parser::KnownField::keep_alive);
  if (at == parser::KnownFields::npos) return 0;
  const auto timeout = parser::parse_keep_alive(head.fields(base)[at].value).timeout_s;
  return static_cast<uint32_t>(std::min<uint64_t>(timeout.value_or(0), UINT32_MAX));
}

bool offers(const Headers& request, std::string_view protocol) {
  for (const auto [name, value] : request) {
    if (parser::ascii_iequals(name, "upgrade") && parser::list_has_token(value, protocol)) return true;
  }
  return false;
}

// upgrade_fault says what is wrong with a 101: it has to name what it switches to (RFC 9110 7.8), and that
// has to have been offered. Empty if nothing is.
std::string_view upgrade_fault(const Headers& request, const parser::Fields& response) {
  bool named = false;
  for (const auto [name, value] : response) {
    if (!parser::ascii_iequals(name, "upgrade")) continue;
    parser::ListReader protocols(value);
    while (const auto protocol = protocols.next()) {
      named = true;
      if (!offers(request, *protocol)) return "101 (Switching Protocols) to a protocol that was not offered";
    }
  }
  return named ? std::string_view() : "101 (Switching Protocols) without an Upgrade field";
}

// where_it_ended says what was missing when the connection ended.
std::string_view where_it_ended(const BodyDecoder& decoder) {
  if (decoder.kind() != BodyDecoder::Kind::chunked) return "the connection ended in the body";
  return decoder.in_trailers() ? "the connection ended in the trailer section"
                               : "the connection ended before the last chunk";
}

}  // namespace

class Http1Session::Busy {
 public:
  explicit Busy(Http1Session& session) : session_(session) {
    assert(!session.busy_ && "an event called recv, recv_end or send");
    session.busy_ = true;
  }
  ~Busy() {
    session_.busy_ = false;
    if (!session_.open()) session_.give_back_stream();
  }
  Busy(const Busy&) = delete;
  Busy& operator=(const Busy&) = delete;

 private:
  Http1Session& session_;
};

Http1Session::~Http1Session() {
  give_back_stream();
}

// Control

ports::StreamId Http1Session::submit(const ports::RequestHead& head, ports::StreamSink& sink) {
  assert(capacity() > 0);
  stream_ = memory_.acquire();
  Stream& s = *stream_;
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
  reading_ = Reading::head;
  writing_ = Writing::head;
  if (++last_ == 0) ++last_;
  return open_ = last_;
}

void Http1Session::cancel(ports::StreamId id) {
  if (!open(id)) return;
  settle();
}

void Http1Session::pause(ports::StreamId id) {
  if (open(id)) stream_->paused = true;
}

void Http1Session::resume(ports::StreamId id) {
  if (open(id)) stream_->paused = false;
}

void Http1Session::resume_upload(ports::StreamId id) {
  if (open(id)) stream_->encoder.resume();
}

void Http1Session::end_continue_wait(ports::StreamId id) {
  if (open(id) && writing_ == Writing::await_continue) writing_ = Writing::body;
}

uint64_t Http1Session::received(ports::StreamId id) const {
  if (!open(id)) return 0;
  return reading_ == Reading::head ? stream_->head_received() : stream_->body_received;
}

uint64_t Http1Session::expected(ports::StreamId id) const {
  return open(id) ? stream_->decoder.expected() : Error::kUnknown;
}

ports::ResponseFraming Http1Session::framing(ports::StreamId id) const {
  if (!open(id)) return {};
  const BodyDecoder& decoder = stream_->decoder;
  const bool empty = decoder.kind() == BodyDecoder::Kind::none || decoder.kind() == BodyDecoder::Kind::tunnel;
  KeepAliveFacts at_best = stream_->facts;
  at_best.request_complete = writing_ != Writing::closed;
  at_best.response_complete = true;
  return {.body_size = empty ? 0 : decoder.expected(),
          .chunked = decoder.kind() == BodyDecoder::Kind::chunked,
          .will_close = !close_reason_.empty() || !keep_alive(at_best).empty()};
}

// Reading

size_t Http1Session::recv(Bytes in) {
  Busy busy(*this);
  return pump(text_of(in));
}

void Http1Session::recv_end(const Error& error, std::string_view diagnosis) {
  Busy busy(*this);
  close(error ? "the connection failed" : "the peer closed the connection");
  if (!open()) return;
  stream_->ended = true;
  stream_->ended_by = error;
  stream_->ended_diagnosis = diagnosis;
  pump({});
}

// pump delivers what `in` gives rise to, in order, until it is used up, the stream is paused or over. Each
// event may pause or end the stream, so each is followed by a look at the state from the start.
size_t Http1Session::pump(std::string_view in) {
  size_t taken = 0;
  for (;;) {
    const std::string_view rest = in.substr(taken);
    if (!open()) return taken + take_stray(rest);
    if (stream_->paused) return taken;
    switch (reading_) {
      case Reading::head:
        if (!rest.empty()) {
          taken += take_head(rest);
        } else if (stream_->ended) {
          take_recv_end();
        } else {
          return taken;
        }
        break;
      case Reading::body:
        if (stream_->decoder.done()) {
          reading_ = Reading::trailers;
        } else if (!rest.empty()) {
          taken += take_body(rest);
        } else if (stream_->ended) {
          take_recv_end();
        } else {
          return taken;
        }
        break;
      case Reading::trailers:
        take_trailers();
        break;
      case Reading::end:
        if (!rest.empty() && stream_->facts.response_complete && !tunnel_) close(kStrayBytes);
        deliver_end();
        // What is left came before anything submitted in on_end could be written.
        return tunnel_ ? taken : in.size();
      case Reading::idle:
      case Reading::closed:
        return in.size();
    }
  }
}

size_t Http1Session::take_stray(std::string_view in) {
  if (tunnel_) return 0;
  if (!in.empty()) close(kStrayBytes);
  return in.size();
}

size_t Http1Session::take_head(std::string_view in) {
  Stream& s = *stream_;
  if (s.request_head_written == 0) {
    close(kStrayBytes);
    fail(Errc::unsolicited_bytes, "bytes arrived before the request was sent");
    return in.size();
  }
  const size_t before = s.head.size();
  if (before != 0) s.head.append(in.substr(0, kHeadPiece));
  std::string_view text = before != 0 ? std::string_view(s.head) : in;

  parser::ParseOptions options = memory_.options();
  options.max_head = static_cast<uint32_t>(options.max_head - s.heads_size);
  parser::ResponseHead head;
  head.storage = memory_.fields();
  const parser::HeadResult result = parser::parse_response_head(text, s.scanned, options, head);
  switch (result.status) {
    case parser::HeadStatus::partial:
      if (before == 0) s.head = in;
      s.scanned = result.offset;
      return s.head.size() - before;
    case parser::HeadStatus::bad: {
      const uint64_t offset = s.heads_size + result.offset;
      fail(head_failure(result.error, text.substr(0, result.offset)),
           parse_diagnosis(result.error, memory_.options(), offset, "the head"));
      // At least one: the byte at fault did arrive, and retry_safe() goes by that.
      s.outcome.received = std::max<uint64_t>(offset, 1);
      s.outcome.detail = static_cast<uint32_t>(result.error);
      return in.size();
    }
    case parser::HeadStatus::complete:
      break;
  }
  // The buffer lives for the event below and no longer; the next head begins afresh.
  std::string gathered;
  if (before != 0) {
    gathered.swap(s.head);
    text = gathered;
  }
  s.scanned = 0;
  s.heads_size += result.offset;
  text = text.substr(0, result.offset);
  if (head.status < 200) {
    take_informational(head, text);
  } else {
    take_response(head, text);
  }
  return result.offset - before;
}

void Http1Session::take_informational(const parser::ResponseHead& head, std::string_view text) {
  Stream& s = *stream_;
  if (head.status == kSwitchingProtocols) {
    take_upgrade(head, text);
    return;
  }
  const uint32_t limit = memory_.limits().max_informational;
  if (s.informational == limit) {
    fail(Errc::too_many_informational,
         "more interim responses than max_informational (" + std::to_string(limit) + ")");
    return;
  }
  ++s.informational;
  s.facts.contradicted |= body_length(s.request->method, head, text.data()).contradicted;
  if (head.status == kContinue && writing_ == Writing::await_continue) writing_ = Writing::body;
  s.sink->on_informational(message_head(head, text));
}

// take_upgrade takes 101 for the last word of HTTP on this connection: what follows speaks another protocol.
void Http1Session::take_upgrade(const parser::ResponseHead& head, std::string_view text) {
  Stream& s = *stream_;
  std::string_view fault;
  if (!s.prepared->plan.upgrade) {
    fault = "101 (Switching Protocols), which was not asked for";
  } else if (writing_ != Writing::done) {
    fault = "101 (Switching Protocols) before the request was complete";
  } else {
    fault = upgrade_fault(*s.request->headers, head.fields(text.data()));
  }
  if (!fault.empty()) {
    fail(Errc::unexpected_upgrade, std::string(fault));
    return;
  }
  s.facts.body = BodyLength::Kind::tunnel;
  s.decoder.start({.kind = BodyLength::Kind::tunnel});
  reading_ = Reading::body;
  s.sink->on_head(message_head(head, text));
}

void Http1Session::take_response(const parser::ResponseHead& head, std::string_view text) {
  Stream& s = *stream_;
  const BodyLength length = body_length(s.request->method, head, text.data());
  if (length.error != Errc::ok) {
    fail(length.error, std::string(length.diagnosis));
    return;
  }
  note_response_head(s.facts, head, text.data());
  s.facts.contradicted |= length.contradicted;
  s.facts.body = length.kind;
  keep_alive_hint_ = keep_alive_seconds(head, text.data());
  s.decoder.start(length);
  // A body that is still held back is not wanted any more, and one that was refused would go on for
  // nothing (RFC 9110 10.1.1, RFC 9112 9.5).
  const bool refused = head.status >= 400 && writing_ != Writing::done;
  if (refused || writing_ == Writing::await_continue) writing_ = Writing::closed;
  reading_ = Reading::body;
  s.sink->on_head(message_head(head, text));
}

size_t Http1Session::take_body(std::string_view in) {
  Stream& s = *stream_;
  const BodyDecoder::Step step = s.decoder.decode(in);
  if (step.error != parser::ParseError::none) {
    fail(body_failure(step.error, s.decoder.in_trailers()),
         parse_diagnosis(step.error, memory_.options(), s.decoder.offset(), "the chunked body"));
    s.outcome.detail = static_cast<uint32_t>(step.error);
    return in.size();
  }
  if (step.data.empty()) return step.taken;
  const size_t wanted = std::min(s.sink->on_data(bytes_of(step.data)), step.data.size());
  s.body_received += wanted;
  const size_t unwanted = step.data.size() - wanted;
  if (unwanted != 0) {
    s.decoder.put_back(unwanted);
    s.paused = true;
  }
  return step.taken - unwanted;
}

void Http1Session::take_trailers() {
  Stream& s = *stream_;
  complete();
  if (s.facts.body == BodyLength::Kind::tunnel) tunnel_ = true;
  const parser::Fields trailers = s.decoder.trailers();
  const std::span<parser::FieldSpan> storage = memory_.fields();
  const char* const base = trailers.empty() ? nullptr : trailers[0].name.data();
  const char* end = base;
  size_t count = 0;
  for (const auto [name, value] : trailers) {
    if (!may_be_trailer(name)) continue;
    storage[count++] = {static_cast<uint32_t>(name.data() - base), static_cast<uint32_t>(name.size()),
                        static_cast<uint32_t>(value.data() - base), static_cast<uint32_t>(value.size())};
    end = value.data() + value.size();
  }
  if (count == 0) return;
  s.sink->on_trailers({.text = {base, static_cast<size_t>(end - base)},
                       .fields = storage.first(count),
                       .version = s.facts.response_version});
}

// take_recv_end judges the end of the connection where the response was not complete.
void Http1Session::take_recv_end() {
  Stream& s = *stream_;
  if (reading_ == Reading::body && s.facts.body == BodyLength::Kind::until_close && !s.ended_by) {
    s.decoder.end();
    return;
  }
  Errc code = Errc::incomplete_read;
  std::string diagnosis;
  if (reading_ == Reading::body) {
    diagnosis = where_it_ended(s.decoder);
  } else if (s.head_received() == 0) {
    // A handshake may end behind the request, if that went out as early data.
    if (s.ended_by.phase == Phase::tls) {
      fail(s.ended_by.code, s.ended_diagnosis);
      s.outcome.phase = Phase::tls;
      s.outcome.sys = s.ended_by.sys;
      s.outcome.detail = s.ended_by.detail;
      return;
    }
    code = Errc::remote_disconnected;
    diagnosis = "the connection ended before any response byte";
  } else {
    diagnosis = "the connection ended in the head";
  }
  if (!s.ended_diagnosis.empty()) diagnosis.append(": ").append(s.ended_diagnosis);
  fail(code, std::move(diagnosis));
  s.outcome.sys = s.ended_by.sys;
  s.outcome.detail = s.ended_by.detail;
}

// deliver_end gives everything back first: in on_end, the next request may be submitted.
void Http1Session::deliver_end() {
  ports::StreamSink& sink = *stream_->sink;
  const Error outcome = stream_->outcome;
  std::string diagnosis;
  if (outcome) diagnosis.swap(stream_->diagnosis);
  settle();
  give_back_stream();
  sink.on_end(outcome, diagnosis);
}

// Writing

bool Http1Session::wants_write() const {
  if (!open()) return false;
  return writing_ == Writing::head || (writing_ == Writing::body && !stream_->encoder.parked());
}

void Http1Session::send(WriteBuffer& out) {
  if (!wants_write()) return;
  Busy busy(*this);
  const ports::StreamId id = open_;
  const size_t before = out.size();
  if (writing_ == Writing::head) write_head(out);
  if (writing_ == Writing::body) write_body(out);
  if (!open(id)) return;
  const bool request_complete = writing_ == Writing::done;
  if (out.size() != before || request_complete) stream_->sink->on_sent(request_complete);
  if (open(id) && reading_ == Reading::end && !stream_->paused) deliver_end();
}

void Http1Session::write_head(WriteBuffer& out) {
  Stream& s = *stream_;
  const std::string_view rest = std::string_view(s.prepared->text).substr(s.request_head_written);
  const size_t fits = std::min(rest.size(), out.room());
  out.append(rest.substr(0, fits));
  s.request_head_written += fits;
  if (fits < rest.size()) return;
  if (s.prepared->plan.framing == RequestPlan::Framing::none) {
    writing_ = Writing::done;
  } else {
    writing_ = s.prepared->plan.awaits_continue ? Writing::await_continue : Writing::body;
  }
}

void Http1Session::write_body(WriteBuffer& out) {
  Stream& s = *stream_;
  for (const ports::StreamId id = open_;;) {
    const BodyEncoder::Step step = s.encoder.step(out);
    if (!open(id)) return;
    switch (step) {
      case BodyEncoder::Step::wrote:
        break;
      case BodyEncoder::Step::full:
      case BodyEncoder::Step::yielded:
      case BodyEncoder::Step::parked:
        return;
      case BodyEncoder::Step::done:
        writing_ = Writing::done;
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
  if (open() && writing_ != Writing::done) writing_ = Writing::closed;
}

// Ends

// fail sets an outcome of the response that is an error; on_end follows when nothing is held back.
void Http1Session::fail(Errc code, std::string diagnosis) {
  Stream& s = *stream_;
  const bool in_body = reading_ == Reading::body;
  s.outcome = {.code = code,
               .phase = in_body ? Phase::body : Phase::head,
               .received = in_body ? s.body_received : s.head_received(),
               .expected = in_body ? s.decoder.expected() : Error::kUnknown};
  s.diagnosis = std::move(diagnosis);
  reading_ = Reading::end;
  if (writing_ != Writing::done) writing_ = Writing::closed;
}

void Http1Session::fail_upload(Errc code, std::string diagnosis) {
  fail(code, std::move(diagnosis));
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
  if (writing_ != Writing::done) writing_ = Writing::closed;
}

// settle ends the exchange and decides, the only place that does, whether there may be another.
void Http1Session::settle() {
  Stream& s = *stream_;
  s.facts.request_complete = writing_ == Writing::done;
  open_ = 0;
  reading_ = Reading::idle;
  writing_ = Writing::idle;
  close(s.outcome ? name(s.outcome.code) : keep_alive(s.facts));
  if (!busy_) give_back_stream();
}

// close rules out another exchange, for the first reason that is not empty; an open one goes on.
void Http1Session::close(std::string_view reason) {
  if (close_reason_.empty()) close_reason_ = reason;
  if (close_reason_.empty() || open()) return;
  reading_ = Reading::closed;
  writing_ = Writing::closed;
}

void Http1Session::give_back_stream() {
  if (stream_) memory_.release(std::move(stream_));
}

}  // namespace godwit::http1
