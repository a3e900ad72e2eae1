// SPDX-License-Identifier: MIT
#include "godwit/tools/load/load_command.h"

#include <csignal>
#include <memory>
#include <string>
#include <utility>

#include <sys/resource.h>

#include "godwit/tools/embedded_server/server.h"
#include "godwit/tools/fetch/interrupt.h"
#include "godwit/tools/load/console.h"
#include "godwit/tools/load/merge_command.h"
#include "godwit/tools/load/outputs.h"
#include "godwit/tools/load/plan/load_options.h"
#include "godwit/tools/load/plan/request_set.h"
#include "godwit/tools/load/report/live.h"
#include "godwit/tools/load/run/run.h"

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

// fill_requests makes the set of what is sent; it returns what is wrong, empty if nothing is.
std::string fill_requests(const LoadOptions& options, RequestSet& set) {
  PlannedRequest defaults;
  defaults.method = !options.method.empty() ? options.method : options.body ? "POST" : "GET";
  defaults.headers = options.headers;
  if (!options.keep_alive) (void)defaults.headers.set("Connection", "close");
  defaults.body = options.body.value_or("");
  if (!options.requests_file.empty()) {
    std::string text;
    if (std::string fault = read_text(options.requests_file, RequestSet::kMaxFile, text); !fault.empty())
      return fault;
    if (std::string fault = set.add_lines(text, defaults); !fault.empty())
      return options.requests_file + ": " + fault;
    return set.size() == 0 ? options.requests_file + " has no request in it" : "";
  }
  for (const std::string& url : options.urls) {
    PlannedRequest planned = defaults;
    planned.url = url;
    if (std::string fault = set.add(std::move(planned)); !fault.empty()) return fault;
  }
  return {};
}

// EmbeddedTarget starts the server of --embedded and makes its URLs of paths.
class EmbeddedTarget {
 public:
  std::string start(LoadOptions& options) {
    std::string fault;
    server_ = embedded::Server::start({}, fault);
    if (!server_) return "the embedded server does not start: " + fault;
    if (options.embedded_tls) options.client.tls.ca_pem = server_->ca_pem();
    for (std::string& url : options.urls) {
      if (!url.starts_with('/')) continue;
      url = options.embedded_tls ? server_->https_url(url) : server_->http_url(url);
    }
    return {};
  }

 private:
  std::unique_ptr<embedded::Server> server_;
};

int run_once(const LoadOptions& options, const RequestSet& requests) {
  Run run(options, requests);
  std::string fault;
  std::optional<Result> result;
  {
    Live live(options);
    fetch::Interrupt interrupt([&run] { run.interrupt(); });
    result = run.run([&live](const Progress& progress) { live.show(progress); }, fault);
  }
  if (!result) return complain(fault, kStatusUsage);
  return write_outputs(*result, options);
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
  RequestSet requests;
  if (const std::string fault = fill_requests(options, requests); !fault.empty()) {
    return complain(fault, kStatusUsage);
  }
  return run_once(options, requests);
}

}  // namespace godwit::load
