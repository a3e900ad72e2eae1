// SPDX-License-Identifier: MIT
#include "godwit/tools/load/plan/status_set.h"

namespace godwit::load {

std::string StatusSet::parse(std::string_view text) {
  const std::string fault = "'" + std::string(text) + "' is no list of statuses, such as 200,404 or 2xx";
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  good_.reset();
  while (true) {
    const size_t comma = text.find(',');
    const std::string_view one = text.substr(0, comma);
    if (one.size() != 3 || one[0] < '1' || one[0] > '9') return fault;
    const size_t hundreds = static_cast<size_t>(one[0] - '0') * 100;
    if (one.substr(1) == "xx") {
      for (size_t status = hundreds; status < hundreds + 100; ++status) good_.set(status);
    } else if (digit(one[1]) && digit(one[2])) {
      good_.set(hundreds + static_cast<size_t>(one[1] - '0') * 10 + static_cast<size_t>(one[2] - '0'));
    } else {
      return fault;
    }
    if (comma == text.npos) return {};
    text.remove_prefix(comma + 1);
  }
}

}  // namespace godwit::load
