// SPDX-License-Identifier: MIT
#include "godwit/core/conn/connection.h"

#include <algorithm>
#include <utility>

#include "godwit/core/conn/detached_stream.h"
#include "godwit/core/ports/prefetch.h"

namespace godwit::conn {

// kReadAlways: bytes of a connection from `host` on that each exchange reads.
constexpr size_t kReadAlways = 112;

Connection::Connection(ConnectionContext& context, ports::TransportPtr transport,
                       std::unique_ptr<ports::Session> session)
    : ports::Task([](ports::Task& task) { static_cast<Connection&>(task).work(); }),
      number(++context.made),
      context_(context),
      transport_(std::move(transport)),
      session_(std::move(session)) {
  transport_->attach(*this);
  transport_->read(true);
}

Connection::~Connection() {
  disinherit();
  context_.scheduler.remove(*this);
}

ports::StreamId Connection::submit(const ports::RequestHead& head, ports::StreamSink& sink, bool early_data) {
  if (open_streams_++ == 0) first_byte_at_ = turn_at_ = 0;
  idle_ = false;
  if (early_data != early_data_) {
    early_data_ = early_data;
    transport_->allow_early_data(early_data);
  }
  if (!works_) context_.scheduler.defer(*this);
  sink_ = &sink;
  return session_->submit(head, sink);
}

void Connection::cancel(ports::StreamId id) {
  session_->cancel(id);
  --open_streams_;
  resumed_ |= open_streams_ != 0;  // those behind it may have ended with it
  disinherit();
  context_.scheduler.defer(*this);
}

void Connection::resume(ports::StreamId id) {
  session_->resume(id);
  resumed_ = true;
  context_.scheduler.defer(*this);
}

void Connection::resume_upload(ports::StreamId id) {
  session_->resume_upload(id);
  context_.scheduler.defer(*this);
}

void Connection::end_continue_wait(ports::StreamId id) {
  session_->end_continue_wait(id);
  context_.scheduler.defer(*this);
}

void Connection::close() {
  if (closed_) return;
  closed_ = true;
  if (transport_) transport_->read(false);
  context_.scheduler.defer(*this);
}

void Connection::work() {
  if (closed_) {
    // Why here: only a deferred task is sure to have no frame of this object below it.
    context_.owner.on_closed(context_.owner, *this);
    delete this;
    return;
  }
  if (in_ || resumed_) receive_again();
  flush();
  settle();
}

// expect_bytes: with many connections none of this is in a cache, and without it each would be waited for.
void Connection::expect_bytes() {
  ports::prefetch<kReadAlways>(&host);
  ports::prefetch<1>(session_.get());
  ports::prefetch<ports::StreamSink::kReadFirst>(sink_);
}

void Connection::on_bytes(Bytes bytes) {
  if (closed_) return;
  if (first_byte_at_ == 0) first_byte_at_ = context_.scheduler.now();
  works_ = true;
  receive(bytes);
  works_ = false;
  flush();
  settle();
}

void Connection::receive(Bytes bytes) {
  const size_t taken = session_->recv(bytes);
  if (taken < bytes.size()) {
    const Bytes rest = bytes.subspan(taken);
    in_ = std::make_unique<Leftover>(Leftover{{rest.begin(), rest.end()}, 0});
  }
  say_what_it_reads();
  // A response ended in these bytes, and the one behind it may have begun.
  if (context_.pipelines && first_byte_at_ == 0 && open_streams_ != 0 &&
      session_->received(session_->answering()) != 0) {
    first_byte_at_ = context_.scheduler.now();
  }
}

void Connection::receive_again() {
  resumed_ = false;
  if (!in_) {
    if (session_->wants_read()) receive({});
    return;
  }
  if (!session_->wants_read()) return;
  const Bytes rest = Bytes(in_->bytes).subspan(in_->at);
  in_->at += session_->recv(rest);
  if (in_->at == in_->bytes.size()) in_.reset();
  say_what_it_reads();
}

void Connection::say_what_it_reads() {
  const bool reads = session_->wants_read();
  if (reads == reads_ || ended_) return;
  reads_ = reads;
  transport_->read(reads);
}

void Connection::on_end(const Error& error, std::string_view diagnosis) {
  if (closed_) return;
  ended_ = true;
  if (heir_) heir_->note_end(error, diagnosis);
  session_->recv_end(error, diagnosis);
  settle();
}

void Connection::on_writable() {
  if (closed_) return;
  flush();
  settle();
}

void Connection::on_write_failed(const Error&) {
  if (closed_) return;
  write_failed_ = true;
  out_.reset();
  session_->send_end();
  settle();
}

void Connection::flush() {
  if (out_) {
    out_->at += transport_->write(Bytes(out_->bytes).subspan(out_->at));
    if (out_->at < out_->bytes.size()) return;
    out_.reset();
  }
  bool more = session_->wants_write();
  for (int round = 0; more && !closed_; ++round) {
    if (round == kRoundsPerTick) {
      context_.scheduler.defer(*this);
      return;
    }
    context_.scratch.clear();
    more = session_->send(context_.scratch);
    if (context_.scratch.empty()) {
      if (write_lent()) {
        more = session_->wants_write();
        continue;
      }
      // A source that said `more` and gave nothing is asked again, but others come first.
      if (session_->wants_write() && session_->lent().empty()) context_.scheduler.defer(*this);
      return;
    }
    const Bytes made = context_.scratch.bytes();
    const size_t taken = transport_->write(made);
    if (taken < made.size()) {
      const Bytes rest = made.subspan(taken);
      out_ = std::make_unique<Leftover>(Leftover{{rest.begin(), rest.end()}, 0});
      return;
    }
  }
}

// write_lent writes of a body from where it lies; whether the transport took all that it was given.
bool Connection::write_lent() {
  const Bytes lent = session_->lent();
  if (lent.empty()) return false;
  const Bytes piece = lent.first(std::min(lent.size(), kLentPerRound));
  const size_t taken = transport_->write(piece);
  session_->took(taken);
  return taken == piece.size();
}

void Connection::settle() {
  if (closed_) return;
  if (open_streams_ != 0) {
    if (context_.pipelines && !shared && session_->capacity() != 0) {
      context_.owner.on_room(context_.owner, *this);
    }
    return;
  }
  if (heir_) {
    hand_over();
  } else if (in_ || !session_->reusable()) {
    close();
  } else {
    come_to_rest();
  }
}

// come_to_rest tells the owner, once, that the connection is idle. Closing it is for settle(), which does not
// run below an event of the session.
void Connection::come_to_rest() {
  if (idle_ || closed_ || heir_ || in_ || !session_->reusable()) return;
  idle_ = true;
  served = true;
  context_.owner.on_idle(context_.owner, *this);
}

void Connection::disinherit() {
  if (!heir_) return;
  std::exchange(heir_, nullptr)
      ->lose({.code = Errc::cancelled}, "the exchange ended before its connection was handed over");
}

void Connection::hand_over() {
  if (out_ || !session_->lent().empty()) {
    // The answer came before the request was out: nobody could tell where the new protocol begins.
    disinherit();
    return close();
  }
  DetachedStream& heir = *std::exchange(heir_, nullptr);
  std::vector<std::byte> early;
  if (in_) early.assign(in_->bytes.begin() + static_cast<std::ptrdiff_t>(in_->at), in_->bytes.end());
  heir.adopt(std::move(transport_), std::move(early));
  close();
}

}  // namespace godwit::conn
