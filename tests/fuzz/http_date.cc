// SPDX-License-Identifier: MIT
#include "godwit/parser/http_date.h"

#include <algorithm>
#include <cstring>

#include "godwit/tests/fuzz/fuzz.h"

namespace godwit::fuzz {
namespace {

using parser::HttpDate;
using parser::parse_http_date;

constexpr int64_t kNow = 1'767'225'600;      // 2026-01-01
constexpr int64_t kFirst = -62'167'219'200;  // 0000-01-01
constexpr int64_t kLast = 253'402'300'799;   // 9999-12-31 23:59:59

constexpr int64_t kFiftyYears = int64_t{50} * 366 * 86400;

void round_trip(int64_t time) {
  const HttpDate date(time);
  check(parse_http_date(date.text(), kNow) == std::clamp(time, kFirst, kLast),
        "a date that is written is the same when read again");
}

}  // namespace
}  // namespace godwit::fuzz

// The input is a date; its first bytes are a time as well.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace godwit::fuzz;
  const std::string_view in = as_text(data, size);
  for (int64_t now : {kNow, int64_t{0}, kLast}) {
    const auto time = parse_http_date(in, now);
    if (!time) continue;
    // A leap second leads out of the last year, and a year of two digits up to 50 years ahead of now.
    check(*time >= kFirst && *time <= std::max(kLast + 1, now + kFiftyYears),
          "a date is of the years 0 to 9999");
    round_trip(*time);
    const bool leap_second = in.find(":60") != in.npos;
    if (in.size() == HttpDate::kSize && in[3] == ',' && !leap_second) {
      check(HttpDate(*time).text() == in, "an IMF-fixdate is written as it was read");
    }
  }
  int64_t time = 0;
  if (size != 0) std::memcpy(&time, data, std::min(size, sizeof time));
  round_trip(time);
  round_trip(time % kLast);
  return 0;
}
