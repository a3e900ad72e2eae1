// SPDX-License-Identifier: MIT
// The same request again goes out as the first time, and one that differs in anything goes out as it says:
// what a connection keeps of its requests shows nowhere but in time.
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "godwit/tests/http_client/rig.h"

namespace godwit::testing {
namespace {

using Make = std::function<Error(HttpConnection&)>;

constexpr std::string_view kReply = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

// again sends one request on the connection that is there, has it answered, and gives its bytes.
std::string again(Rig& rig, std::shared_ptr<Wire>& wire, const Make& make) {
  if (const Error error = make(*rig)) return describe(error, rig->diagnosis());
  Got got;
  EXPECT_FALSE(rig->getresponse(got.callback()));
  if (wire) {
    rig.run();
  } else {
    wire = rig.accept();
  }
  const std::string sent = Rig::take(wire);
  rig.deliver(wire, kReply);
  EXPECT_EQ(got.status, 200) << got.message;
  return sent;
}

Make plain(std::string method, std::string url, Headers headers = {}) {
  return [=](HttpConnection& c) { return c.request(method, url, {}, headers); };
}

Headers one(std::string_view name, std::string_view value) {
  Headers headers;
  EXPECT_FALSE(headers.add(name, value));
  return headers;
}

TEST(HttpConnectionRepeat, EachRequestIsWhatItSaysWhateverCameBefore) {
  const std::vector<Make> all = {
      plain("GET", "/a"),
      plain("GET", "/b"),
      plain("HEAD", "/a"),
      plain("POST", "/a"),
      plain("GET", ""),
      plain("GET", "/a", one("X-A", "1")),
      plain("GET", "/a", one("X-A", "2")),
      plain("GET", "/a", one("Host", "other")),
      plain("GET", "http://elsewhere.example/a"),
      [](HttpConnection& c) { return c.request("POST", "/a", "text"); },
      [](HttpConnection& c) { return c.request("POST", "/a", "texts"); },
      [](HttpConnection& c) {
        (void)c.putrequest("GET", "/a", {.skip_host = true, .skip_accept_encoding = true});
        return c.endheaders();
      },
      [](HttpConnection& c) {
        if (const Error error = c.request("POST", "/a", {}, one("Content-Length", "2"))) return error;
        return c.send("ab");
      },
  };
  std::vector<std::string> alone;
  for (const Make& make : all) {
    Rig rig;
    std::shared_ptr<Wire> wire;
    alone.push_back(again(rig, wire, make));
  }
  // Every one behind every other, three times each: two calls take turns.
  for (size_t first = 0; first < all.size(); ++first) {
    for (size_t second = 0; second < all.size(); ++second) {
      Rig rig;
      std::shared_ptr<Wire> wire;
      for (const size_t i : {first, first, first, second, first, second, second}) {
        EXPECT_EQ(again(rig, wire, all[i]), alone[i]) << first << ' ' << second;
      }
    }
  }
}

TEST(HttpConnectionRepeat, ATunnelChangesWhereItGoes) {
  Rig rig;
  std::shared_ptr<Wire> wire;
  for (int i = 0; i < 3; ++i) again(rig, wire, plain("GET", "/a"));
  rig->close();
  rig.run();
  ASSERT_FALSE(rig->set_tunnel("inner.example", 8080));
  ASSERT_FALSE(rig->request("GET", "/a"));
  rig.run();
  ASSERT_EQ(rig.connector.pending(), 1u);
  EXPECT_NE(rig.connector.oldest_route().tunnel, nullptr);
  EXPECT_NE(rig.accept()->sent.find("Host: inner.example:8080\r\n"), std::string::npos);
}

TEST(HttpConnectionRepeat, WithoutAutoOpenItIsRefusedLikeTheFirst) {
  Rig rig({.auto_open = false});
  ASSERT_FALSE(rig->connect({}));
  std::shared_ptr<Wire> wire = rig.accept();
  for (int i = 0; i < 3; ++i) again(rig, wire, plain("GET", "/a"));
  rig->close();
  rig.run();
  EXPECT_EQ(rig->request("GET", "/a").code, Errc::not_connected);
  EXPECT_EQ(rig->state(), HttpConnection::State::idle);
}

}  // namespace
}  // namespace godwit::testing
