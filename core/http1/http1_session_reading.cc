// SPDX-License-Identifier: MIT
// The reading side of Http1Session: from bytes to the events of the stream whose response is next.
#include <algorithm>
#include <utility>

#include "godwit/core/http1/body_length.h"
#include "godwit/core/http1/http1_session.h"
#include "godwit/core/http1/keep_alive.h"
#include "godwit/core/http1/parse_failure.h"
#include "godwit/core/http1/trailer_fields.h"
#include "godwit/core/ports/prefetch.h"
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

size_t Http1Session::recv(Bytes in) {
  ports::prefetch<Stream::kReadFirst>(stream_.get());
  Busy busy(*this);
  return pump(text_of(in));
}

void Http1Session::recv_end(const Error& error, std::string_view diagnosis) {
  Busy busy(*this);
  close(error ? "the connection failed" : "the peer closed the connection");
  if (open_ == 0) return;
  stream_->note_end(error, diagnosis);
  pump({});
}

// pump delivers what `in` gives rise to, in order, until it is used up, the stream is paused or all are over.
// Each event may pause or end a stream, so each is followed by a look whether it did.
size_t Http1Session::pump(std::string_view in) {
  size_t taken = 0;
  for (;;) {
    if (stream_ && stream_->over) advance();
    if (!stream_) return taken + take_stray(in.substr(taken));
    if (stream_->paused) return taken;
    const bool nothing_left = taken == in.size();
    switch (reading_) {
      case Reading::head:
        if (nothing_left) {
          if (!stream_->ended) return taken;
          take_recv_end();
          break;
        }
        taken += take_head(in.substr(taken));
        if (reading_ != Reading::body || stands_still()) break;
        [[fallthrough]];
      case Reading::body:
        if (!stream_->decoder.done()) {
          if (taken == in.size()) {
            if (!stream_->ended) return taken;
            take_recv_end();
            break;
          }
          taken += take_body(in.substr(taken));
          if (reading_ != Reading::body || stands_still() || !stream_->decoder.done()) break;
        }
        take_trailers();
        if (stands_still()) break;
        [[fallthrough]];
      case Reading::end:
        if (taken != in.size() && stream_->facts.response_complete && !tunnel_ && !next_was_asked()) {
          close(kStrayBytes);
          lost_ = true;
        }
        deliver_end();
        if (tunnel_) return taken;
        // What is left belongs to a request that was open before on_end, or to none: then the session is
        // closed.
        if (!stream_) return in.size();
        break;
      case Reading::idle:
      case Reading::closed:
        return in.size();
    }
  }
}

// next_was_asked: bytes behind the response that is over may answer the next request.
bool Http1Session::next_was_asked() const {
  const Stream* next = stream_->next.get();
  return next && next->request_head_written != 0;
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
  if (!s.head.empty()) return gather_head(in);
  const parser::HeadResult result = parse_head(in);
  if (result.status == parser::HeadStatus::complete) {
    take_whole_head(in.substr(0, result.offset));
    return result.offset;
  }
  if (result.status == parser::HeadStatus::partial) {
    s.head = in;
    s.scanned = result.offset;
  } else {
    fail_head(result, in);
  }
  return in.size();
}

// gather_head is for what comes behind the first read of a head.
size_t Http1Session::gather_head(std::string_view in) {
  Stream& s = *stream_;
  const size_t before = s.head.size();
  s.head.append(in.substr(0, kHeadPiece));
  const parser::HeadResult result = parse_head(s.head);
  switch (result.status) {
    case parser::HeadStatus::partial:
      s.scanned = result.offset;
      return s.head.size() - before;
    case parser::HeadStatus::bad:
      fail_head(result, s.head);
      return in.size();
    case parser::HeadStatus::complete:
      break;
  }
  // The buffer lives for the event below and no longer; the next head begins afresh.
  const std::string gathered = std::exchange(s.head, {});
  s.scanned = 0;
  take_whole_head(std::string_view(gathered).substr(0, result.offset));
  return result.offset - before;
}

