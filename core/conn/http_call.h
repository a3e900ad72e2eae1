// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "godwit/core/callback.h"
#include "godwit/core/conn/exchange.h"
#include "godwit/core/content/block_buffer.h"
#include "godwit/core/content/body_reader.h"
#include "godwit/core/content/push_source.h"
#include "godwit/core/http_response.h"
#include "godwit/core/ports/scheduler.h"
#include "godwit/core/request.h"
#include "godwit/core/response.h"

namespace godwit::conn {

class HttpCall;

// HttpCallOwner is told where its calls stand; it outlives them.
struct HttpCallOwner {
  void (*on_informational)(HttpCallOwner&, HttpCall&, const InterimResponse&);
  // on_head: the response is about to be handed to its user.
  void (*on_head)(HttpCallOwner&, HttpCall&);
  // on_over: the exchange has ended and its user knows; the call may be used again once it is not needed.
  void (*on_over)(HttpCallOwner&, HttpCall&);
};

// HttpCall is one request of an HttpConnection and its response: an exchange that stands still whenever
// nobody asks for what would come next. It is made and used again by the connection:
//
//   draft -> prepare() -> start() -> get(f) -> [on_head] f -> read() ... -> [on_over] -> reset()
class HttpCall final : private ResponseHandler, private ports::Task {
 public:
  using Get = Callback<void(HttpResponse&, const Error&)>;
  using Shape = content::BodyReader::Shape;

  // HttpCall delivers a pushed body in blocks of `blocksize`; the context's options are 0 there.
  HttpCall(ExchangeContext& context, HttpCallOwner& owner, HttpResponse& response, size_t blocksize);
  ~HttpCall();

  // The request, until prepare(). A body that is to be pushed is Body::from(upload()).
  Request draft;
  DirectRequest prepared;
  std::string url;
  content::PushSource& upload() { return upload_; }
  bool upload_finished() const { return upload_.finished(); }

  // prepare says whether the request can be sent, and takes it.
  Error prepare(std::string& diagnosis);
  // waits: it is prepared, and not yet started.
  bool waits() const { return stage_ == Stage::prepared; }
  // repeats: this is the request that was sent here last, if allow_repeat() said that nothing but these three
  // makes it, and forget_request() has not come since. repeat then takes the place of a draft and prepare().
  bool repeats(std::string_view method, std::string_view its_url, const Headers& headers) const;
  void repeat() { stage_ = Stage::prepared; }
  void allow_repeat() { repeatable_ = true; }
  void forget_request() { repeatable_ = false; }
  // pipelines: it may be sent ahead of responses that are awaited, if anything may.
  bool pipelines() const { return pipelines_; }
  // start sends it; its response waits for get().
  void start();
  bool started() const { return stage_ == Stage::open || stage_ == Stage::over; }
  // fail ends a call that was not started.
  void fail(Errc code, std::string_view diagnosis);
  // get asks for the response. asked: it was asked for.
  void get(Get&& f);
  bool asked() const { return asked_; }
  bool handed_out() const { return handed_out_; }
  // awaited: get() was called, and not yet answered.
  bool awaited() const { return static_cast<bool>(get_); }
  // over: the exchange has ended, well or not, or never began. outcome then says which.
  bool over() const { return stage_ == Stage::over; }
  const Error& outcome() const { return end_; }

  // upload_moves lets what was pushed go on.
  void upload_moves();
  // on_drain is called whenever all that was pushed was given to the transport.
  void on_drain(Callback<void()> f) { on_drain_ = std::move(f); }
  // sent_all: nothing can be pushed any more.
  bool sent_all() const { return over() || exchange_.sent_all(); }
  // progressed is the word of an exchange that bytes of it were sent, or that its end is known and held back.
  // Nothing comes of it before the first of them: until then there is nothing to hold back, and that there
  // was no connection is no answer to wait for.
  void progressed() { settle(); }
  // update_hold keeps the loop running while there is something to come that somebody waits for.
  void update_hold() { set_hold(stage_ == Stage::open && (silenced_ || awaits_something())); }

  // cancel ends the exchange; who waits hears `cancelled`. abandon does so when nobody will ask for the
  // response any more, unless somebody has. silence does it without a word.
  void cancel();
  void abandon();
  void silence();
  bool abandoned() const { return abandoned_; }
  // reset makes ready for another request. Only when over, and not from a callback of this call.
  void reset();

