// SPDX-License-Identifier: MIT
// Warm requests of an HttpConnection over a scripted transport inside godwit_guarded(), whose instructions
// tools/guard counts: everything from request() to the end of on_done but libuv and the kernel.
#include <cstdio>
#include <memory>
#include <string>

#include "godwit/parser/kernel/dispatch.h"
#include "godwit/tests/http_client/rig.h"

namespace {

using godwit::testing::Rig;
using godwit::testing::Wire;

constexpr char kReply[] =
    "HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nDate: Mon, 05 May 2025 10:00:00 GMT\r\n"
    "Content-Type: application/octet-stream\r\nContent-Length: 100\r\nConnection: keep-alive\r\n\r\n";

struct Counter {
  void send(Rig& rig) {
    failed += static_cast<bool>(rig->request("GET", "/a/path?and=a&query"));
    failed +=
        static_cast<bool>(rig->getresponse([this](godwit::HttpResponse& response, const godwit::Error&) {
          response.on_body([this](godwit::HttpResponse&, godwit::Bytes block) { bytes += block.size(); });
          response.on_done([this](godwit::HttpResponse& r, const godwit::Error& error) {
            good += !error && r.status() == 200;
          });
        }));
    rig.run();
  }
  size_t bytes = 0;
  int good = 0;
  int failed = 0;
};

}  // namespace

extern "C" [[gnu::noinline]] void godwit_guarded(Rig& rig, const std::shared_ptr<Wire>& wire,
                                                 Counter& counter, const std::string& reply, int rounds) {
  for (int i = 0; i < rounds; ++i) {
    wire->sent.clear();
    counter.send(rig);
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
  counter.send(rig);
  const auto wire = rig.accept();
  rig.deliver(wire, reply);
  // What is used again is made in the first few.
  for (int i = 0; i < 3; ++i) {
    counter.send(rig);
    rig.deliver(wire, reply);
  }
  godwit_guarded(rig, wire, counter, reply, kRounds);
  if (counter.failed == 0 && counter.good == kRounds + 4 && counter.bytes == 100u * (kRounds + 4)) return 0;
  std::puts("a request failed");
  return 1;
}
