// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "godwit/core/error.h"
#include "godwit/core/http1/body_decoder.h"
#include "godwit/core/http1/body_encoder.h"
#include "godwit/core/http1/keep_alive.h"
#include "godwit/core/http1/prepared_head.h"
#include "godwit/core/ports/session.h"
#include "godwit/core/ports/stream_sink.h"

namespace godwit::http1 {

// Where in its request the next byte is.
enum class Writing : uint8_t {
  head,
  await_continue,  // the head is out; the body waits for the peer's word
  body,
  done,    // the request is complete
  closed,  // nothing more of it will be written
};

// Stream is all that a session has to remember of an open exchange; an idle session has none.
struct Stream {
  // kKept is how long a head of a request's own may be whose memory is used again.
  static constexpr size_t kKept = 4096;
  // kReadFirst: what an ordinary response reads is in so many bytes from its beginning on.
  static constexpr size_t kReadFirst = 192;

  explicit Stream(const parser::ParseOptions& options) : decoder(options) {}
  // Not inline: where streams end they are used again, and seldom freed.
  [[gnu::noinline]] ~Stream() = default;

  // What every exchange reads comes first, and together.
  std::unique_ptr<Stream> next;  // the one submitted after it
  ports::StreamSink* sink = nullptr;
  const ports::RequestHead* request = nullptr;
  const PreparedHead* prepared = nullptr;  // of the request; `own` if it brought none
  size_t request_head_written = 0;
  ports::StreamId id = 0;
  Writing writing = Writing::head;
  bool paused = false;
  bool over = false;   // it has ended or was cancelled: the sink hears no more
  bool ended = false;  // recv_end came: see ended_by

  // The response's heads. `head` holds one that spans reads and is not complete, else nothing.
  size_t scanned = 0;       // bytes of the head known not to hold its end
  uint64_t heads_size = 0;  // bytes of complete heads: interim ones share the budget of the final one
  std::string head;
  KeepAliveFacts facts;
  uint32_t informational = 0;

  // The response's body.
  uint64_t body_received = 0;  // bytes the sink took
  BodyDecoder decoder;

  // How the stream ends, once that is known and until on_end.
  Error outcome;
  std::string diagnosis;  // only of a failure

  // A body to be sent, and the head of a request that brought none.
  BodyEncoder encoder;
  PreparedHead own;

  // What recv_end said, if it did: it waits its turn behind a pause.
  Error ended_by;
  std::string ended_diagnosis;

  void note_end(const Error& error, std::string_view why) {
    ended = true;
    ended_by = error;
    ended_diagnosis = why;
  }

  // reset makes the stream as new for the next exchange, and gives up what memory it held. The encoder is
  // left for its start(), `own` for the next request that needs it.
  void reset() {
    sink = nullptr;
    writing = Writing::head;
    paused = over = false;
    request = nullptr;
    if (prepared == &own && own.text.capacity() > kKept) own.text = {};
    prepared = nullptr;
    request_head_written = 0;
    if (!head.empty()) head = {};
    scanned = 0;
    heads_size = body_received = 0;
    informational = 0;
    decoder.reset();
    facts = {};
    if (outcome) {
      outcome.code = Errc::ok;  // what else there is of it is set with the code
      diagnosis = {};
    }
    if (!ended) return;
    ended = false;
    ended_by = {};
    ended_diagnosis = {};
  }

  // head_received counts head bytes, as Error::received does in Phase::head.
  uint64_t head_received() const { return heads_size + head.size(); }
};

}  // namespace godwit::http1
