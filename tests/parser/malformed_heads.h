// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "godwit/parser/parse_error.h"

namespace godwit::parser {

// MalformedHead is a reply that is refused by default, with what is wrong and where.
struct MalformedHead {
  std::string_view bytes;
  ParseError error;
  size_t offset;
};

using namespace std::string_view_literals;  // sv keeps the NUL bytes

// kMalformedHeads is grouped by section of RFC 9112, or of RFC 9110 where that one has the grammar.
inline constexpr MalformedHead kMalformedHeads[] = {
    // 2.2: message parsing. Line ends are CR LF; one empty line may come first.
    {"\n"sv, ParseError::bare_lf, 0},
    {"\nHTTP/1.1 200 OK\r\n\r\n"sv, ParseError::bare_lf, 0},
    {"\rHTTP/1.1 200 OK\r\n\r\n"sv, ParseError::bare_cr, 0},
    {"\r\r\nHTTP/1.1 200 OK\r\n\r\n"sv, ParseError::bare_cr, 0},
    {"\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"sv, ParseError::bad_version, 2},
    {"\r\n HTTP/1.1 200 OK\r\n\r\n"sv, ParseError::bad_version, 2},
    {" HTTP/1.1 200 OK\r\n\r\n"sv, ParseError::bad_version, 0},
    {"\tHTTP/1.1 200 OK\r\n\r\n"sv, ParseError::bad_version, 0},
    {"\0HTTP/1.1 200 OK\r\n\r\n"sv, ParseError::bad_version, 0},
    {"\xef\xbb\xbfHTTP/1.1 200 OK\r\n\r\n"sv, ParseError::bad_version, 0},
    {"HTTP/1.1 200 OK\n\n"sv, ParseError::bare_lf, 15},
    {"HTTP/1.1 200 OK\nA: b\n\n"sv, ParseError::bare_lf, 15},
    {"HTTP/1.1 200 OK\n\r\n\r\n"sv, ParseError::bare_lf, 15},
    {"HTTP/1.1 200 OK\r\nA: b\n\r\n"sv, ParseError::bare_lf, 21},
    {"HTTP/1.1 200 OK\r\nA: b\r\n\n"sv, ParseError::bare_lf, 23},
    {"HTTP/1.1 200 OK\r\n\n"sv, ParseError::bare_lf, 17},
    {"HTTP/1.1 200 OK\r\r\n\r\n"sv, ParseError::bare_cr, 15},
    {"HTTP/1.1 200 OK\rA: b\r\n\r\n"sv, ParseError::bare_cr, 15},
    {"HTTP/1.1 200 OK\r\n\r\r\n"sv, ParseError::bare_cr, 17},
    {"HTTP/1.1 200 OK\r\n\rA: b\r\n\r\n"sv, ParseError::bare_cr, 17},
    {"HTTP/1.1 200 OK\r\nA: b\r\n\rB: c\r\n\r\n"sv, ParseError::bare_cr, 23},
    {"HTTP/1.1 200 OK\r\n A: b\r\n\r\n"sv, ParseError::obs_fold, 17},
    {"HTTP/1.1 200 OK\r\n\tA: b\r\n\r\n"sv, ParseError::obs_fold, 17},

    // 2.3: version.
    {"SSH-2.0-OpenSSH_9.2\r\n"sv, ParseError::bad_version, 0},
    {"<html><head><title>Hi</title>"sv, ParseError::bad_version, 0},
    {"220 mail.example ESMTP\r\n"sv, ParseError::bad_version, 0},
    {"\x15\x03\x01\x00\x02\x02\x46"sv, ParseError::bad_version, 0},
    {"HTTQ/1.1 200 OK\r\n\r\n"sv, ParseError::bad_version, 3},
    {"http/1.1 200 OK\r\n\r\n"sv, ParseError::bad_version, 0},
    {"HTTp/1.1 200 OK\r\n\r\n"sv, ParseError::bad_version, 3},
    {"HTTP 200 OK\r\n\r\n"sv, ParseError::bad_version, 4},
    {"HTTP/2 200\r\n\r\n"sv, ParseError::bad_version, 5},
    {"HTTP/2.0 200 OK\r\n\r\n"sv, ParseError::bad_version, 5},
    {"HTTP/0.9 200 OK\r\n\r\n"sv, ParseError::bad_version, 5},
    {"HTTP/3.0 200 OK\r\n\r\n"sv, ParseError::bad_version, 5},
    {"HTTP/ 1.1 200 OK\r\n\r\n"sv, ParseError::bad_version, 5},
    {"HTTP/11 200 OK\r\n\r\n"sv, ParseError::bad_version, 6},
    {"HTTP/1 200 OK\r\n\r\n"sv, ParseError::bad_version, 6},
    {"HTTP/1,1 200 OK\r\n\r\n"sv, ParseError::bad_version, 6},
    {"HTTP/1. 200 OK\r\n\r\n"sv, ParseError::bad_version, 7},
    {"HTTP/1.x 200 OK\r\n\r\n"sv, ParseError::bad_version, 7},
    {"HTTP/1.-1 200 OK\r\n\r\n"sv, ParseError::bad_version, 7},
    {"HTTP/1.abc 200 OK\r\n\r\n"sv, ParseError::bad_version, 7},
    {"HTTP/1.10 200 OK\r\n\r\n"sv, ParseError::bad_version, 8},
    {"HTTP/1.1\t200 OK\r\n\r\n"sv, ParseError::bad_version, 8},
    {"HTTP/1.1\r\n\r\n"sv, ParseError::bad_version, 8},
    {"HTTP/1.1\n\n"sv, ParseError::bad_version, 8},
    {"HTTP/1.1\0 200 OK\r\n\r\n"sv, ParseError::bad_version, 8},

    // 4: status line.
    {"HTTP/1.1 \r\n\r\n"sv, ParseError::bad_status_code, 9},
    {"HTTP/1.1  200 OK\r\n\r\n"sv, ParseError::bad_status_code, 9},
    {"HTTP/1.1 \t200 OK\r\n\r\n"sv, ParseError::bad_status_code, 9},
    {"HTTP/1.1 OK\r\n\r\n"sv, ParseError::bad_status_code, 9},
    {"HTTP/1.1 +20 OK\r\n\r\n"sv, ParseError::bad_status_code, 9},
    {"HTTP/1.1 -20 OK\r\n\r\n"sv, ParseError::bad_status_code, 9},
    {"HTTP/1.1 000 OK\r\n\r\n"sv, ParseError::bad_status_code, 9},
    {"HTTP/1.1 099 OK\r\n\r\n"sv, ParseError::bad_status_code, 9},
    {"HTTP/1.1 \xb2\x30\x30 OK\r\n\r\n"sv, ParseError::bad_status_code, 9},
    {"HTTP/1.1 2x0 OK\r\n\r\n"sv, ParseError::bad_status_code, 10},
    {"HTTP/1.1 99 OK\r\n\r\n"sv, ParseError::bad_status_code, 11},
    {"HTTP/1.1 20\r\n\r\n"sv, ParseError::bad_status_code, 11},
    {"HTTP/1.1 20x OK\r\n\r\n"sv, ParseError::bad_status_code, 11},
    {"HTTP/1.1 1000 OK\r\n\r\n"sv, ParseError::bad_status_code, 12},
    {"HTTP/1.1 200OK\r\n\r\n"sv, ParseError::bad_status_code, 12},
    {"HTTP/1.1 200\tOK\r\n\r\n"sv, ParseError::bad_status_code, 12},
    {"HTTP/1.1 200.1 OK\r\n\r\n"sv, ParseError::bad_status_code, 12},
    {"HTTP/1.1 200\n\r\n\r\n"sv, ParseError::bare_lf, 12},
    {"HTTP/1.1 200\rOK\r\n\r\n"sv, ParseError::bare_cr, 12},
    {"HTTP/1.1 200 O\0K\r\n\r\n"sv, ParseError::nul_byte, 14},
    {"HTTP/1.1 200 \x01\r\n\r\n"sv, ParseError::bad_reason_byte, 13},
    {"HTTP/1.1 200 O\x1bK\r\n\r\n"sv, ParseError::bad_reason_byte, 14},
    {"HTTP/1.1 200 O\x7fK\r\n\r\n"sv, ParseError::bad_reason_byte, 14},
    {"HTTP/1.1 200 OK\x0b\r\n\r\n"sv, ParseError::bad_reason_byte, 15},

    // 5 and 5.1: field lines and their names.
    {"HTTP/1.1 200 OK\r\n: b\r\n\r\n"sv, ParseError::empty_name, 17},
    {"HTTP/1.1 200 OK\r\n:\r\n\r\n"sv, ParseError::empty_name, 17},
    {"HTTP/1.1 200 OK\r\nA : b\r\n\r\n"sv, ParseError::space_before_colon, 18},
    {"HTTP/1.1 200 OK\r\nA\t: b\r\n\r\n"sv, ParseError::space_before_colon, 18},
    {"HTTP/1.1 200 OK\r\nA  \t : b\r\n\r\n"sv, ParseError::space_before_colon, 18},
    {"HTTP/1.1 200 OK\r\nA b: c\r\n\r\n"sv, ParseError::bad_name_byte, 18},
    {"HTTP/1.1 200 OK\r\nno colon here\r\n\r\n"sv, ParseError::bad_name_byte, 19},
    {"HTTP/1.1 200 OK\r\nA  \r\n\r\n"sv, ParseError::bad_name_byte, 18},
    {"HTTP/1.1 200 OK\r\nnocolon\r\n\r\n"sv, ParseError::missing_colon, 24},
    {"HTTP/1.1 200 OK\r\nContent-Length\r\nA: b\r\n\r\n"sv, ParseError::missing_colon, 31},
    {"HTTP/1.1 200 OK\r\nA: b\r\nnocolon\r\n\r\n"sv, ParseError::missing_colon, 30},
    {"HTTP/1.1 200 OK\r\nA: b\r\n\"B\": c\r\n\r\n"sv, ParseError::bad_name_byte, 23},
    {"HTTP/1.1 200 OK\r\nA(b): c\r\n\r\n"sv, ParseError::bad_name_byte, 18},
    {"HTTP/1.1 200 OK\r\nA;b: c\r\n\r\n"sv, ParseError::bad_name_byte, 18},
    {"HTTP/1.1 200 OK\r\nA/b: c\r\n\r\n"sv, ParseError::bad_name_byte, 18},
    {"HTTP/1.1 200 OK\r\nA@b: c\r\n\r\n"sv, ParseError::bad_name_byte, 18},
    {"HTTP/1.1 200 OK\r\n[A]: c\r\n\r\n"sv, ParseError::bad_name_byte, 17},
    {"HTTP/1.1 200 OK\r\n{A}: c\r\n\r\n"sv, ParseError::bad_name_byte, 17},
    {"HTTP/1.1 200 OK\r\nA=b\r\n\r\n"sv, ParseError::bad_name_byte, 18},
    {"HTTP/1.1 200 OK\r\nA\\: c\r\n\r\n"sv, ParseError::bad_name_byte, 18},
    {"HTTP/1.1 200 OK\r\n\xc3\x84: c\r\n\r\n"sv, ParseError::bad_name_byte, 17},
    {"HTTP/1.1 200 OK\r\nA\xff: c\r\n\r\n"sv, ParseError::bad_name_byte, 18},
    {"HTTP/1.1 200 OK\r\nA\x01: c\r\n\r\n"sv, ParseError::bad_name_byte, 18},
    {"HTTP/1.1 200 OK\r\nA\x7f: c\r\n\r\n"sv, ParseError::bad_name_byte, 18},
    {"HTTP/1.1 200 OK\r\nA\0: c\r\n\r\n"sv, ParseError::nul_byte, 18},
    {"HTTP/1.1 200 OK\r\n\0: c\r\n\r\n"sv, ParseError::nul_byte, 17},
    {"HTTP/1.1 200 OK\r\nA\rB: c\r\n\r\n"sv, ParseError::bare_cr, 18},
    {"HTTP/1.1 200 OK\r\nA\nB: c\r\n\r\n"sv, ParseError::bare_lf, 18},
    {"HTTP/1.1 200 OK\r\nX-A-Name-That-Is-Longer-Than-One-Vector-Of-Bytes~~ : c\r\n\r\n"sv,
     ParseError::space_before_colon, 67},

    // 5.2: obsolete line folding.
    {"HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n"sv, ParseError::obs_fold, 23},
    {"HTTP/1.1 200 OK\r\nA: b\r\n\tc\r\n\r\n"sv, ParseError::obs_fold, 23},
    {"HTTP/1.1 200 OK\r\nA: b\r\n \r\n\r\n"sv, ParseError::obs_fold, 23},
    {"HTTP/1.1 200 OK\r\nA:\r\n b\r\nC: d\r\n\r\n"sv, ParseError::obs_fold, 21},

    // RFC 9110 5.5: field values.
    {"HTTP/1.1 200 OK\r\nA: b\0c\r\n\r\n"sv, ParseError::nul_byte, 21},
    {"HTTP/1.1 200 OK\r\nA:\0\r\n\r\n"sv, ParseError::nul_byte, 19},
    {"HTTP/1.1 200 OK\r\nA: b\rB: c\r\n\r\n"sv, ParseError::bare_cr, 21},
    {"HTTP/1.1 200 OK\r\nA: b\r\r\n\r\n"sv, ParseError::bare_cr, 21},
    {"HTTP/1.1 200 OK\r\nA: b\r\0\r\n\r\n"sv, ParseError::bare_cr, 21},
    {"HTTP/1.1 200 OK\r\nA: b\nB: c\r\n\r\n"sv, ParseError::bare_lf, 21},
    {"HTTP/1.1 200 OK\r\nA: \x01\r\n\r\n"sv, ParseError::bad_value_byte, 20},
    {"HTTP/1.1 200 OK\r\nA: b\x08\r\n\r\n"sv, ParseError::bad_value_byte, 21},
    {"HTTP/1.1 200 OK\r\nA: b\x0b\r\n\r\n"sv, ParseError::bad_value_byte, 21},
    {"HTTP/1.1 200 OK\r\nA: b\x0c\r\n\r\n"sv, ParseError::bad_value_byte, 21},
    {"HTTP/1.1 200 OK\r\nA: b\x1f\r\n\r\n"sv, ParseError::bad_value_byte, 21},
    {"HTTP/1.1 200 OK\r\nA: b\x7f\r\n\r\n"sv, ParseError::bad_value_byte, 21},
    {"HTTP/1.1 200 OK\r\nA: b\r\nSet-Cookie: a=\x1b[2J\r\n\r\n"sv, ParseError::bad_value_byte, 37},

    // The first offence in reading order counts, whatever comes after it.
    {"HTTP/1.1 200 OK\r\nA b: c\r\nB: \0\r\n\r\n"sv, ParseError::bad_name_byte, 18},
    {"HTTP/1.1 200 OK\r\nA : c\r\nB: d\n\r\n"sv, ParseError::space_before_colon, 18},
    {"HTTP/1.1 200 OK\r\nA: \x01\r\nB : d\r\n\r\n"sv, ParseError::bad_value_byte, 20},
};

}  // namespace godwit::parser
