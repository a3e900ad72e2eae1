// SPDX-License-Identifier: MIT
// A2: what users' code throws ends the process, where it was thrown or as the loop would be left: nothing can
// go on behind it, and a program that catches it must not think so.
#include <cstdio>
#include <exception>
#include <functional>

#include <sys/wait.h>
#include <unistd.h>

#include "godwit/tests/e2e/loopback_client.h"

namespace godwit::testing {
namespace {

enum End { kCaught = 1, kTerminated = 2, kNeither = 3 };

// end_of runs something in a child, and tells how that ended.
int end_of(const std::function<void(Loop&, Client&)>& prepare) {
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    std::set_terminate([] { _exit(kTerminated); });
    const Watchdog watchdog("a loop that was thrown through");
    try {
      Loop loop;
      Client client(loop);
      prepare(loop, client);
      loop.run();
    } catch (...) {
      _exit(kCaught);
    }
    _exit(kNeither);
  }
  int status = -1;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

struct Thrower final : ResponseHandler {
  void on_done(Response&, const Error&) override { throw 1; }
};

struct Source final : BodySource {
  Pull pull(std::span<std::byte>) override { throw 1; }
};

struct Throwing : LoopbackTest {};

TEST_F(Throwing, A2_ACallbackThatThrowsEndsTheProcess) {
  const std::string url = server().http_url("/bytes/10");
  EXPECT_EQ(end_of([&](Loop&, Client& client) { client.get(url); }), kNeither);
  EXPECT_EQ(end_of([&](Loop&, Client& client) { client.get(url).on_head([](Response&) { throw 1; }); }),
            kTerminated);
  EXPECT_EQ(
      end_of([&](Loop&, Client& client) { client.get(url).on_body([](Response&, Bytes) { throw 1; }); }),
      kTerminated);
  EXPECT_EQ(end_of([&](Loop&, Client& client) {
              client.get(url).on_done([](Response&, const Error&) { throw 1; });
            }),
            kTerminated);
  EXPECT_EQ(end_of([](Loop& loop, Client&) { loop.post([] { throw 1; }); }), kTerminated);
}

TEST_F(Throwing, A2_AHandlerOrASourceThatThrowsEndsTheProcess) {
  Thrower thrower;
  EXPECT_EQ(end_of([&](Loop&, Client& client) {
              Request request;
              request.url = server().http_url("/bytes/10");
              client.send(std::move(request), thrower);
            }),
            kTerminated);
  Source source;
  EXPECT_EQ(end_of([&](Loop&, Client& client) {
              Request request;
              request.method = "POST";
              request.url = server().http_url("/upload");
              request.body = Body::from(source);
              client.send(std::move(request));
            }),
            kTerminated);
}

}  // namespace
}  // namespace godwit::testing
