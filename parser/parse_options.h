// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace godwit::parser {

// ParseOptions holds the limits of a message's head, chunk sizes and trailers, and the relaxations,
// each of which is off until somebody who read its danger turns it on.
struct ParseOptions {
  // max_line is the longest line in bytes, its CR LF counted (http.client's _MAXLINE): status line,
  // field line, chunk size line, trailer line.
  uint32_t max_line = 64 * 1024;

  // max_head is the size in bytes up to which a head, or a trailer section, must have ended (Chromium's 256
  // KiB).
  uint32_t max_head = 256 * 1024;

  // max_fields is the largest number of field lines; the storage given to the parser bounds it too.
  uint32_t max_fields = 256;

  // max_chunk_extensions is the number of bytes that the chunk extensions of one body may take
  // together: they carry nothing that anybody uses, so a sender of many is an attacker (hyper's 16 KiB).
  uint32_t max_chunk_extensions = 16 * 1024;

  // allow_obs_fold accepts a field value that goes on in a next line that begins with whitespace (RFC
  // 9112 5.2). Danger: a proxy on the way that reads the line as a field of its own, or drops it, sees
  // another message than we do, which is how responses are smuggled and caches poisoned.
  bool allow_obs_fold = false;

  // allow_bare_lf accepts LF alone as the end of a line in a head or a trailer section (RFC 9112 2.2
  // lets a recipient). Danger: a party that takes the LF for data sees fewer fields than we do: anyone
  // who can put a LF into a value can add fields to our view, Content-Length among them. It never
  // applies to chunk framing.
  bool allow_bare_lf = false;

  // skip_bad_lines leaves out a field line with a malformed name, without a colon or with a control
  // character in its value (not NUL, CR or LF), and counts it in FieldLines::skipped_lines. Danger: the line
  // left out may have been the framing of the message, so a connection that skipped a line must not be used
  // again.
  bool skip_bad_lines = false;

  // lenient tells whether any relaxation is on.
  bool lenient() const { return allow_obs_fold || allow_bare_lf || skip_bad_lines; }
};

}  // namespace godwit::parser
