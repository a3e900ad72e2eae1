// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "godwit/parser/head.h"
#include "godwit/parser/parse_options.h"

namespace godwit::parser {

// The two functions below are given all bytes of the message so far, from its first, and `scanned`:
// how many of them an earlier call that said `partial` was given (0 at first). They look only at what
// is new until the end of the head is there, and then parse it once. Nothing is allocated.
//
// What is wrong is known no later than at a limit: a line feed, carriage return, NUL or other control
// character out of place is reported as it arrives, as is a reply that does not begin with a status
// line, whereas a malformed field line is reported when the head has ended. The error and its
// offset do not depend on how the bytes were split.

// parse_response_head parses a status line, its field lines and the empty line after them (RFC 9112 2.1).
// One empty line before the status line is tolerated (2.2). The reason may be missing, with or
// without the space before it. `head.storage` must be set; all else in `head` is set when the result
// is complete, and of no meaning otherwise.
HeadResult parse_response_head(std::string_view buffer, size_t scanned, const ParseOptions& options,
                               ResponseHead& head);

// parse_field_lines parses field lines alone up to the empty line after them: a trailer section (RFC
// 9112 7.1.2), or the fields of a head whose first line was taken already. Otherwise as above.
HeadResult parse_field_lines(std::string_view buffer, size_t scanned, const ParseOptions& options,
                             FieldLines& lines);

// unfold writes `value` to `out` with each fold (whitespace, line end, whitespace) replaced by one SP,
// as RFC 9112 5.2 asks before a value is used. Needed only if FieldLines::folded is set; `out` is
// overwritten.
void unfold(std::string_view value, std::string& out);

}  // namespace godwit::parser
