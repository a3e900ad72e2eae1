// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>

#include "godwit/parser/parse_error.h"

namespace godwit::parser {

// MalformedHead is a reply that is refused by default, with the section that it offends against, what is
// wrong, and where.
struct MalformedHead {
  std::string_view section;
  std::string_view bytes;
  ParseError error;
  size_t offset;
};

namespace section {

inline constexpr std::string_view kMessageParsing = "RFC 9112 2.2";
inline constexpr std::string_view kVersion = "RFC 9112 2.3";
inline constexpr std::string_view kStatusLine = "RFC 9112 4";
inline constexpr std::string_view kFieldSyntax = "RFC 9112 5";
inline constexpr std::string_view kFieldLineParsing = "RFC 9112 5.1";
inline constexpr std::string_view kLineFolding = "RFC 9112 5.2";
inline constexpr std::string_view kFieldNames = "RFC 9110 5.1";
inline constexpr std::string_view kFieldValues = "RFC 9110 5.5";
inline constexpr std::string_view kReadingOrder = "reading order";

}  // namespace section

using namespace std::string_view_literals;  // sv keeps the NUL bytes

inline constexpr MalformedHead kMalformedHeads[] = {
    // RFC 9112 2.2: message parsing: lines end in CR LF, one empty line may come first.
    {section::kMessageParsing, "\n"sv, ParseError::bare_lf, 0},
    {section::kMessageParsing, "\nHTTP/1.1 200 OK\r\n\r\n"sv, ParseError::bare_lf, 0},
    {section::kMessageParsing, "\rHTTP/1.1 200 OK\r\n\r\n"sv, ParseError::bare_cr, 0},
    {section::kMessageParsing, "\r\r\nHTTP/1.1 200 OK\r\n\r\n"sv, ParseError::bare_cr, 0},
    {section::kMessageParsing, "\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"sv, ParseError::bad_version, 2},
    {section::kMessageParsing, "\r\n HTTP/1.1 200 OK\r\n\r\n"sv, ParseError::bad_version, 2},
    {section::kMessageParsing, " HTTP/1.1 200 OK\r\n\r\n"sv, ParseError::bad_version, 0},
    {section::kMessageParsing, "\tHTTP/1.1 200 OK\r\n\r\n"sv, ParseError::bad_version, 0},
    {section::kMessageParsing, "\0HTTP/1.1 200 OK\r\n\r\n"sv, ParseError::bad_version, 0},
    {section::kMessageParsing, "\xef\xbb\xbfHTTP/1.1 200 OK\r\n\r\n"sv, ParseError::bad_version, 0},
    {section::kMessageParsing, "HTTP/1.1 200 OK\n\n"sv, ParseError::bare_lf, 15},
    {section::kMessageParsing, "HTTP/1.1 200 OK\nA: b\n\n"sv, ParseError::bare_lf, 15},
    {section::kMessageParsing, "HTTP/1.1 200 OK\n\r\n\r\n"sv, ParseError::bare_lf, 15},
    {section::kMessageParsing, "HTTP/1.1 200 OK\r\nA: b\n\r\n"sv, ParseError::bare_lf, 21},
    {section::kMessageParsing, "HTTP/1.1 200 OK\r\nA: b\r\n\n"sv, ParseError::bare_lf, 23},
    {section::kMessageParsing, "HTTP/1.1 200 OK\r\n\n"sv, ParseError::bare_lf, 17},
    {section::kMessageParsing, "HTTP/1.1 200 OK\r\r\n\r\n"sv, ParseError::bare_cr, 15},
    {section::kMessageParsing, "HTTP/1.1 200 OK\rA: b\r\n\r\n"sv, ParseError::bare_cr, 15},
    {section::kMessageParsing, "HTTP/1.1 200 OK\r\n\r\r\n"sv, ParseError::bare_cr, 17},
    {section::kMessageParsing, "HTTP/1.1 200 OK\r\n\rA: b\r\n\r\n"sv, ParseError::bare_cr, 17},
    {section::kMessageParsing, "HTTP/1.1 200 OK\r\nA: b\r\n\rB: c\r\n\r\n"sv, ParseError::bare_cr, 23},
    {section::kMessageParsing, "HTTP/1.1 200 OK\r\n A: b\r\n\r\n"sv, ParseError::obs_fold, 17},
    {section::kMessageParsing, "HTTP/1.1 200 OK\r\n\tA: b\r\n\r\n"sv, ParseError::obs_fold, 17},
    {section::kMessageParsing, "\r\n\nHTTP/1.1 200 OK\r\n\r\n"sv, ParseError::bad_version, 2},
    {section::kMessageParsing, "\r\n\rHTTP/1.1 200 OK\r\n\r\n"sv, ParseError::bad_version, 2},
    {section::kMessageParsing, "\r\0\nHTTP/1.1 200 OK\r\n\r\n"sv, ParseError::bare_cr, 0},
    {section::kMessageParsing, "HTTP/1.1 200 OK\r\nA: b\n"sv, ParseError::bare_lf, 21},
    {section::kMessageParsing, "HTTP/1.1 200 OK\r\nA: b\r\n\r\r\n"sv, ParseError::bare_cr, 23},
    {section::kMessageParsing, "HTTP/1.1 200 OK\r\n\r\0"sv, ParseError::bare_cr, 17},
    {section::kMessageParsing, "HTTP/1.1 200 OK\r\n \r\n\r\n"sv, ParseError::obs_fold, 17},
    {section::kMessageParsing, "HTTP/1.1 200 OK\r\n\t\r\nA: b\r\n\r\n"sv, ParseError::obs_fold, 17},
    {section::kMessageParsing, "HTTP/1.1 200 OK\r\n \t A: b\r\nB: c\r\n\r\n"sv, ParseError::obs_fold, 17},

    // RFC 9112 2.3: the version.
    {section::kVersion, "SSH-2.0-OpenSSH_9.2\r\n"sv, ParseError::bad_version, 0},
    {section::kVersion, "<html><head><title>Hi</title>"sv, ParseError::bad_version, 0},
    {section::kVersion, "220 mail.example ESMTP\r\n"sv, ParseError::bad_version, 0},
    {section::kVersion, "\x15\x03\x01\x00\x02\x02\x46"sv, ParseError::bad_version, 0},
    {section::kVersion, "HTTQ/1.1 200 OK\r\n\r\n"sv, ParseError::bad_version, 3},
    {section::kVersion, "http/1.1 200 OK\r\n\r\n"sv, ParseError::bad_version, 0},
    {section::kVersion, "HTTp/1.1 200 OK\r\n\r\n"sv, ParseError::bad_version, 3},
    {section::kVersion, "HTTP 200 OK\r\n\r\n"sv, ParseError::bad_version, 4},
    {section::kVersion, "HTTP/2 200\r\n\r\n"sv, ParseError::bad_version, 5},
    {section::kVersion, "HTTP/2.0 200 OK\r\n\r\n"sv, ParseError::bad_version, 5},
    {section::kVersion, "HTTP/0.9 200 OK\r\n\r\n"sv, ParseError::bad_version, 5},
    {section::kVersion, "HTTP/3.0 200 OK\r\n\r\n"sv, ParseError::bad_version, 5},
    {section::kVersion, "HTTP/ 1.1 200 OK\r\n\r\n"sv, ParseError::bad_version, 5},
    {section::kVersion, "HTTP/11 200 OK\r\n\r\n"sv, ParseError::bad_version, 6},
    {section::kVersion, "HTTP/1 200 OK\r\n\r\n"sv, ParseError::bad_version, 6},
    {section::kVersion, "HTTP/1,1 200 OK\r\n\r\n"sv, ParseError::bad_version, 6},
    {section::kVersion, "HTTP/1. 200 OK\r\n\r\n"sv, ParseError::bad_version, 7},
    {section::kVersion, "HTTP/1.x 200 OK\r\n\r\n"sv, ParseError::bad_version, 7},
    {section::kVersion, "HTTP/1.-1 200 OK\r\n\r\n"sv, ParseError::bad_version, 7},
    {section::kVersion, "HTTP/1.abc 200 OK\r\n\r\n"sv, ParseError::bad_version, 7},
    {section::kVersion, "HTTP/1.10 200 OK\r\n\r\n"sv, ParseError::bad_version, 8},
    {section::kVersion, "HTTP/1.1\t200 OK\r\n\r\n"sv, ParseError::bad_version, 8},
    {section::kVersion, "HTTP/1.1\r\n\r\n"sv, ParseError::bad_version, 8},
    {section::kVersion, "HTTP/1.1\n\n"sv, ParseError::bad_version, 8},
    {section::kVersion, "HTTP/1.1\0 200 OK\r\n\r\n"sv, ParseError::bad_version, 8},
    {section::kVersion, "\x16\x03\x03\x00\x7a\x02\x00\x00\x76"sv, ParseError::bad_version, 0},
    {section::kVersion, "\0\0\x12\x04\0\0\0\0\0"sv, ParseError::bad_version, 0},
    {section::kVersion, "RTSP/1.0 200 OK\r\n\r\n"sv, ParseError::bad_version, 0},
    {section::kVersion, "ICY 200 OK\r\n\r\n"sv, ParseError::bad_version, 0},
    {section::kVersion, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"sv, ParseError::bad_version, 0},
    {section::kVersion, "{\"error\": 400}\r\n"sv, ParseError::bad_version, 0},
    {section::kVersion, "HHTTP/1.1 200 OK\r\n\r\n"sv, ParseError::bad_version, 1},
    {section::kVersion, "HTTPS/1.1 200 OK\r\n\r\n"sv, ParseError::bad_version, 4},
    {section::kVersion, "HTTP\\1.1 200 OK\r\n\r\n"sv, ParseError::bad_version, 4},
    {section::kVersion, "HTTP /1.1 200 OK\r\n\r\n"sv, ParseError::bad_version, 4},
    {section::kVersion, "HTTP/01.1 200 OK\r\n\r\n"sv, ParseError::bad_version, 5},
    {section::kVersion, "HTTP/+1.1 200 OK\r\n\r\n"sv, ParseError::bad_version, 5},
    {section::kVersion, "HTTP/\r\n\r\n"sv, ParseError::bad_version, 5},
    {section::kVersion, "HTTP/1.\xb9 200 OK\r\n\r\n"sv, ParseError::bad_version, 7},
    {section::kVersion, "HTTP/1.1200 OK\r\n\r\n"sv, ParseError::bad_version, 8},
    {section::kVersion, "HTTP/1.1/ 200 OK\r\n\r\n"sv, ParseError::bad_version, 8},
    {section::kVersion, "HTTP/1.1\xa0\x32\x30\x30 OK\r\n\r\n"sv, ParseError::bad_version, 8},

    // RFC 9112 4: the status line.
    {section::kStatusLine, "HTTP/1.1 \r\n\r\n"sv, ParseError::bad_status_code, 9},
    {section::kStatusLine, "HTTP/1.1  200 OK\r\n\r\n"sv, ParseError::bad_status_code, 9},
    {section::kStatusLine, "HTTP/1.1 \t200 OK\r\n\r\n"sv, ParseError::bad_status_code, 9},
    {section::kStatusLine, "HTTP/1.1 OK\r\n\r\n"sv, ParseError::bad_status_code, 9},
    {section::kStatusLine, "HTTP/1.1 +20 OK\r\n\r\n"sv, ParseError::bad_status_code, 9},
    {section::kStatusLine, "HTTP/1.1 -20 OK\r\n\r\n"sv, ParseError::bad_status_code, 9},
    {section::kStatusLine, "HTTP/1.1 000 OK\r\n\r\n"sv, ParseError::bad_status_code, 9},
    {section::kStatusLine, "HTTP/1.1 099 OK\r\n\r\n"sv, ParseError::bad_status_code, 9},
    {section::kStatusLine, "HTTP/1.1 \xb2\x30\x30 OK\r\n\r\n"sv, ParseError::bad_status_code, 9},
    {section::kStatusLine, "HTTP/1.1 2x0 OK\r\n\r\n"sv, ParseError::bad_status_code, 10},
    {section::kStatusLine, "HTTP/1.1 99 OK\r\n\r\n"sv, ParseError::bad_status_code, 11},
    {section::kStatusLine, "HTTP/1.1 20\r\n\r\n"sv, ParseError::bad_status_code, 11},
    {section::kStatusLine, "HTTP/1.1 20x OK\r\n\r\n"sv, ParseError::bad_status_code, 11},
    {section::kStatusLine, "HTTP/1.1 1000 OK\r\n\r\n"sv, ParseError::bad_status_code, 12},
    {section::kStatusLine, "HTTP/1.1 200OK\r\n\r\n"sv, ParseError::bad_status_code, 12},
    {section::kStatusLine, "HTTP/1.1 200\tOK\r\n\r\n"sv, ParseError::bad_status_code, 12},
    {section::kStatusLine, "HTTP/1.1 200.1 OK\r\n\r\n"sv, ParseError::bad_status_code, 12},
    {section::kStatusLine, "HTTP/1.1 200\n\r\n\r\n"sv, ParseError::bare_lf, 12},
    {section::kStatusLine, "HTTP/1.1 200\rOK\r\n\r\n"sv, ParseError::bare_cr, 12},
    {section::kStatusLine, "HTTP/1.1 200 O\0K\r\n\r\n"sv, ParseError::nul_byte, 14},
    {section::kStatusLine, "HTTP/1.1 200 \x01\r\n\r\n"sv, ParseError::bad_reason_byte, 13},
    {section::kStatusLine, "HTTP/1.1 200 O\x1bK\r\n\r\n"sv, ParseError::bad_reason_byte, 14},
    {section::kStatusLine, "HTTP/1.1 200 O\x7fK\r\n\r\n"sv, ParseError::bad_reason_byte, 14},
    {section::kStatusLine, "HTTP/1.1 200 OK\x0b\r\n\r\n"sv, ParseError::bad_reason_byte, 15},
    {section::kStatusLine, "HTTP/1.1 \r200 OK\r\n\r\n"sv, ParseError::bad_status_code, 9},
    {section::kStatusLine, "HTTP/1.1 \n\n"sv, ParseError::bad_status_code, 9},
    {section::kStatusLine, "HTTP/1.1 \x00\x32\x30\x30 OK\r\n\r\n"sv, ParseError::bad_status_code, 9},
    {section::kStatusLine, "HTTP/1.1 0x1 OK\r\n\r\n"sv, ParseError::bad_status_code, 9},
    {section::kStatusLine, "HTTP/1.1 \xd9\xa2\xd9\xa0\xd9\xa0 OK\r\n\r\n"sv, ParseError::bad_status_code, 9},
    {section::kStatusLine, "HTTP/1.1 2 00 OK\r\n\r\n"sv, ParseError::bad_status_code, 10},
    {section::kStatusLine, "HTTP/1.1 2\r\n\r\n"sv, ParseError::bad_status_code, 10},
    {section::kStatusLine, "HTTP/1.1 20 0 OK\r\n\r\n"sv, ParseError::bad_status_code, 11},
    {section::kStatusLine, "HTTP/1.1 200,OK\r\n\r\n"sv, ParseError::bad_status_code, 12},
    {section::kStatusLine, "HTTP/1.1 200\0OK\r\n\r\n"sv, ParseError::bad_status_code, 12},
    {section::kStatusLine, "HTTP/1.1 200 \n\r\n"sv, ParseError::bare_lf, 13},
    {section::kStatusLine, "HTTP/1.1 200 \r \r\n\r\n"sv, ParseError::bare_cr, 13},
    {section::kStatusLine, "HTTP/1.1 200 \0\r\n\r\n"sv, ParseError::nul_byte, 13},
    {section::kStatusLine, "HTTP/1.1 200 OK\x1f\r\n\r\n"sv, ParseError::bad_reason_byte, 15},
    {section::kStatusLine, "HTTP/1.1 200 \xff\x7f\r\n\r\n"sv, ParseError::bad_reason_byte, 14},

    // RFC 9112 5: a field line is a name, a colon and a value.
    {section::kFieldSyntax, "HTTP/1.1 200 OK\r\n: b\r\n\r\n"sv, ParseError::empty_name, 17},
    {section::kFieldSyntax, "HTTP/1.1 200 OK\r\n:\r\n\r\n"sv, ParseError::empty_name, 17},
    {section::kFieldSyntax, "HTTP/1.1 200 OK\r\nnocolon\r\n\r\n"sv, ParseError::missing_colon, 24},
    {section::kFieldSyntax, "HTTP/1.1 200 OK\r\nContent-Length\r\nA: b\r\n\r\n"sv, ParseError::missing_colon,
     31},
    {section::kFieldSyntax, "HTTP/1.1 200 OK\r\nA: b\r\nnocolon\r\n\r\n"sv, ParseError::missing_colon, 30},
    {section::kFieldSyntax, "HTTP/1.1 200 OK\r\nA: b\r\n: c\r\n\r\n"sv, ParseError::empty_name, 23},
    {section::kFieldSyntax, "HTTP/1.1 200 OK\r\nA: b\r\n::\r\n\r\n"sv, ParseError::empty_name, 23},
    {section::kFieldSyntax, "HTTP/1.1 200 OK\r\nA: b\r\nC\r\n\r\n"sv, ParseError::missing_colon, 24},
    {section::kFieldSyntax, "HTTP/1.1 200 OK\r\nA\r\n: b\r\n\r\n"sv, ParseError::missing_colon, 18},

    // RFC 9112 5.1: no whitespace between the name and the colon.
    {section::kFieldLineParsing, "HTTP/1.1 200 OK\r\nA : b\r\n\r\n"sv, ParseError::space_before_colon, 18},
    {section::kFieldLineParsing, "HTTP/1.1 200 OK\r\nA\t: b\r\n\r\n"sv, ParseError::space_before_colon, 18},
    {section::kFieldLineParsing, "HTTP/1.1 200 OK\r\nA  \t : b\r\n\r\n"sv, ParseError::space_before_colon,
     18},
    {section::kFieldLineParsing,
     "HTTP/1.1 200 OK\r\nX-A-Name-That-Is-Longer-Than-One-Vector-Of-Bytes~~ : c\r\n\r\n"sv,
     ParseError::space_before_colon, 67},
    {section::kFieldLineParsing, "HTTP/1.1 200 OK\r\nA: b\r\nC : d\r\n\r\n"sv, ParseError::space_before_colon,
     24},
    {section::kFieldLineParsing, "HTTP/1.1 200 OK\r\nTransfer-Encoding : chunked\r\n\r\n"sv,
     ParseError::space_before_colon, 34},
    {section::kFieldLineParsing, "HTTP/1.1 200 OK\r\nContent-Length\t: 5\r\n\r\n"sv,
     ParseError::space_before_colon, 31},
    {section::kFieldLineParsing, "HTTP/1.1 200 OK\r\nA :\r\n\r\n"sv, ParseError::space_before_colon, 18},

    // RFC 9112 5.2: obsolete line folding.
    {section::kLineFolding, "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n"sv, ParseError::obs_fold, 23},
    {section::kLineFolding, "HTTP/1.1 200 OK\r\nA: b\r\n\tc\r\n\r\n"sv, ParseError::obs_fold, 23},
    {section::kLineFolding, "HTTP/1.1 200 OK\r\nA: b\r\n \r\n\r\n"sv, ParseError::obs_fold, 23},
    {section::kLineFolding, "HTTP/1.1 200 OK\r\nA:\r\n b\r\nC: d\r\n\r\n"sv, ParseError::obs_fold, 21},
    {section::kLineFolding, "HTTP/1.1 200 OK\r\nA: b\r\n \tc\r\n\r\n"sv, ParseError::obs_fold, 23},
    {section::kLineFolding, "HTTP/1.1 200 OK\r\nA: b\r\nB: c\r\n d\r\n\r\n"sv, ParseError::obs_fold, 29},
    {section::kLineFolding, "HTTP/1.1 200 OK\r\nA: b\r\n : c\r\n\r\n"sv, ParseError::obs_fold, 23},
    {section::kLineFolding, "HTTP/1.1 200 OK\r\nA: b\r\n\t\r\n\r\n"sv, ParseError::obs_fold, 23},
    {section::kLineFolding, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n 0\r\n\r\n"sv, ParseError::obs_fold, 36},
    {section::kLineFolding, "HTTP/1.1 200 OK\r\nTransfer-Encoding:\r\n chunked\r\n\r\n"sv,
     ParseError::obs_fold, 37},

    // RFC 9110 5.1: a field name is a token.
    {section::kFieldNames, "HTTP/1.1 200 OK\r\nA b: c\r\n\r\n"sv, ParseError::bad_name_byte, 18},
    {section::kFieldNames, "HTTP/1.1 200 OK\r\nno colon here\r\n\r\n"sv, ParseError::bad_name_byte, 19},
    {section::kFieldNames, "HTTP/1.1 200 OK\r\nA  \r\n\r\n"sv, ParseError::bad_name_byte, 18},
    {section::kFieldNames, "HTTP/1.1 200 OK\r\nA: b\r\n\"B\": c\r\n\r\n"sv, ParseError::bad_name_byte, 23},
    {section::kFieldNames, "HTTP/1.1 200 OK\r\nA(b): c\r\n\r\n"sv, ParseError::bad_name_byte, 18},
    {section::kFieldNames, "HTTP/1.1 200 OK\r\nA;b: c\r\n\r\n"sv, ParseError::bad_name_byte, 18},
    {section::kFieldNames, "HTTP/1.1 200 OK\r\nA/b: c\r\n\r\n"sv, ParseError::bad_name_byte, 18},
    {section::kFieldNames, "HTTP/1.1 200 OK\r\nA@b: c\r\n\r\n"sv, ParseError::bad_name_byte, 18},
    {section::kFieldNames, "HTTP/1.1 200 OK\r\n[A]: c\r\n\r\n"sv, ParseError::bad_name_byte, 17},
    {section::kFieldNames, "HTTP/1.1 200 OK\r\n{A}: c\r\n\r\n"sv, ParseError::bad_name_byte, 17},
    {section::kFieldNames, "HTTP/1.1 200 OK\r\nA=b\r\n\r\n"sv, ParseError::bad_name_byte, 18},
    {section::kFieldNames, "HTTP/1.1 200 OK\r\nA\\: c\r\n\r\n"sv, ParseError::bad_name_byte, 18},
    {section::kFieldNames, "HTTP/1.1 200 OK\r\n\xc3\x84: c\r\n\r\n"sv, ParseError::bad_name_byte, 17},
    {section::kFieldNames, "HTTP/1.1 200 OK\r\nA\xff: c\r\n\r\n"sv, ParseError::bad_name_byte, 18},
    {section::kFieldNames, "HTTP/1.1 200 OK\r\nA\x01: c\r\n\r\n"sv, ParseError::bad_name_byte, 18},
    {section::kFieldNames, "HTTP/1.1 200 OK\r\nA\x7f: c\r\n\r\n"sv, ParseError::bad_name_byte, 18},
    {section::kFieldNames, "HTTP/1.1 200 OK\r\nA\0: c\r\n\r\n"sv, ParseError::nul_byte, 18},
    {section::kFieldNames, "HTTP/1.1 200 OK\r\n\0: c\r\n\r\n"sv, ParseError::nul_byte, 17},
    {section::kFieldNames, "HTTP/1.1 200 OK\r\nA\rB: c\r\n\r\n"sv, ParseError::bare_cr, 18},
    {section::kFieldNames, "HTTP/1.1 200 OK\r\nA\nB: c\r\n\r\n"sv, ParseError::bare_lf, 18},
    {section::kFieldNames, "HTTP/1.1 200 OK\r\nA,b: c\r\n\r\n"sv, ParseError::bad_name_byte, 18},
    {section::kFieldNames, "HTTP/1.1 200 OK\r\nA?b: c\r\n\r\n"sv, ParseError::bad_name_byte, 18},
    {section::kFieldNames, "HTTP/1.1 200 OK\r\nA\"b: c\r\n\r\n"sv, ParseError::bad_name_byte, 18},
    {section::kFieldNames, "HTTP/1.1 200 OK\r\nA<b: c\r\n\r\n"sv, ParseError::bad_name_byte, 18},
    {section::kFieldNames, "HTTP/1.1 200 OK\r\nA>b: c\r\n\r\n"sv, ParseError::bad_name_byte, 18},
    {section::kFieldNames, "HTTP/1.1 200 OK\r\nA}b: c\r\n\r\n"sv, ParseError::bad_name_byte, 18},
    {section::kFieldNames, "HTTP/1.1 200 OK\r\nHTTP/1.1 200 OK\r\n\r\n"sv, ParseError::bad_name_byte, 21},
    {section::kFieldNames, "HTTP/1.1 200 OK\r\n\x0b: c\r\n\r\n"sv, ParseError::bad_name_byte, 17},
    {section::kFieldNames, "HTTP/1.1 200 OK\r\n\x7f: c\r\n\r\n"sv, ParseError::bad_name_byte, 17},
    {section::kFieldNames, "HTTP/1.1 200 OK\r\n\xef\xbb\xbfName: c\r\n\r\n"sv, ParseError::bad_name_byte, 17},
    {section::kFieldNames, "HTTP/1.1 200 OK\r\nA\xa0: c\r\n\r\n"sv, ParseError::bad_name_byte, 18},
    {section::kFieldNames, "HTTP/1.1 200 OK\r\nTransfer-Encoding\x0b: chunked\r\n\r\n"sv,
     ParseError::bad_name_byte, 34},
    {section::kFieldNames, "HTTP/1.1 200 OK\r\nTransfer-Encoding\0: chunked\r\n\r\n"sv, ParseError::nul_byte,
     34},
    {section::kFieldNames, "HTTP/1.1 200 OK\r\nTransfer Encoding: chunked\r\n\r\n"sv,
     ParseError::bad_name_byte, 25},
    {section::kFieldNames, "HTTP/1.1 200 OK\r\nA \0: c\r\n\r\n"sv, ParseError::bad_name_byte, 18},
    {section::kFieldNames, "HTTP/1.1 200 OK\r\nA: b\r\nC\xff: d\r\nE: f\r\n\r\n"sv, ParseError::bad_name_byte,
     24},

    // RFC 9110 5.5: field values.
    {section::kFieldValues, "HTTP/1.1 200 OK\r\nA: b\0c\r\n\r\n"sv, ParseError::nul_byte, 21},
    {section::kFieldValues, "HTTP/1.1 200 OK\r\nA:\0\r\n\r\n"sv, ParseError::nul_byte, 19},
    {section::kFieldValues, "HTTP/1.1 200 OK\r\nA: b\rB: c\r\n\r\n"sv, ParseError::bare_cr, 21},
    {section::kFieldValues, "HTTP/1.1 200 OK\r\nA: b\r\r\n\r\n"sv, ParseError::bare_cr, 21},
    {section::kFieldValues, "HTTP/1.1 200 OK\r\nA: b\r\0\r\n\r\n"sv, ParseError::bare_cr, 21},
    {section::kFieldValues, "HTTP/1.1 200 OK\r\nA: b\nB: c\r\n\r\n"sv, ParseError::bare_lf, 21},
    {section::kFieldValues, "HTTP/1.1 200 OK\r\nA: \x01\r\n\r\n"sv, ParseError::bad_value_byte, 20},
    {section::kFieldValues, "HTTP/1.1 200 OK\r\nA: b\x08\r\n\r\n"sv, ParseError::bad_value_byte, 21},
    {section::kFieldValues, "HTTP/1.1 200 OK\r\nA: b\x0b\r\n\r\n"sv, ParseError::bad_value_byte, 21},
    {section::kFieldValues, "HTTP/1.1 200 OK\r\nA: b\x0c\r\n\r\n"sv, ParseError::bad_value_byte, 21},
    {section::kFieldValues, "HTTP/1.1 200 OK\r\nA: b\x1f\r\n\r\n"sv, ParseError::bad_value_byte, 21},
    {section::kFieldValues, "HTTP/1.1 200 OK\r\nA: b\x7f\r\n\r\n"sv, ParseError::bad_value_byte, 21},
    {section::kFieldValues, "HTTP/1.1 200 OK\r\nA: b\r\nSet-Cookie: a=\x1b[2J\r\n\r\n"sv,
     ParseError::bad_value_byte, 37},
    {section::kFieldValues, "HTTP/1.1 200 OK\r\nA:\x01\r\n\r\n"sv, ParseError::bad_value_byte, 19},
    {section::kFieldValues, "HTTP/1.1 200 OK\r\nA: \x7f\r\n\r\n"sv, ParseError::bad_value_byte, 20},
    {section::kFieldValues, "HTTP/1.1 200 OK\r\nA: b\x0e\r\n\r\n"sv, ParseError::bad_value_byte, 21},
    {section::kFieldValues, "HTTP/1.1 200 OK\r\nA: b \x02 c\r\n\r\n"sv, ParseError::bad_value_byte, 22},
    {section::kFieldValues, "HTTP/1.1 200 OK\r\nA: \xc3\xa4\x07\r\n\r\n"sv, ParseError::bad_value_byte, 22},
    {section::kFieldValues, "HTTP/1.1 200 OK\r\nA:\rb\r\n\r\n"sv, ParseError::bare_cr, 19},
    {section::kFieldValues, "HTTP/1.1 200 OK\r\nA: \r\t\r\n\r\n"sv, ParseError::bare_cr, 20},
    {section::kFieldValues, "HTTP/1.1 200 OK\r\nA:\n\r\n"sv, ParseError::bare_lf, 19},
    {section::kFieldValues, "HTTP/1.1 200 OK\r\nA: \nb\r\n\r\n"sv, ParseError::bare_lf, 20},
    {section::kFieldValues, "HTTP/1.1 200 OK\r\nA: b\xff\0\r\n\r\n"sv, ParseError::nul_byte, 22},
    {section::kFieldValues, "HTTP/1.1 200 OK\r\nContent-Length: 5\x0b\r\n\r\n"sv, ParseError::bad_value_byte,
     34},
    {section::kFieldValues, "HTTP/1.1 200 OK\r\nContent-Length: 5\0\r\n\r\n"sv, ParseError::nul_byte, 34},
    {section::kFieldValues, "HTTP/1.1 200 OK\r\nLocation: /\rSet-Cookie: a=b\r\n\r\n"sv, ParseError::bare_cr,
     28},
    {section::kFieldValues, "HTTP/1.1 200 OK\r\nLocation: /\nSet-Cookie: a=b\r\n\r\n"sv, ParseError::bare_lf,
     28},

    // Reading order: the first offence in reading order counts, whatever comes after it.
    {section::kReadingOrder, "HTTP/1.1 200 OK\r\nA b: c\r\nB: \0\r\n\r\n"sv, ParseError::bad_name_byte, 18},
    {section::kReadingOrder, "HTTP/1.1 200 OK\r\nA : c\r\nB: d\n\r\n"sv, ParseError::space_before_colon, 18},
    {section::kReadingOrder, "HTTP/1.1 200 OK\r\nA: \x01\r\nB : d\r\n\r\n"sv, ParseError::bad_value_byte, 20},
    {section::kReadingOrder, "HTTQ/1.1 200 O\0\n\r\n"sv, ParseError::bad_version, 3},
    {section::kReadingOrder, "HTTP/1.1 2x0 \x01\r\n\n"sv, ParseError::bad_status_code, 10},
    {section::kReadingOrder, "HTTP/1.1 200 OK\r\nA: \0\r\nB: \r\n\n"sv, ParseError::nul_byte, 20},
    {section::kReadingOrder, "HTTP/1.1 200 OK\r\n A: b\nB : c\r\n\r\n"sv, ParseError::obs_fold, 17},
    {section::kReadingOrder, "HTTP/1.1 200 OK\r\nA\r\nB: \n\r\n"sv, ParseError::missing_colon, 18},
};

}  // namespace godwit::parser
