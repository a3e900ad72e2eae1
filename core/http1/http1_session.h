// SPDX-License-Identifier: MIT
#pragma once

#include <cassert>
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

// Http1Session speaks HTTP/1.1 and 1.0 (RFC 9112) as a client. It is two machines side by side, one that
// reads responses and one that writes requests, over the queue of the open streams: the first is the one
// whose response is next, a later one may be the one that is being written (pipelining, RFC 9112 9.3.2).
// Where both are done with a stream, and nowhere else, keep_alive() decides whether there is a next exchange.
//
// Requests are sent ahead of responses only once the peer has answered one in HTTP/1.1 and kept the
// connection, and only those that say they may be (RequestHead::pipelines). If the connection ends with one
// of them, each that is behind it ends, with no byte received, in remote-disconnected; the owner calls recv
// for that.
//
// Once anything is wrong or ambiguous the session is closed: it says why in close_reason(), takes and
// drops what still arrives, and delivers nothing. Bytes that follow a complete response and answer no request
// that was written close it too: they never answer the next request. Behind a 101 that was asked for and a
// 2xx to CONNECT nothing is taken: it is not HTTP.
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
  bool awaits_continue() const override { return stream_ && stream_->writing == Writing::await_continue; }
  uint64_t received(ports::StreamId id) const override;
  uint64_t expected(ports::StreamId id) const override;
  ports::ResponseFraming framing(ports::StreamId id) const override;

  size_t recv(Bytes in) override;
  void recv_end(const Error& error, std::string_view diagnosis) override;
  bool send(WriteBuffer& out) override;
  bool wants_write() const override {
    if (!writer_) return false;
    return writer_->writing == Writing::head ||
           (writer_->writing == Writing::body && !writer_->encoder.parked());
  }
  Bytes lent() const override;
  void took(size_t size) override;
  void send_end() override;
  bool wants_read() const override { return !tunnel_ && !(stream_ && stream_->paused); }
  ports::StreamId answering() const override { return open_ != 0 && !stream_->over ? stream_->id : 0; }

  // capacity has grown before on_end, but not before the event has returned in which the first stream was
  // cancelled: its memory is in use.
  size_t capacity() const override;
  bool reusable() const override { return reading_ == Reading::idle; }
  std::string_view close_reason() const override { return close_reason_ ? close_reason_ : ""; }
  uint32_t keep_alive_hint() const override { return keep_alive_hint_; }

 private:
  // Where in the response of the first stream the next event is.
  enum class Reading : uint8_t {
    idle,    // no request is open
    head,    // interim heads and the final one
    body,    // the final head was delivered
    end,     // the outcome is known, on_end not yet delivered
    closed,  // there will be no other exchange
  };

  // Busy is held while recv, recv_end or send is on the stack: events of the sink may end the first stream
  // meanwhile, and its memory stays until they have returned.
  class Busy {
   public:
    explicit Busy(Http1Session& session) : session_(session) {
      assert(!session.busy_ && "an event called recv, recv_end or send");
      session.busy_ = true;
    }
    ~Busy() {
      session_.busy_ = false;
      if (session_.stream_ && session_.stream_->over) session_.advance();
    }
    Busy(const Busy&) = delete;
    Busy& operator=(const Busy&) = delete;

   private:
    Http1Session& session_;
  };

  Stream* find(ports::StreamId id) const;
  void unlink(Stream& s);
  void withdraw();
  bool may_stay_open(const Stream& s) const;

  size_t pump(std::string_view in);
  bool stands_still() const { return stream_->paused || stream_->over; }
  bool next_was_asked() const;
  size_t take_stray(std::string_view in);
  size_t take_head(std::string_view in);
  size_t gather_head(std::string_view in);
  parser::HeadResult parse_head(std::string_view text);
  void fail_head(const parser::HeadResult& result, std::string_view text);
  void take_whole_head(std::string_view text);
  void take_response(const parser::ResponseHead& head, std::string_view text);
  void take_informational(const parser::ResponseHead& head, std::string_view text);
  void take_upgrade(const parser::ResponseHead& head, std::string_view text);
  size_t take_body(std::string_view in);
  void fail_body(parser::ParseError error);
  void take_trailers();
  void take_recv_end();

  void write_head(Stream& s, WriteBuffer& out);
  void write_body(Stream& s, WriteBuffer& out);
  void tell_sent(Stream& s, bool complete);
  void end_if_ended(Stream& s);
  void stop_writing(Stream& s);

  void fail(Errc code, std::string_view diagnosis);
  void fail_upload(Errc code, std::string_view diagnosis);
  void complete();
  void deliver_end();
  void deliver_failure();
  void settle();
  void advance();
  void close(std::string_view reason);

  SessionMemory& memory_;
  std::unique_ptr<Stream> stream_;      // the first of the queue; while busy it may be over
  Stream* writer_ = nullptr;            // the one that is being written; null if all are, or none will be
  const char* close_reason_ = nullptr;  // a literal; null while there may be another exchange
  ports::StreamId last_ = 0;
  uint32_t keep_alive_hint_ = 0;
  uint16_t open_ = 0;  // streams that are not over
  Reading reading_ = Reading::idle;
  bool busy_ = false;
  bool tunnel_ = false;      // what arrives from now on is not ours to take
  bool persistent_ = false;  // the peer has shown that it keeps connections in HTTP/1.1's way
  bool alone_ = false;       // the stream that is open is to be the only one
  bool lost_ = false;        // no response will follow that of the first stream
};

}  // namespace godwit::http1
