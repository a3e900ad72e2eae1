// SPDX-License-Identifier: MIT
#include "godwit/core/parse_headers.h"

#include <algorithm>
#include <utility>

#include "godwit/core/http1/parse_failure.h"
#include "godwit/parser/response_head.h"

namespace godwit {

namespace {

// The shortest field line, "a:" LF: more of them than fit can't come, whatever max_fields says.
constexpr uint32_t kShortestFieldLine = 3;

}  // namespace

HeadersParser::HeadersParser(const parser::ParseOptions& options)
    : options_(options), places_(std::min(options.max_fields, options.max_head / kShortestFieldLine + 1)) {}

size_t HeadersParser::feed(Bytes bytes) {
  if (done_ || error_) return 0;
  const size_t before = seen_.size();
  // One byte too many tells that the limit is passed; the rest of a large piece would be copied for nothing.
  seen_.append(text_of(bytes).substr(0, size_t{options_.max_head} + 1 - before));
  parser::FieldLines lines;
  lines.storage = places_;
  const parser::HeadResult result = parser::parse_field_lines(seen_, scanned_, options_, lines);
  switch (result.status) {
    case parser::HeadStatus::partial:
      scanned_ = result.offset;
      return bytes.size();
    case parser::HeadStatus::bad:
      error_ = {.code = http1::fields_failure(result.error),
                .phase = Phase::head,
                .detail = static_cast<uint32_t>(result.error),
                .received = result.offset};
      diagnosis_ = http1::parse_diagnosis(result.error, options_, result.offset, "the field lines");
      return bytes.size();
    case parser::HeadStatus::complete:
      break;
  }
  done_ = true;
  skipped_lines_ = lines.skipped_lines;
  adopt(lines.storage.first(lines.field_count), lines.folded, result.offset);
  return result.offset - before;
}

void HeadersParser::adopt(std::span<const parser::FieldSpan> fields, bool folded, size_t size) {
  if (!folded) {
    headers_.assign(std::string_view(seen_).substr(0, size), fields);
    return;
  }
  std::string value;
  for (const parser::FieldView field : parser::Fields(seen_.data(), fields)) {
    parser::unfold(field.value, value);
    headers_.add(field.name, value);
  }
}

ParsedHeaders parse_headers(Bytes bytes, const parser::ParseOptions& options) {
  HeadersParser parser(options);
  ParsedHeaders out;
  out.size = parser.feed(bytes);
  out.error = parser.error();
  out.diagnosis = parser.diagnosis();
  if (parser.done()) {
    out.headers = parser.headers();
  } else if (!out.error) {
    out.error = {.code = Errc::incomplete_read, .phase = Phase::head, .received = bytes.size()};
    out.diagnosis = "the field lines end without their empty line";
  }
  return out;
}

}  // namespace godwit
