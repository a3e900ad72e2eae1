// SPDX-License-Identifier: MIT
// http.client's face against a server and a proxy that none of us wrote.
#include "godwit/core/blocking/http_connection.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "godwit/core/file_body.h"
#include "godwit/core/http_connection.h"
#include "godwit/tests/e2e/child_process.h"
#include "godwit/tests/e2e/descriptors.h"
#include "godwit/tests/e2e/nginx.h"
#include "godwit/tests/e2e/tinyproxy.h"
#include "godwit/tests/e2e/tls_front.h"
#include "godwit/tests/e2e/watchdog.h"

namespace godwit::testing {
namespace {

const std::string kPage = "<html><body>godwit</body></html>\n";

// Seen is a response that was read to its end.
struct Seen {
  std::string error = "nothing";  // "ok", or why there is no response or no whole body
  int status = 0;
  Headers headers;
  std::string body;
  bool chunked = false;
  bool request_incomplete = false;
};

struct HttpConnectionE2e : ::testing::Test {
  void SetUp() override {
    { const Loop first; }  // libuv opens the descriptors that all loops share with the first one
    before_ = open_descriptors();
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    nginx.emplace(std::string(std::getenv("TEST_TMPDIR")) + "/nginx_" + info->name());
    ASSERT_EQ(nginx->problem(), "");
    nginx->put("index.html", kPage);
  }
  void TearDown() override {
    if (HasFailure()) ADD_FAILURE() << "nginx says: " << nginx->errors();
    nginx.reset();
    EXPECT_EQ(open_descriptors(), before_) << "descriptors are left behind";
  }

  static std::string authority(const std::string& url) { return url.substr(url.find("//") + 2); }
  std::string plain() const { return authority(nginx->url("")); }
  std::string secure() const { return authority(nginx->tls_url("")); }
  HttpConnectionOptions options() const {
    return {.timeout = std::chrono::seconds(20), .tls = {.ca_pem = nginx->ca_pem()}};
  }

  // each runs a test over http and over https.
  void each(const std::function<void(Loop&, HttpConnection&)>& test) {
    for (const bool tls : {false, true}) {
      SCOPED_TRACE(tls ? "https" : "http");
      Loop loop;
      const auto c = tls ? std::make_unique<HttpsConnection>(loop, secure(), options())
                         : std::make_unique<HttpConnection>(loop, plain(), options());
      test(loop, *c);
    }
  }

  // finish asks for the response to what was sent, and runs the loop until it is there.
  static Seen finish(Loop& loop, HttpConnection& c) {
    Seen seen;
    const Error refused = c.getresponse([&seen](HttpResponse& r, const Error& e) {
      seen.error = e ? describe(e, r.diagnosis()) : "head";
      if (e) return;
      seen.status = r.status();
      seen.headers = r.headers();
      seen.chunked = r.chunked();
      seen.request_incomplete = r.request_incomplete();
      EXPECT_FALSE(r.read_all(1 << 26, [&seen, &r](Bytes body, const Error& failed) {
        seen.error = failed ? describe(failed, r.diagnosis()) : "ok";
        seen.body = text_of(body);
      }));
    });
    EXPECT_FALSE(refused) << c.diagnosis();
    loop.run();
    return seen;
  }
  static Seen fetch(Loop& loop, HttpConnection& c, std::string_view method, std::string_view url,
                    const Headers& headers = {}, Body body = {}) {
    EXPECT_FALSE(c.request(method, url, std::move(body), headers)) << c.diagnosis();
    return finish(loop, c);
  }
  static Headers field(std::string_view name, std::string_view value) {
    Headers headers;
    EXPECT_FALSE(headers.add(name, value));
    return headers;
  }

  Watchdog watchdog{"HttpConnection against nginx", std::chrono::seconds(55)};
  std::optional<Nginx> nginx;

