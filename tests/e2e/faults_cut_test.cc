// SPDX-License-Identifier: MIT
// N8 and T3: responses that are cut at each of their bytes, in each way that a connection may end.
#include <charconv>
#include <deque>

#include "godwit/tests/e2e/loopback_client.h"
#include "godwit/tests/support/scripted_server.h"

namespace godwit::testing {
namespace {

using Cuts = LoopbackTest;

// Message is a response and what each of its bytes is.
struct Message {
  enum class Framing { length, chunked, until_close };

  explicit Message(Framing f) : framing(f) {
    switch (framing) {
      case Framing::length:
        add("HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n", 'h');
        add("0123456789abcdefghijABCDEFGHIJ9876543210", 'b');
        break;
      case Framing::chunked:
        add("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", 'h');
        add("14;name=value\r\n", 'f');
        add("0123456789abcdefghij", 'b');
        add("\r\n000A\r\n", 'f');
        add("ABCDEFGHIJ", 'b');
        add("\r\n0\r\n", 'f');
        add("X-Checksum: 7\r\nX-More: 8\r\n\r\n", 't');
        break;
      case Framing::until_close:
        add("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n", 'h');
        add("0123456789abcdefghijABCDEFGHIJ9876543210", 'b');
        break;
    }
  }

  size_t count(char kind, size_t before) const {
    return static_cast<size_t>(
        std::count(kinds.begin(), kinds.begin() + static_cast<ptrdiff_t>(before), kind));
  }

  Framing framing;
  std::string bytes;
  std::string kinds;  // of each byte: head, framing, body, trailer

