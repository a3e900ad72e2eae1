// SPDX-License-Identifier: MIT
#include "godwit/core/net/shared_resolver.h"

#include <utility>

namespace godwit::net {

namespace {

// Names are compared without regard to ASCII case (RFC 4343).
std::string lower(std::string_view host) {
  std::string out(host);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

}  // namespace

// Flight is a query that is under way.
struct SharedResolver::Flight final : ports::ResolveSink {
  Flight(SharedResolver& r, std::string h) : resolver(r), host(std::move(h)) {}
  void on_resolved(const ports::Resolution& resolution) override;

  SharedResolver& resolver;
  const std::string host;
  std::list<ports::ResolveSink*> waiting;  // in the order in which they came
  uint64_t asked = 0;
  std::list<Flight*>::iterator place;  // in recent_
  bool recent = false;
};

// Waiter is one sink: in a flight's list, or about to be told what is known.
struct SharedResolver::Waiter {
  Waiter(SharedResolver& r, ports::ResolveSink& s) : resolver(r), sink(s) {}
  ~Waiter() {
    resolver.scheduler_.remove(answer);
    if (flight) flight->waiting.erase(place);
  }
  void tell();

  SharedResolver& resolver;
  ports::ResolveSink& sink;
  Flight* flight = nullptr;
  std::list<ports::ResolveSink*>::iterator place;
  DnsCache::Answer known;
  MemberTask<Waiter, &Waiter::tell> answer{*this};
};

SharedResolver::SharedResolver(ports::Scheduler& scheduler, std::unique_ptr<ports::Resolver> upstream)
    : scheduler_(scheduler), upstream_(std::move(upstream)) {}

SharedResolver::~SharedResolver() {
  scheduler_.cancel(slow_);
  upstream_.reset();
  waiters_.clear();
}

void SharedResolver::resolve(const ports::Query& query, ports::ResolveSink& sink) {
  std::string host = lower(query.host);
  Waiter& waiter = *waiters_.emplace(&sink, std::make_unique<Waiter>(*this, sink)).first->second;
  if (const DnsCache::Answer* known = cache_.find(host, scheduler_.now(), query.max_age)) {
    waiter.known = *known;
    scheduler_.defer(waiter.answer);
    return;
  }
  std::unique_ptr<Flight>& flight = flights_[host];
  const bool first = !flight;
  if (first) flight = std::make_unique<Flight>(*this, std::move(host));
  waiter.flight = flight.get();
  waiter.place = flight->waiting.insert(flight->waiting.end(), &sink);
  if (!first) return;
  queued_.push_back(flight.get());
  ask_next();
}

// ask_next sends queries as far as there is room.
void SharedResolver::ask_next() {
  const uint64_t now = scheduler_.now();
  while (!recent_.empty() && now - recent_.front()->asked >= kSlow) {
    recent_.front()->recent = false;
    recent_.pop_front();
  }
  while (!queued_.empty() && recent_.size() < kAtOnce) {
    Flight& flight = *queued_.front();
    queued_.pop_front();
    if (flight.waiting.empty()) {
      flights_.erase(flights_.find(flight.host));
      continue;
    }
    flight.asked = now;
    flight.recent = true;
    flight.place = recent_.insert(recent_.end(), &flight);
    upstream_->resolve({.host = flight.host}, flight);
  }
  if (queued_.empty()) {
    scheduler_.cancel(slow_);
  } else {
    scheduler_.arm(slow_, recent_.front()->asked + kSlow);
  }
}

void SharedResolver::cancel(ports::ResolveSink& sink) {
  waiters_.erase(&sink);
}

void SharedResolver::doubt(std::string_view host) {
  const uint64_t now = scheduler_.now();
  if (now > kFresh) cache_.forget(lower(host), now - kFresh);
}

void SharedResolver::Flight::on_resolved(const ports::Resolution& resolution) {
  // A sink may ask for the same name again, cancel another, or both.
  const auto self = resolver.flights_.extract(host);
  if (recent) resolver.recent_.erase(place);
  resolver.ask_next();
  resolver.cache_.store(host, resolution, resolver.scheduler_.now());
  while (!waiting.empty()) {
    ports::ResolveSink& sink = *waiting.front();
    resolver.waiters_.erase(&sink);
    sink.on_resolved(resolution);
  }
}

void SharedResolver::Waiter::tell() {
  const auto self = resolver.waiters_.extract(&sink);
  sink.on_resolved({.addresses = known.addresses, .error = known.error, .diagnosis = known.diagnosis});
}

}  // namespace godwit::net
