// SPDX-License-Identifier: MIT
#include "godwit/tools/load/merge_command.h"

#include <optional>
#include <utility>

#include "godwit/tools/load/console.h"
#include "godwit/tools/load/measure/result.h"
#include "godwit/tools/load/outputs.h"
#include "godwit/tools/load/plan/load_options.h"

namespace godwit::load {

int merge_command(std::span<const std::string> arguments) {
  LoadOptions options;
  if (const std::string fault = parse_load_options(arguments, options); !fault.empty()) {
    return complain("merge: " + (fault == kNoUrl ? "no file given" : fault) + " (see godwit load --help)",
                    kStatusUsage);
  }
  if (options.help) return write_text({}, load_help()) ? kStatusOk : kStatusFailed;
  std::optional<Result> all;
  for (const std::string& file : options.urls) {
    std::string text;
    if (const std::string fault = read_text(file, kMaxSaved, text); !fault.empty())
      return complain(fault, kStatusUsage);
    std::string fault;
    std::optional<Result> one = load_result(text, fault);
    if (!one) return complain("can't merge " + file + ": " + fault, kStatusUsage);
    if (all) {
      all->merge(*one);
    } else {
      all = std::move(one);
    }
  }
  return write_outputs(*all, options);
}

}  // namespace godwit::load
