// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include "godwit/tests/tools/embedded_server/wire_client.h"
#include "godwit/tools/embedded_server/pattern.h"
#include "godwit/tools/embedded_server/server.h"

namespace godwit::embedded {
namespace {

using Ended = WireClient::Ended;

std::string content(size_t size) {
  std::string text(size, '\0');
  fill_pattern(0, text.data(), size);
  return text;
}

std::string body_of(const std::string& response) {
  size_t end = response.find("\r\n\r\n");
  return end == std::string::npos ? "" : response.substr(end + 4);
}

class EmbeddedTlsServer : public testing::Test {
 protected:
  void SetUp() override { start({}); }
  void start(const ServerOptions& options) {
    std::string error;
    server_ = Server::start(options, error);
    ASSERT_TRUE(server_) << error;
  }
  uint16_t port() const { return server_->https_port(); }
  const std::string& ca() const { return server_->ca_pem(); }

  std::unique_ptr<Server> server_;
};

TEST_F(EmbeddedTlsServer, TheCertificateIsGoodForLocalNames) {
  for (const char* host : {"localhost", "127.0.0.1", "::1", "a.localhost"}) {
    WireClient client(port(), ca(), host);
    EXPECT_TRUE(client.ready()) << host;
    const uint8_t* protocol = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(client.ssl(), &protocol, &size);
    EXPECT_EQ(std::string(reinterpret_cast<const char*>(protocol), size), "http/1.1");
    EXPECT_EQ(SSL_version(client.ssl()), TLS1_3_VERSION);
  }
  for (const char* host : {"example.com", "127.0.0.2", "a.b.localhost"}) {
    EXPECT_FALSE(WireClient(port(), ca(), host).ready()) << host;
  }
}

TEST_F(EmbeddedTlsServer, EachStartHasAnotherCa) {
  std::string error;
  auto other = Server::start({}, error);
  ASSERT_TRUE(other) << error;
  EXPECT_FALSE(WireClient(port(), other->ca_pem(), "localhost").ready());
}

TEST_F(EmbeddedTlsServer, ProfilesMakeBadCertificates) {
  ServerOptions expired;
  expired.leaf.not_after = std::chrono::minutes(-1);
  start(expired);
  EXPECT_FALSE(WireClient(port(), ca(), "localhost").ready());
  ServerOptions self_signed;
  self_signed.leaf.self_signed = true;
  start(self_signed);
  EXPECT_FALSE(WireClient(port(), ca(), "localhost").ready());
  ServerOptions other_name;
  other_name.leaf.subject_alt_names = "DNS:example.com";
  start(other_name);
  EXPECT_FALSE(WireClient(port(), ca(), "localhost").ready());
  EXPECT_TRUE(WireClient(port(), ca(), "example.com").ready());
}

TEST_F(EmbeddedTlsServer, BodiesOfManySizes) {
  WireClient client(port(), ca(), "localhost");
  for (size_t size : {0, 1, 16384, 65536, 3000000}) {
    ASSERT_TRUE(client.get("/bytes/" + std::to_string(size)));
    ASSERT_EQ(body_of(client.response()), content(size)) << size;
  }
  client.send("PUT /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 200000\r\n\r\n" + std::string(200000, 'x'));
  EXPECT_NE(client.response().find("\"body_bytes\":200000"), std::string::npos);
}

TEST_F(EmbeddedTlsServer, BytewiseMakesRecordsOfOneByte) {
  WireClient client(port(), ca(), "localhost");
  client.get("/bytewise/100");
  ASSERT_EQ(body_of(client.response()), content(100));
  EXPECT_EQ(*std::max_element(client.read_sizes().begin(), client.read_sizes().end()), 1u);
}

TEST_F(EmbeddedTlsServer, EndsWithAndWithoutCloseNotify) {
  struct Case {
    const char* target;
    size_t body;
    Ended ended;
  };
  for (const Case& c :
       {Case{"/close", 22, Ended::closed}, Case{"/stream/1000", 1000, Ended::closed},
        Case{"/stream/1000?notify=0", 1000, Ended::truncated}, Case{"/fault/truncate", 500, Ended::closed},
        Case{"/fault/truncate?notify=0", 500, Ended::truncated},
        Case{"/fault/reset?at=body", 500, Ended::reset},
        Case{"/fault/close-before-response", 0, Ended::closed},
        Case{"/fault/half-close", 1000, Ended::closed}}) {
    WireClient client(port(), ca(), "localhost");
    client.get(c.target);
    EXPECT_EQ(body_of(client.rest()).size(), c.body) << c.target;
    EXPECT_EQ(client.ended(), c.ended) << c.target;
  }
}

TEST_F(EmbeddedTlsServer, RefusesWhatIsNotTls) {
  WireClient client(port());
  client.get("/");
  const std::string answer = client.rest();
  EXPECT_EQ(answer.find("HTTP/"), std::string::npos);
  EXPECT_NE(client.ended(), Ended::timeout);
  EXPECT_TRUE(WireClient(port(), ca(), "localhost").ready());
}

}  // namespace
}  // namespace godwit::embedded
