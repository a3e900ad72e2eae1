// SPDX-License-Identifier: MIT
#include "godwit/parser/chunked_decoder.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "godwit/parser/byte_class.h"
#include "godwit/parser/response_head.h"

namespace godwit::parser {
namespace {

// kMostDigits is what a 64-bit size can have. Leading zeros count: nobody needs more of them.
constexpr uint8_t kMostDigits = 16;

// kHexValue holds the value of each hexadecimal digit, and kNoDigit for any other octet.
constexpr uint8_t kNoDigit = 0xff;
constexpr std::array<uint8_t, 256> kHexValue = [] {
  std::array<uint8_t, 256> values{};
  for (unsigned octet = 0; octet < values.size(); ++octet) {
    const char byte = static_cast<char>(octet);
    values[octet] = is_hex_digit(byte) ? static_cast<uint8_t>(hex_value(byte)) : kNoDigit;
  }
  return values;
}();

// UsualSize is a chunk size line of no more than four digits, with no extension.
struct UsualSize {
  size_t line_size = 0;  // with its CR LF; 0 if it is not a usual one
  uint32_t chunk_size = 0;
};

UsualSize usual_size(const char* line, size_t readable) {
  constexpr size_t kMostUsualDigits = 4;
  if (readable < kMostUsualDigits + 2) return {};
  uint32_t size = 0;
  size_t digits = 0;
  for (; digits < kMostUsualDigits; ++digits) {
    const uint8_t value = kHexValue[static_cast<uint8_t>(line[digits])];
    if (value == kNoDigit) break;
    size = size << 4 | value;
  }
  if (size == 0 || line[digits] != '\r' || line[digits + 1] != '\n') return {};
  return {digits + 2, size};
}

}  // namespace

// The trailer section as received, and where its fields lie once it has ended.
struct ChunkedDecoder::Trailers {
  std::string raw;
  std::vector<FieldSpan> spans;
  FieldLines lines;
  size_t line_feeds = 0;
};

ChunkedDecoder::ChunkedDecoder(const ParseOptions& options) : options_(options) {}
ChunkedDecoder::~ChunkedDecoder() = default;
ChunkedDecoder::ChunkedDecoder(ChunkedDecoder&&) noexcept = default;
ChunkedDecoder& ChunkedDecoder::operator=(ChunkedDecoder&&) noexcept = default;

ChunkedDecoder::State ChunkedDecoder::state() const {
  switch (reading_) {
    case Reading::trailers:
      return State::trailers;
    case Reading::done:
      return State::done;
    case Reading::bad:
      return State::bad;
    default:
      return State::chunks;
  }
}

ChunkedDecoder::Step ChunkedDecoder::fail(uint64_t offset, ParseError error) {
  reading_ = Reading::bad;
  error_ = error;
  offset_ = offset;
  trailers_.reset();
  return {0, {}, State::bad, error};
}

ChunkedDecoder::Step ChunkedDecoder::decode(std::string_view in) {
  size_t begin = 0;
  if (reading_ != Reading::data) begin = take_usual_chunk_start(in);
  const Step step = begin != 0 ? take_data(in, begin) : advance(in);
  offset_ += step.taken;
  return step;
}

// take_usual_chunk_start takes the end of the chunk before, if any, and a size line, if they are whole and as
// almost all are. It gives where the data begins; 0 if nothing was taken.
size_t ChunkedDecoder::take_usual_chunk_start(std::string_view in) {
  size_t line = 0;
  if (reading_ == Reading::data_cr) {
    if (!in.starts_with("\r\n")) return 0;
    line = 2;
  } else if (reading_ != Reading::size_start) {
    return 0;
  }
  const UsualSize usual = usual_size(in.data() + line, in.size() - line);
  if (usual.line_size == 0) return 0;
  remaining_ = usual.chunk_size;
  reading_ = Reading::data;
  return line + usual.line_size;
}

ChunkedDecoder::Step ChunkedDecoder::take_data(std::string_view in, size_t at) {
  const auto size = static_cast<size_t>(std::min<uint64_t>(remaining_, in.size() - at));
  remaining_ -= size;
  if (remaining_ == 0) reading_ = Reading::data_cr;
  return {at + size, in.substr(at, size), State::chunks, ParseError::none};
}

ChunkedDecoder::Step ChunkedDecoder::advance(std::string_view in) {
  size_t at = 0;
  while (at < in.size()) {
    switch (reading_) {
      case Reading::size_start:
      case Reading::size_digits:
      case Reading::extension_space:
      case Reading::extension:
      case Reading::size_lf: {
        const ParseError error = take_size_line(in, at);
        if (error == ParseError::bare_cr)
          return fail(offset_ + at - 1, error);  // of the read before, perhaps
        if (error != ParseError::none) return fail(offset_ + at, error);
        break;
      }
      case Reading::data:
        return take_data(in, at);
      case Reading::data_cr:
        if (in[at] != '\r') return fail(offset_ + at, ParseError::bad_chunk_end);
        ++at;
        reading_ = Reading::data_lf;
        break;
      case Reading::data_lf:
        if (in[at] != '\n') return fail(offset_ + at, ParseError::bad_chunk_end);
        ++at;
        reading_ = Reading::size_start;
        break;
      case Reading::trailers:
        return take_trailers(in, at);
      case Reading::done:
      case Reading::bad:
        return {at, {}, state(), error_};
    }
  }
  return {at, {}, state(), ParseError::none};
}

// take_size_line takes chunk-size [ chunk-ext ] CRLF as far as it is there, and moves `at` past what it
// took, or to the byte that offends.
ParseError ChunkedDecoder::take_size_line(std::string_view in, size_t& at) {
  if (reading_ == Reading::size_start) {
    if (!is_hex_digit(in[at])) return in[at] == '\n' ? ParseError::bare_lf : ParseError::bad_chunk_size;
    reading_ = Reading::size_digits;
    digits_ = 0;
    line_size_ = 0;
  }
  if (reading_ == Reading::size_digits) {
    for (; at < in.size() && is_hex_digit(in[at]); ++at) {
      if (digits_ == kMostDigits) return ParseError::chunk_size_overflow;
      ++digits_;
      remaining_ = remaining_ << 4 | hex_value(in[at]);
    }
    if (at == in.size()) return ParseError::none;
    if (in[at] == '\r') {
      ++at;
      reading_ = Reading::size_lf;
    } else if (in[at] == ';' || is_blank(in[at])) {
      reading_ = in[at] == ';' ? Reading::extension : Reading::extension_space;
      line_size_ = digits_;
    } else {
      return in[at] == '\n' ? ParseError::bare_lf : ParseError::bad_chunk_size;
    }
  }
  if (reading_ == Reading::extension_space || reading_ == Reading::extension) {
    const ParseError error = take_extension(in, at);
    if (error != ParseError::none) return error;
  }
  if (reading_ == Reading::size_lf && at < in.size()) {
    if (in[at] != '\n') return ParseError::bare_cr;
    // Digits alone have a limit of their own, so only a line with an extension can be too long.
    if (line_size_ != 0 && line_size_ >= options_.max_line) return ParseError::line_too_long;
    ++at;
    in_trailers_ = remaining_ == 0;
    reading_ = in_trailers_ ? Reading::trailers : Reading::data;
  }
  return ParseError::none;
}

// take_extension takes *( BWS ";" ... ) up to and with the CR. What an extension says is nobody's concern
// (RFC 9112 7.1.1 has unknown ones ignored, and none is known): only its bytes and its size are judged.
ParseError ChunkedDecoder::take_extension(std::string_view in, size_t& at) {
  for (; at < in.size(); ++at) {
    const char byte = in[at];
    if (line_size_ >= options_.max_line) return ParseError::line_too_long;
    ++line_size_;
    if (reading_ == Reading::extension_space) {
      // Some old servers pad sizes with spaces; the grammar has whitespace only before a ';'.
      if (byte == ';') {
        reading_ = Reading::extension;
      } else if (!is_blank(byte)) {
        return ParseError::bad_chunk_extension;
      }
    } else if (byte == '\r') {
      ++at;
      reading_ = Reading::size_lf;
      return ParseError::none;
    } else if (!is_field_byte(byte)) {
      if (byte == '\n') return ParseError::bare_lf;
      return byte == '\0' ? ParseError::nul_byte : ParseError::bad_chunk_extension;
    }
    if (extensions_size_ >= options_.max_chunk_extensions) return ParseError::chunk_extensions_too_large;
    ++extensions_size_;
  }
  return ParseError::none;
}

ChunkedDecoder::Step ChunkedDecoder::take_trailers(std::string_view in, size_t at) {
  const std::string_view rest = in.substr(at);
  if (!trailers_) {
    if (rest.starts_with("\r\n")) {
      reading_ = Reading::done;
      return {at + 2, {}, State::done, ParseError::none};
    }
    trailers_ = std::make_unique<Trailers>();
  }
  Trailers& trailers = *trailers_;
  const size_t before = trailers.raw.size();
  // One byte more than the limit is enough to pass it; what follows may be megabytes of other messages.
  const std::string_view taken = rest.substr(0, size_t{options_.max_head} + 1 - before);
  trailers.raw.append(taken);
  trailers.line_feeds += static_cast<size_t>(std::count(taken.begin(), taken.end(), '\n'));
  trailers.spans.resize(std::min<size_t>(options_.max_fields, trailers.line_feeds + 1));
  trailers.lines.storage = trailers.spans;

  const HeadResult result = parse_field_lines(trailers.raw, before, options_, trailers.lines);
  switch (result.status) {
    case HeadStatus::partial:
      return {at + taken.size(), {}, State::trailers, ParseError::none};
    case HeadStatus::bad:
      return fail(offset_ + at - before + result.offset, result.error);
    case HeadStatus::complete:
      break;
  }
  reading_ = Reading::done;
  return {at + result.offset - before, {}, State::done, ParseError::none};
}

Fields ChunkedDecoder::trailers() const {
  return trailers_ && done() ? trailers_->lines.fields(trailers_->raw.data()) : Fields();
}

uint32_t ChunkedDecoder::skipped_trailer_lines() const {
  return trailers_ && done() ? trailers_->lines.skipped_lines : 0;
}

bool ChunkedDecoder::trailers_folded() const {
  return trailers_ && done() && trailers_->lines.folded;
}

void ChunkedDecoder::reset() {
  trailers_.reset();
  offset_ = 0;
  remaining_ = 0;
  extensions_size_ = 0;
  in_trailers_ = false;
  reading_ = Reading::size_start;
  error_ = ParseError::none;
}

}  // namespace godwit::parser
