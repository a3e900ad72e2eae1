// SPDX-License-Identifier: MIT
// A server that none of us wrote.
#include "godwit/tests/e2e/nginx.h"

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <functional>
#include <optional>

#include <openssl/sha.h>

#include "godwit/tests/e2e/loopback_client.h"

namespace godwit::testing {
namespace {

const std::string kPage = "<html><body>godwit</body></html>\n";

// large_file is content without a period that a lost block could hide in.
std::string large_file(size_t size) {
  std::string content(size, '\0');
  uint32_t state = 1;
  for (char& c : content) {
    state = state * 1664525 + 1013904223;
    c = static_cast<char>(state >> 24);
  }
  return content;
}

struct NginxTest : LoopbackTest {
  void SetUp() override {
    LoopbackTest::SetUp();
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    nginx.emplace(std::string(std::getenv("TEST_TMPDIR")) + "/nginx_" + info->name());
    ASSERT_EQ(nginx->problem(), "");
    nginx->put("index.html", kPage);
  }
  void TearDown() override {
    if (HasFailure()) ADD_FAILURE() << "nginx says: " << nginx->errors();
    nginx.reset();
    LoopbackTest::TearDown();
  }

  ClientOptions options(ClientOptions o = {}) {
    o.tls.ca_pem = nginx->ca_pem();
    o.timeouts.total = std::chrono::seconds(30);
    return o;
  }
  // each runs a test over http and over https.
  void each(std::string_view path, const std::function<void(const std::string& url)>& test) {
    for (const std::string& url : {nginx->url(path), nginx->tls_url(path)}) {
      SCOPED_TRACE(url);
      test(url);
    }
  }
  static std::string field(const Recorder& r, std::string_view name) {
    for (const std::string& line : r.headers) {
      if (line.starts_with(name) && line.substr(name.size()).starts_with(": "))
        return line.substr(name.size() + 2);
    }
    return "";
  }

