// SPDX-License-Identifier: MIT
#include "godwit/tools/load/load_command.h"

#include <csignal>
#include <optional>
#include <string>

#include <sys/resource.h>

#include "godwit/tools/load/compare_command.h"
#include "godwit/tools/load/console.h"
#include "godwit/tools/load/knee_command.h"
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
