// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "godwit/parser/field.h"
#include "godwit/parser/field_lookup.h"
#include "godwit/parser/parse_error.h"

namespace godwit::parser {

// FieldLines is a parsed run of field lines: a head's, or a trailer section's. All offsets count from
// the first byte of the buffer that was given to the parser.
struct FieldLines {
  std::span<FieldSpan> storage;  // the caller's, set before parsing; its size is a limit on fields
  uint32_t field_count = 0;      // spans of `storage` that hold a field
  uint32_t skipped_lines = 0;    // lines left out by ParseOptions::skip_bad_lines
  bool folded = false;           // some value holds a raw fold: read values through unfold
  KnownFields known;

  // fields views the lines. `base` is where the parsed bytes lie now.
  Fields fields(const char* base) const { return {base, storage.first(field_count)}; }
};

// ResponseHead is a parsed status line and its field lines (RFC 9112 4 and 5). It owns nothing: set
// `storage`, parse, read. The same object serves any number of heads.
struct ResponseHead : FieldLines {
  uint16_t status = 0;        // 100 to 999
  uint8_t minor_version = 0;  // of HTTP/1.x: 0 to 9
  uint32_t reason = 0;        // offset of the reason phrase, raw
  uint32_t reason_size = 0;   // 0 when it is empty or missing

  // reason_text views the reason phrase. `base` is where the parsed bytes lie now.
  std::string_view reason_text(const char* base) const { return {base + reason, reason_size}; }
};

enum class HeadStatus : uint8_t {
  complete,  // the head has ended and is good
  partial,   // good so far as looked at; call again with more bytes
  bad,       // no bytes that may follow can make it good
};

// HeadResult is what looking at the bytes of a head gave.
struct HeadResult {
  HeadStatus status;
  ParseError error;  // none unless bad
  // offset is, when complete, the size of the head with its empty line, where the body begins; when
  // partial, the number of bytes looked at, which is the next call's `scanned`; when bad, where the
  // offending byte is, the first in reading order whichever way the bytes arrived.
  size_t offset;

  bool operator==(const HeadResult&) const = default;
};

}  // namespace godwit::parser
