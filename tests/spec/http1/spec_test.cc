// SPDX-License-Identifier: MIT
// Runs the golden event logs: each case of each file named on the command line is fed to a session
// whole, byte by byte, cut in two at every place, with a pause after every event, and to a sink that
// takes one byte at a time. Whichever way, the events are those of the file.
#include <cstdio>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "godwit/tests/core/http1/exchange.h"
#include "godwit/tests/spec/http1/spec_file.h"

namespace godwit::http1::testing {
namespace {

int cases_run = 0;
int variants_run = 0;

struct Variant {
  std::string name;
  size_t first = SIZE_MAX;  // size of the first piece of each response
  size_t later = SIZE_MAX;  // size of the others
  bool pauses = false;
  size_t take_at_most = SIZE_MAX;
  size_t room = WriteBuffer::kSize;
};

std::vector<Variant> variants_of(const SpecCase& c) {
  std::vector<Variant> variants = {
      {.name = "whole"},
      {.name = "byte by byte", .first = 1, .later = 1},
      {.name = "paused after every event", .pauses = true},
      {.name = "byte by byte, paused after every event", .first = 1, .later = 1, .pauses = true},
      {.name = "taken a byte at a time", .take_at_most = 1},
      {.name = "taken a byte at a time, paused", .pauses = true, .take_at_most = 1},
      {.name = "with little room to write", .room = 20},
  };
  size_t longest = 0;
  for (const SpecStep& step : c.steps) {
    for (const SpecResponse& response : step.responses) longest = std::max(longest, response.bytes.size());
  }
  for (size_t at = 1; at < longest; ++at) {
    const std::string name = "cut at " + std::to_string(at);
    variants.push_back({.name = name, .first = at});
    variants.push_back({.name = name + ", paused", .first = at, .pauses = true});
  }
  return variants;
}

void end(Peer& peer, const std::string& ending) {
  if (ending == "eof") peer.end();
  if (ending == "reset") {
    peer.end({.code = Errc::receive_failed, .sys = -104}, "connection reset by peer");
  }
  if (ending == "truncated") peer.end({.code = Errc::tls_truncated}, "no close_notify");
}

std::string run_step(const SpecStep& step, const Variant& variant, Peer& peer) {
  Exchange exchange(step.method, step.has_body ? Body(step.body) : Body());
  exchange.headers = step.headers;
  exchange.head.target = step.target;
  if (step.http10) exchange.head.version = HttpVersion::http10;
  exchange.sink.take_at_most = variant.take_at_most;
  if (variant.pauses) {
    exchange.sink.on_event = [&](std::string_view event) {
      if (event != "sent") peer.session.pause(exchange.id);
    };
  }
  exchange.submit(peer);
  if (!step.unsent) peer.send();

  const auto resume = [&] {
    while (exchange.sink.ends == 0 && !peer.session.wants_read()) {
      peer.session.resume(exchange.id);
      peer.recv({});
    }
  };
  for (const SpecResponse& response : step.responses) {
    std::string_view rest = response.bytes;
    for (size_t size = variant.first; !rest.empty(); size = variant.later) {
      peer.recv(rest.substr(0, size));
      rest.remove_prefix(std::min(size, rest.size()));
      if (!rest.empty()) resume();
    }
    // The connection may end while the stream is paused and bytes wait.
    end(peer, response.ending);
    resume();
  }
  if (step.checks_sent) {
    EXPECT_EQ(escape(peer.sent), escape(step.sent));
  }
  peer.sent.clear();
  EXPECT_LE(exchange.sink.ends, 1);
  std::string record = exchange.sink.record();
  if (exchange.sink.ends == 0) {
    record += "open\n";
    peer.session.cancel(exchange.id);
  }
  return record;
}

std::string run(const SpecCase& c, const Variant& variant) {
  Peer peer(c.limits, variant.room);
  std::string record;
  for (const SpecStep& step : c.steps) {
    if (peer.session.capacity() == 0) {
      record += "no room for another request\n";
      break;
    }
    record += run_step(step, variant, peer);
  }
  if (peer.session.reusable()) return record + "session reusable\n";
  return record + "session closed: " + std::string(peer.session.close_reason()) + "\n";
}

class SpecTest : public ::testing::Test {
 public:
  explicit SpecTest(const SpecCase& c) : case_(c) {}
  void TestBody() override {
    ++cases_run;
    for (const Variant& variant : variants_of(case_)) {
      ++variants_run;
      ASSERT_EQ(run(case_, variant), case_.events) << case_.file << ":" << case_.line << ", " << variant.name;
    }
  }

 private:
  SpecCase case_;
};

std::string identifier(std::string_view text) {
  std::string out;
  for (char byte : text) {
    if (std::isalnum(static_cast<unsigned char>(byte))) {
      out += byte;
    } else if (!out.empty() && out.back() != '_') {
      out += '_';
    }
  }
  return out;
}

}  // namespace
}  // namespace godwit::http1::testing

int main(int argc, char** argv) {
  using namespace godwit::http1::testing;
  ::testing::InitGoogleTest(&argc, argv);
  for (int i = 1; i < argc; ++i) {
    const std::string path = argv[i];
    const std::string base = path.substr(path.rfind('/') + 1);
    for (const SpecCase& c : read_spec(path)) {
      const std::string suite = "Http1Spec_" + identifier(base.substr(0, base.rfind('.')));
      ::testing::RegisterTest(suite.c_str(), identifier(c.name).c_str(), nullptr, nullptr, c.file.c_str(),
                              c.line, [c]() -> ::testing::Test* { return new SpecTest(c); });
    }
  }
  const int result = RUN_ALL_TESTS();
  std::printf("%d cases, run in %d ways\n", cases_run, variants_run);
  return result;
}
