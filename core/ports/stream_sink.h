// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "godwit/core/bytes.h"
#include "godwit/core/error.h"
#include "godwit/parser/field.h"

namespace godwit::ports {

// MessageHead is a received head as views that live for the callback. Fields are places in `text`.
struct MessageHead {
  std::string_view text;
  std::span<const parser::FieldSpan> fields;
  uint16_t status = 0;
  uint8_t version = 11;  // 10 or 11
  uint32_t reason = 0;   // place in `text`
  uint32_t reason_size = 0;
  uint64_t body_size = Error::kUnknown;  // in on_head: the announced length of the body
};

// StreamSink receives the events of one request on a session:
//
//   on_sent(false)* on_sent(true) on_informational* on_head on_data* on_trailers? on_end(ok)
//   on_sent(false) on_head on_data on_end(incomplete-read)
//   on_end(remote-disconnected)
//
// The upload and the response are independent: on_sent may come after on_head. on_end comes exactly
// once and last, unless the stream was cancelled: then nothing comes any more. From inside an event
// the sink may call pause, resume, cancel and submit of the session, never recv or send.
class StreamSink {
 public:
  // kReadFirst: a sink keeps what the events of an ordinary response read in so many bytes from its beginning
  // on.
  static constexpr size_t kReadFirst = 512;

  // on_sent: request bytes were produced for the transport, which had room for them; complete
  // says whether that was the last of them.
  virtual void on_sent(bool complete) = 0;
  virtual void on_informational(const MessageHead& head) = 0;
  virtual void on_head(const MessageHead& head) = 0;
  // on_data offers body bytes after transfer decoding and gets the number taken. Taking fewer goes
  // with Session::pause: the rest is offered again after resume.
  virtual size_t on_data(Bytes data) = 0;
  virtual void on_trailers(const MessageHead& trailers) = 0;
  // on_end: error.code, phase, received, expected and detail are set, the rest is the sink's to add.
  virtual void on_end(const Error& error, std::string_view diagnosis) = 0;

 protected:
  ~StreamSink() = default;
};

}  // namespace godwit::ports
