// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "godwit/core/headers.h"
#include "godwit/core/request.h"

namespace godwit::fetch {

// head_text writes a response head as it went over the wire, each line ended by CRLF, an empty one last.
std::string head_text(int version, int status, std::string_view reason, const Headers& headers);

// request_text writes the head that core/request.h promises for a request, for -v; empty if its URL is
// not valid.
std::string request_text(const Request& request);

// marked_lines puts `mark` and a blank in front of every line of a head, without what could steer a
// terminal, and ends each by a line feed.
std::string marked_lines(char mark, std::string_view head);

}  // namespace godwit::fetch
