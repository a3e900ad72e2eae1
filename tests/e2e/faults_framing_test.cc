// SPDX-License-Identifier: MIT
// H3, H4, H5 and H8: bodies whose end can't be known, is garbled, or has something behind it.
#include <deque>
#include <tuple>

#include "godwit/tests/e2e/loopback_client.h"
#include "godwit/tests/support/scripted_server.h"

namespace godwit::testing {
namespace {

using namespace std::string_view_literals;

struct Framing : LoopbackTest {
  // refuse has the peer answer with these fields and stay.
  void refuse(std::string_view fields, Errc code, std::string_view why) {
    SCOPED_TRACE(std::string(fields));
    ScriptedServer peer([&](const ScriptedRequest&) {
      return Answer{"HTTP/1.1 200 OK\r\n" + std::string(fields) + "\r\n5\r\nhello\r\n0\r\n\r\n"};
    });
    const Recorder r = fetch(peer.url("/"));
    const size_t head = 17 + fields.size() + 2;
    EXPECT_EQ(r.message, std::string(name(code)) + " in head after " + std::to_string(head) +
                             " bytes: " + std::string(why));
    EXPECT_EQ(r.error.code, code);
    EXPECT_EQ(r.error.received, head);
    EXPECT_EQ(r.events, "done");
    EXPECT_EQ(r.body, "");
  }
};

TEST_F(Framing, H3_ContentLengths) {
  const std::string_view number = "Content-Length is not a decimal number";
  const std::string_view large = "Content-Length is larger than 2^63 - 1";
  const std::string_view differ = "several Content-Length fields differ";
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"Content-Length: +5\r\n", number},
      {"Content-Length: -5\r\n", number},
      {"Content-Length: 0x5\r\n", number},
      {"Content-Length: 5 5\r\n", number},
      {"Content-Length: 5.0\r\n", number},
      {"Content-Length: five\r\n", number},
      {"Content-Length: \r\n", number},
      {"Content-Length: 5,\r\n", number},
      {"Content-Length: \"5\"\r\n", number},
      {"Content-Length: 5\r\nContent-Length: 6\r\n", differ},
      {"Content-Length: 5, 6\r\n", number},
      {"Content-Length: 5, 5\r\n", number},
      {"Content-Length: 05\r\nContent-Length: 5\r\n", differ},
      {"Content-Length: 9223372036854775808\r\n", large},
      {"Content-Length: 18446744073709551616\r\n", large},
      {"Content-Length: 99999999999999999999999999\r\n", large},
  };
  for (const auto& [fields, why] : rows) refuse(fields, Errc::bad_content_length, why);
}

TEST_F(Framing, H3_WithTransferEncoding) {
  for (const std::string_view fields : {"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                                        "Transfer-Encoding: chunked\r\nContent-Length: 15\r\n"}) {
    refuse(fields, Errc::bad_transfer_encoding, "Transfer-Encoding and Content-Length together");
  }
}

TEST_F(Framing, H3_IdenticalLengthsAreOne) {
  ScriptedServer peer([&](const ScriptedRequest&) {
    return Answer{"HTTP/1.1 200 OK\r\nContent-Length: 5\r\ncontent-length:5 \r\n\r\nhello"};
  });
  const Recorder r = fetch(peer.url("/"));
  EXPECT_EQ(r.message, "ok in body after 5 of 5 bytes");
  EXPECT_EQ(r.body, "hello");
}

// Nobody can send so much, and nobody allocates it: what came is delivered when the connection ends.
TEST_F(Framing, H3_TheLargestLengthIsOnlyANumber) {
  ScriptedServer peer([&](const ScriptedRequest&) {
    return Answer{"HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775807\r\n\r\nhello", Then::fin};
  });
  const Recorder r = fetch(peer.url("/"));
  EXPECT_EQ(r.message,
            "incomplete-read in body after 5 of 9223372036854775807 bytes: the connection ended in the body");
  EXPECT_EQ(r.body, "hello");
}

TEST_F(Framing, H4_TransferCodings) {
  const std::string_view other = "a transfer coding other than chunked, which was not asked for";
  const std::string_view last = "chunked is not the last transfer coding, once";
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"Transfer-Encoding: gzip\r\n", other},
      {"Transfer-Encoding: gzip, chunked\r\n", other},
      {"Transfer-Encoding: xchunked\r\n", other},
      {"Transfer-Encoding: identity\r\n", other},
      {"Transfer-Encoding: chunked, identity\r\n", last},
      {"Transfer-Encoding: chunked, gzip\r\n", last},
      {"Transfer-Encoding: chunked, chunked\r\n", last},
      {"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", last},
      {"Transfer-Encoding: chunked;\r\n", "Transfer-Encoding is not a list of transfer codings"},
      {"Transfer-Encoding: \"chunked\"\r\n", "Transfer-Encoding is not a list of transfer codings"},
      {"Transfer-Encoding: \r\n", "Transfer-Encoding is not a list of transfer codings"},
  };
  for (const auto& [fields, why] : rows) refuse(fields, Errc::bad_transfer_encoding, why);
}

