// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "godwit/core/net/dns_cache.h"
#include "godwit/core/net/member_node.h"
#include "godwit/core/ports/resolver.h"
#include "godwit/core/ports/scheduler.h"

namespace godwit::net {

// SharedResolver is one resolver for all on a loop: whoever asks for a name that is being looked up waits for
// that answer, and answers are told again for as long as they live.
//
//   resolve a, resolve a       one query; both are told its answer, an error as well
//   cancel                     the others wait on, and so does the query: its answer is kept for the next
//   doubt                      an answer that is not fresh is forgotten
//   resolve 10,000 names       so many queries are sent at a time as a name server's socket has room for
//
// What an answer may be used for is decided where it is dialled, for kept ones as for new ones.
class SharedResolver final : public ports::Resolver {
 public:
  // kFresh: nanoseconds for which an answer is held to be true though none of its addresses could be reached:
  // a host that is down is not looked up again for each request to it.
  static constexpr uint64_t kFresh = 5'000'000'000;

  // kAtOnce: queries that are on their way together, each two packets. More would overflow the buffers of
  // sockets on the way: what is dropped there is asked again only after seconds. One that has no answer after
  // kSlow nanoseconds is somewhere else, and counts no more: names whose servers are dead hold up no others.
  static constexpr size_t kAtOnce = 100;
  static constexpr uint64_t kSlow = 100'000'000;

  // SharedResolver asks `upstream`.
  SharedResolver(ports::Scheduler& scheduler, std::unique_ptr<ports::Resolver> upstream);
  // ~SharedResolver forgets every sink.
  ~SharedResolver() override;

  void resolve(const ports::Query& query, ports::ResolveSink& sink) override;
  void cancel(ports::ResolveSink& sink) override;
  void doubt(std::string_view host) override;

 private:
  struct Flight;
  struct Waiter;

  void ask_next();

  ports::Scheduler& scheduler_;
  DnsCache cache_;
  // By name, and by whom they belong to.
  std::unordered_map<std::string, std::unique_ptr<Flight>> flights_;
  std::unordered_map<ports::ResolveSink*, std::unique_ptr<Waiter>> waiters_;
  std::list<Flight*> queued_;  // not asked yet
  std::list<Flight*> recent_;  // asked less than kSlow ago, the first one first
  MemberTimer<SharedResolver, &SharedResolver::ask_next> slow_{*this};
  std::unique_ptr<ports::Resolver> upstream_;  // goes first: it knows flights
};

}  // namespace godwit::net
