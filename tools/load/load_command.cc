// SPDX-License-Identifier: MIT
#include "godwit/tools/load/load_command.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <optional>
#include <string>

#include <sys/resource.h>

#include "godwit/tools/load/compare_command.h"
#include "godwit/tools/load/console.h"
#include "godwit/tools/load/knee_command.h"
#include "godwit/tools/load/measure/duration_text.h"
#include "godwit/tools/load/merge_command.h"
#include "godwit/tools/load/outputs.h"
#include "godwit/tools/load/plan/load_options.h"
#include "godwit/tools/load/plan/request_set.h"
#include "godwit/tools/load/target.h"
#include "godwit/tools/load/watched_run.h"

namespace godwit::load {

namespace {

// raise_descriptor_limit takes what the system grants: the usual soft limit of 1024 is less than -c 2000
// needs.
void raise_descriptor_limit() {
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

// late_start says that the moment of --start-at is over: other machines began then, and this run begins now.
std::string late_start(uint64_t start_at) {
  const auto now = std::chrono::nanoseconds(std::chrono::system_clock::now().time_since_epoch()).count();
  const uint64_t late = static_cast<uint64_t>(now) - std::min(start_at, static_cast<uint64_t>(now));
  if (start_at == 0 || late == 0) return {};
  return "--start-at was " + duration_text(late) + " ago: the run begins now";
}

}  // namespace

int load_command(std::span<const std::string> arguments) {
  if (!arguments.empty() && arguments[0] == "merge") return merge_command(arguments.subspan(1));
  LoadOptions options;
  if (const std::string fault = parse_load_options(arguments, options); !fault.empty()) {
    return complain(fault + " (see godwit load --help)", kStatusUsage);
  }
  if (options.help) return write_text({}, load_help()) ? kStatusOk : kStatusFailed;
  // A reader that goes away is an error to be told, not a reason to die.
  std::signal(SIGPIPE, SIG_IGN);
  raise_descriptor_limit();
  if (const std::string late = late_start(options.start_at); !late.empty()) complain(late, kStatusOk);
  EmbeddedTarget embedded;
  if (options.embedded) {
    if (const std::string fault = embedded.start(options); !fault.empty())
      return complain(fault, kStatusFailed);
  }
  if (options.compare) return compare_command(options);
  RequestSet requests;
  if (const std::string fault = fill_requests(options, options.urls, requests); !fault.empty()) {
    return complain(fault, kStatusUsage);
  }
  if (options.find_knee) return knee_command(options, requests);
  std::string fault;
  const std::optional<Result> result = watched_run(options, requests, fault);
  return result ? write_outputs(*result, options) : complain(fault, kStatusUsage);
}

}  // namespace godwit::load
