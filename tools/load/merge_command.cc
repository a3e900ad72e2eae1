// SPDX-License-Identifier: MIT
#include "godwit/tools/load/merge_command.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "godwit/tools/load/console.h"
#include "godwit/tools/load/measure/duration_text.h"
#include "godwit/tools/load/measure/result.h"
#include "godwit/tools/load/outputs.h"
#include "godwit/tools/load/plan/load_options.h"
#include "godwit/tools/load/plan/start_time.h"

namespace godwit::load {

namespace {

// kTogether: runs that began within so much of each other, in nanoseconds, ran at the same time; the times
// are saved in whole seconds.
constexpr uint64_t kTogether = 2'000'000'000;

// Spread notes when the runs began.
class Spread {
 public:
  void add(const Result& result) {
    uint64_t began = 0;
    if (!parse_start_time(result.started, began).empty()) return;
    first_ = std::min(first_, began);
    last_ = std::max(last_, began);
  }
  // text says how far apart they began, empty if that is near enough.
  std::string text() const {
    if (last_ < first_ || last_ - first_ <= kTogether) return {};
    return "the runs began " + duration_text(last_ - first_) +
           " apart: their rates are added up as if they had run at once (--start-at aligns them)";
  }

 private:
  uint64_t first_ = UINT64_MAX, last_ = 0;
};

}  // namespace

int merge_command(std::span<const std::string> arguments) {
  LoadOptions options;
  if (const std::string fault = parse_merge_options(arguments, options); !fault.empty()) {
    return complain("merge: " + fault + " (see godwit load --help)", kStatusUsage);
  }
  if (options.help) return write_text({}, load_help()) ? kStatusOk : kStatusFailed;
  std::optional<Result> all;
  Spread spread;
  for (const std::string& file : options.urls) {
    std::string text;
    if (const std::string fault = read_text(file, kMaxSaved, text); !fault.empty())
      return complain(fault, kStatusUsage);
    std::string fault;
    std::optional<Result> one = load_result(text, fault);
    if (!one) return complain("can't merge " + file + ": " + fault, kStatusUsage);
    spread.add(*one);
    if (all) {
      all->merge(*one);
    } else {
      all = std::move(one);
    }
  }
  if (const std::string apart = spread.text(); !apart.empty()) complain(apart, kStatusOk);
  return write_outputs(*all, options);
}

}  // namespace godwit::load