 private:
  std::vector<int> before_;
};

// row: 1.5/no-body, 1.5/chunked, 1.5/will-close
TEST_F(HttpConnectionE2e, OneConnectionForEveryKindOfAnswer) {
  nginx->put("ssi/page.html", "a<!--# echo var=\"request_method\" -->b");
  each([](Loop& loop, HttpConnection& c) {
    const Seen page = fetch(loop, c, "GET", "/index.html");
    EXPECT_EQ(page.error, "ok");
    EXPECT_EQ(page.status, 200);
    EXPECT_EQ(page.body, kPage);
    const int socket = c.fileno();
    EXPECT_GE(socket, 0);

    const Seen head = fetch(loop, c, "HEAD", "/index.html");
    EXPECT_EQ(head.error, "ok");
    EXPECT_EQ(head.headers.get("content-length"), std::to_string(kPage.size()));
    EXPECT_EQ(head.body, "");
    const std::string etag(page.headers.get("etag").value_or(""));
    const Seen unchanged = fetch(loop, c, "GET", "/index.html", field("If-None-Match", etag));
    EXPECT_EQ(unchanged.error, "ok");
    EXPECT_EQ(unchanged.status, 304);
    EXPECT_EQ(unchanged.body, "");
    const Seen part = fetch(loop, c, "GET", "/index.html", field("Range", "bytes=6-11"));
    EXPECT_EQ(part.status, 206);
    EXPECT_EQ(part.body, kPage.substr(6, 6));
    const Seen empty = fetch(loop, c, "GET", "/empty");
    EXPECT_EQ(empty.status, 204);
    const Seen pieces = fetch(loop, c, "GET", "/ssi/page.html");
    EXPECT_TRUE(pieces.chunked);
    EXPECT_EQ(pieces.body, "aGETb");
    EXPECT_EQ(fetch(loop, c, "GET", "/none").status, 404);
    EXPECT_EQ(c.fileno(), socket) << "all of it over one connection";
  });
}

// row: 1.4/getresponse
TEST_F(HttpConnectionE2e, AServerThatWillNotGoOnIsDialledAgain) {
  nginx->put("few/a", "a");
  each([](Loop& loop, HttpConnection& c) {
    for (int i = 0; i < 5; ++i) EXPECT_EQ(fetch(loop, c, "GET", "/few/a").body, "a") << i;
    EXPECT_EQ(fetch(loop, c, "GET", "/few/a", field("Connection", "close")).body, "a");
    EXPECT_FALSE(c.connected());
  });
}

// Counting gives so many bytes without saying how many they will be.
struct Counting final : BodySource {
  explicit Counting(size_t n) : left(n) {}
  Pull pull(std::span<std::byte> out) override {
    const size_t size = std::min(left, out.size());
    for (size_t i = 0; i < size; ++i) out[i] = static_cast<std::byte>('a' + (given + i) % 26);
    given += size;
    left -= size;
    return {size, left == 0 ? State::end : State::more};
  }
  size_t left, given = 0;
};

std::string counted(size_t n) {
  std::string text(n, ' ');
  for (size_t i = 0; i < n; ++i) text[i] = static_cast<char>('a' + i % 26);
  return text;
}

// row: 1.3/body-kinds, 1.3/content-length, 1.3/expect-continue
TEST_F(HttpConnectionE2e, UploadsOfEveryKind) {
  const std::string content = counted(300'000);
  const std::string path = write_file("upload.txt", content);
  each([&](Loop& loop, HttpConnection& c) {
    const auto stored = [&](std::string_view name, const Seen& seen) {
      EXPECT_EQ(seen.error, "ok") << name;
      EXPECT_TRUE(seen.status == 201 || seen.status == 204) << name << ": " << seen.status;
      EXPECT_TRUE(nginx->stored("stored/" + std::string(name)) == content) << name;
    };
    const auto url = [](std::string_view name) { return "/stored/" + std::string(name); };
    stored("owned", fetch(loop, c, "PUT", url("owned"), {}, content));
    stored("borrowed", fetch(loop, c, "PUT", url("borrowed"), {}, Body::borrow(bytes_of(content))));
    Counting source(content.size());
    stored("source", fetch(loop, c, "PUT", url("source"), {}, Body::from(source)));
    std::string fault;
    const auto file = FileBody::open(loop, path, fault);
    ASSERT_NE(file, nullptr) << fault;
    stored("file", fetch(loop, c, "PUT", url("file"), {}, Body::from(*file)));
    stored("expected", fetch(loop, c, "PUT", url("expected"), field("Expect", "100-continue"), content));

    // Step by step: a part as bytes, a part from a source, the rest as bytes.
    ASSERT_FALSE(c.putrequest("PUT", url("steps")));
    ASSERT_FALSE(c.putheader("Content-Length", content.size()));
    ASSERT_FALSE(c.endheaders());
    ASSERT_FALSE(c.send(std::string_view(content).substr(0, 26)));
    Counting middle(260'000);
    ASSERT_FALSE(c.send(middle));
    ASSERT_FALSE(c.send(std::string_view(content).substr(260'026)));
    stored("steps", finish(loop, c));
  });
}

// row: 1.3/write-fails
TEST_F(HttpConnectionE2e, ARefusalComesThroughThoughTheUploadDoesNot) {
  each([](Loop& loop, HttpConnection& c) {
    const Seen seen = fetch(loop, c, "PUT", "/refused", {}, std::string(8 << 20, 'x'));
    EXPECT_EQ(seen.error, "ok");
    EXPECT_EQ(seen.status, 403);
    EXPECT_EQ(fetch(loop, c, "GET", "/index.html").body, kPage) << "and the next request does";
  });
}

// row: 1.8/set-tunnel, 1.8/connect, 1.8/proxy-response, 1.9/sni
TEST_F(HttpConnectionE2e, ThroughATunnel) {
  Tinyproxy proxy(std::getenv("TEST_TMPDIR"), "user", "word");
  ASSERT_EQ(proxy.problem(), "");
  const Headers credentials = field("Proxy-Authorization", "Basic dXNlcjp3b3Jk");
  for (const bool tls : {false, true}) {
    Loop loop;
    const auto c = tls ? std::make_unique<HttpsConnection>(loop, authority(proxy.url()), options())
                       : std::make_unique<HttpConnection>(loop, authority(proxy.url()), options());
    ASSERT_FALSE(c->set_tunnel(tls ? secure() : plain(), std::nullopt, credentials)) << c->diagnosis();
    EXPECT_EQ(fetch(loop, *c, "GET", "/index.html").body, kPage);
    const int socket = c->fileno();
    EXPECT_EQ(fetch(loop, *c, "HEAD", "/index.html").status, 200);
    EXPECT_EQ(c->fileno(), socket) << "the tunnel is kept";
    ASSERT_NE(c->proxy_response(), nullptr);
    EXPECT_EQ(c->proxy_response()->status, 200);

    HttpConnection stranger(loop, authority(proxy.url()), options());
    ASSERT_FALSE(stranger.set_tunnel(plain()));
    const Seen refused = fetch(loop, stranger, "GET", "/index.html");
    EXPECT_TRUE(refused.error.starts_with("proxy-refused in proxy")) << refused.error;
    ASSERT_NE(stranger.proxy_response(), nullptr);
    EXPECT_EQ(stranger.proxy_response()->status, 407);
  }
}

// row: 1.9/tls-to-proxy
TEST_F(HttpConnectionE2e, TlsInTls) {
  Tinyproxy proxy(std::getenv("TEST_TMPDIR"));
  ASSERT_EQ(proxy.problem(), "");
  const std::string behind = authority(proxy.url());
  TlsFront front(static_cast<uint16_t>(std::stoi(behind.substr(behind.find(':') + 1))));
  HttpConnectionOptions both = options();
  both.tls.ca_pem += front.ca_pem();
  Loop loop;
  HttpsConnection c(loop, "127.0.0.1", front.port(), both);
  ASSERT_FALSE(c.set_tunnel(secure(), std::nullopt, {}, {.tls_to_proxy = true})) << c.diagnosis();
  EXPECT_EQ(fetch(loop, c, "GET", "/index.html").body, kPage);
  const std::string content = counted(300'000);
  const Seen seen = fetch(loop, c, "PUT", "/stored/nested", {}, content);
  EXPECT_EQ(seen.error, "ok");
  EXPECT_TRUE(nginx->stored("stored/nested") == content);
}

// row: 1.5/read, 1.5/readline, 1.5/readinto
TEST_F(HttpConnectionE2e, ProgramsThatWait) {
  nginx->put("lines", "one\ntwo\n" + counted(100'000));
  for (const bool tls : {false, true}) {
    const auto run = [](auto& c) {
      ASSERT_FALSE(c.request("GET", "/lines")) << c.diagnosis();
      blocking::HttpResponse r = c.getresponse();
      ASSERT_TRUE(r) << describe(r.error(), r.diagnosis());
      EXPECT_EQ(r.readline().value, "one\n");
      EXPECT_EQ(r.readline().value, "two\n");
      std::string memory(26, ' ');
      EXPECT_EQ(r.readinto(std::as_writable_bytes(std::span<char>(memory.data(), 26))).value, 26u);
      EXPECT_EQ(memory, counted(26));
      EXPECT_EQ(r.read(52).value, counted(52));
      EXPECT_EQ(r.read().value.size(), 100'000u - 78);
      EXPECT_TRUE(r.isclosed());
      ASSERT_FALSE(c.request("HEAD", "/lines"));
      r = c.getresponse();
      EXPECT_EQ(r.getheader("content-length"), "100008");
      EXPECT_EQ(r.read().value, "");
    };
    if (tls) {
      blocking::HttpsConnection c(secure(), options());
      run(c);
    } else {
      blocking::HttpConnection c(plain(), options());
      run(c);
    }
  }
}

}  // namespace
}  // namespace godwit::testing
