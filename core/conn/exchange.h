// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "godwit/core/conn/connection.h"
#include "godwit/core/conn/deadlines.h"
#include "godwit/core/conn/exchange_context.h"
#include "godwit/core/conn/outgoing.h"
#include "godwit/core/conn/pool.h"
#include "godwit/core/content/block_buffer.h"
#include "godwit/core/ports/scheduler.h"
#include "godwit/core/ports/session.h"
#include "godwit/core/request.h"
#include "godwit/core/response.h"

namespace godwit::conn {

// Exchange is one request of a user from send to done: it waits for a connection, feeds the events of its
// stream to the user in whole blocks, holds them while paused, watches the deadlines, and sends the
// request again once if a kept connection turned out to be dead. It is the Response that the user sees.
class Exchange final : public Response,
                       public ports::StreamSink,
                       private ports::Timer,
                       private ports::Task,
                       private Waiter {
 public:
  explicit Exchange(ExchangeContext& context);
  ~Exchange() { silence(); }

  // rings: its timer is armed, though it may be over. silence has that fire no more.
  bool rings() const { return armed; }
  void silence() {
    if (armed) context_.scheduler.cancel(*this);
  }

  // start sends what was decided, or is decided then, and lives until on_done has returned; everything
  // happens later, from the loop.
  void start(Outgoing& request, ResponseHandler* handler);

  // prepare takes a request that does not come from a URL; its target is set. What is wrong with it is
  // told at once. start_prepared then is start().
  Error prepare(Request&& request, DirectRequest&& direct, std::string& diagnosis);
  void start_prepared(ResponseHandler* handler) { start(*own_request_, handler); }
  // prepared is the request that prepare() took last, and that can_start_again says may be started once more.
  const Request& prepared() const { return own_request_->request(); }
  bool can_start_again() const { return own_request_ && own_request_->can_repeat(); }

  // rest gives up what an exchange need not hold that is over and is only kept for later, and gives what it
  // sent.
  Outgoing& rest() {
    give_heads_back();
    return *request_;
  }

  // request_head is what is sent, or will be; after prepare() or start().
  const ports::RequestHead& request_head() const { return request_->head(); }

  // framing is what on_head found out; from inside on_head.
  ports::ResponseFraming framing() const { return connection_->framing(stream_); }

  // connection is the one that serves the request, null before there is one and after on_done.
  const Connection* connection() const { return connection_; }

  // sent: some bytes of the request were given to the transport: its response may come.
  bool sent() const { return sent_; }
  // sent_all: every byte of the request was given to the transport.
  bool sent_all() const { return sent_all_; }
  // sending: some bytes are still to come, as far as is known.
  bool sending() const { return !sent_all_ && stage_ != Stage::ended && stage_ != Stage::done; }

  // abort ends the exchange with that error, on_done included, before it returns. Not from a callback.
  void abort(Errc code);

  // Links among the open or the spare exchanges of the client.
  Exchange* list_next = nullptr;
  Exchange* list_previous = nullptr;

 private:
  // Stage is how far the exchange is. ended: the outcome is known, on_done has yet to run.
  enum class Stage : uint8_t { starting, waiting, active, ended, done };

  // What the user asks, through Response.
  static const Control kControl;
  void user_pause();
  void user_resume();
  void user_cancel();
  void user_resume_upload();
  std::string_view remote_now() const;
  const TlsInfo* tls_now() const;

  // What the loop does.
  void run_deferred();
  void deadline_passed();
  void connection_ready(Connection& connection, const ports::ConnectTiming& timing);
  void connection_failed(const Error& error, std::string_view diagnosis);
  void use(Connection& connection);

  // StreamSink.
  void on_sent(bool complete) override;
  void on_informational(const ports::MessageHead& head) override;
  void on_head(const ports::MessageHead& head) override;
  size_t on_data(Bytes data) override;
  void on_trailers(const ports::MessageHead& trailers) override;
  void on_end(const Error& error, std::string_view diagnosis) override;

  void begin();
  bool begin_at_once();
  const ports::RequestHead& head() const { return alone_ ? *lone_head_ : request_->head(); }
  bool early_data() const { return resends_ == 0 && request_->early_data(); }
  void acquire(bool fresh);
  bool begins_again(const Error& error);
  bool replay_body();
  void resend();
  void send_alone();
  void forget_attempt();
  bool waits_its_turn();
  void wait_for(Wait wait) {
    wait_ = wait;
    const bool stands_still = paused_ && (wait == Wait::head || wait == Wait::body);
    const uint64_t limit = stands_still ? 0 : context_.limits.of(wait);
    wait_until_ = limit == 0 ? 0 : now() + limit;
    arm_by(wait_until_);
  }
  // arm_by sees to it that the timer fires by then; 0 asks for nothing. A timer that is due too early finds
  // out and arms itself again, which costs less than moving it with each block that arrives.
  void arm_by(uint64_t until) {
    if (until != 0 && (!armed || until < due)) context_.scheduler.arm(*this, until);
  }
  void start_rate_window();
  void arm_timer();
  void time_out(Error error);
  Phase current_phase() const;
  void note_progress(Error& error) const;
  bool deliver_block(Bytes block);
  void discard_undelivered();
  void prepare_to_detach();
  void copy_connection_facts();
  void keep_connection_facts();
  void take_head(std::unique_ptr<Headers>& fields, const ports::MessageHead& head);
  void give_heads_back() {
    if (headers_) context_.heads.give_back(std::move(headers_));
    if (trailers_) context_.heads.give_back(std::move(trailers_));
  }
  void drop_stream();
  void set_end(const Error& error, std::string_view diagnosis);
  void deliver_end();
  void finish();
  uint64_t now() { return context_.scheduler.now(); }

  // ConnectionFacts are copies for a connection that is gone before on_done has returned.
  struct ConnectionFacts {
    std::string remote;
    TlsInfo tls;
    bool has_tls = false;
  };

  ExchangeContext& context_;
  Outgoing* request_ = nullptr;
  Connection* connection_ = nullptr;
  ports::StreamId stream_ = 0;
  uint32_t resends_ = 0;
  Wait wait_ = Wait::nothing;
  Stage stage_ = Stage::done;
  bool sent_ = false;
  bool sent_all_ = false;
  bool head_seen_ = false;
  bool trailers_pending_ = false;
  bool behind_others_ = false;  // it was sent ahead of their responses
  bool alone_ = false;          // that did not go well once
  bool has_facts_ = false;      // facts_ count, and no connection does
  uint64_t started_ = 0;
  uint64_t wait_until_ = 0;              // 0: no deadline
  uint64_t total_until_ = 0;             // 0: no deadline
  uint64_t window_until_ = 0;            // end of the window in which the body's rate is measured; 0: none
  uint64_t expected_ = Error::kUnknown;  // length of the body, if it was announced
  content::BlockBuffer blocks_;
  Error end_;                                      // the outcome, from Stage::ended on
  uint64_t window_bytes_ = 0;                      // body_bytes_ at the begin of the window
  std::unique_ptr<Outgoing> own_request_;          // if prepare() ever took one
  std::unique_ptr<ports::RequestHead> lone_head_;  // of one that is not to share, though it may
  std::unique_ptr<ConnectionFacts> facts_;
  Callbacks own_callbacks_;
};

}  // namespace godwit::conn
