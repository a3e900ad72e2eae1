// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "godwit/core/ports/scheduler.h"
#include "godwit/core/ports/session.h"
#include "godwit/core/ports/transport.h"
#include "godwit/core/write_buffer.h"

namespace godwit::conn {

class Connection;
class DetachedStream;
struct Host;

// ConnectionContext is what all connections of one pool share; it outlives them.
struct ConnectionContext {
  struct ConnectionOwner& owner;
  ports::Scheduler& scheduler;
  WriteBuffer& scratch;    // empty between calls
  bool pipelines = false;  // requests may be sent ahead: the owner wants to hear on_room
  uint32_t made = 0;       // connections so far
};

// ConnectionOwner is told that a connection has come to rest, never from inside a call to the connection but
// stream_ended(): it may then submit, nothing else.
struct ConnectionOwner {
  // on_idle: no exchange is open and another may be submitted.
  void (*on_idle)(ConnectionOwner&, Connection&);
  // on_room: exchanges are open, and another that pipelines may be submitted; only if the context says so,
  // and only while Connection::shared is not set.
  void (*on_room)(ConnectionOwner&, Connection&);
  // on_closed: the connection is of no more use; the owner forgets it. It deletes itself afterwards.
  void (*on_closed)(ConnectionOwner&, Connection&);
};

// Connection moves bytes between a transport and a session, keeps what a paused session did not take,
// and tells its owner when it is idle or over. It is the only one to call Session::recv and send.
class Connection final : public ports::Transport::Delegate, private ports::Task {
 public:
  // kRoundsPerTick: write buffers filled and handed over before other connections get their turn.
  static constexpr int kRoundsPerTick = 4;
  // kLentPerRound: bytes of a body that lies in memory that count as such a buffer.
  static constexpr size_t kLentPerRound = 256 * 1024;

  Connection(ConnectionContext& context, ports::TransportPtr transport,
             std::unique_ptr<ports::Session> session);
  ~Connection();

  // submit starts a request; its head is flushed at the end of this batch of events, or as soon as the event
  // of this connection is over that it is submitted in. early_data: it does no harm if the peer gets it
  // twice, and there is no body (RFC 8470 2).
  ports::StreamId submit(const ports::RequestHead& head, ports::StreamSink& sink, bool early_data);

  // stream_ended is the sink's word that it got on_end. The connection may be idle from here on, and serve
  // another exchange before the user of this one has heard of its end.
  void stream_ended() {
    if (--open_streams_ == 0) return come_to_rest();
    first_byte_at_ = 0;
    turn_at_ = context_.scheduler.now();
  }

  void cancel(ports::StreamId id);
  void pause(ports::StreamId id) { session_->pause(id); }
  void resume(ports::StreamId id);
  void resume_upload(ports::StreamId id);
  void end_continue_wait(ports::StreamId id);
  bool awaits_continue() const { return session_->awaits_continue(); }
  uint64_t received(ports::StreamId id) const { return session_->received(id); }
  uint64_t expected(ports::StreamId id) const { return session_->expected(id); }
  ports::ResponseFraming framing(ports::StreamId id) const { return session_->framing(id); }
  uint32_t keep_alive_hint() const { return session_->keep_alive_hint(); }

  // busy: an exchange is open. room: how many more that pipeline may be submitted, with those that are open.
  // capacity is that of the session, which an idle connection has for requests of all kinds.
  bool busy() const { return open_streams_ != 0; }
  size_t room() const { return open_streams_ != 0 ? capacity() : 0; }
  size_t capacity() const { return closed_ ? 0 : session_->capacity(); }

  // first_byte_at: when the first byte arrived of the response that is under way, from its on_head on.
  uint64_t first_byte_at() const { return first_byte_at_ != 0 ? first_byte_at_ : context_.scheduler.now(); }

  // answers: the response to this stream is next or under way, not one before it; since turn_at(), or since
  // it was submitted, if that is 0.
  bool answers(ports::StreamId id) const { return session_->answering() == id; }
  uint64_t turn_at() const { return turn_at_; }

  // catch_up reads what has arrived at an idle connection; closed() tells whether it may still be used.
  void catch_up() { transport_->read_now(); }

  // bequeath has the transport, and what arrived behind the last head, go to `heir` as soon as the stream has
  // ended that became a tunnel or was upgraded; if it never does, the heir loses it. Call it in on_head.
  void bequeath(DetachedStream& heir) { heir_ = &heir; }

  // close ends the connection; open streams get no event. The owner hears on_closed soon.
  void close();
  bool closed() const { return closed_; }
  // write_failed: the peer takes no more bytes; what it says may still arrive.
  bool write_failed() const { return write_failed_; }

  const ports::Transport& transport() const { return *transport_; }

  // The pool's: links among the idle, the busy or the shared connections of the host, links among all idle
  // ones, since when it has been idle, whether it has served an exchange, and whether it is among the shared.
  Connection* host_next = nullptr;
  Connection* host_previous = nullptr;
  Connection* idle_next = nullptr;
  Connection* idle_previous = nullptr;
  // From here on each exchange reads what there is: it stands together with what it reads below.
  Host* host = nullptr;
  uint64_t idle_since = 0;
  // number tells it from all others of its context, those that are gone too.
  const uint32_t number;
  bool served = false;
  bool shared = false;

 private:
  // Leftover is what arrived and was not taken; it exists only while there is any.
  struct Leftover {
    std::vector<std::byte> bytes;
    size_t at = 0;
  };

  void expect_bytes() override;
  void on_bytes(Bytes bytes) override;
  void on_end(const Error& error, std::string_view diagnosis) override;
  void on_writable() override;
  void on_write_failed(const Error& error) override;

  void work();
  void receive(Bytes bytes);
  void say_what_it_reads();
  void receive_again();
  void flush();
  bool write_lent();
  void settle();
  void come_to_rest();
  void hand_over();
  void disinherit();

  uint16_t open_streams_ = 0;
  bool idle_ = false;
  bool works_ = false;    // an event of it is being served, after which it is flushed
  bool reads_ = true;     // what the transport was told
  bool resumed_ = false;  // a stream was, and may hold an event that needs no bytes
  bool ended_ = false;    // the transport gave on_end
  bool write_failed_ = false;
  bool closed_ = false;
  bool early_data_ = false;  // what the transport was told
  ConnectionContext& context_;
  ports::TransportPtr transport_;
  std::unique_ptr<ports::Session> session_;
  const ports::StreamSink* sink_ = nullptr;  // of the last stream, to fetch its memory: it may be gone
  std::unique_ptr<Leftover> in_;             // received, not yet taken by the session
  std::unique_ptr<Leftover> out_;            // produced, not yet taken by the transport
  DetachedStream* heir_ = nullptr;
  uint64_t first_byte_at_ = 0;
  uint64_t turn_at_ = 0;
};

}  // namespace godwit::conn
