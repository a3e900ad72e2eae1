// SPDX-License-Identifier: MIT
#include "godwit/parser/hostport.h"

#include <string>

#include "godwit/tests/fuzz/fuzz.h"

// The input is "host", "host:port" or "[v6]:port".
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace godwit::fuzz;
  using godwit::parser::HostPort;
  using godwit::parser::parse_hostport;
  const std::string_view in = as_text(data, size);
  HostPort out{.host = "before", .port = 7, .bracketed = false};
  if (const auto error = parse_hostport(in, 443, out)) {
    check(error.offset <= in.size(), "an error lies within its text");
    check(out.host == "before" && out.port == 7 && !out.bracketed, "after an error all is as it was");
    return 0;
  }
  check(!out.host.empty(), "there is a host");
  check(out.host.data() >= in.data() && out.host.data() + out.host.size() <= in.data() + in.size(),
        "the host is a view of the text");
  check(out.bracketed == (in.front() == '['), "brackets are what makes it bracketed");
  check(out.bracketed || out.host.find(':') == out.host.npos, "a name has no colon");
  std::string text = out.bracketed ? "[" + std::string(out.host) + "]" : std::string(out.host);
  text += ":" + std::to_string(out.port);
  HostPort again;
  check(!parse_hostport(text, 0, again), "what was parsed can be written");
  check(again.host == out.host && again.port == out.port && again.bracketed == out.bracketed,
        "and is the same when read again");
  return 0;
}
