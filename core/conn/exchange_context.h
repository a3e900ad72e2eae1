// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "godwit/core/conn/deadlines.h"
#include "godwit/core/conn/pool.h"
#include "godwit/core/conn/router.h"
#include "godwit/core/conn/spares.h"
#include "godwit/core/headers.h"
#include "godwit/core/options.h"
#include "godwit/core/ports/scheduler.h"
#include "godwit/core/ports/session.h"

namespace godwit::conn {

class Exchange;

// ExchangeContext is what the exchanges of one client share; it outlives them.
struct ExchangeContext {
  // kSpareHeads: so many responses may have begun at once without a call of the heap for each.
  static constexpr size_t kSpareHeads = 64;

  ports::Scheduler& scheduler;
  ports::SessionFactory& sessions;
  Pool& pool;
  const ClientOptions& options;
  Router router{options.proxy};
  const WaitLimits limits;
  // interim holds the fields of the one interim response that is being told.
  Headers interim;
  // heads are what the fields of responses are kept in, from on_head until nobody can ask for them any more.
  Spares<Headers, kSpareHeads> heads{};
  // ended gives an exchange back after its on_done; nothing touches it afterwards.
  void (*ended)(ExchangeContext&, Exchange&) = nullptr;
  // progressed, if there is one, is told when bytes of the request were given to the transport, which is
  // before anything can come of it, and when the outcome is known, and a pause holds it back.
  void (*progressed)(ExchangeContext&, Exchange&) = nullptr;
  // starting counts exchanges that were started and have yet to ask for a connection: none overtakes them.
  size_t starting = 0;
};

}  // namespace godwit::conn