 private:
  void add(std::string_view text, char kind) {
    bytes += text;
    kinds.append(text.size(), kind);
  }
};

std::string_view ending(Then then, bool tls) {
  if (then == Then::reset) return ": connection reset by peer";
  return tls && then == Then::cut ? ": connection ended without TLS close_notify" : "";
}

// expected is the whole sentence that a cut behind `at` bytes must give.
std::string expected(const Message& message, size_t at, Then then, bool tls) {
  const std::string how(ending(then, tls));
  const size_t head = message.count('h', message.bytes.size());
  const std::string body = std::to_string(message.count('b', at));
  if (at == 0) {
    return "remote-disconnected in head after 0 bytes: the connection ended before any response byte" + how;
  }
  if (at < head) {
    return "incomplete-read in head after " + std::to_string(at) +
           " bytes: the connection ended in the head" + how;
  }
  const bool whole = at == message.bytes.size();
  switch (message.framing) {
    case Message::Framing::length:
      if (whole) return "ok in body after 40 of 40 bytes";
      return "incomplete-read in body after " + body + " of 40 bytes: the connection ended in the body" + how;
    case Message::Framing::chunked:
      if (whole) return "ok in body after 30 bytes";
      return "incomplete-read in body after " + body + " bytes: the connection ended " +
             (at >= message.kinds.find('t') ? "in the trailer section" : "before the last chunk") + how;
    case Message::Framing::until_close:
      if (how.empty()) return "ok in body after " + body + " bytes";
      return "incomplete-read in body after " + body + " bytes: the connection ended in the body" + how;
  }
  return "";
}

// run_cuts fetches a message once for each place to cut it, all at the same time.
void run_cuts(const Message& message, Then then, const test::Certificate* leaf, const std::string& ca) {
  ScriptedServer::Options options;
  if (leaf) options.chain = {leaf};
  ScriptedServer peer(
      [&](const ScriptedRequest& request) {
        size_t at = 0;
        std::from_chars(request.target.data() + 1, request.target.data() + request.target.size(), at);
        return Answer{message.bytes.substr(0, at), then};
      },
      options);
  std::deque<Recorder> recorders(message.bytes.size() + 1);
  LoopbackClient client({.tls = {.ca_pem = ca}, .blocksize = 16});
  for (size_t at = 0; at <= message.bytes.size(); ++at) {
    client.get(peer.url("/" + std::to_string(at)), recorders[at]);
  }
  client.run();
  client.close();
  EXPECT_EQ(sockets_to(peer.port()).size(), 0u);

  const size_t head = message.count('h', message.bytes.size());
  for (size_t at = 0; at <= message.bytes.size(); ++at) {
    SCOPED_TRACE("cut behind " + std::to_string(at) + " bytes");
    const Recorder& r = recorders[at];
    EXPECT_EQ(r.done, 1);
    EXPECT_EQ(r.message, expected(message, at, then, leaf != nullptr));
    EXPECT_EQ(r.status, at >= head ? 200 : 0);
    std::string body;
    for (size_t i = 0; i < at; ++i) {
      if (message.kinds[i] == 'b') body += message.bytes[i];
    }
    EXPECT_EQ(r.body, body) << "what arrived is delivered";
    EXPECT_EQ(r.blocks, (body.size() + 15) / 16) << "in exact blocks";
    const bool trailers = message.framing == Message::Framing::chunked && at == message.bytes.size();
    EXPECT_EQ(r.trailers.size(), trailers ? 2u : 0u);
    if (at < head) {
      EXPECT_EQ(r.error.phase, Phase::head);
      EXPECT_EQ(r.error.received, at);
    } else {
      EXPECT_EQ(r.error.phase, Phase::body);
      EXPECT_EQ(r.error.received, body.size());
      EXPECT_EQ(r.error.expected, message.framing == Message::Framing::length ? 40u : Error::kUnknown);
    }
    EXPECT_EQ(r.error.retry_safe(), at == 0);
  }
}

TEST_F(Cuts, N8_AtEachByteOfALength) {
  for (const Then then : {Then::fin, Then::reset})
    run_cuts(Message(Message::Framing::length), then, nullptr, "");
}

TEST_F(Cuts, N8_AtEachByteOfChunksAndTrailers) {
  for (const Then then : {Then::fin, Then::reset})
    run_cuts(Message(Message::Framing::chunked), then, nullptr, "");
}

TEST_F(Cuts, N8_AtEachByteUntilClose) {
  for (const Then then : {Then::fin, Then::reset}) {
    run_cuts(Message(Message::Framing::until_close), then, nullptr, "");
  }
}

struct TlsCuts : Cuts {
  TlsCuts() {
    test::CertificateSpec spec;
    spec.ip = {"127.0.0.1"};
    leaf = test::make_certificate(spec, &ca);
  }
  const test::Certificate ca = test::make_ca("Root");
  test::Certificate leaf;
};

TEST_F(TlsCuts, N8_T3_AtEachByteOfALength) {
  for (const Then then : {Then::fin, Then::cut, Then::reset}) {
    run_cuts(Message(Message::Framing::length), then, &leaf, ca.pem());
  }
}

TEST_F(TlsCuts, N8_T3_AtEachByteOfChunksAndTrailers) {
  for (const Then then : {Then::fin, Then::cut, Then::reset}) {
    run_cuts(Message(Message::Framing::chunked), then, &leaf, ca.pem());
  }
}

TEST_F(TlsCuts, N8_T3_AtEachByteUntilClose) {
  for (const Then then : {Then::fin, Then::cut, Then::reset}) {
    run_cuts(Message(Message::Framing::until_close), then, &leaf, ca.pem());
  }
}

TEST_F(Cuts, N8_TheEmbeddedServerAgrees) {
  struct Row {
    std::string_view path;
    std::string_view outcome;
    size_t body;
  };
  const Row rows[] = {
      {"/fault/reset?at=head", "incomplete-read in head, 40", 0},
      {"/fault/reset?at=body", "incomplete-read in body, 500 of 1000", 500},
      {"/fault/reset?at=chunk-size", "incomplete-read in body, 100", 100},
      {"/fault/reset?at=trailers", "incomplete-read in body, 1000", 1000},
      {"/fault/truncate?at=500", "incomplete-read in body, 500 of 1000", 500},
      {"/fault/truncate?at=0&length=1", "incomplete-read in body, 0 of 1", 0},
      {"/fault/truncate?at=999", "incomplete-read in body, 999 of 1000", 999},
      {"/fault/truncate?at=500&notify=0", "incomplete-read in body, 500 of 1000", 500},
      {"/fault/truncate?at=50&chunked=1", "incomplete-read in body, 46", 46},
  };
  for (const Row& row : rows) {
    for (const std::string& url : {server().http_url(row.path), server().https_url(row.path)}) {
      const Recorder r = fetch(url, trusting());
      EXPECT_EQ(outcome(r), row.outcome) << url << ": " << r.message;
      EXPECT_EQ(r.body.size(), row.body);
    }
  }
}

TEST_F(Cuts, T3_UntilCloseOverTls) {
  const Recorder good = fetch(server().https_url("/stream/20000"), trusting());
  EXPECT_EQ(outcome(good), "ok");
  EXPECT_EQ(good.body.size(), 20000u);
  const Recorder cut = fetch(server().https_url("/stream/20000?notify=0"), trusting());
  EXPECT_EQ(cut.message,
            "incomplete-read in body after 20000 bytes: the connection ended in the body: "
            "connection ended without TLS close_notify");
  EXPECT_EQ(cut.body.size(), 20000u);
}

}  // namespace
}  // namespace godwit::testing
