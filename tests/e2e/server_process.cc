// SPDX-License-Identifier: MIT
#include "godwit/tests/e2e/server_process.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>
#include <utility>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace godwit::testing {

namespace {

constexpr auto kPatience = std::chrono::seconds(20);
constexpr int kAttempts = 6;

sockaddr_in loopback(uint16_t port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

// Two at once, so that they differ.
bool find_ports(uint16_t& first, uint16_t& second) {
  bool found = true;
  int probes[2];
  uint16_t* ports[] = {&first, &second};
  for (int i = 0; i < 2; ++i) {
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    auto* name = reinterpret_cast<sockaddr*>(&address);
    probes[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    found = bind(probes[i], name, size) == 0 && getsockname(probes[i], name, &size) == 0 && found;
    *ports[i] = ntohs(address.sin_port);
  }
  for (const int probe : probes) close(probe);
  return found;
}

test::CertificateSpec leaf_spec() {
  test::CertificateSpec spec;
  spec.ip = {"127.0.0.1"};
  return spec;
}

// Started by root these servers change to a user of their own, whom a sandbox need not know and who can't
// read what root has put into the folder. In a namespace where they are `nobody` from the start they don't.
// Where none can be made, they are left to do as they are used to.
std::vector<std::string> as_nobody(std::vector<std::string> arguments) {
  const std::string prefix[] = {"/usr/bin/unshare", "--user", "--map-user=65534", "--map-group=65534", "--"};
  arguments.insert(arguments.begin(), std::begin(prefix), std::end(prefix));
  return arguments;
}

}  // namespace

ServerFolder::ServerFolder(std::string path)
    : path_(std::move(path)), leaf_(test::make_certificate(leaf_spec(), &ca_)) {
  std::filesystem::create_directories(path_ + "/html");
  write("chain.pem", leaf_.pem());
  write("key.pem", leaf_.key_pem());
  write("ca.pem", ca_.pem());
}

void ServerFolder::write(const std::string& name, std::string_view content) const {
  std::ofstream(path_ + "/" + name, std::ios::binary) << content;
}

std::string ServerFolder::read(const std::string& name) const {
  std::ifstream file(path_ + "/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void replace_all(std::string& text, std::string_view what, const std::string& by) {
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
}

ServerProcess::~ServerProcess() {
  end(SIGTERM);
}

std::string ServerProcess::start(std::string_view package, const std::string& log,
                                 const Configure& configure) {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    if (!find_ports(plain_, tls_)) return "there is no free port";
    const std::vector<std::string> arguments = configure(plain_, tls_);
    if (access(arguments[0].c_str(), X_OK) != 0) {
      return arguments[0] + " is missing: install the package " + std::string(package) +
             " (tools/setup --tests)";
    }
    const bool other_user = geteuid() == 0 && attempt % 2 == 0;
    if (run(other_user ? as_nobody(arguments) : arguments, log) && listens()) return {};
    end(SIGKILL);
  }
  std::ifstream file(log);
  return std::string(package) + " did not start: " +
         std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

bool ServerProcess::run(std::vector<std::string> arguments, const std::string& log) {
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  char* environment[] = {nullptr};
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_adddup2(&files, STDOUT_FILENO, STDERR_FILENO);
  const int error = posix_spawn(&pid_, argv[0], &files, nullptr, argv.data(), environment);
  posix_spawn_file_actions_destroy(&files);
  if (error != 0) pid_ = -1;
  return error == 0;
}

// Servers tell nobody when they begin to listen. One that has ended never will.
bool ServerProcess::listens() {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (std::chrono::steady_clock::now() < until) {
    if (waitpid(pid_, nullptr, WNOHANG) == pid_) {
      pid_ = -1;
      return false;
    }
    const sockaddr_in address = loopback(plain_);
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const bool up = connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    close(fd);
    if (up) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

void ServerProcess::end(int signal) {
  if (pid_ <= 0) return;
  kill(pid_, signal);
  waitpid(std::exchange(pid_, -1), nullptr, 0);
}

}  // namespace godwit::testing
