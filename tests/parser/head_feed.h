// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "godwit/parser/response_head.h"

namespace godwit::parser {

// Feed gives a head to the parser as a connection would, piece by piece, and prints what came of it, so
// that any two ways of arriving are compared as text:
//   complete 45: 1.1 200 [OK] {Server: a}{Age: 1}
//   bad bare-lf at 12
//   partial
class Feed {
 public:
  explicit Feed(ParseOptions options = {}, size_t storage = 1024) : options_(options), storage_(storage) {
    head_.storage = storage_;
  }

  // reply parses `buffer`, all that has arrived so far, as a response head.
  std::string reply(std::string_view buffer) {
    return print(parse_response_head(buffer, scanned_, options_, head_), buffer, true);
  }

  // lines parses `buffer`, all that has arrived so far, as field lines.
  std::string lines(std::string_view buffer) {
    return print(parse_field_lines(buffer, scanned_, options_, head_), buffer, false);
  }

  const ResponseHead& head() const { return head_; }

 private:
  std::string print(const HeadResult& result, std::string_view buffer, bool with_status) {
    if (result.status == HeadStatus::partial) {
      scanned_ = result.offset;
      return result.offset == buffer.size() && result.error == ParseError::none ? "partial" : "wrong partial";
    }
    if (result.status == HeadStatus::bad) {
      return "bad " + std::string(to_string(result.error)) + " at " + std::to_string(result.offset);
    }
    std::string text = "complete " + std::to_string(result.offset) + ":";
    if (with_status) {
      text += " 1." + std::to_string(head_.minor_version) + " " + std::to_string(head_.status) + " [";
      text += head_.reason_text(buffer.data());
      text += "]";
    }
    text += " ";
    for (FieldView field : head_.fields(buffer.data())) {
      text += "{";
      text += field.name;
      text += ": ";
      text += field.value;
      text += "}";
    }
    if (head_.skipped_lines != 0) text += " skipped " + std::to_string(head_.skipped_lines);
    if (head_.folded) text += " folded";
    return text;
  }

  ParseOptions options_;
  std::vector<FieldSpan> storage_;
  ResponseHead head_;
  size_t scanned_ = 0;
};

}  // namespace godwit::parser
