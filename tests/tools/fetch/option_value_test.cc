// SPDX-License-Identifier: MIT
#include "godwit/tools/fetch/option_value.h"

#include <fstream>

#include <gtest/gtest.h>

namespace godwit::fetch {
namespace {

TEST(OptionValue, Seconds) {
  struct Row {
    const char* text;
    int64_t milliseconds;  // -1: refused
  };
  constexpr Row kRows[] = {
      {"0", 0},
      {"1", 1000},
      {"0.25", 250},
      {".5", 500},
      {"1.1", 1100},
      {"2.3", 2300},
      {"0.001", 1},
      {"0.0001", 1},
      {"86400", 86'400'000},
      {"31536000", 31'536'000'000},
      {"31536001", -1},
      {"", -1},
      {"-1", -1},
      {"+1", -1},
      {"1s", -1},
      {" 1", -1},
      {"1e3", -1},
      {"inf", -1},
      {"nan", -1},
      {"0x10", -1},
      {"1,5", -1},
      {"1.5.2", -1},
  };
  for (const Row& row : kRows) {
    std::chrono::milliseconds out{-7};
    const std::string fault = parse_seconds(row.text, out);
    EXPECT_EQ(fault.empty(), row.milliseconds >= 0) << row.text;
    EXPECT_EQ(out.count(), row.milliseconds >= 0 ? row.milliseconds : -7) << row.text;
  }
}

TEST(OptionValue, Size) {
  constexpr uint64_t kLimit = 64 << 20;
  constexpr uint64_t kRefused = UINT64_MAX;
  struct Row {
    const char* text;
    uint64_t size;
  };
  constexpr Row kRows[] = {
      {"0", 0},
      {"1", 1},
      {"8192", 8192},
      {"16k", 16384},
      {"16K", 16384},
      {"64m", kLimit},
      {"67108864", kLimit},
      {"67108865", kRefused},
      {"65m", kRefused},
      {"1g", kRefused},
      {"", kRefused},
      {"k", kRefused},
      {"1kb", kRefused},
      {"-1", kRefused},
      {"+1", kRefused},
      {"1 k", kRefused},
      {"0x10", kRefused},
      {"18446744073709551616", kRefused},
      {"18014398509481985k", kRefused},
      {"1K2", kRefused},
  };
  for (const Row& row : kRows) {
    uint64_t size = kRefused;
    EXPECT_EQ(parse_size(row.text, kLimit, size).empty(), row.size != kRefused) << row.text;
    EXPECT_EQ(size, row.size) << row.text;
  }
}

TEST(OptionValue, Count) {
  uint32_t count = 0;
  EXPECT_EQ(parse_count("1", 10, count), "");
  EXPECT_EQ(count, 1u);
  EXPECT_EQ(parse_count("10", 10, count), "");
  EXPECT_EQ(count, 10u);
  for (const char* bad : {"0", "11", "", "-1", "1k", "1.5", "4294967297"}) {
    EXPECT_NE(parse_count(bad, 10, count), "") << bad;
  }
}

TEST(OptionValue, Resolve) {
  struct Row {
    const char* text;
    const char* host;
    uint16_t port;
    const char* address;
  };
  constexpr Row kRows[] = {
      {"example.com:443:127.0.0.1", "example.com", 443, "127.0.0.1"},
      {"a:1:[::1]", "a", 1, "::1"},
      {"a:65535:::1", "a", 65535, "::1"},
      {"[::1]:80:127.0.0.1", "::1", 80, "127.0.0.1"},
      {"[0:0::0:1]:80:127.0.0.1", "::1", 80, "127.0.0.1"},
      {"B\u00fccher.Example:443:127.0.0.1", "xn--bcher-kva.example", 443, "127.0.0.1"},
      {"0x7f.1:80:127.0.0.2", "127.0.0.1", 80, "127.0.0.2"},
  };
  for (const Row& row : kRows) {
    HostOverride entry;
    EXPECT_EQ(parse_resolve(row.text, entry), "") << row.text;
    EXPECT_EQ(entry.host, row.host);
    EXPECT_EQ(entry.port, row.port);
    EXPECT_EQ(entry.address, row.address);
  }
  for (const char* bad : {"",
                          "a",
                          "a:1",
                          "a:1:",
                          ":1:127.0.0.1",
                          "a:0:127.0.0.1",
                          "a:65536:127.0.0.1",
                          "a:x:127.0.0.1",
                          "a:80:localhost",
                          "a:80:127.0.0.1:",
                          "[::1:80:127.0.0.1",
                          "a:80:[]",
                          "a:80:1.2.3",
                          "a::127.0.0.1",
                          "*:80:127.0.0.1",
                          "+a:80:127.0.0.1",
                          "a b:80:127.0.0.1",
                          "a/b:80:127.0.0.1",
                          "u@a:80:127.0.0.1",
                          "[::1]x:80:127.0.0.1",
                          "[a]:80:127.0.0.1"}) {
    HostOverride entry;
    EXPECT_NE(parse_resolve(bad, entry), "") << bad;
  }
}

TEST(OptionValue, Data) {
  const std::string name = testing::TempDir() + "/data";
  const std::string content("a\r\nb\0\n", 6);
  std::ofstream(name, std::ios::binary) << content;
  std::string out = "x&";
  EXPECT_EQ(read_data("plain\n", true, out), "");
  EXPECT_EQ(out, "x&plain\n") << "only files are stripped";
  out.clear();
  EXPECT_EQ(read_data("@" + name, true, out), "");
  EXPECT_EQ(out, "ab");
  out.clear();
  EXPECT_EQ(read_data("@" + name, false, out), "");
  EXPECT_EQ(out, content);
  EXPECT_EQ(read_data("@" + name + "x", false, out), "can't read " + name + "x: No such file or directory");
  EXPECT_EQ(read_data("@/", false, out), "can't read /: Is a directory");
}

}  // namespace
}  // namespace godwit::fetch
