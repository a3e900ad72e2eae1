// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "godwit/core/http1/session_memory.h"
#include "godwit/core/http1/stream.h"
#include "godwit/core/ports/session.h"
#include "godwit/parser/head.h"

namespace godwit::http1 {

// Http1Session speaks HTTP/1.1 and 1.0 (RFC 9112) as a client, one request at a time. It is two machines
// side by side, one that reads the response and one that writes the request; where both are done, and
// nowhere else, keep_alive() decides whether there is a next exchange.
//
// Once anything is wrong or ambiguous the session is closed: it says why in close_reason(), takes and
// drops what still arrives, and delivers nothing. Bytes that follow a complete response, or come
// before a request was written, close it too: they never answer the next request. Behind a 101 that was asked
// for and a 2xx to CONNECT nothing is taken: it is not HTTP.
class Http1Session final : public ports::Session {
 public:
  explicit Http1Session(SessionMemory& memory) : memory_(memory) {}
  ~Http1Session() override;

  ports::StreamId submit(const ports::RequestHead& head, ports::StreamSink& sink) override;
  void cancel(ports::StreamId id) override;
  void pause(ports::StreamId id) override;
  void resume(ports::StreamId id) override;
  void resume_upload(ports::StreamId id) override;
  void end_continue_wait(ports::StreamId id) override;
  bool awaits_continue() const override { return writing_ == Writing::await_continue; }
  uint64_t received(ports::StreamId id) const override;
  uint64_t expected(ports::StreamId id) const override;
  ports::ResponseFraming framing(ports::StreamId id) const override;

  size_t recv(Bytes in) override;
  void recv_end(const Error& error, std::string_view diagnosis) override;
  void send(WriteBuffer& out) override;
  bool wants_write() const override;
  void send_end() override;
  bool wants_read() const override { return !tunnel_ && !(open() && stream_->paused); }

  // capacity is 1 again before on_end, but not before the event has returned in which a stream was
  // cancelled: its memory is in use.
  size_t capacity() const override { return reusable() && !stream_ ? 1 : 0; }
  bool reusable() const override { return reading_ == Reading::idle; }
  std::string_view close_reason() const override { return close_reason_; }
  uint32_t keep_alive_hint() const override { return keep_alive_hint_; }

 private:
  // Where in the response the next event is.
  enum class Reading : uint8_t {
    idle,      // no request is open
    head,      // interim heads and the final one
    body,      // the final head was delivered
    trailers,  // the body is complete, its trailers not yet delivered
    end,       // the outcome is known, on_end not yet delivered
    closed,    // there will be no other exchange
  };

  // Where in the request the next byte is.
  enum class Writing : uint8_t {
    idle,            // no request is open
    head,            //
    await_continue,  // the head is out; the body waits for the peer's word
    body,            //
    done,            // the request is complete
    closed,          // nothing more will be written
  };

  // Busy is held while recv, recv_end or send is on the stack: events of the sink may end the stream
  // meanwhile, and its memory stays until they have returned.
  class Busy;

  bool open() const { return open_ != 0; }
  bool open(ports::StreamId id) const { return id != 0 && open_ == id; }

  size_t pump(std::string_view in);
  size_t take_stray(std::string_view in);
  size_t take_head(std::string_view in);
  void take_response(const parser::ResponseHead& head, std::string_view text);
  void take_informational(const parser::ResponseHead& head, std::string_view text);
  void take_upgrade(const parser::ResponseHead& head, std::string_view text);
  size_t take_body(std::string_view in);
  void take_trailers();
  void take_recv_end();
  void deliver_end();

  void write_head(WriteBuffer& out);
  void write_body(WriteBuffer& out);

  void fail(Errc code, std::string diagnosis);
  void fail_upload(Errc code, std::string diagnosis);
  void complete();
  void settle();
  void close(std::string_view reason);
  void give_back_stream();

  SessionMemory& memory_;
  std::unique_ptr<Stream> stream_;  // of the open exchange, and after its end while busy
  std::string_view close_reason_;   // a literal; empty while there may be another exchange
  ports::StreamId open_ = 0;
  ports::StreamId last_ = 0;
  uint32_t keep_alive_hint_ = 0;
  Reading reading_ = Reading::idle;
  Writing writing_ = Writing::idle;
  bool busy_ = false;
  bool tunnel_ = false;  // what arrives from now on is not ours to take
};

}  // namespace godwit::http1
