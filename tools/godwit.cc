// SPDX-License-Identifier: MIT
#include <cstdio>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "godwit/tools/fetch/fetch_command.h"
#include "godwit/tools/load/load_command.h"
#include "godwit/tools/version.h"

namespace {

struct Command {
  std::string_view name;
  std::string_view help;
  int (*run)(std::span<const std::string> arguments);
};

constexpr Command kCommands[] = {
    {"fetch", "fetches URLs over HTTP and HTTPS", godwit::fetch::fetch_command},
    {"load", "sends requests at a server and measures it", godwit::load::load_command},
};

constexpr int kStatusUsage = 2;

std::string help() {
  std::string text = "usage: godwit COMMAND [options] ...\n\nCommands:\n";
  for (const Command& command : kCommands) {
    text.append("  ")
        .append(command.name)
        .append(std::string(10 - command.name.size(), ' '))
        .append(command.help)
        .append("\n");
  }
  return text + "\n`godwit COMMAND --help` tells more; `godwit --version` tells which godwit this is.\n";
}

int usage(const std::string& fault) {
  std::fprintf(stderr, "godwit: %s (see godwit --help)\n", fault.c_str());
  return kStatusUsage;
}

// print tells whether the text arrived.
int print(const std::string& text) {
  const bool written = std::fputs(text.c_str(), stdout) >= 0 && std::fflush(stdout) == 0;
  return written ? 0 : 1;
}

// take_standard_descriptors fills the places of standard streams that the caller had closed, so that no
// socket takes one: a message would go to a peer, and libuv refuses to close such a descriptor. What is
// put there is opened the wrong way round: using it stays the error that it was.
bool take_standard_descriptors() {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
    if (fcntl(fd, F_GETFD) >= 0) continue;
    if (open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd) return false;
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (!take_standard_descriptors()) return 1;
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.empty()) {
    std::fputs(help().c_str(), stderr);
    return kStatusUsage;
  }
  const std::string& name = arguments[0];
  if (name == "--help" || name == "-h") return print(help());
  if (name == "--version") return print(std::string("godwit ") + godwit::tools::kVersion + "\n");
  for (const Command& command : kCommands) {
    if (command.name == name) return command.run(std::span(arguments).subspan(1));
  }
  // `godwit https://example.com/` is what a person tries first.
  const bool url = name.find("://") != name.npos;
  return usage("unknown command " + name + (url ? "; `godwit fetch " + name + "` fetches it" : ""));
}
