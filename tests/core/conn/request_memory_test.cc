// SPDX-License-Identifier: MIT
// Requests that are the same share what was decided about them; others never do, and nothing is kept for
// long.
#include "godwit/core/conn/request_memory.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "godwit/tests/core/conn/rig.h"

namespace godwit::testing {
namespace {

using conn::Outgoing;
using conn::RequestMemory;

Request get(std::string url) {
  Request request;
  request.url = std::move(url);
  return request;
}

TEST(RequestMemory, TheSameRequestIsShared) {
  RequestMemory memory;
  Outgoing& one = memory.take(get("http://host.example/path"));
  Outgoing& two = memory.take(get("http://host.example/path"));
  EXPECT_EQ(&one, &two);
  memory.give_back(one);
  memory.give_back(two);
  EXPECT_EQ(&memory.take(get("http://host.example/path")), &one);
  memory.give_back(one);
}

TEST(RequestMemory, OneThatDiffersIsNot) {
  RequestMemory memory;
  Outgoing& plain = memory.take(get("http://host.example/path"));
  Request head = get("http://host.example/path");
  head.method = "HEAD";
  Outgoing& other = memory.take(head);
  EXPECT_NE(&plain, &other);
  EXPECT_EQ(plain.request().method, "GET");
  // It had the place of the first, which goes on all the same.
  EXPECT_EQ(&memory.take(head), &other);
  memory.give_back(plain);
  memory.give_back(other);
  memory.give_back(other);
}

TEST(RequestMemory, BodiesAndLongRequestsAreNeverShared) {
  RequestMemory memory;
  Request post = get("http://host.example/path");
  post.body = "body";
  Outgoing& one = memory.take(post);
  Outgoing& two = memory.take(post);
  EXPECT_NE(&one, &two);
  memory.give_back(one);
  EXPECT_EQ(one.request().body.kind(), Body::Kind::none) << "the memory of the body was kept";
  memory.give_back(two);

  const Request longest = get("http://host.example/" + std::string(RequestMemory::kLongest, 'x'));
  Outgoing& three = memory.take(longest);
  Outgoing& four = memory.take(longest);
  EXPECT_NE(&three, &four);
  memory.give_back(three);
  memory.give_back(four);
}

TEST(RequestMemory, ManyAtOnceKeepWhatTheyAre) {
  RequestMemory memory;
  std::vector<Outgoing*> taken;
  const auto url = [](size_t i) { return "http://host.example/a/path/" + std::to_string(i); };
  for (size_t i = 0; i < 10 * RequestMemory::kPlaces; ++i) taken.push_back(&memory.take(get(url(i))));
  for (size_t i = 0; i < taken.size(); ++i) EXPECT_EQ(taken[i]->request().url, url(i));
  for (Outgoing* outgoing : taken) memory.give_back(*outgoing);
}

TEST(RequestMemory, WhatIsNotItsOwnIsLeftAlone) {
  RequestMemory memory;
  Outgoing own;
  own.take(get("http://host.example/"));
  memory.give_back(own);
  EXPECT_EQ(own.request().url, "http://host.example/");
}

// Exchanges of one request at once, whose timeouts differ, and of which one is sent again.
TEST(RequestMemory, ExchangesThatShareARequestGoTheirOwnWays) {
  Recorder one, two;
  Rig rig;
  Request request = get("http://host.example/path");
  request.total_timeout = std::chrono::milliseconds(50);
  rig.table.start(request, &one);
  request.total_timeout = std::chrono::milliseconds(0);
  rig.table.start(request, &two);
  const auto first = rig.accept();
  const auto second = rig.accept();
  EXPECT_EQ(first->sent, second->sent);
  rig.scheduler.advance(60);
  rig.run();
  EXPECT_EQ(one.error.code, Errc::total_timeout);
  rig.deliver(*second, "HTTP/1.1 204 No Content\r\n\r\n");
  EXPECT_EQ(two.done, 1);
  EXPECT_EQ(two.error.code, Errc::ok);
}

}  // namespace
}  // namespace godwit::testing
