// SPDX-License-Identifier: MIT
// Much at once, for long: memory stays flat and nothing gets lost. Memory is measured in processes of their
// own; GODWIT_E2E_BYTES (with k, m or g) sets the size of the downloads.
#include <algorithm>
#include <cstdlib>
#include <deque>
#include <functional>

#include <openssl/sha.h>
#include <sys/resource.h>

#include "godwit/tests/e2e/child_process.h"
#include "godwit/tests/e2e/loopback_client.h"
#include "godwit/tools/embedded_server/pattern.h"

namespace godwit::testing {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

// kPeakKib bounds all memory of a process that ever was in use at once, its program code included.
constexpr long kPeakKib = 32 * 1024;

struct Volume : LoopbackTest {
  static void expect_small(ChildProcess& child) {
    const long peak = std::stol(child.value("peak_kib"));
    std::printf("peak memory: %ld KiB%s\n", peak,
                kSanitized ? " (not judged: a sanitizer's shadow is in it)" : "");
    EXPECT_TRUE(kSanitized || peak < kPeakKib) << peak;
  }
  std::string ca_file() { return write_file("ca.pem", server().ca_pem()); }
};

// run_many keeps `width` exchanges open until `count` have been made.
void run_many(LoopbackClient& client, const std::string& url, size_t count, size_t width) {
  std::deque<Recorder> recorders;
  std::function<void()> start = [&] {
    Recorder& r = recorders.emplace_back();
    r.keep_body = false;
    r.hook = [&](Response&, std::string_view event) {
      if (event == "done" && recorders.size() < count) start();
    };
    client.get(url, r);
  };
  for (size_t i = 0; i < width; ++i) start();
  client.run();
  EXPECT_EQ(recorders.size(), count);
  size_t good = 0;
  for (const Recorder& r : recorders) {
    good += r.done == 1 && !r.error && r.body_bytes == 1000;
    EXPECT_EQ(outcome(r), "ok") << r.message;
  }
  EXPECT_EQ(good, count);
}

TEST_F(Volume, TenThousandExchangesOverAThousandConnections) {
  // Both ends of each connection are in this process.
  rlimit limit;
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  limit.rlim_cur = std::max<rlim_t>(limit.rlim_cur, std::min<rlim_t>(limit.rlim_max, 4096));
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
  ASSERT_GE(limit.rlim_cur, 2100u) << "the system allows too few descriptors";
  LoopbackClient client({.max_connections_per_host = 1000});
  run_many(client, server().http_url("/bytes/1000"), 10'000, 1000);
  EXPECT_EQ(client.client().idle_connections(), 1000u);
  EXPECT_EQ(server().connections_accepted(), 1000u);
  client.close();
  EXPECT_EQ(sockets_to(server().http_port()).size(), 0u);
}

TEST_F(Volume, ThousandsOverTls) {
  LoopbackClient client(trusting({.max_connections_per_host = 100}));
  run_many(client, server().https_url("/bytes/1000"), 3'000, 100);
  EXPECT_EQ(server().connections_accepted(), 100u);
}

TEST_F(Volume, LargeDownloadInLittleMemory) {
  const char* chosen = std::getenv("GODWIT_E2E_BYTES");
  const std::string size = chosen ? chosen : kSanitized ? "64m" : "512m";
  const uint64_t bytes = std::stoull(size) << (size.ends_with("g")   ? 30
                                               : size.ends_with("m") ? 20
                                               : size.ends_with("k") ? 10
                                                                     : 0);
  uint64_t sum = 0;
  for (uint64_t at = 0; at < bytes; at += 8192) {
    sum += static_cast<unsigned char>(embedded::pattern_byte(at));
  }
  for (const std::string& url : {server().http_url("/bytes/" + size), server().https_url("/bytes/" + size)}) {
    ChildProcess child({child_client(), "download", url, ca_file()});
    EXPECT_EQ(child.value("error"), "ok");
    EXPECT_EQ(child.value("bytes"), std::to_string(bytes));
    EXPECT_EQ(child.value("sum"), std::to_string(sum)) << "the first byte of each block";
    expect_small(child);
    EXPECT_EQ(child.wait(), 0);
  }
}

TEST_F(Volume, A5_APausedDownloadKeepsMemoryFlat) {
  for (const std::string& url : {server().http_url("/bytes/1g"), server().https_url("/chunked/1g")}) {
    ChildProcess child({child_client(), "paused", url, ca_file(), "400"});
    EXPECT_EQ(child.value("error"), "total-timeout");
    EXPECT_EQ(child.value("bytes"), "8192") << "one block and no more";
    expect_small(child);
    EXPECT_EQ(child.wait(), 0);
  }
}

TEST_F(Volume, UploadOf64Mebibytes) {
  const std::string zeros(64 << 20, '\0');
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const uint8_t*>(zeros.data()), zeros.size(), digest);
  std::string hex;
  for (const unsigned char byte : digest) {
    hex += "0123456789abcdef"[byte >> 4];
    hex += "0123456789abcdef"[byte & 15];
  }
  for (const std::string& url : {server().http_url("/upload"), server().https_url("/upload")}) {
    ChildProcess child({child_client(), "upload", url, ca_file(), std::to_string(zeros.size())});
    EXPECT_EQ(child.value("error"), "ok");
    EXPECT_EQ(child.value("text"), "{\"bytes\":67108864,\"sha256\":\"" + hex + "\"}");
    expect_small(child);
    EXPECT_EQ(child.wait(), 0);
  }
}

TEST_F(Volume, N11_APeerThatNeverReadsStallsTheUploadInLittleMemory) {
  for (const std::string& url :
       {server().http_url("/upload/never-reads"), server().https_url("/upload/never-reads")}) {
    ChildProcess child({child_client(), "upload-stalled", url, ca_file(), "1073741824"});
    EXPECT_EQ(child.value("error"), "send-timeout");
    EXPECT_EQ(child.value("message"), "send-timeout in send: the peer did not take the request in time");
    EXPECT_GE(std::stol(child.value("elapsed_ms")), 300);
    expect_small(child);
    EXPECT_EQ(child.wait(), 0);
  }
}

}  // namespace
}  // namespace godwit::testing
