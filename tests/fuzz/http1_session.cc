// SPDX-License-Identifier: MIT
#include "godwit/core/http1/http1_session.h"

#include <deque>
#include <iterator>
#include <string>
#include <vector>

#include "godwit/core/http1/session_memory.h"
#include "godwit/tests/core/http1/exchange.h"
#include "godwit/tests/fuzz/fuzz.h"

namespace godwit::fuzz {
namespace {

using http1::testing::Exchange;

// Shape is a request, and what the user does to the response while it arrives.
struct Shape {
  std::string_view method;
  std::string_view body = {};
  bool expects_continue = false;
  Limits limits = {};
};

constexpr Shape kShapes[] = {
    {.method = "GET"},
    {.method = "HEAD"},
    {.method = "CONNECT"},
    {.method = "PUT", .body = "hello", .expects_continue = true},
    {.method = "GET", .limits = {.max_line = 50, .max_head = 120, .max_fields = 4, .max_informational = 1}},
};

enum class User : uint8_t { takes, pauses, cancels };

struct Way {
  User user;
  Arrival arrival;
};

constexpr Way kWays[] = {
    {User::takes, Arrival::whole},       {User::takes, Arrival::byte_by_byte},
    {User::takes, Arrival::in_pieces},   {User::pauses, Arrival::in_pieces},
    {User::cancels, Arrival::in_pieces},
};

// Peer is a session whose promises to its owner are checked at each step.
class Peer {
 public:
  explicit Peer(const Limits& limits, uint32_t pipeline_depth = 1)
      : memory_(limits, pipeline_depth), session(memory_), out_(WriteBuffer::kSize) {}

  void send() {
    while (session.wants_write()) {
      out_.clear();
      session.send(out_);
      if (out_.empty()) return;
    }
  }

  void recv(std::string_view in) {
    left_.append(in);
    const size_t taken = session.recv(bytes_of(left_));
    check(taken <= left_.size(), "a session takes no more than it is given");
    left_.erase(0, taken);
    check(left_.empty() || !session.wants_read(), "what a session leaves it says that it can't take");
    send();
  }

  void end() {
    session.recv_end({}, {});
    send();
  }

 private:
  http1::SessionMemory memory_;

 public:
  http1::Http1Session session;

 private:
  WriteBuffer out_;
  std::string left_;
};

std::string exchange(Peer& peer, const Shape& shape, User user, std::string_view in, Arrival arrival) {
  Random random(in);
  Exchange exchange(shape.method, shape.body.empty() ? Body() : Body(std::string(shape.body)));
  if (shape.expects_continue) check(!exchange.headers.add("Expect", "100-continue"), "the field is good");
  bool over = false;
  bool cancelled = false;
  bool paused = false;
  exchange.sink.on_event = [&](std::string_view event) {
    check(!over, "nothing comes after on_end, or after a cancel");
    if (event == "sent") return;
    over = event == "end";
    check(!paused, "nothing comes while the stream is paused, but that bytes were sent");
    if (over) return;
    if (user == User::pauses && random.below(2) == 0) {
      paused = true;
      peer.session.pause(exchange.id);
    }
    if (user == User::cancels && random.below(4) == 0) {
      over = cancelled = true;
      peer.session.cancel(exchange.id);
    }
  };
  const auto resume = [&] {
    while (!over && !peer.session.wants_read()) {
      paused = false;
      peer.session.resume(exchange.id);
      peer.recv({});
    }
  };
  exchange.id = peer.session.submit(exchange.head, exchange.sink);
  peer.send();
  while (!in.empty()) {
    const size_t size = next_read(arrival, in.size(), random);
    peer.recv(in.substr(0, size));
    in.remove_prefix(size);
    resume();
  }
  if (!over) {
    peer.end();
    resume();
  }
  check(over, "an exchange ends with its connection");
  check(exchange.sink.ends == (cancelled ? 0 : 1), "on_end comes once, or not at all after a cancel");
  check(peer.session.reusable() == peer.session.close_reason().empty(), "a closed session says why");
  return cancelled ? "cancelled" : exchange.sink.record();
}

// pipeline has requests sent ahead on a connection that has served one, then `in` arrives.
std::string pipeline(User user, std::string_view in, Arrival arrival) {
  constexpr std::string_view kMethods[] = {"GET", "HEAD", "GET"};
  constexpr std::string_view kWarm = "HTTP/1.1 204 No\r\n\r\n";
  Random random(in);
  Peer peer({}, std::size(kMethods));
  check(exchange(peer, kShapes[0], User::takes, kWarm, Arrival::whole).ends_with("bytes\n"), "it is warm");
  std::deque<Exchange> exchanges;
  std::vector<bool> over(std::size(kMethods)), cancelled(std::size(kMethods));
  std::string record;
  for (size_t i = 0; i < std::size(kMethods); ++i) {
    Exchange& it = exchanges.emplace_back(kMethods[i]);
    it.head.pipelines = true;
    check(peer.session.capacity() == std::size(kMethods) - i, "each takes a place");
    it.sink.on_event = [&, i](std::string_view event) {
      check(!over[i], "nothing comes after on_end, or after a cancel");
      if (event == "sent") return;
      for (size_t before = 0; before < i; ++before) check(over[before], "responses come in order");
      over[i] = event == "end";
      if (over[i]) return;
      if (user == User::pauses && random.below(2) == 0) peer.session.pause(exchanges[i].id);
      if (user == User::cancels && random.below(4) == 0) {
        const size_t whom = random.below(2) == 0 ? i : std::size(kMethods) - 1;
        over[whom] = cancelled[whom] = true;
        peer.session.cancel(exchanges[whom].id);
      }
    };
    it.id = peer.session.submit(it.head, it.sink);
  }
  peer.send();
  const auto resume = [&] {
    while (!peer.session.wants_read() && peer.session.answering() != 0) {
      peer.session.resume(peer.session.answering());
      peer.recv({});
    }
  };
  while (!in.empty()) {
    const size_t size = next_read(arrival, in.size(), random);
    peer.recv(in.substr(0, size));
    in.remove_prefix(size);
    resume();
  }
  peer.end();
  resume();
  for (size_t i = 0; i < std::size(kMethods); ++i) {
    check(over[i], "an exchange ends with its connection");
    check(exchanges[i].sink.ends == (cancelled[i] ? 0 : 1),
          "on_end comes once, or not at all after a cancel");
    record += exchanges[i].sink.record();
  }
  check(!peer.session.reusable() && peer.session.answering() == 0, "nothing is open");
  return record;
}

}  // namespace
}  // namespace godwit::fuzz

// The input is all that a server sends on a connection, then it ends.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace godwit::fuzz;
  const std::string_view in = as_text(data, size);
  for (const Shape& shape : kShapes) {
    std::string first;
    for (const auto& [user, arrival] : kWays) {
      Peer peer(shape.limits);
      const std::string record = exchange(peer, shape, user, in, arrival);
      if (user == User::cancels) continue;
      if (first.empty()) first = record;
      check(record == first, "how the bytes arrive does not matter, nor do pauses");
      if (peer.session.capacity() == 0) continue;
      check(exchange(peer, shape, user, in, arrival) == first, "a kept session is as good as new");
    }
  }
  std::string first;
  for (const auto& [user, arrival] : kWays) {
    const std::string record = pipeline(user, in, arrival);
    if (user == User::cancels) continue;
    if (first.empty()) first = record;
    check(record == first, "how the bytes arrive does not matter to several, nor do pauses");
  }
  return 0;
}
