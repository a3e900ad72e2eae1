// SPDX-License-Identifier: MIT
#include "godwit/tools/load/plan/request_set.h"

#include <map>

#include <gtest/gtest.h>

namespace godwit::load {
namespace {

RequestSet of(size_t count) {
  RequestSet set;
  for (size_t i = 0; i < count; ++i) {
    PlannedRequest planned;
    planned.url = "http://localhost/" + std::to_string(i);
    planned.weight = static_cast<double>(i + 1);
    EXPECT_EQ(set.add(std::move(planned)), "");
  }
  return set;
}

TEST(RequestSet, LinesAreUrlsOrObjects) {
  PlannedRequest defaults;
  defaults.method = "PUT";
  defaults.body = "default";
  EXPECT_FALSE(defaults.headers.add("X-Default", "1"));
  RequestSet set;
  EXPECT_EQ(
      set.add_lines("http://a/\r\n"
                    "\n"
                    "b.example/path\n"
                    R"({"url": "http://c/", "method": "POST", "headers": [["X-A", "1"]], "body": "aGk=", )"
                    R"("weight": 2.5})"
                    "\n"
                    R"({"url": "http://d/", "text": "as it is"})",
                    defaults),
      "");
  ASSERT_EQ(set.size(), 4u);
  EXPECT_EQ(set.planned(0).url, "http://a/");
  EXPECT_EQ(set.planned(1).url, "http://b.example/path");
  const Request request = set.make(2);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.headers.size(), 1u);
  EXPECT_EQ(text_of(request.body.bytes()), "hi");
  EXPECT_EQ(set.planned(2).weight, 2.5);
  const Request other = set.make(3);
  EXPECT_EQ(other.method, "PUT");
  EXPECT_EQ(other.headers.get("X-Default"), "1");
  EXPECT_EQ(text_of(other.body.bytes()), "as it is");
}

TEST(RequestSet, FaultsNameTheLine) {
  for (const char* line :
       {"http://[", "ftp://x/", "{", R"({"method": "GET"})", R"({"url": 7})", R"({"url": ""})",
        R"({"url": "http://a/", "nope": 1})", R"({"url": "http://a/", "weight": 0})",
        R"({"url": "http://a/", "body": "!"})", R"({"url": "http://a/", "headers": {"a": "b"}})",
        R"({"url": "http://a/", "headers": [["a b", "c"]]})",
        R"({"url": "http://a/", "headers": [["a"]]})"}) {
    RequestSet set;
    const std::string fault = set.add_lines("http://fine/\n" + std::string(line), {});
    EXPECT_EQ(fault.substr(0, 8), "line 2: ") << line;
  }
}

TEST(RequestSet, PathsLeadToTheBase) {
  RequestSet set;
  ASSERT_EQ(set.add_lines("/a\n{\"url\":\"/b\"}\nhttp://other/c\n", {}, "http://base:1"), "");
  EXPECT_EQ(set.planned(0).url, "http://base:1/a");
  EXPECT_EQ(set.planned(1).url, "http://base:1/b");
  EXPECT_EQ(set.planned(2).url, "http://other/c");
}

TEST(RequestSet, AByteOrderMarkIsNoPartOfTheFirstLine) {
  RequestSet set;
  ASSERT_EQ(set.add_lines("\xEF\xBB\xBF{\"url\":\"http://a/\"}\nhttp://b/\n", {}), "");
  ASSERT_EQ(set.size(), 2u);
  EXPECT_EQ(set.planned(0).url, "http://a/");
}

TEST(RequestSet, AQuotedLineIsJsonAndNoUrl) {
  RequestSet set;
  EXPECT_EQ(set.add_lines("\"http://a/\"\n", {}), "line 1: it is not a JSON object");
}

TEST(RequestSet, CredentialsInAUrlAreRefusedAndNotRepeated) {
  RequestSet set;
  for (const char* url : {"http://me:secret@a.example/", "http://secret@a.example/"}) {
    const std::string fault = set.add({.url = url});
    EXPECT_TRUE(fault.starts_with("a.example: a user or password")) << fault;
    EXPECT_EQ(fault.find("secret"), std::string::npos);
  }
}

TEST(RequestSet, AMethodThatIsNoneIsTold) {
  RequestSet set;
  EXPECT_EQ(set.add_lines("http://a/\n{\"url\": \"http://a/\", \"method\": \"GE T\"}\n", {}),
            "line 2: 'GE T' is no method");
  PlannedRequest defaults;
  defaults.method = "A\r\nB";
  EXPECT_EQ(set.add_lines("http://a/\n", defaults), "line 1: 'A\r\nB' is no method");
}

TEST(RequestSet, ABodyIsGivenInOneWay) {
  RequestSet set;
  EXPECT_EQ(set.add_lines("{\"url\": \"http://a/\", \"body\": \"aGk=\", \"text\": \"hi\"}\n", {}),
            "line 1: it has both body and text");
}

TEST(RequestSet, ABodyIsLentAndNotCopied) {
  RequestSet set;
  PlannedRequest planned;
  planned.url = "http://a/";
  planned.body = std::string(1000, 'x');
  EXPECT_EQ(set.add(std::move(planned)), "");
  EXPECT_EQ(set.make(0).body.bytes().data(), set.make(0).body.bytes().data());
  EXPECT_EQ(set.make(0).body.kind(), Body::Kind::borrowed);
}

TEST(Chooser, InTurnEachThreadTakesEveryNth) {
  const RequestSet set = of(5);
  Chooser alone(set, Order::in_turn, 1, 0, 0, 1);
  for (size_t i = 0; i < 12; ++i) EXPECT_EQ(alone.next(), i % 5);
  Chooser second(set, Order::in_turn, 1, 1, 1, 2);
  for (size_t i = 0; i < 12; ++i) EXPECT_EQ(second.next(), (1 + 2 * i) % 5);
  const RequestSet one = of(1);
  Chooser only(one, Order::in_turn, 1, 3, 3, 4);
  EXPECT_EQ(only.next(), 0u);
}

TEST(Chooser, RandomIsEvenAndWeightedIsByWeight) {
  const RequestSet set = of(3);
  std::map<size_t, int> even, weighted;
  Chooser a(set, Order::random, 1, 0, 0, 1), b(set, Order::weighted, 1, 0, 0, 1);
  constexpr int kDraws = 60'000;
  for (int i = 0; i < kDraws; ++i) {
    ++even[a.next()];
    ++weighted[b.next()];
  }
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(even[i], kDraws / 3, kDraws / 50) << i;
    EXPECT_NEAR(weighted[i], kDraws * static_cast<int>(i + 1) / 6, kDraws / 50) << i;
  }
}

TEST(Chooser, ASeedSaysWhatComes) {
  const RequestSet set = of(100);
  const auto draw = [&](uint64_t seed, uint32_t thread) {
    Chooser chooser(set, Order::random, seed, thread, thread, 2);
    std::vector<size_t> list;
    for (int i = 0; i < 20; ++i) list.push_back(chooser.next());
    return list;
  };
  EXPECT_EQ(draw(1, 0), draw(1, 0));
  EXPECT_NE(draw(1, 0), draw(2, 0));
  EXPECT_NE(draw(1, 0), draw(1, 1));
  // Machines with a seed each, and threads: no two of all send the same.
  EXPECT_NE(draw(2, 0), draw(1, 1));
  EXPECT_NE(draw(1, 0), draw(uint64_t{1} << 32, 0));
}

}  // namespace
}  // namespace godwit::load
