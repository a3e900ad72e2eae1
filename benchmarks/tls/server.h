// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <ctime>
#include <memory>
#include <string>
#include <string_view>

#include <benchmark/benchmark.h>

#include "godwit/tests/support/tls_peer.h"

namespace godwit::benchmarks {

// kFeed is what a read of the loop brings at most; kBatch is plaintext that the server makes at a time, 64
// full records.
inline constexpr size_t kFeed = 64 * 1024;
inline constexpr size_t kBatch = 1024 * 1024;

// TlsServer is the server that every client here talks to, in memory: a P-256 certificate below an
// intermediate and a root that the client has.
class TlsServer {
 public:
  TlsServer();

  // accept begins another connection to the server, in place of the one before.
  void accept();
  test::TlsPeer& peer() { return *peer_; }

  // batch gives the records of kBatch octets of plaintext.
  std::string batch();

  const test::Certificate& root() const { return root_; }

 private:
  test::Certificate root_;
  test::Certificate intermediate_;
  test::Certificate leaf_;
  std::unique_ptr<test::TlsPeer> first_;
  std::unique_ptr<test::TlsPeer> peer_;
  std::string plaintext_;
};

// ClientTime adds up the time that passes inside a client's calls, and none of its server's.
class ClientTime {
 public:
  using Clock = std::chrono::steady_clock;

  template <class Call>
  auto operator()(Call call) {
    const auto from = Clock::now();
    if constexpr (std::is_void_v<decltype(call())>) {
      call();
      total_ += Clock::now() - from;
    } else {
      auto result = call();
      total_ += Clock::now() - from;
      return result;
    }
  }

  // report ends an iteration.
  void report(benchmark::State& state) {
    state.SetIterationTime(std::chrono::duration<double>(total_).count());
    total_ = {};
  }

 private:
  Clock::duration total_{};
};

// kBody is what one request over loopback asks for: bytes of "/bytes/64m".
inline constexpr size_t kBody = 64 * 1024 * 1024;

// thread_cpu is the processor time of this thread in seconds, user and system: that of the client alone,
// since the embedded server has a thread of its own.
inline double thread_cpu() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}

// each_feed cuts ciphertext into what reads would bring.
template <class Take>
void each_feed(std::string_view ciphertext, Take take) {
  for (size_t at = 0; at < ciphertext.size(); at += kFeed) take(ciphertext.substr(at, kFeed));
}

}  // namespace godwit::benchmarks
