// SPDX-License-Identifier: MIT
// Bodies that are written from where they lie in the caller's memory.
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "godwit/core/conn/connection.h"
#include "godwit/tests/core/conn/rig.h"

namespace godwit::testing {
namespace {

Request put(const std::string& body) {
  Request request;
  request.method = "PUT";
  request.url = "http://a.example/";
  request.body = Body::borrow(bytes_of(body));
  return request;
}

TEST(LongBody, N11_WaitsForTheTransport) {
  Recorder r;
  Rig rig;
  std::string body;
  for (int i = 0; i < 300'000; ++i) body += static_cast<char>('a' + i % 23);
  rig.send(put(body), r);
  rig.run();
  auto wire = rig.connector.accept();
  wire->write_limit = 1000;
  rig.run();
  EXPECT_EQ(wire->sent.size(), 1000u);
  while (!wire->sent.ends_with(body) && wire->sent.size() < 400'000) {
    wire->open_window(70'000);
    rig.run();
  }
  EXPECT_TRUE(wire->sent.ends_with("\r\n\r\n" + body)) << wire->sent.size();
  rig.deliver(*wire, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(r.log.back(), "done ok");
  EXPECT_FALSE(wire->closed);
}

TEST(LongBody, GivesWayAfterSomeRounds) {
  Recorder r;
  Rig rig;
  const std::string body(10'000'000, 'u');
  rig.send(put(body), r);
  rig.run();
  auto wire = rig.connector.accept();
  ASSERT_TRUE(rig.scheduler.run_one_task());
  EXPECT_GT(wire->sent.size(), conn::Connection::kLentPerRound);
  EXPECT_LE(wire->sent.size(), conn::Connection::kRoundsPerTick * conn::Connection::kLentPerRound);
  rig.run();
  EXPECT_TRUE(wire->sent.ends_with("\r\n\r\n" + body));
}

TEST(LongBody, A1_IsNotTouchedAfterTheExchange) {
  Recorder r;
  Rig rig;
  auto body = std::make_unique<std::string>(300'000, 'u');
  rig.send(put(*body), r);
  rig.run();
  auto wire = rig.connector.accept();
  wire->write_limit = 1000;
  rig.run();
  rig.deliver(*wire, "HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(r.log.back(), "done ok");
  body.reset();
  rig.run();
  EXPECT_EQ(wire->sent.size(), 1000u);
  EXPECT_TRUE(wire->closed);
}

}  // namespace
}  // namespace godwit::testing
