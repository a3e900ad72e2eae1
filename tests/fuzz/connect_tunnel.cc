// SPDX-License-Identifier: MIT
#include "godwit/core/proxy/connect_tunnel.h"

#include <string>

#include "godwit/tests/fuzz/fuzz.h"

namespace godwit::fuzz {
namespace {

using proxy::ConnectTunnel;
using State = ConnectTunnel::State;

constexpr Limits kLimits[] = {
    {},
    {.max_line = 50, .max_head = 120, .max_fields = 4, .max_informational = 1},
};

// What ends the wait for bytes that don't come.
enum class End : uint8_t { clean, with_reason, expired };

constexpr End kEnds[] = {End::clean, End::with_reason, End::expired};

void end(ConnectTunnel& tunnel, End how) {
  if (how == End::expired) {
    tunnel.expire();
  } else {
    tunnel.recv_end(how == End::clean ? "" : "reset");
  }
}

// check_end: what the owner may rely on once the state is no longer `asking`.
void check_end(ConnectTunnel& tunnel) {
  const State state = tunnel.state();
  const Errc code = tunnel.error().code;
  const ProxyResponse* response = tunnel.response();
  check((state == State::open) == !tunnel.error(), "an open tunnel has no error, any other has one");
  check(tunnel.diagnosis().empty() == (state == State::open), "and a sentence about it");
  check(state == State::open || tunnel.error().phase == Phase::proxy, "of the phase proxy");
  check((state == State::refused) == (code == Errc::proxy_refused), "a refusal is called one");
  check(state == State::failed || response != nullptr, "a tunnel is opened or refused by an answer");
  if (response == nullptr) return;
  check((response->status < 300) == (state != State::refused), "2xx opens, all else refuses");
  check(response->status >= 200 && response->status <= 999, "an interim answer is not the answer");
  check(response->body.size() <= ProxyResponse::kMaxBody, "no more than kMaxBody is kept of the page");
  check(response->body.empty() || state == State::refused, "only a refusal has a page");
  if (state == State::refused) {
    check(tunnel.error().detail == static_cast<uint32_t>(response->status), "detail is the status");
  }
}

// record tells all that does not depend on how the bytes arrived.
std::string record(const ConnectTunnel& tunnel, size_t taken) {
  std::string text = std::to_string(static_cast<int>(tunnel.state())) + " " +
                     std::string(name(tunnel.error().code)) + " " + std::to_string(tunnel.error().detail) +
                     " " + tunnel.diagnosis();
  if (tunnel.state() == State::open) text += " after " + std::to_string(taken);
  if (const ProxyResponse* response = tunnel.response()) {
    text += "\n" + std::to_string(response->version) + " " + std::to_string(response->status) + " " +
            response->reason;
    for (const auto& [field, value] : response->headers)
      text.append("\n").append(field).append(": ").append(value);
    text += "\n\n" + response->body;
  }
  return text;
}

std::string ask(std::string_view in, const Limits& limits, Arrival arrival, End how) {
  Random random(in);
  ConnectTunnel tunnel("a.example", 443, {}, limits);
  tunnel.wrote(tunnel.output().size());
  check(tunnel.output().empty() && tunnel.state() == State::asking, "an asked tunnel waits");
  size_t taken = 0;
  for (size_t left = in.size(); left != 0 && tunnel.state() == State::asking; left = in.size() - taken) {
    const size_t size = next_read(arrival, left, random);
    // Exactly as large as the read, so that a byte too far is seen by the sanitizers.
    const std::string read(in.substr(taken, size));
    const size_t used = tunnel.recv(bytes_of(read));
    check(used <= size, "no more is used than came");
    check(used == size || tunnel.state() != State::asking, "all is used while asking");
    taken += used;
  }
  end(tunnel, how);
  check(tunnel.state() != State::asking, "the end of the wait decides");
  check_end(tunnel);
  const std::string result = record(tunnel, taken);
  const std::string_view more = "HTTP/1.1 200 OK\r\n\r\n";
  check(tunnel.recv(bytes_of(more)) == 0, "nothing is used after it");
  end(tunnel, how);
  check(record(tunnel, taken) == result, "and nothing changes");
  return result;
}

}  // namespace
}  // namespace godwit::fuzz

// The input is all that a proxy answers to CONNECT, and what follows.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace godwit::fuzz;
  const std::string_view in = as_text(data, size);
  for (const godwit::Limits& limits : kLimits) {
    for (End how : kEnds) {
      const std::string whole = ask(in, limits, Arrival::whole, how);
      for (Arrival arrival : kArrivals) {
        check(ask(in, limits, arrival, how) == whole, "how the bytes arrive does not matter");
      }
    }
  }
  return 0;
}
