// SPDX-License-Identifier: MIT
#include "godwit/core/http1/body_length.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "godwit/parser/response_head.h"

namespace godwit::http1 {
namespace {

using Kind = BodyLength::Kind;

struct Row {
  const char* what;  // the line of RFC 9112 6.3, or the row of the catalogue of faults
  const char* method;
  const char* head;  // without the empty line
  Kind kind;
  uint64_t length = 0;
  bool contradicted = false;
  Errc error = Errc::ok;
};

constexpr Errc kBadLength = Errc::bad_content_length;
constexpr Errc kBadCoding = Errc::bad_transfer_encoding;

const Row kRows[] = {
    {"1: HEAD", "HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n", Kind::none},
    {"1: HEAD", "HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n", Kind::none},
    {"1: HEAD", "HEAD", "HTTP/1.1 200 OK\r\n", Kind::none},
    {"1: HEAD is a method, head is another", "head", "HTTP/1.1 200 OK\r\n", Kind::until_close},
    {"1: 100", "GET", "HTTP/1.1 100 Continue\r\n", Kind::none},
    {"1: 199", "GET", "HTTP/1.1 199 What\r\nContent-Length: 0\r\n", Kind::none},
    {"1: 103 with a length", "GET", "HTTP/1.1 103 Hints\r\nContent-Length: 7\r\n", Kind::none, 0, true},
    {"1: 204", "GET", "HTTP/1.1 204 No\r\n", Kind::none},
    {"1: 204 with length 0", "GET", "HTTP/1.1 204 No\r\nContent-Length: 0\r\n", Kind::none},
    {"1: 304", "GET", "HTTP/1.1 304 Same\r\nContent-Length: 7\r\n", Kind::none},
    {"1: 205 is no exception", "GET", "HTTP/1.1 205 Reset\r\nContent-Length: 0\r\n", Kind::length, 0},
    {"2: CONNECT", "CONNECT", "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n", Kind::tunnel},
    {"2: CONNECT", "CONNECT", "HTTP/1.1 299 OK\r\nTransfer-Encoding: chunked\r\n", Kind::tunnel},
    {"2: CONNECT, 204", "CONNECT", "HTTP/1.1 204 OK\r\n", Kind::tunnel},
    {"2: CONNECT refused", "CONNECT", "HTTP/1.1 300 No\r\nContent-Length: 7\r\n", Kind::length, 7},
    {"2: CONNECT, interim", "CONNECT", "HTTP/1.1 100 Wait\r\n", Kind::none},
    {"3: both", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 7\r\nTransfer-Encoding: chunked\r\n", Kind::none,
     0, false, kBadCoding},
    {"3: both, the other way round", "GET",
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 0\r\n", Kind::none, 0, false,
     kBadCoding},
    {"3: both, the length nonsense", "GET",
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: x\r\n", Kind::none, 0, false,
     kBadCoding},
    {"4: chunked", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n", Kind::chunked},
    {"4: chunked in any case", "GET", "HTTP/1.1 200 OK\r\ntransfer-ENCODING: CHUNKED\r\n", Kind::chunked},
    {"4: chunked among empty elements", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: , chunked ,\r\n",
     Kind::chunked},
    {"H4: unknown", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n", Kind::none, 0, false,
     kBadCoding},
    {"H4: identity", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n", Kind::none, 0, false,
     kBadCoding},
    {"H4: gzip, chunked", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n", Kind::none, 0,
     false, kBadCoding},
    {"H4: over two lines", "GET",
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", Kind::none, 0, false,
     kBadCoding},
    {"H4: chunked not last", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, gzip\r\n", Kind::none, 0,
     false, kBadCoding},
    {"H4: chunked twice", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, chunked\r\n", Kind::none, 0,
     false, kBadCoding},
    {"H4: chunked twice, two lines", "GET",
     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", Kind::none, 0, false,
     kBadCoding},
    {"H4: xchunked", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: xchunked\r\n", Kind::none, 0, false,
     kBadCoding},
    {"H4: quoted", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: \"chunked\"\r\n", Kind::none, 0, false,
     kBadCoding},
    {"H4: with parameters", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked;a=b\r\n", Kind::none, 0,
     false, kBadCoding},
    {"H4: empty", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding:\r\n", Kind::none, 0, false, kBadCoding},
    {"H4: HTTP/1.0", "GET", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n", Kind::none, 0, false,
     kBadCoding},
    {"H4: on 204", "GET", "HTTP/1.1 204 No\r\nTransfer-Encoding: chunked\r\n", Kind::none, 0, true},
    {"H8: a length on 204", "GET", "HTTP/1.1 204 No\r\nContent-Length: 7\r\n", Kind::none, 0, true},
    {"H3: nonsense on HEAD", "HEAD", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n", Kind::none, 0, true},
    {"H3: differing on 304", "GET", "HTTP/1.1 304 Same\r\nContent-Length: 1\r\nContent-Length: 2\r\n",
     Kind::none, 0, true},
    {"H3: both on HEAD", "HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n",
     Kind::none, 0, true},
    {"5, H3: sign", "GET", "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n", Kind::none, 0, false, kBadLength},
    {"5, H3: minus", "GET", "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n", Kind::none, 0, false, kBadLength},
    {"5, H3: hex", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 0x5\r\n", Kind::none, 0, false, kBadLength},
    {"5, H3: underscore", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 1_0\r\n", Kind::none, 0, false,
     kBadLength},
    {"5, H3: space", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 5 5\r\n", Kind::none, 0, false, kBadLength},
    {"5, H3: list", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 5,5\r\n", Kind::none, 0, false, kBadLength},
    {"5, H3: list with space", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n", Kind::none, 0, false,
     kBadLength},
    {"5, H3: empty", "GET", "HTTP/1.1 200 OK\r\nContent-Length:\r\n", Kind::none, 0, false, kBadLength},
    {"5, H3: 2^63", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775808\r\n", Kind::none, 0, false,
     kBadLength},
    {"5, H3: 2^64", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551616\r\n", Kind::none, 0,
     false, kBadLength},
    {"5, H3: differing", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n", Kind::none,
     0, false, kBadLength},
    {"6: length", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n", Kind::length, 5},
    {"6: 2^63 - 1", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775807\r\n", Kind::length,
     9223372036854775807u},
    {"6, H3: identical", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n", Kind::length,
     5},
    {"6: HTTP/1.0", "GET", "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n", Kind::length, 5},
    {"8: neither", "GET", "HTTP/1.1 200 OK\r\n", Kind::until_close},
    {"8: HTTP/1.0", "GET", "HTTP/1.0 404 No\r\nConnection: keep-alive\r\n", Kind::until_close},
};

TEST(BodyLength, Rfc9112Section6Point3) {
  for (const Row& row : kRows) {
    SCOPED_TRACE(std::string(row.what) + ": " + row.head);
    const std::string text = std::string(row.head) + "\r\n";
    std::vector<parser::FieldSpan> spans(16);
    parser::ResponseHead head;
    head.storage = spans;
    const parser::HeadResult parsed = parser::parse_response_head(text, 0, {}, head);
    ASSERT_EQ(parsed.status, parser::HeadStatus::complete);

    const BodyLength length = body_length(row.method, head, text.data());
    EXPECT_EQ(length.error, row.error);
    EXPECT_EQ(length.diagnosis.empty(), row.error == Errc::ok);
    if (row.error != Errc::ok) continue;
    EXPECT_EQ(length.kind, row.kind);
    EXPECT_EQ(length.length, row.length);
    EXPECT_EQ(length.contradicted, row.contradicted);
  }
}

}  // namespace
}  // namespace godwit::http1
