// SPDX-License-Identifier: MIT
#include "godwit/tools/fetch/fetch_command.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "godwit/tools/embedded_server/server.h"
#include "godwit/tools/fetch/body_output.h"
#include "godwit/tools/fetch/fetch_options.h"
#include "godwit/tools/fetch/fetch_run.h"
#include "godwit/tools/fetch/interrupt.h"
#include "godwit/tools/fetch/json_text.h"
#include "godwit/tools/fetch/proxy_settings.h"

namespace godwit::fetch {

namespace {

int complain(const std::string& fault, int status) {
  const std::string text = "godwit fetch: " + printable(fault) + "\n";
  (void)write_all(STDERR_FILENO, bytes_of(text));
  return status;
}

// raise_descriptor_limit takes what the system grants: the usual soft limit of 1024 is less than what
// `--parallel 1000 --embedded` holds open.
void raise_descriptor_limit() {
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

int fetch_command(std::span<const std::string> arguments) {
  FetchOptions options;
  if (const std::string fault = parse_fetch_options(arguments, options); !fault.empty()) {
    return complain(fault + " (see godwit fetch --help)", FetchRun::kStatusUsage);
  }
  if (options.help) {
    const int error = write_all(STDOUT_FILENO, bytes_of(fetch_help()));
    return error == 0 ? FetchRun::kStatusOk : FetchRun::kStatusFailed;
  }
  int input = -1;
  if (!options.from.empty()) {
    input = options.from == "-" ? STDIN_FILENO : open(options.from.c_str(), O_RDONLY | O_CLOEXEC);
    if (input < 0) {
      return complain("can't read " + options.from + ": " + std::strerror(errno), FetchRun::kStatusUsage);
    }
  }
  // A reader that goes away is an error to be told, not a reason to die.
  std::signal(SIGPIPE, SIG_IGN);
  raise_descriptor_limit();

  std::unique_ptr<embedded::Server> server;
  JobMaker::EmbeddedUrl embedded_url;
  if (options.embedded || options.embedded_tls) {
    std::string fault;
    server = embedded::Server::start({.leaf = {.staple = embedded::LeafProfile::Staple::good}}, fault);
    if (!server) return complain("the embedded server does not start: " + fault, FetchRun::kStatusFailed);
    const bool tls = options.embedded_tls;
    if (tls) options.client.tls.ca_pem = server->ca_pem();
    embedded_url = [&server = *server, tls](std::string_view path) {
      return tls ? server.https_url(path) : server.http_url(path);
    };
  }
  // The embedded server is ours alone: no proxy of the environment could reach it.
  if (!options.proxy_given && !server) {
    proxy_from_environment([](const char* name) -> const char* { return std::getenv(name); },
                           options.client.proxy);
  }
  FetchRun run(options, std::move(embedded_url), input);
  Interrupt interrupt([&run] { run.interrupt(); });
  return run.run();
}

}  // namespace godwit::fetch