  std::optional<Nginx> nginx;
};

TEST_F(NginxTest, Page) {
  each("/", [&](const std::string& url) {
    const Recorder r = fetch(url, options());
    EXPECT_EQ(r.message, "ok in body after " + std::to_string(kPage.size()) + " of " +
                             std::to_string(kPage.size()) + " bytes");
    EXPECT_EQ(r.status, 200);
    EXPECT_EQ(r.reason, "OK");
    EXPECT_EQ(field(r, "Content-Type"), "text/html");
    EXPECT_TRUE(field(r, "Server").starts_with("nginx"));
    EXPECT_EQ(r.body, kPage);
    EXPECT_EQ(r.tls_version.empty(), url.starts_with("http:"));
  });
}

TEST_F(NginxTest, HeadHasNoBodyAndTheConnectionIsKept) {
  each("/", [&](const std::string& url) {
    Recorder head, get;
    LoopbackClient client(options());
    client.send("HEAD", url, head);
    client.run();
    client.get(url, get);
    client.run();
    EXPECT_EQ(head.events, "head 200 done");
    EXPECT_EQ(field(head, "Content-Length"), std::to_string(kPage.size()));
    EXPECT_EQ(get.body, kPage);
    EXPECT_TRUE(get.reused);
  });
}

TEST_F(NginxTest, StatusesAreDeliveredAsTheyAre) {
  struct Row {
    std::string_view path;
    int status;
    std::string_view reason;
  };
  for (const Row& row : {Row{"/nothing", 404, "Not Found"}, Row{"/refused", 403, "Forbidden"},
                         Row{"/empty", 204, "No Content"}, Row{"/moved", 302, "Moved Temporarily"}}) {
    each(row.path, [&](const std::string& url) {
      const Recorder r = fetch(url, options());
      EXPECT_EQ(outcome(r), "ok") << r.message;
      EXPECT_EQ(r.status, row.status);
      EXPECT_EQ(r.reason, row.reason);
      EXPECT_EQ(r.body.empty(), row.status == 204);
      if (row.status == 302) {
        EXPECT_TRUE(field(r, "Location").ends_with("/index.html?a=b"));
      }
    });
  }
}

TEST_F(NginxTest, Chunked) {
  nginx->put("ssi/part.html", std::string(20'000, 'p'));
  nginx->put("ssi/page.html", "before <!--#include virtual=\"/ssi/part.html\" --> after");
  each("/ssi/page.html", [&](const std::string& url) {
    const Recorder r = fetch(url, options());
    EXPECT_EQ(outcome(r), "ok") << r.message;
    EXPECT_EQ(field(r, "Transfer-Encoding"), "chunked");
    EXPECT_EQ(r.body, "before " + std::string(20'000, 'p') + " after");
  });
}

TEST_F(NginxTest, UntilClose) {
  nginx->put("ssi/page.html", "over <!--#echo var=\"server_protocol\" -->");
  each("/ssi/page.html", [&](const std::string& url) {
    Request request;
    request.url = url;
    request.version = HttpVersion::http10;
    const Recorder r = fetch(std::move(request), options());
    EXPECT_EQ(outcome(r), "ok") << r.message;
    EXPECT_EQ(r.body, "over HTTP/1.0");
    EXPECT_EQ(r.error.expected, Error::kUnknown);
  });
}

TEST_F(NginxTest, TenMebibytesInExactBlocks) {
  const std::string content = large_file(10 * 1024 * 1024 + 7);
  nginx->put("large.bin", content);
  unsigned char expected[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const uint8_t*>(content.data()), content.size(), expected);
  each("/large.bin", [&](const std::string& url) {
    struct Digester final : Recorder {
      Digester() { SHA256_Init(&digest); }
      void on_body(Response& response, Bytes block) override {
        SHA256_Update(&digest, block.data(), block.size());
        Recorder::on_body(response, block);
      }
      SHA256_CTX digest;
    } r;
    r.keep_body = false;
    LoopbackClient client(options());
    client.get(url, r);
    client.run();
    unsigned char got[SHA256_DIGEST_LENGTH];
    SHA256_Final(got, &r.digest);
    EXPECT_EQ(outcome(r), "ok") << r.message;
    EXPECT_EQ(std::string_view(reinterpret_cast<char*>(got), sizeof got),
              std::string_view(reinterpret_cast<char*>(expected), sizeof expected));
    EXPECT_EQ(r.blocks, 1281u);
    EXPECT_EQ(r.last_block, 7u);
  });
}

TEST_F(NginxTest, AThousandRequestsOverFiftyConnections) {
  each("/index.html", [&](const std::string& url) {
    std::deque<Recorder> recorders(1000);
    size_t reused = 0;
    LoopbackClient client(options({.max_connections_per_host = 50}));
    for (Recorder& r : recorders) client.get(url, r);
    client.run();
    EXPECT_EQ(client.client().idle_connections(), 50u);
    for (const Recorder& r : recorders) {
      EXPECT_EQ(outcome(r), "ok") << r.message;
      EXPECT_EQ(r.body, kPage);
      reused += r.reused;
    }
    EXPECT_EQ(reused, 950u);
  });
}

TEST_F(NginxTest, AConnectionThatNginxEndsIsReplaced) {
  nginx->put("few/page.html", kPage);
  each("/few/page.html", [&](const std::string& url) {
    LoopbackClient client(options());
    for (int i = 0; i < 6; ++i) {
      Recorder r;
      client.get(url, r);
      client.run();
      EXPECT_EQ(outcome(r), "ok") << r.message;
      EXPECT_EQ(r.reused, i % 2 == 1);
    }
  });
}

TEST_F(NginxTest, Range) {
  each("/index.html", [&](const std::string& url) {
    Request request;
    request.url = url;
    EXPECT_FALSE(request.headers.add("Range", "bytes=6-11"));
    const Recorder r = fetch(std::move(request), options());
    EXPECT_EQ(r.status, 206);
    EXPECT_EQ(field(r, "Content-Range"), "bytes 6-11/" + std::to_string(kPage.size()));
    EXPECT_EQ(r.body, kPage.substr(6, 6));
  });
}

TEST_F(NginxTest, UploadThatWaitsForContinue) {
  const std::string content = large_file(1 << 20);
  for (const bool tls : {false, true}) {
    const std::string name = tls ? "stored/tls.bin" : "stored/plain.bin";
    Request request;
    request.method = "PUT";
    request.url = tls ? nginx->tls_url("/" + name) : nginx->url("/" + name);
    request.body = Body::borrow(bytes_of(content));
    EXPECT_FALSE(request.headers.add("Expect", "100-continue"));
    const Recorder r = fetch(std::move(request), options());
    EXPECT_EQ(outcome(r), "ok") << r.message;
    EXPECT_EQ(r.events, "informational 100 head 201 done");
    EXPECT_TRUE(nginx->stored(name) == content);
  }
}

// Pieces is an upload of unknown length, in chunks.
struct Pieces final : BodySource {
  explicit Pieces(std::string_view t) : text(t) {}
  Pull pull(std::span<std::byte> out) override {
    const size_t n = std::min<size_t>({out.size(), text.size() - at, 777});
    std::memcpy(out.data(), text.data() + at, n);
    at += n;
    return {n, at == text.size() ? State::end : State::more};
  }
  std::string_view text;
  size_t at = 0;
};

TEST_F(NginxTest, UploadInChunks) {
  const std::string content = large_file(300'000);
  for (const bool tls : {false, true}) {
    const std::string name = tls ? "stored/tls.bin" : "stored/plain.bin";
    Pieces pieces(content);
    Request request;
    request.method = "PUT";
    request.url = tls ? nginx->tls_url("/" + name) : nginx->url("/" + name);
    request.body = Body::from(pieces);
    const Recorder r = fetch(std::move(request), options());
    EXPECT_EQ(outcome(r), "ok") << r.message;
    EXPECT_EQ(r.status, 201);
    EXPECT_TRUE(nginx->stored(name) == content);
  }
}

TEST_F(NginxTest, EndedInTheMiddle) {
  for (const bool tls : {false, true}) {
    Nginx victim(std::string(std::getenv("TEST_TMPDIR")) + "/victim_" + (tls ? "tls" : "plain"));
    ASSERT_EQ(victim.problem(), "");
    victim.put("slow/file.bin", large_file(2 << 20));
    ClientOptions o = options();
    o.tls.ca_pem = victim.ca_pem();
    Recorder r;
    r.hook = [&](Response&, std::string_view event) {
      if (event == "body" && r.blocks == 1) victim.end(SIGTERM);
    };
    LoopbackClient client(o);
    client.get(tls ? victim.tls_url("/slow/file.bin") : victim.url("/slow/file.bin"), r);
    client.run();
    EXPECT_EQ(r.error.code, Errc::incomplete_read) << r.message;
    EXPECT_EQ(r.error.received, r.body.size());
    EXPECT_EQ(r.error.expected, uint64_t{2} << 20);
    EXPECT_LT(r.body.size(), size_t{2} << 20);
    EXPECT_TRUE(large_file(2 << 20).starts_with(r.body)) << "what came is delivered";
  }
}

}  // namespace
}  // namespace godwit::testing
