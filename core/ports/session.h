// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "godwit/core/body.h"
#include "godwit/core/bytes.h"
#include "godwit/core/error.h"
#include "godwit/core/headers.h"
#include "godwit/core/ports/stream_sink.h"
#include "godwit/core/request.h"
#include "godwit/core/write_buffer.h"

namespace godwit::ports {

// StreamId names a request on a session; 0 is none.
using StreamId = uint32_t;

// PreparedHead is what a protocol found out about a RequestHead when it was checked, and need not find out
// again each time that it is sent. Only sessions of the factory that made it look into it.
struct PreparedHead {
  virtual ~PreparedHead() = default;
};

// RequestHead is what a session needs to write one request. It is the submitter's, with all that it refers
// to, and lives until the stream has ended or was cancelled.
struct RequestHead {
  std::string_view method;
  std::string_view target;     // request target, ready for the request line
  std::string_view authority;  // value of Host (RFC 9110, 7.2)
  const Headers* headers = nullptr;
  // proxy_fields follow those, but for names that are among them: what a proxy alone is told with a request
  // that is sent to it. They hold no Host and no framing. Null on all other ways.
  const Headers* proxy_fields = nullptr;
  const Body* body = nullptr;
  HttpVersion version = HttpVersion::http11;
  // blocksize: how much is pulled from a BodySource at a time.
  size_t blocksize = 8192;
  // skip_host, skip_accept_encoding: the field is not added, though `headers` holds none.
  bool skip_host = false;
  bool skip_accept_encoding = false;
  // already_chunked: with a Transfer-Encoding among `headers`, the body's bytes are in the chunked coding
  // as they come. They are checked, and the last chunk ends the request.
  bool already_chunked = false;
  // pipelines: it does no harm if the peer gets this request twice, there is no body, and the connection is
  // not asked to change: other such requests may be open with it on a session.
  bool pipelines = false;
  // prepared is what SessionFactory::prepare made of all this, null if it was not asked.
  const PreparedHead* prepared = nullptr;
};

// ResponseFraming is what a final response's head says of its body and of the connection.
struct ResponseFraming {
  // body_size is 0 if there can be no body, Error::kUnknown if only its end will tell.
  uint64_t body_size = Error::kUnknown;
  bool chunked = false;
  // will_close: the connection ends with this response.
  bool will_close = false;
};

// Session speaks HTTP on one connection as a machine of bytes: it knows no socket, no time and no
// thread. Its owner moves bytes:
//
//   submit -> send(out) -> recv(in)... -> sink.on_end -> reusable() -> submit ...
//   submit, submit -> send(out) -> recv(in)... -> on_end of the first -> on_end of the second
//   recv takes fewer bytes than given -> wants_read() is false -> resume -> recv(the rest)
//   peer closes -> recv_end
class Session {
 public:
  virtual ~Session() = default;

  // submit starts a request; capacity() must be above 0, and no stream may be open unless the request
  // pipelines. The head is checked by then: it can't fail. Nothing is written before send().
  virtual StreamId submit(const RequestHead& head, StreamSink& sink) = 0;

  // cancel drops the stream silently; the session may be no longer reusable after it, and those behind the
  // stream may have to end: the owner then calls recv, if with nothing.
  virtual void cancel(StreamId id) = 0;

  // pause holds all events of the stream from the next on but on_sent, since the upload goes on;
  // resume lets them go on: the owner then calls recv again with all that was left, or with nothing.
  virtual void pause(StreamId id) = 0;
  virtual void resume(StreamId id) = 0;

  // resume_upload: a source that said `later` has bytes again.
  virtual void resume_upload(StreamId id) = 0;

  // end_continue_wait: the wait for 100 (Continue) has lasted long enough: send the body.
  virtual void end_continue_wait(StreamId id) = 0;
  virtual bool awaits_continue() const = 0;

  // answering is the stream whose response is next or under way; 0 without one.
  virtual StreamId answering() const = 0;

  // received counts response bytes of the stream so far, as Error::received does.
  virtual uint64_t received(StreamId id) const = 0;
  // expected is the announced length of the body, Error::kUnknown without one or before the head.
  virtual uint64_t expected(StreamId id) const = 0;
  // framing tells of the response whose on_head has come.
  virtual ResponseFraming framing(StreamId id) const = 0;

  // recv takes bytes that arrived and says how many it used. `in` may be empty.
  virtual size_t recv(Bytes in) = 0;

  // recv_end: no byte will follow. error is ok for a clean end of the stream (FIN, close_notify).
  virtual void recv_end(const Error& error, std::string_view diagnosis) = 0;

  // send appends to out what is to be written, as far as there is room; the owner calls it while
  // wants_write() and the transport takes what it made. It gives what wants_write() says then.
  virtual bool send(WriteBuffer& out) = 0;
  virtual bool wants_write() const = 0;

  // lent is what is to be written next of a long body that lies in memory, where it lies: send() makes
  // nothing before that is out. Empty if there is none. took says how much of its beginning the transport
  // took.
  virtual Bytes lent() const = 0;
  virtual void took(size_t size) = 0;

  // send_end: the transport takes no more bytes; a response may still arrive.
  virtual void send_end() = 0;

  // wants_read is false while a paused stream holds the session up, and with it all streams behind it.
  virtual bool wants_read() const = 0;

  // capacity: how many more requests may be submitted now; with streams open, of those that pipeline.
  virtual size_t capacity() const = 0;

  // reusable: no exchange is open and the connection may serve another.
  virtual bool reusable() const = 0;

  // close_reason says, once reusable() has become false for good, why; for logs.
  virtual std::string_view close_reason() const = 0;

  // keep_alive_hint: seconds the peer said it keeps an idle connection (Keep-Alive: timeout), or 0.
  virtual uint32_t keep_alive_hint() const = 0;
};

// SessionFactory makes the session that speaks the protocol TLS agreed on (ALPN; "" for none).
class SessionFactory {
 public:
  virtual ~SessionFactory() = default;

  // prepare says whether a request can be sent at all, before a connection is sought: an error of
  // invalid_request, with a sentence that says which byte or field it is about. If it can, `prepared` is what
  // may stand in RequestHead::prepared for as long as the rest of the head stays as it is; what was in it is
  // used again. A source is asked for its length, nothing else.
  virtual Error prepare(const RequestHead& head, std::unique_ptr<PreparedHead>& prepared,
                        std::string& diagnosis) const = 0;

  virtual std::unique_ptr<Session> make_session(std::string_view alpn) = 0;
};

}  // namespace godwit::ports
