// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "godwit/core/callback.h"
#include "godwit/core/conn/connect_tap.h"
#include "godwit/core/conn/exchange.h"
#include "godwit/core/conn/http_call.h"
#include "godwit/core/conn/intrusive_list.h"
#include "godwit/core/conn/pool.h"
#include "godwit/core/http_response.h"
#include "godwit/core/options.h"
#include "godwit/core/ports/connector.h"
#include "godwit/core/ports/scheduler.h"
#include "godwit/core/ports/session.h"
#include "godwit/core/write_buffer.h"

namespace godwit::conn {

// HttpChannelListener is told what happens on a channel; it outlives it.
struct HttpChannelListener : ConnectTap::Listener {
  void (*on_informational)(HttpChannelListener&, const InterimResponse&);
  // on_head: a response, or the lack of one, is about to be handed out.
  void (*on_head)(HttpChannelListener&, HttpCall&);
  // on_retired: nothing of the channel is on the stack or in the queues; delete it.
  void (*on_retired)(HttpChannelListener&);
};

// HttpChannel carries the calls of one HttpConnection, in order, over one connection: the next call starts
// when those before it are over, or when one keeps its connection to itself (will_close), or ahead of their
// responses, if it may and the connection has room (ClientOptions::pipeline_depth).
// It owns the calls, and uses them again once their responses are of no more use.
class HttpChannel final : private HttpCallOwner,
                          private ExchangeContext,
                          private Waiter,
                          private ports::Task {
 public:
  HttpChannel(ports::Scheduler& the_scheduler, ports::Connector& connector,
              ports::SessionFactory& the_sessions, WriteBuffer& scratch, const ClientOptions& the_options,
              size_t blocksize, bool auto_open, HttpChannelListener& listener);
  ~HttpChannel();

  // make_call gives a call to draft; drop takes it back unsent, submit sends it when its turn has come.
  HttpCall& make_call() { return spares_.empty() ? add_call() : *spares_.front(); }
  void drop(HttpCall& call) { call.reset(); }
  void submit(HttpCall& call);
  // first_unasked is the call whose response is the next to be asked for. `unread` counts those before it
  // whose responses are not read to their end, but for those that have a connection to themselves.
  // last_unasked is the one that was submitted last of those whose response was not asked for. Null without
  // one.
  HttpCall* first_unasked(size_t& unread) const;
  HttpCall* last_unasked() const;
  // forget_requests has no call repeat what it sent: it would go elsewhere now.
  void forget_requests();

  // connect makes the connection that the next call will use. Only when idle().
  void connect(const ports::Route& route, Callback<void(const Error&, std::string_view diagnosis)> f);

  // connected: there is a connection that the next call may use, now or when it comes free.
  bool connected() const;
  // idle: no call is under way or waiting, and no connection is being made.
  bool idle() const;
  int fileno() const;

  // close ends all but the calls that have a connection to themselves.
  void close();
  // retire ends everything without a word; on_retired follows.
  void retire();

 private:
  // Slot is a call and the response that its user sees.
  struct Slot {
    Slot(HttpChannel& channel, size_t blocksize) : call(channel, channel, response, blocksize) {
      response.call_ = &call;
    }
    HttpResponse response;
    HttpCall call;
  };

  using Calls = IntrusiveList<HttpCall, &HttpCall::next, &HttpCall::previous>;

  HttpCall& add_call();
  bool may_start(const HttpCall& call) const;
  void start_next();
  void start(HttpCall& call);
  bool under_way() const;
  const Connection* connection() const;
  void recycle(const HttpCall& handed_out);
  void let_go(HttpCall& call);
  void head_arrived(HttpCall& call);
  void call_over(HttpCall& call);
  void connect_ended(const Error& error, std::string_view diagnosis);
  void run_deferred();

  HttpChannelListener& listener_;
  ConnectTap tap_;
  Pool pool_;
  const size_t blocksize_;
  const bool auto_open_;
  std::vector<std::unique_ptr<Slot>> slots_;
  Calls spares_;        // to be drafted, or being drafted
  Calls calls_;         // submitted, in their order, until nobody needs their responses any more
  size_t waiting_ = 0;  // of these, the last so many are not started
  Callback<void(const Error&, std::string_view)> connected_;
  Error connect_error_;
  std::string connect_diagnosis_;
  bool connecting_ = false;
  bool retired_ = false;
};

}  // namespace godwit::conn
