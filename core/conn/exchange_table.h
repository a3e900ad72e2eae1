// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <utility>

#include "godwit/core/conn/exchange.h"
#include "godwit/core/conn/intrusive_list.h"
#include "godwit/core/conn/request_memory.h"

namespace godwit::conn {

// ExchangeTable owns the exchanges of one client and uses them again with the memory they hold.
class ExchangeTable final : private ExchangeContext, private ports::Timer {
 public:
  // kSpares: finished exchanges kept for later ones; more are freed.
  static constexpr size_t kSpares = 1024;
  // kRestingSpares of them are kept for good; the others are freed when none of these was needed for
  // kSpareRest, in nanoseconds, to twice that.
  static constexpr size_t kRestingSpares = 16;
  static constexpr uint64_t kSpareRest = 1'000'000'000;

  ExchangeTable(ports::Scheduler& the_scheduler, ports::SessionFactory& the_sessions, Pool& the_pool,
                const ClientOptions& the_options)
      : ExchangeContext{.scheduler = the_scheduler,
                        .sessions = the_sessions,
                        .pool = the_pool,
                        .options = the_options,
                        .limits = WaitLimits(the_options.timeouts),
                        .interim = {},
                        .ended =
                            [](ExchangeContext& context, Exchange& exchange) {
                              static_cast<ExchangeTable&>(context).recycle(exchange);
                            }},
        ports::Timer([](ports::Timer& timer) { static_cast<ExchangeTable&>(timer).free_unused(); }) {}

  // ~ExchangeTable: abort_all() has come before.
  ~ExchangeTable() {
    if (armed) scheduler.cancel(*this);
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
  size_t spare_count() const { return spare_count_; }

  // proxy_problem says what is wrong with the proxy's options; empty if nothing is.
  std::string_view proxy_problem() const { return router.problem(); }

 private:
  using List = IntrusiveList<Exchange, &Exchange::list_next, &Exchange::list_previous>;

  Exchange& open() {
    Exchange* exchange = spares_.pop_front();
    if (exchange) {
      if (--spare_count_ < unused_) unused_ = spare_count_;
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
      if (++spare_count_ > kRestingSpares && !armed) scheduler.arm(*this, scheduler.now() + kSpareRest);
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

  // free_unused comes while there are many spares. Those at the end were not used since the last time.
  void free_unused() {
    for (; unused_ != 0 && spare_count_ > kRestingSpares; --unused_, --spare_count_) {
      Exchange* const spare = spares_.back();
      spares_.remove(*spare);
      delete spare;
    }
    unused_ = spare_count_;
    if (spare_count_ > kRestingSpares) scheduler.arm(*this, scheduler.now() + kSpareRest);
  }

  RequestMemory requests_;
  List open_;
  List spares_;  // the one that was used last comes first
  size_t open_count_ = 0;
  size_t spare_count_ = 0;
  size_t unused_ = 0;  // spares that there were all the time since free_unused() came
};

}  // namespace godwit::conn