TEST_F(Framing, H4_InHttp10) {
  ScriptedServer peer([&](const ScriptedRequest&) {
    return Answer{"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", Then::fin};
  });
  const Recorder r = fetch(peer.url("/"));
  EXPECT_EQ(r.message,
            "bad-transfer-encoding in head after 47 bytes: Transfer-Encoding in an HTTP/1.0 response");
}

TEST_F(Framing, H4_NamesOfCodingsIgnoreCase) {
  ScriptedServer peer([&](const ScriptedRequest&) {
    return Answer{"HTTP/1.1 200 OK\r\ntransfer-encoding: , CHUNKED\r\n\r\n5\r\nhello\r\n0\r\n\r\n"};
  });
  EXPECT_EQ(fetch(peer.url("/")).body, "hello");
}

TEST_F(Framing, H5_Chunks) {
  struct Row {
    std::string_view bytes;
    Errc code;
    size_t offset;
    size_t body;
    std::string_view why;
  };
  const std::string_view size = "a chunk does not begin with its size in hexadecimal digits";
  const std::string_view extension = "a chunk extension that is none, or with a bad byte";
  const Row rows[] = {
      {"+5\r\nhello\r\n", Errc::bad_chunk, 0, 0, size},
      {"-5\r\nhello\r\n", Errc::bad_chunk, 0, 0, size},
      {"0x5\r\nhello\r\n", Errc::bad_chunk, 1, 0, size},
      {" 5\r\nhello\r\n", Errc::bad_chunk, 0, 0, size},
      {"5 5\r\nhello\r\n", Errc::bad_chunk, 2, 0, extension},
      {"\r\nhello\r\n", Errc::bad_chunk, 0, 0, size},
      {"g\r\nhello\r\n", Errc::bad_chunk, 0, 0, size},
      {"10000000000000005\r\nhello\r\n", Errc::bad_chunk, 16, 0, "a chunk size of more than sixteen digits"},
      {"5\nhello\r\n", Errc::bad_chunk, 1, 0, "a line feed without its carriage return"},
      {"5\rhello\r\n", Errc::bad_chunk, 1, 0, "a carriage return without its line feed"},
      {"5;a\nb\r\nhello\r\n", Errc::bad_chunk, 3, 0, "a line feed without its carriage return"},
      {"5;a\0b\r\nhello\r\n"sv, Errc::bad_chunk, 3, 0, "a NUL byte"},
      {"5\r\nhelloX\r\n", Errc::bad_chunk, 8, 5, "the data of a chunk is not followed by CR LF"},
      {"5\r\nhello\n0\r\n\r\n", Errc::bad_chunk, 8, 5, "the data of a chunk is not followed by CR LF"},
      {"5\r\nhello\r\ngarbage\r\n", Errc::bad_chunk, 10, 5, size},
      {"5\r\nhello\r\n0\r\nA b\r\n\r\n", Errc::bad_trailer, 14, 5,
       "a byte in a field name that no token may hold"},
      {"5\r\nhello\r\n0\r\nA: b\n\r\n", Errc::bad_trailer, 17, 5, "a line feed without its carriage return"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(::testing::PrintToString(std::string(row.bytes)));
    ScriptedServer peer([&](const ScriptedRequest&) {
      return Answer{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string(row.bytes)};
    });
    const Recorder r = fetch(peer.url("/"));
    EXPECT_EQ(r.error.code, row.code);
    EXPECT_EQ(r.message, std::string(name(row.code)) + " in body after " + std::to_string(row.body) +
                             " bytes: " + std::string(row.why) + " at byte " + std::to_string(row.offset) +
                             " of the chunked body");
    EXPECT_EQ(r.error.phase, Phase::body);
    EXPECT_EQ(r.error.received, row.body);
    EXPECT_EQ(r.body, std::string("hello").substr(0, row.body)) << "what came before is delivered";
    EXPECT_EQ(r.events, row.body ? "head 200 body done" : "head 200 done");
  }
}

TEST_F(Framing, H5_ExtensionsHaveALimit) {
  ScriptedServer peer([&](const ScriptedRequest&) {
    std::string body = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (int i = 0; i < 40; ++i) body += "1;" + std::string(1000, 'e') + "\r\nx\r\n";
    return Answer{body};
  });
  const Recorder r = fetch(peer.url("/"));
  EXPECT_EQ(r.error.code, Errc::bad_chunk);
  EXPECT_NE(r.message.find("the chunk extensions of one body are longer than max_chunk_extensions (16384)"),
            std::string::npos)
      << r.message;
  EXPECT_EQ(r.body, std::string(16, 'x'));
}

TEST_F(Framing, H5_TrailersThatForgeFramingAreLeftOut) {
  ScriptedServer peer([&](const ScriptedRequest& request) {
    if (request.number != 0) return Answer{"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecond"};
    return Answer{
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n"
        "Content-Length: 100\r\nTransfer-Encoding: gzip\r\nX-Sum: 1\r\nSet-Cookie: a=b\r\nHost: x\r\n\r\n"};
  });
  Recorder first, second;
  LoopbackClient client;
  client.get(peer.url("/"), first);
  client.run();
  client.get(peer.url("/"), second);
  client.run();
  EXPECT_EQ(outcome(first), "ok") << first.message;
  EXPECT_EQ(first.trailers, std::vector<std::string>{"X-Sum: 1"});
  EXPECT_EQ(second.body, "second");
  EXPECT_TRUE(second.reused);
}

TEST_F(Framing, H5_TheEmbeddedServerAgrees) {
  const Recorder r = fetch(server().https_url("/fault/chunk-garbage"), trusting());
  EXPECT_EQ(r.message,
            "bad-chunk in body after 5 bytes: a chunk does not begin with its size in hexadecimal digits "
            "at byte 10 of the chunked body");
}

TEST_F(Framing, H8_NoBodyWhereNoneBelongs) {
  struct Row {
    const char* method;
    std::string_view answer;
    bool kept;
  };
  const Row rows[] = {
      {"HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", true},
      {"HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", true},
      {"GET", "HTTP/1.1 204 No Content\r\n\r\n", true},
      {"GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", true},
      {"GET", "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", false},
      {"GET", "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n", false},
      // A body all the same: it is read as nothing, least of all as the next answer.
      {"HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", false},
      {"GET", "HTTP/1.1 204 No Content\r\n\r\nhello", false},
      {"GET", "HTTP/1.1 304 Not Modified\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged", false},
      {"GET",
       "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged",
       false},
      {"GET", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n\r\n", false},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(std::string(row.method) + " " + std::string(row.answer));
    ScriptedServer peer([&](const ScriptedRequest& request) {
      if (request.target == "/second") return Answer{"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecond"};
      return Answer{std::string(row.answer)};
    });
    Recorder first, second;
    LoopbackClient client;
    client.send(row.method, peer.url("/first"), first);
    client.run();
    client.get(peer.url("/second"), second);
    client.run();
    EXPECT_EQ(outcome(first), "ok") << first.message;
    EXPECT_EQ(first.body, "");
    EXPECT_TRUE(first.events.ends_with(" done"));
    EXPECT_EQ(outcome(second), "ok") << second.message;
    EXPECT_EQ(second.body, "second");
    EXPECT_EQ(second.reused, row.kept);
  }
}

TEST_F(Framing, H8_TwoAnswersInOneSegmentServeOneRequest) {
  // Requests queue for the one connection; the second answer came before the second request went out.
  const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
  ScriptedServer peer([&](const ScriptedRequest& request) {
    if (request.target == "/first") return Answer{answer + "first" + answer + "forge"};
    return Answer{answer + "other"};
  });
  Recorder first, second;
  LoopbackClient client({.max_connections_per_host = 1});
  client.get(peer.url("/first"), first);
  client.get(peer.url("/second"), second);
  client.run();
  EXPECT_EQ(first.body, "first");
  EXPECT_EQ(second.body, "other");
  EXPECT_EQ(peer.connections(), 2u);
}

}  // namespace
}  // namespace godwit::testing
