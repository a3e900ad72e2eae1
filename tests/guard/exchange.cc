// SPDX-License-Identifier: MIT
// Warm keep-alive exchanges over a scripted transport inside godwit_guarded(), whose instructions tools/guard
// counts: everything from Client::send to the end of on_done but libuv and the kernel.
#include <cstdio>
#include <string>

#include "godwit/parser/kernel/dispatch.h"
#include "godwit/tests/core/conn/rig.h"

namespace {

using godwit::testing::Rig;
using godwit::testing::Wire;

constexpr char kReply[] =
    "HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nDate: Mon, 05 May 2025 10:00:00 GMT\r\n"
    "Content-Type: application/octet-stream\r\nContent-Length: 100\r\nConnection: keep-alive\r\n\r\n";

struct Counter final : godwit::ResponseHandler {
  void on_body(godwit::Response&, godwit::Bytes block) override { bytes += block.size(); }
  void on_done(godwit::Response& response, const godwit::Error& error) override {
    good += !error && response.status() == 200;
  }
  size_t bytes = 0;
  int good = 0;
};

void send(Rig& rig, Counter& counter) {
  godwit::Request request;
  request.url = "http://a-host-name.example/a/path?and=a&query";
  rig.table.start(std::move(request), &counter);
  rig.run();
}

}  // namespace

extern "C" [[gnu::noinline]] void godwit_guarded(Rig& rig, Wire& wire, Counter& counter,
                                                 const std::string& reply, int rounds) {
  for (int i = 0; i < rounds; ++i) {
    wire.sent.clear();
    send(rig, counter);
    rig.deliver(wire, reply);
  }
}

int main() {
  constexpr int kRounds = 1000;
  if (!godwit::parser::use_kernel("avx2")) {
    std::puts("this processor has no AVX2");
    return 1;
  }
  const std::string reply = kReply + std::string(100, 'x');
  Counter counter;
  Rig rig;
  send(rig, counter);
  const auto wire = rig.connector.accept();
  rig.run();
  rig.deliver(*wire, reply);
  // What is used again is made in the first few.
  for (int i = 0; i < 3; ++i) {
    send(rig, counter);
    rig.deliver(*wire, reply);
  }
  godwit_guarded(rig, *wire, counter, reply, kRounds);
  if (counter.good == kRounds + 4 && counter.bytes == 100u * (kRounds + 4)) return 0;
  std::puts("an exchange failed");
  return 1;
}
