// SPDX-License-Identifier: MIT
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>

#include <pthread.h>
#include <signal.h>

#include "godwit/tools/embedded_server/server.h"

namespace {

constexpr char kHelp[] =
    "usage: embedded_server [options]\n"
    "\n"
    "Serves HTTP and HTTPS on a loopback address until SIGINT or SIGTERM; GET / lists what it answers.\n"
    "\n"
    "  --http-port PORT    default 0: any free port\n"
    "  --https-port PORT   default 0: any free port\n"
    "  --address ADDRESS   a loopback address, default 127.0.0.1\n"
    "  --ca-out FILE       writes the certificate of the CA, in PEM, to FILE\n"
    "  --staple STATUS     staples an OCSP response to the certificate: good, revoked, unknown, expired, "
    "unrelated\n"
    "                      or garbage; default none\n"
    "  --help              this text\n";

int usage(const std::string& what) {
  std::fprintf(stderr, "embedded_server: %s\n\n%s", what.c_str(), kHelp);
  return 2;
}

bool parse_port(const char* text, uint16_t& port) {
  char* end = nullptr;
  unsigned long number = std::strtoul(text, &end, 10);
  if (*text < '0' || *text > '9' || *end != '\0' || number > 65535) return false;
  port = static_cast<uint16_t>(number);
  return true;
}

bool parse_staple(std::string_view text, godwit::embedded::LeafProfile::Staple& staple) {
  using Staple = godwit::embedded::LeafProfile::Staple;
  constexpr std::pair<std::string_view, Staple> kNames[] = {
      {"none", Staple::none},       {"good", Staple::good},       {"revoked", Staple::revoked},
      {"unknown", Staple::unknown}, {"expired", Staple::expired}, {"unrelated", Staple::unrelated},
      {"garbage", Staple::garbage},
  };
  for (const auto& [name, value] : kNames) {
    if (name != text) continue;
    staple = value;
    return true;
  }
  return false;
}

bool write_file(const char* name, const std::string& text) {
  std::FILE* file = std::fopen(name, "w");
  if (file == nullptr) return false;
  const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  return std::fclose(file) == 0 && written;
}

}  // namespace

int main(int argc, char** argv) {
  godwit::embedded::ServerOptions options;
  const char* ca_out = nullptr;
  for (int i = 1; i < argc; ++i) {
    std::string_view name = argv[i];
    if (name == "--help") {
      std::fputs(kHelp, stdout);
      return 0;
    }
    const bool known = name == "--http-port" || name == "--https-port" || name == "--address" ||
                       name == "--ca-out" || name == "--staple";
    if (!known) return usage("unknown option " + std::string(name));
    if (i + 1 == argc) return usage(std::string(name) + " needs a value");
    const char* value = argv[++i];
    bool good = true;
    if (name == "--staple" && !parse_staple(value, options.leaf.staple)) {
      return usage(std::string(name) + " needs a status, not " + value);
    }
    if (name == "--http-port") good = parse_port(value, options.http_port);
    if (name == "--https-port") good = parse_port(value, options.https_port);
    if (name == "--address") options.address = value;
    if (name == "--ca-out") ca_out = value;
    if (!good) return usage(std::string(name) + " needs a port number, not " + value);
  }

  // Blocked before the server's thread starts, which inherits it: the signals come to sigwait alone.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  std::string error;
  auto server = godwit::embedded::Server::start(options, error);
  if (!server) {
    std::fprintf(stderr, "embedded_server: %s\n", error.c_str());
    return 1;
  }
  if (ca_out != nullptr && !write_file(ca_out, server->ca_pem())) {
    std::fprintf(stderr, "embedded_server: can't write %s\n", ca_out);
    return 1;
  }
  std::printf("%s\n%s\n", server->http_url("/").c_str(), server->https_url("/").c_str());
  std::fflush(stdout);
  int received = 0;
  sigwait(&signals, &received);
  server->stop();
  return 0;
}
