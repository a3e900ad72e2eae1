// SPDX-License-Identifier: MIT
#include <memory>
#include <vector>

#include "godwit/tests/fuzz/fuzz.h"
#include "godwit/tests/support/tls_peer.h"
#include "godwit/tls/engine.h"

namespace godwit::fuzz {
namespace {

using tls::Engine;
using tls::FailureKind;
using tls::Status;

const tls::Context& context() {
  static const auto made = tls::Context::make({.system_roots = false, .verify = false}).context;
  check(made != nullptr, "a context can be made");
  return *made;
}

void check_failure(Engine& engine) {
  check(engine.failure().kind != FailureKind::none && !engine.failure().sentence.empty(),
        "what failed has a reason and a sentence");
  check(engine.handshake() == Status::failed, "a failure is for good");
  std::byte octet{};
  const tls::ReadResult read = engine.read({&octet, 1});
  check(read.status == Status::failed && read.size == 0, "nothing is read after a failure");
  check(engine.write({&octet, 1}).status == Status::failed, "nothing is written after a failure");
  check(engine.unread() == 0, "a failed engine holds no input");
}

// outcome gives how a connection ends whose server sends `flight`, which can't know our keys.
FailureKind outcome(std::string_view flight, Arrival arrival) {
  Random random(flight);
  Engine engine(context(), {.server_name = "a.example"});
  check(engine.handshake() == Status::want_input, "a client waits for its server");
  check(!engine.output().empty(), "a client speaks first");
  while (!flight.empty() && engine.failure().kind == FailureKind::none) {
    const size_t size = next_read(arrival, flight.size(), random);
    // A copy of its own: the engine may look at it only as long as it says.
    const std::vector<std::byte> lent(test::bytes(flight).begin(), test::bytes(flight).begin() + size);
    flight.remove_prefix(size);
    engine.feed(lent);
    const Status status = engine.handshake();
    check(status == Status::want_input || status == Status::failed, "no server without keys shakes hands");
    check(engine.unread() == 0, "an engine that wants input borrows none");
    engine.drained(engine.output().size());
  }
  if (engine.failure().kind == FailureKind::none) {
    check(engine.end_of_input() == Status::failed, "a handshake that was cut has failed");
  }
  check_failure(engine);
  check(!engine.established(), "a failed engine is not established");
  return engine.failure().kind;
}

}  // namespace
}  // namespace godwit::fuzz

// The input is the server's first flight, and all that it sends after it.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace godwit::fuzz;
  const std::string_view flight = as_text(data, size);
  const auto whole = outcome(flight, Arrival::whole);
  check(outcome(flight, Arrival::in_pieces) == whole, "how the bytes arrive does not matter");
  return 0;
}
