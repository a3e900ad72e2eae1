// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <utility>

#include "godwit/core/conn/exchange.h"
#include "godwit/core/conn/intrusive_list.h"
#include "godwit/core/conn/request_memory.h"

namespace godwit::conn {

// ExchangeTable owns the exchanges of one client and uses them again with the memory they hold.
class ExchangeTable final : private ExchangeContext {
 public:
  // kSpares: finished exchanges kept for later ones; more are freed.
  static constexpr size_t kSpares = 1024;

  ExchangeTable(ports::Scheduler& the_scheduler, ports::SessionFactory& the_sessions, Pool& the_pool,
                const ClientOptions& the_options)
      : ExchangeContext{.scheduler = the_scheduler,
                        .sessions = the_sessions,
                        .pool = the_pool,
                        .options = the_options,
                        .limits = WaitLimits(the_options.timeouts),
                        .interim = {},
                        .ended = [](ExchangeContext& context, Exchange& exchange) {
                          static_cast<ExchangeTable&>(context).recycle(exchange);
                        }} {}

  // ~ExchangeTable: abort_all() has come before.
  ~ExchangeTable() {
    while (Exchange* exchange = spares_.pop_front()) delete exchange;
  }

  // start begins an exchange; see Client::send.
  // `request` is a Request, moved in or copied, or an Outgoing that prepare() was called for.
  template <class R>
  Response& start(R&& request, ResponseHandler* handler) {
    return start(requests_.take(std::forward<R>(request)), handler);
  }
  Response& start(Outgoing& request, ResponseHandler* handler) {
    Exchange& exchange = open();
    exchange.start(request, handler);
    return exchange;
  }

  // prepare does what there is to do about a request before it is sent.
  void prepare(Outgoing& request) const { request.decide(*this); }

  // abort_all ends every open exchange, those included that an on_done of another one starts.
  void abort_all(Errc code) {
    while (Exchange* exchange = open_.front()) exchange->abort(code);
  }

  size_t open_count() const { return open_count_; }

  // proxy_problem says what is wrong with the proxy's options; empty if nothing is.
  std::string_view proxy_problem() const { return router.problem(); }

 private:
  using List = IntrusiveList<Exchange, &Exchange::list_next, &Exchange::list_previous>;

  Exchange& open() {
    Exchange* exchange = spares_.pop_front();
    if (exchange) {
      --spare_count_;
    } else {
      exchange = new Exchange(*this);
    }
    open_.push_back(*exchange);
    if (open_count_++ == 0) scheduler.hold();
    return *exchange;
  }

  void recycle(Exchange& exchange) {
    requests_.give_back(exchange.rest());
    open_.remove(exchange);
    if (spare_count_ == kSpares) {
      delete &exchange;
    } else {
      spares_.push_front(exchange);
      ++spare_count_;
    }
    if (--open_count_ != 0) return;
    silence_spares();
    scheduler.release();
  }

  // A spare exchange is left with its timer armed, since the next request would arm it again; when nothing is
  // open any more none shall wake the program. Those that were used since the last time come first.
  void silence_spares() {
    for (Exchange* spare = spares_.front(); spare && spare->rings(); spare = spare->list_next) {
      spare->silence();
    }
  }

  RequestMemory requests_;
  List open_;
  List spares_;
  size_t open_count_ = 0;
  size_t spare_count_ = 0;
};

}  // namespace godwit::conn
