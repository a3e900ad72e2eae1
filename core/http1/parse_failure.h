// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "godwit/core/error.h"
#include "godwit/parser/head.h"
#include "godwit/parser/parse_error.h"
#include "godwit/parser/parse_options.h"

namespace godwit::http1 {

// The parser's errors become the library's here and nowhere else.

// head_failure names what is wrong in a response head, of which `seen` is all bytes up to the
// offending one.
Errc head_failure(parser::ParseError error, std::string_view seen);

// fields_failure names what is wrong in field lines that stand alone.
Errc fields_failure(parser::ParseError error);

// body_failure names what is wrong in a chunked body: in a chunk, or in its trailer section.
Errc body_failure(parser::ParseError error, bool in_trailers);

// parse_diagnosis makes the sentence: `a NUL byte at byte 37 of the head`. A limit comes with its
// value: `a line is longer than max_line (65536) at byte 65536 of the head`.
std::string parse_diagnosis(parser::ParseError error, const parser::ParseOptions& limits, uint64_t offset,
                            std::string_view where);

}  // namespace godwit::http1