parser::HeadResult Http1Session::parse_head(std::string_view text) {
  const Stream& s = *stream_;
  if (s.heads_size == 0)
    return parser::parse_response_head(text, s.scanned, memory_.options(), memory_.head());
  // Those before it were interim ones, with which it shares the budget.
  parser::ParseOptions options = memory_.options();
  options.max_head = static_cast<uint32_t>(options.max_head - s.heads_size);
  return parser::parse_response_head(text, s.scanned, options, memory_.head());
}

void Http1Session::fail_head(const parser::HeadResult& result, std::string_view text) {
  Stream& s = *stream_;
  const uint64_t offset = s.heads_size + result.offset;
  fail(head_failure(result.error, text.substr(0, result.offset)),
       parse_diagnosis(result.error, memory_.options(), offset, "the head"));
  // At least one: the byte at fault did arrive, and retry_safe() goes by that.
  s.outcome.received = std::max<uint64_t>(offset, 1);
  s.outcome.detail = static_cast<uint32_t>(result.error);
}

void Http1Session::take_whole_head(std::string_view text) {
  const parser::ResponseHead& head = memory_.head();
  stream_->heads_size += text.size();
  if (head.status < 200) {
    take_informational(head, text);
  } else {
    take_response(head, text);
  }
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
  if (head.status == kContinue && s.writing == Writing::await_continue) s.writing = Writing::body;
  s.sink->on_informational(message_head(head, text));
}

// take_upgrade takes 101 for the last word of HTTP on this connection: what follows speaks another protocol.
void Http1Session::take_upgrade(const parser::ResponseHead& head, std::string_view text) {
  Stream& s = *stream_;
  std::string_view fault;
  if (!s.prepared->plan.upgrade) {
    fault = "101 (Switching Protocols), which was not asked for";
  } else if (s.writing != Writing::done) {
    fault = "101 (Switching Protocols) before the request was complete";
  } else {
    fault = upgrade_fault(*s.request->headers, head.fields(text.data()));
  }
  if (!fault.empty()) {
    fail(Errc::unexpected_upgrade, fault);
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
    fail(length.error, length.diagnosis);
    return;
  }
  note_response_head(s.facts, head, text.data());
  s.facts.contradicted |= length.contradicted;
  s.facts.body = length.kind;
  keep_alive_hint_ = keep_alive_seconds(head, text.data());
  s.decoder.start(length);
  // A body that is still held back is not wanted any more, and one that was refused would go on for
  // nothing (RFC 9110 10.1.1, RFC 9112 9.5).
  if (head.status >= 400 || s.writing == Writing::await_continue) stop_writing(s);
  reading_ = Reading::body;
  ports::MessageHead told = message_head(head, text);
  told.body_size = s.decoder.expected();
  s.sink->on_head(told);
}

size_t Http1Session::take_body(std::string_view in) {
  Stream& s = *stream_;
  const BodyDecoder::Step step = s.decoder.decode(in);
  if (step.error != parser::ParseError::none) {
    fail_body(step.error);
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

void Http1Session::fail_body(parser::ParseError error) {
  Stream& s = *stream_;
  fail(body_failure(error, s.decoder.in_trailers()),
       parse_diagnosis(error, memory_.options(), s.decoder.offset(), "the chunked body"));
  s.outcome.detail = static_cast<uint32_t>(error);
}

void Http1Session::take_trailers() {
  Stream& s = *stream_;
  complete();
  if (s.facts.body == BodyLength::Kind::tunnel) tunnel_ = true;
  if (s.facts.body != BodyLength::Kind::chunked) return;
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
    // An alert is an answer: asking again gets the same.
    code = s.ended_by.code == Errc::tls_failed ? Errc::tls_failed : Errc::remote_disconnected;
    diagnosis = "the connection ended before any response byte";
  } else {
    diagnosis = "the connection ended in the head";
  }
  if (!s.ended_diagnosis.empty()) diagnosis.append(": ").append(s.ended_diagnosis);
  fail(code, diagnosis);
  s.outcome.sys = s.ended_by.sys;
  s.outcome.detail = s.ended_by.detail;
}

}  // namespace godwit::http1