  // What the response is made of.
  const Exchange& exchange() const { return exchange_; }
  const ports::ResponseFraming& framing() const { return framing_; }
  std::string_view remote() const { return knows_peer_ ? remote_ : std::string_view(); }
  const TlsInfo* tls() const { return knows_peer_ && has_tls_ ? &tls_ : nullptr; }
  bool head_seen() const { return head_seen_; }
  bool closed() const { return closed_; }
  uint64_t consumed() const { return reader_.consumed(); }
  std::optional<uint64_t> left() const;
  bool all_read() const {
    if (closed_) return true;
    return over() ? reader_.size() == 0 : head_seen_ && framing_.body_size == reader_.consumed();
  }

  // What its user asks.
  Error read(Shape shape, size_t size, HttpResponse::Read&& done);
  Error read_into(std::span<std::byte> memory, Callback<void(size_t, const Error&)>&& done);
  void on_body(Callback<void(HttpResponse&, Bytes)>&& f);
  void on_done(Callback<void(HttpResponse&, const Error&)>&& f);
  Stream detach() { return exchange_.detach(); }
  void pause();
  void resume();
  void close();

  std::string_view diagnosis() const;

  // of finds the call whose exchange that is; exchange_ended is the word of an exchange that it is done.
  static HttpCall& of(Exchange& exchange) { return *static_cast<HttpCall*>(exchange.user_data); }
  void exchange_ended() { owner_.on_over(owner_, *this); }

  // The channel's: links among its calls, whether this one was started and shares the connection with others,
  // or gets it, and whether its response keeps the connection to itself (will_close).
  HttpCall* next = nullptr;
  HttpCall* previous = nullptr;
  bool ahead = false;
  bool on_its_own = false;

 private:
  enum class Stage : uint8_t { draft, prepared, open, over };

  void on_informational(Response&, const InterimResponse&) override;
  void on_head(Response&) override;
  void on_body(Response&, Bytes block) override;
  void on_done(Response&, const Error& error) override;

  void run_deferred();
  void hand_out(const Error& error);
  // keep_peer keeps what is known of the peer: after the exchange nobody else does.
  void keep_peer() {
    const Connection* from = exchange_.connection();
    if (!from || from->number != peer_of_) copy_peer(from ? from->number : 0);
    knows_peer_ = true;
  }
  void copy_peer(uint32_t connection);
  Error begin_read();
  void moved() {
    if (!answering_) moved_now();
  }
  void moved_now();
  void answer_reads();
  void push();
  size_t push_blocks(Bytes in, bool last);
  void push_kept();
  void push_end();
  bool deliver(Bytes block) {
    if (on_body_) on_body_(response_, block);
    return flows();
  }
  // flows: a pushed body may be delivered.
  bool flows() const { return !paused_ && !closed_ && !silenced_; }
  // waits_for_more: the user asks for what comes next.
  bool waits_for_more() const {
    return !head_seen_ ? static_cast<bool>(get_) : pushed_ ? !paused_ : reader_.asked();
  }
  void settle() {
    if (!holding_ || exchange_.paused() || !waits_for_more()) settle_now();
  }
  void settle_now();
  bool awaits_something() const;
  void set_hold(bool hold) {
    if (hold == holding_) return;
    holding_ = hold;
    hold ? scheduler_.hold() : scheduler_.release();
  }

  ports::Scheduler& scheduler_;
  HttpCallOwner& owner_;
  HttpResponse& response_;
  Exchange exchange_;
  content::PushSource upload_;
  content::BodyReader reader_;
  content::BlockBuffer blocks_;
  size_t blocksize_;
  const uint32_t pipeline_depth_;
  ports::ResponseFraming framing_;
  Get get_;
  HttpResponse::Read read_;
  Callback<void(size_t, const Error&)> read_into_;
  Callback<void(HttpResponse&, Bytes)> on_body_;
  Callback<void(HttpResponse&, const Error&)> on_done_;
  Callback<void()> on_drain_;
  std::string diagnosis_;  // of a call that failed before it was started
  // What was copied of the connection of that number, from which most responses come; 0: of none.
  uint32_t peer_of_ = 0;
  bool has_tls_ = false;
  std::string remote_;
  TlsInfo tls_;
  Error end_;
  uint64_t arrived_ = 0;
  bool pipelines_ = false;
  bool repeatable_ = false;
  bool answering_ = false;  // a callback runs behind which it is looked what its user asked
  bool silenced_ = false;
  bool holding_ = false;
  // From here on, what reset() takes back.
  Stage stage_ = Stage::draft;
  bool knows_peer_ = false;
  bool head_seen_ = false;
  bool asked_ = false;
  bool handed_out_ = false;
  bool pushed_ = false;  // the body is delivered in blocks
  bool paused_ = false;  // by the user of a pushed body
  bool closed_ = false;  // by the user
  bool pushes_ = false;  // the request's body is upload_
  bool drained_ = false;
  bool abandoned_ = false;
  bool failed_ = false;  // before it was started
};

}  // namespace godwit::conn
