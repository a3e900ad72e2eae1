// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "godwit/core/headers.h"
#include "godwit/core/options.h"

namespace godwit::http1::testing {

// A specification is a markdown file. A case is a heading of the second level with blocks below it, in
// turn; prose between them is for people.
//
//   ```request [max_head=N] [max_line=N] [max_fields=N] [max_informational=N]
//   METHOD TARGET [HTTP/1.0]
//   Name: value
//   (an empty line, then the body)
//   ```
//   ```sent           what the session wrote for it (optional)
//   ```response [eof|reset|truncated] [unsent]
//   (what arrives then, and how the connection ends; unsent: nothing of the request was written;
//   with several such blocks, the session sends what it wants to between them)
//   ```
//   ```events         what the stream heard, and what became of the session
//
// A line of a request's body, sent or response block stands for its bytes with CRLF behind; a `\` at
// its end takes that away. Escapes: \r \n \t \\ \xHH.
struct SpecResponse {
  std::string bytes;
  std::string ending;  // "", eof, reset, truncated
};

struct SpecStep {
  std::string method;
  std::string target;
  bool http10 = false;
  Headers headers;
  bool has_body = false;
  std::string body;
  bool checks_sent = false;
  std::string sent;
  std::vector<SpecResponse> responses;
  bool unsent = false;
};

struct SpecCase {
  std::string name;
  std::string file;
  int line = 0;
  Limits limits;
  std::vector<SpecStep> steps;
  std::string events;
};

// read_spec reads all cases of a file. What it can't understand ends the program: a specification that
// is not run must not pass.
std::vector<SpecCase> read_spec(const std::string& path);

}  // namespace godwit::http1::testing
