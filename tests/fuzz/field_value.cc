// SPDX-License-Identifier: MIT
#include "godwit/parser/field_value.h"

#include <string>
#include <vector>

#include "godwit/parser/response_head.h"
#include "godwit/tests/fuzz/fuzz.h"

namespace godwit::fuzz {
namespace {

using namespace godwit::parser;  // NOLINT: a target is about its parser

void check_list(std::string_view in) {
  ListReader list(in);
  size_t before = 0;
  while (auto element = list.next()) {
    check(!element->empty() && trim_blanks(*element) == *element, "elements are trimmed and not empty");
    const auto at = static_cast<size_t>(element->data() - in.data());
    check(at >= before && at + element->size() <= in.size(), "elements are views of the list, in its order");
    before = at + element->size();
    check(list_has_token(in, *element), "a list has its elements");
  }
  check(!list.next(), "the end of a list is its end");
}

void check_quoted_string(std::string_view in) {
  std::string text;
  if (!parse_quoted_string(in, text)) return;
  std::string again = "\"";
  for (char byte : text) {
    if (byte == '"' || byte == '\\') again += '\\';
    again += byte;
  }
  std::string same;
  check(parse_quoted_string(again + "\"", same) && same == text, "a quoted string can be written again");
}

void check_decimal(std::string_view in) {
  const auto value = parse_decimal(in);
  if (!value) return;
  const size_t zeros = std::min(in.find_first_not_of('0'), in.size() - 1);
  check(std::to_string(*value) == in.substr(zeros), "a number is its digits");
}

void check_fields(const Fields& fields) {
  const ContentLength length = parse_content_length(fields);
  const size_t first = fields.find("content-length");
  check((length.status == ContentLength::Status::absent) == (first == Fields::npos), "absent is absent");
  if (length.status == ContentLength::Status::valid) {
    check(parse_decimal(fields[first].value) == length.value, "a length is its first line's");
    check(length.value <= static_cast<uint64_t>(INT64_MAX), "a length is a signed number");
  }
  const TransferEncoding coding = parse_transfer_encoding(fields);
  check(coding.present == (fields.find("TRANSFER-ENCODING") != Fields::npos), "present is present");
  if (!coding.present) {
    check(!coding.malformed && !coding.chunked_last && !coding.chunked_early && coding.others == 0,
          "what is absent says nothing");
  } else if (!coding.malformed) {
    check(coding.chunked_last || coding.chunked_early || coding.others > 0, "a list names a coding");
  }
  any_list_has_token(fields, "Connection", "close");
}

}  // namespace
}  // namespace godwit::fuzz

// The input is a field value. It is also field lines, and the value of the fields that frame a message.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace godwit::fuzz;
  const std::string_view in = as_text(data, size);
  check_list(in);
  check_quoted_string(in);
  check_decimal(in);
  const KeepAlive hint = parse_keep_alive(in);
  check(!hint.timeout_s || in.find('=') != in.npos, "a hint has a value");

  std::vector<FieldSpan> spans(64);
  FieldLines lines;
  lines.storage = spans;
  const std::string framing = "Content-Length: " + std::string(in) +
                              "\r\nTransfer-Encoding:" + std::string(in) +
                              "\r\nConnection: " + std::string(in) + "\r\n\r\n";
  for (std::string_view text : {in, std::string_view(framing)}) {
    if (parse_field_lines(text, 0, {}, lines).status == HeadStatus::complete)
      check_fields(lines.fields(text.data()));
  }
  return 0;
}
