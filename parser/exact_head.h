// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "godwit/parser/head.h"
#include "godwit/parser/parse_options.h"

namespace godwit::parser {

// The exact parser reads a head byte by byte and is the grammar's only full statement: it knows the
// relaxations, and it alone makes errors. The kernels take the heads that have nothing unusual about
// them and leave all others to it; on those they take, they must agree with it.

// parse_response_head_exactly is parse_response_head from the first byte, whatever was seen before.
HeadResult parse_response_head_exactly(std::string_view buffer, const ParseOptions& options,
                                       ResponseHead& head);

// parse_field_lines_exactly is parse_field_lines from the first byte, whatever was seen before.
HeadResult parse_field_lines_exactly(std::string_view buffer, const ParseOptions& options, FieldLines& lines);

}  // namespace godwit::parser
