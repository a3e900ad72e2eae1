// SPDX-License-Identifier: MIT
// A warm request over an HttpConnection makes few heap calls: those of the strings that its user hands over.
#include <string>

#include <gtest/gtest.h>

#include "godwit/tests/http_client/rig.h"
#include "godwit/tests/support/alloc_count.h"

namespace godwit::testing {
namespace {

TEST(HttpConnectionAllocation, WarmRequests) {
  Rig rig({}, "a-name-that-needs-memory.example.com:8080");
  const std::string reply =
      "HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nContent-Type: text/plain\r\n"
      "Content-Length: 100\r\nConnection: keep-alive\r\n\r\n" +
      std::string(100, 'x');
  size_t bytes = 0;
  const auto exchange = [&](const std::shared_ptr<Wire>& wire) {
    EXPECT_FALSE(rig->request("GET", "/a/path"));
    EXPECT_FALSE(rig->getresponse([&bytes](HttpResponse& r, const Error&) {
      EXPECT_FALSE(r.read(100, [&bytes](Bytes block, const Error&) { bytes += block.size(); }));
    }));
    rig.run();
    if (wire) rig.deliver(wire, reply);
  };
  exchange(nullptr);
  auto wire = rig.accept();
  wire->sent.reserve(1 << 20);
  rig.deliver(wire, reply);
  for (int i = 0; i < 5; ++i) exchange(wire);
  for (int i = 0; i < 10; ++i) {
    const test::AllocCount allocations;
    exchange(wire);
    EXPECT_EQ(allocations.count(), 0u) << "request " << i;
  }
  EXPECT_EQ(bytes, 1600u);
}

}  // namespace
}  // namespace godwit::testing
