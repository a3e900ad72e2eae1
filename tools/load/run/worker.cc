// SPDX-License-Identifier: MIT
#include "godwit/tools/load/run/worker.h"

#include <algorithm>
#include <ctime>
#include <utility>

namespace godwit::load {

namespace {

double thread_cpu_seconds() {
  timespec time = {};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

// share_of gives one thread's share of a number that is divided among all.
uint64_t share_of(uint64_t all, const WorkerPlan& plan) {
  return all / plan.count + (plan.index < all % plan.count ? 1 : 0);
}

// chooser_of gives a thread its part of the order. In an open loop request k of all threads together is k-th
// in turn; in a closed one each thread goes through all of them, since the thread of the slower ones would
// send fewer, and begins where the thread before it is to end.
Chooser chooser_of(const WorkerPlan& plan) {
  const LoadOptions& options = plan.options;
  size_t first = plan.index, step = plan.count;
  if (!options.open_loop()) {
    const uint64_t all = options.requests > 0 ? options.requests : plan.requests.size();
    first = plan.index * (all / plan.count) + std::min<uint64_t>(plan.index, all % plan.count);
    step = 1;
  }
  return Chooser(plan.requests, options.order, options.seed, plan.index, first, step);
}

// places_of gives how many requests a thread may have under way. In a closed loop, connections are divided.
uint64_t places_of(const WorkerPlan& plan) {
  const LoadOptions& options = plan.options;
  if (options.open_loop()) return share_of(options.places(), plan);
  return share_of(options.most_connections(), plan) * options.client.pipeline_depth;
}

uint64_t sum(uint64_t moment, uint64_t length) {
  return length > UINT64_MAX - moment ? UINT64_MAX : moment + length;
}

// pacer_of gives a thread's share of an open loop. What is sent during the warm-up does not count towards -n.
Pacer pacer_of(const WorkerPlan& plan, uint64_t measure_begin, uint64_t end) {
  const Profile rate = plan.options.rate_profile();
  uint64_t requests = UINT64_MAX;
  if (plan.options.requests != 0) {
    Pacer all(rate, plan.begin, 0, 1, UINT64_MAX, end);
    requests = all.skip_until(measure_begin) + plan.options.requests;
  }
  return Pacer(rate, plan.begin, plan.index, plan.count, requests, end);
}

ClientOptions client_options(const WorkerPlan& plan) {
  ClientOptions options = plan.options.client;
  // The slots are the one limit: another below it would be a queue that nobody sees.
  options.max_connections_per_host = 0;
  // Requests share connections only where no other may be made.
  if (options.pipeline_depth > 1) {
    const uint64_t connections = (places_of(plan) + options.pipeline_depth - 1) / options.pipeline_depth;
    options.max_connections_per_host = static_cast<uint32_t>(connections);
  }
  return options;
}

std::string hex(const Sha256::Digest& digest) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (uint8_t byte : digest) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

}  // namespace

void Glance::merge(const Glance& other) {
  ended += other.ended;
  good += other.good;
  failed += other.failed;
  in_flight += other.in_flight;
  last_second.merge(other.last_second);
}

Worker::Worker(const WorkerPlan& plan)
    : plan_(plan),
      options_(plan.options),
      open_loop_(plan.options.open_loop()),
      checks_body_(!plan.options.expect_sha256.empty()),
      measure_begin_(plan.begin + plan.options.warmup),
      end_(sum(measure_begin_, plan.options.length())),
      left_(plan.options.requests == 0 ? UINT64_MAX : share_of(plan.options.requests, plan)),
      recorder_(measure_begin_),
      chooser_(chooser_of(plan)),
      connections_(plan.options.connection_profile()),
      noticed_(pacer_of(plan, measure_begin_, end_)),
      sending_(noticed_),
      next_probe_(plan.begin + kProbe),
      client_(loop_, client_options(plan)),
      timer_(loop_, [this] { tick(); }) {
  for (size_t i = 0; i < plan_.requests.size() && plan_.requests.size() <= kMaxPrepared; ++i) {
    prepared_.push_back(client_.prepare(plan_.requests.make(i)));
  }
  const uint64_t places = places_of(plan_);
  for (size_t i = 0; i < places; ++i) {
    Slot& slot = slots_.emplace_back(*this, i);
    if (checks_body_) slot.digest = std::make_unique<Sha256>();
    if (open_loop_) free_.push_back(&slot);
  }
  // The first places are used first and again and again, so that no more connections are made than are
  // needed.
  std::reverse(free_.begin(), free_.end());
}

void Worker::run() {
  timer_.start(plan_.begin);
  loop_.run();
}

void Worker::stop() {
  loop_.post([this] { finish(Timer::now()); });
}

Glance Worker::glance() {
  const std::lock_guard lock(mutex_);
  return glance_;
}

// ---- time ----

void Worker::tick() {
  const uint64_t now = Timer::now();
  if (over_) return;
  if (!measuring_ && now >= measure_begin_) begin_measuring();
  if (now >= end_) {
    finish(now);
    return;
  }
  if (now >= next_probe_) probe(now);
  if (open_loop_) {
    notice_due(now);
    send_due(now);
  } else {
    wake_slots(now);
  }
  finish_if_done(now);
  if (!over_) timer_.start(next_moment());
}

void Worker::begin_measuring() {
  measuring_ = true;
  cpu_at_begin_ = thread_cpu_seconds();
  ended_before_ = good_ + failed_;
  good_ = failed_ = 0;
}

void Worker::probe(uint64_t now) {
  recorder_.loop_delay(next_probe_, now);
  next_probe_ = now + kProbe;
  Glance glance;
  glance.ended = ended_before_ + good_ + failed_;
  if (measuring_) {
    glance.good = good_;
    glance.failed = failed_;
  }
  glance.in_flight = in_flight_;
  const std::vector<Moment>& slots = recorder_.series().slots();
  const size_t second = std::max<size_t>(1'000'000'000 / recorder_.series().width(), 1);
  for (size_t i = slots.size() - std::min(slots.size(), second); i < slots.size(); ++i) {
    glance.last_second.merge(slots[i]);
  }
  const std::lock_guard lock(mutex_);
  glance_ = glance;
}

uint64_t Worker::next_moment() const {
  uint64_t next = std::min({next_probe_, end_, measuring_ ? UINT64_MAX : measure_begin_});
  if (!resting_.empty()) next = std::min(next, resting_.front()->rest_until);
  if (!open_loop_) return next;
  // What is due by now and has a place goes on at once, after what has arrived was looked at.
  if (in_flight_ < slots_.size()) next = std::min(next, sending_.due());
  return std::min(next, noticed_.due());
}

// ---- sending ----

// wake_slots begins the slots that the number of connections allows by now, and goes on with those that have
// rested.
void Worker::wake_slots(uint64_t now) {
  while (!resting_.empty() && resting_.front()->rest_until <= now) {
    Slot& slot = *resting_.front();
    resting_.pop_front();
    go_on(slot, now);
  }
  const double seconds = static_cast<double>(now - plan_.begin) / 1e9;
  // Connections are numbered over all threads by turns.
  const double wanted = (connections_.level_at(seconds) - plan_.index) / plan_.count;
  for (Slot& slot : slots_) {
    if (static_cast<double>(slot.index / options_.client.pipeline_depth) >= wanted) break;
    const bool begun = slot.index < awake_;
    if (begun && !slot.asleep) continue;
    if (!begun) awake_ = slot.index + 1;
    slot.asleep = false;
    go_on(slot, now);
  }
}

// go_on has a slot of a closed loop send its next request, if there is to be one.
void Worker::go_on(Slot& slot, uint64_t now) {
  if (left_ == 0 || over_ || now >= end_) return;
  if (options_.stages_of_connections) {
    const double level = connections_.level_at(static_cast<double>(now - plan_.begin) / 1e9);
    if (static_cast<double>(slot.index * plan_.count + plan_.index) >= level) {
      slot.asleep = true;
      return;
    }
  }
  // Requests of the warm-up are not among those of -n.
  if (left_ != UINT64_MAX && recorder_.counts(now)) --left_;
  send(slot, now, now);
}

void Worker::notice_due(uint64_t now) {
  // Not all at once: at a rate that nothing can keep up with, more come due while these are counted.
  for (int i = 0; i < kNoticed && noticed_.due() <= now; ++i) {
    recorder_.noticed(noticed_.due(), now);
    noticed_.advance();
  }
}

void Worker::send_due(uint64_t now) {
  for (int sent = 0; sent < kBurst && sending_.due() <= now; ++sent) {
    Slot* const slot = free_slot();
    if (slot == nullptr) return;
    const uint64_t due = sending_.due();
    sending_.advance();
    send(*slot, due, now);
  }
}

Slot* Worker::free_slot() {
  if (free_.empty()) return nullptr;
  Slot* const slot = free_.back();
  free_.pop_back();
  return slot;
}

void Worker::send(Slot& slot, uint64_t due, uint64_t now) {
  slot.due = due;
  slot.started = now;
  const size_t chosen = chooser_.next();
  recorder_.sent(due);
  ++in_flight_;
  slot.response = prepared_.empty() ? &client_.send(plan_.requests.make(chosen), slot)
                                    : &client_.send(prepared_[chosen], slot);
}

// ---- ends ----

void Worker::classify(const Slot& slot, Response& response, const Error& error) {
  const Finished finished{slot.due, slot.started, response.timing(), response.body_bytes(),
                          response.status()};
  const bool good_body = !checks_body_ || hex(slot.digest->finish()) == options_.expect_sha256;
  bool good = false;
  if (error) {
    recorder_.failed(finished, error, response.diagnosis());
  } else if (!options_.expect_status.contains(response.status())) {
    recorder_.unexpected_status(finished);
  } else if (!good_body) {
    recorder_.unexpected_body(finished);
  } else {
    recorder_.good(finished);
    good = true;
  }
  ++(good ? good_ : failed_);
}

void Worker::finished(Slot& slot, Response& response, const Error& error) {
  --in_flight_;
  if (over_) return;
  classify(slot, response, error);
  // The exchange's own clock: as good as another look at the system's.
  const uint64_t now = slot.started + response.timing().total;
  const bool unreachable = error && error.phase < Phase::send && error.phase != Phase::none;
  if (!unreachable) {
    if (!reached_) *plan_.reached = true;
    reached_ = true;
  } else if (gives_up(now)) {
    gave_up_ = true;
    return finish(now);
  }
  if (open_loop_) {
    free_.push_back(&slot);
    notice_due(now);
    send_due(now);
  } else if (unreachable || (error && !error.sent)) {
    slot.rest_until = now + kRest;
    resting_.push_back(&slot);
    timer_.start(next_moment());
  } else {
    go_on(slot, now);
  }
  finish_if_done(now);
}

bool Worker::gives_up(uint64_t now) const {
  return options_.give_up != 0 && now >= sum(plan_.begin, options_.give_up) && !*plan_.reached;
}

bool Worker::exhausted() const {
  return open_loop_ ? sending_.due() == Pacer::kNever : left_ == 0;
}

void Worker::finish_if_done(uint64_t now) {
  // By duration, a run lasts as long as was asked for.
  if (!over_ && options_.requests != 0 && exhausted() && in_flight_ == 0) finish(now);
}

void Worker::finish(uint64_t now) {
  if (over_) return;
  over_ = true;
  timer_.stop();
  if (measuring_) {
    use_.seconds = static_cast<double>(now - std::min(now, measure_begin_)) / 1e9;
    use_.cpu_seconds = thread_cpu_seconds() - cpu_at_begin_;
  }
  sending_.skip_until(measure_begin_);
  const uint64_t oldest = sending_.due();
  if (oldest <= now) recorder_.unsent(sending_.skip_until(now + 1), now - oldest);
  for (Slot& slot : slots_) {
    if (slot.response == nullptr) continue;
    recorder_.still_open(slot.due, now);
    slot.response->cancel();
  }
}

}  // namespace godwit::load
