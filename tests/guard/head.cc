// SPDX-License-Identifier: MIT
// Parses one ordinary head over and over inside godwit_guarded(), whose instructions tools/guard counts.
#include <array>
#include <cstdio>
#include <string_view>

#include "godwit/parser/kernel/dispatch.h"
#include "godwit/parser/response_head.h"

namespace {

constexpr std::string_view kHead =
    "HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nDate: Mon, 05 May 2025 10:00:00 GMT\r\n"
    "Content-Type: application/octet-stream\r\nContent-Length: 100\r\nConnection: keep-alive\r\n\r\n";

}  // namespace

extern "C" [[gnu::noinline]] int godwit_guarded(int rounds) {
  int complete = 0;
  std::array<godwit::parser::FieldSpan, 64> storage;
  for (int i = 0; i < rounds; ++i) {
    godwit::parser::ResponseHead head;
    head.storage = storage;
    const auto result = godwit::parser::parse_response_head(kHead, 0, {}, head);
    complete += result.status == godwit::parser::HeadStatus::complete && head.field_count == 5;
  }
  return complete;
}

int main() {
  constexpr int kRounds = 1000;
  // The best that valgrind knows, wherever this runs.
  if (!godwit::parser::use_kernel("avx2")) {
    std::puts("this processor has no AVX2");
    return 1;
  }
  if (godwit_guarded(kRounds) == kRounds) return 0;
  std::puts("a head was not understood");
  return 1;
}
