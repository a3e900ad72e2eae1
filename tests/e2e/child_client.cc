// SPDX-License-Identifier: MIT
// A client in a process of its own: for what only a whole process shows, its memory, its signals, its end.
// Usage: child_client COMMAND URL [CA_FILE [NUMBER]]. Its answer is lines of a name and a value.
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include <sys/time.h>

#include "godwit/core/client.h"

namespace {

using godwit::Bytes;
using godwit::Error;
using godwit::Response;

// Zeros is an upload of a known length that no memory holds.
class Zeros final : public godwit::BodySource {
 public:
  explicit Zeros(uint64_t size) : size_(size), left_(size) {}
  Pull pull(std::span<std::byte> out) override {
    const size_t n = std::min<uint64_t>(out.size(), left_);
    std::memset(out.data(), 0, n);
    left_ -= n;
    return {n, left_ == 0 ? State::end : State::more};
  }
  std::optional<uint64_t> length() const override { return size_; }

 private:
  uint64_t size_;
  uint64_t left_;
};

// A line of /proc/self/status, in KiB.
long status_kib(std::string_view name) {
  long value = -1;
  std::FILE* status = std::fopen("/proc/self/status", "r");
  char line[256];
  while (status && std::fgets(line, sizeof line, status)) {
    if (std::string_view(line).starts_with(name)) value = std::atol(line + name.size() + 1);
  }
  if (status) std::fclose(status);
  return value;
}

void say(const char* name, unsigned long long value) {
  std::printf("%s %llu\n", name, value);
  std::fflush(stdout);
}

// interrupt_often has a signal handler interrupt whatever system call is under way, every millisecond.
void interrupt_often() {
  struct sigaction action = {};
  action.sa_handler = [](int) {};
  sigaction(SIGALRM, &action, nullptr);
  const itimerval often{{0, 1000}, {0, 1000}};
  setitimer(ITIMER_REAL, &often, nullptr);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const std::string_view command = argv[1];
  const uint64_t number = argc > 4 ? std::strtoull(argv[4], nullptr, 10) : 0;

  godwit::Loop loop;
  godwit::ClientOptions options;
  if (argc > 3) options.tls.ca_file = argv[3];
  if (command == "deadline") options.timeouts.total = std::chrono::milliseconds(number);
  if (command == "upload-stalled") options.timeouts.send = std::chrono::milliseconds(300);
  if (command == "paused") options.timeouts.total = std::chrono::milliseconds(number);
  if (command == "interrupted") interrupt_often();
  godwit::Client client(loop, options);

  Zeros zeros(number);
  godwit::Request request;
  request.url = argv[2];
  if (command.starts_with("upload")) {
    request.method = "POST";
    request.body = godwit::Body::from(zeros);
  }
  uint64_t bytes = 0, sum = 0;
  std::string text;
  client.send(std::move(request))
      .on_body([&](Response& response, Bytes block) {
        bytes += block.size();
        sum += static_cast<unsigned char>(block.front());
        if (text.size() < 200) text += godwit::text_of(block);
        if (command == "paused") response.pause();
      })
      .on_done([&](Response& response, const Error& error) {
        std::printf("error %s\n", std::string(godwit::name(error.code)).c_str());
        std::printf("message %s\n", godwit::describe(error, response.diagnosis()).c_str());
        say("bytes", bytes);
        say("elapsed_ms", response.timing().total / 1'000'000);
      });
  say("started", 1);
  loop.run();
  if (command.starts_with("upload")) std::printf("text %s", text.c_str());
  say("sum", sum);
  say("peak_kib", static_cast<unsigned long long>(status_kib("VmHWM")));
  return 0;
}
