// SPDX-License-Identifier: MIT
#include "godwit/core/net/dns_denial.h"

#include <algorithm>
#include <optional>

#include "godwit/tests/fuzz/fuzz.h"

// The input is a message of a name server.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace godwit::fuzz;
  using godwit::net::DnsDenial;
  using godwit::net::read_dns_denial;
  const std::optional<DnsDenial> denial = read_dns_denial({data, size});
  if (!denial) return 0;
  check(size > 16, "a header and a question are whole");
  check(denial->name.size() < size, "a name is not longer than its message");
  check(denial->ttl <= INT32_MAX, "a time to live has 31 bits");
  check(std::none_of(denial->name.begin(), denial->name.end(), [](char c) { return c >= 'A' && c <= 'Z'; }),
        "a name is in lower case");
  return 0;
}
