// SPDX-License-Identifier: MIT
#include "godwit/tools/fetch/body_output.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace godwit::fetch {
namespace {

using Verdict = OrderedOutput::Verdict;

// Pipe is both ends of one; what was written is read when the writer is done.
struct Pipe {
  Pipe() { EXPECT_EQ(pipe(ends), 0); }
  ~Pipe() {
    close_writer();
    close(ends[0]);
  }
  void close_writer() {
    if (ends[1] >= 0) close(ends[1]);
    ends[1] = -1;
  }
  std::string drain() {
    close_writer();
    std::string out;
    char block[4096];
    for (ssize_t n; (n = read(ends[0], block, sizeof block)) > 0;) out.append(block, static_cast<size_t>(n));
    return out;
  }
  int ends[2];
};

std::string content_of(const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(WriteAll, GoesOnAfterShortWritesToANonBlockingPipe) {
  Pipe pipe;
  ASSERT_EQ(fcntl(pipe.ends[1], F_SETFL, O_NONBLOCK), 0);
  const std::string sent(1 << 20, 'x');
  std::thread writer([&] {
    EXPECT_EQ(write_all(pipe.ends[1], bytes_of(sent)), 0);
    pipe.close_writer();
  });
  std::string got;
  char block[4096];
  for (ssize_t n; (n = read(pipe.ends[0], block, sizeof block)) > 0;)
    got.append(block, static_cast<size_t>(n));
  writer.join();
  EXPECT_EQ(got, sent);
}

TEST(WriteAll, TellsAClosedPipeAndAFullDisk) {
  std::signal(SIGPIPE, SIG_IGN);
  Pipe pipe;
  close(pipe.ends[0]);
  EXPECT_EQ(write_all(pipe.ends[1], bytes_of("x")), EPIPE);
  pipe.ends[0] = open("/dev/null", O_RDONLY);
  const int full = open("/dev/full", O_WRONLY);
  ASSERT_GE(full, 0);
  EXPECT_EQ(write_all(full, bytes_of("x")), ENOSPC);
  close(full);
}

TEST(OutputFile, ReplacesAFileAndTellsWhatItCanNot) {
  const std::string name = testing::TempDir() + "/output_file";
  for (const char* text : {"a longer text", "short", ""}) {
    OutputFile file;
    EXPECT_FALSE(file.is_open());
    ASSERT_EQ(file.open(name), 0);
    EXPECT_TRUE(file.is_open());
    EXPECT_EQ(file.write(bytes_of(text)), 0);
    EXPECT_EQ(file.close(), 0);
    EXPECT_EQ(content_of(name), text);
  }
  OutputFile file;
  EXPECT_EQ(file.open(testing::TempDir()), EISDIR);
  EXPECT_EQ(file.open(name + "/below"), ENOTDIR);
  EXPECT_EQ(file.close(), 0);
}

// Every order in which three writers of two blocks each can run gives the same output.
TEST(OrderedOutput, EveryInterleavingComesOutInOrder) {
  // Per writer: two writes, then its finish: three events.
  std::string schedule = "000111222";
  do {
    Pipe pipe;
    OrderedOutput output(pipe.ends[1]);
    size_t places[3];
    for (size_t& place : places) place = output.open([] { FAIL() << "nobody was asked to pause"; });
    int events[3] = {0, 0, 0};
    for (char c : schedule) {
      const int i = c - '0';
      const std::string block =
          std::string(1, static_cast<char>('a' + i)) + static_cast<char>('0' + events[i]);
      if (events[i]++ < 2) {
        ASSERT_EQ(output.write(places[i], bytes_of(block)), Verdict::go_on);
      } else {
        ASSERT_EQ(output.finish(places[i]), Verdict::go_on);
      }
    }
    ASSERT_EQ(pipe.drain(), "a0a1b0b1c0c1") << schedule;
  } while (std::next_permutation(schedule.begin(), schedule.end()));
}

TEST(OrderedOutput, HoldsUpToItsLimitAndOneByteMorePauses) {
  Pipe pipe;
  OrderedOutput output(pipe.ends[1], 8);
  std::string resumed;
  const size_t first = output.open([&] { resumed += '0'; });
  const size_t second = output.open([&] { resumed += '1'; });
  const size_t third = output.open([&] { resumed += '2'; });
  EXPECT_EQ(output.write(second, bytes_of("bbbbbbbb")), Verdict::go_on);
  EXPECT_EQ(output.write(third, bytes_of("c")), Verdict::pause);
  EXPECT_EQ(output.write(second, bytes_of("b")), Verdict::pause);
  EXPECT_EQ(output.write(first, bytes_of("a")), Verdict::go_on) << "whose turn it is never pauses";
  EXPECT_EQ(output.finish(first), Verdict::go_on);
  EXPECT_EQ(resumed, "1");
  EXPECT_EQ(output.finish(second), Verdict::go_on);
  EXPECT_EQ(resumed, "12");
  EXPECT_EQ(output.write(third, bytes_of("C")), Verdict::go_on);
  EXPECT_EQ(output.finish(third), Verdict::go_on);
  EXPECT_EQ(pipe.drain(), "abbbbbbbbbcC");
}

TEST(OrderedOutput, ARunOfFinishedWritersIsWrittenAtOnce) {
  Pipe pipe;
  OrderedOutput output(pipe.ends[1], 1);
  std::vector<size_t> places;
  for (int i = 0; i < 4; ++i)
    places.push_back(output.open([] { FAIL() << "a finished writer is not resumed"; }));
  for (int i = 3; i > 0; --i) {
    const std::string text(2, static_cast<char>('0' + i));
    EXPECT_EQ(output.write(places[i], bytes_of(text)), Verdict::pause);
    EXPECT_EQ(output.finish(places[i]), Verdict::go_on);
  }
  EXPECT_EQ(output.finish(places[0]), Verdict::go_on);
  const size_t late = output.open([] {});
  EXPECT_EQ(output.write(late, bytes_of("4")), Verdict::go_on) << "its turn is at once";
  EXPECT_EQ(pipe.drain(), "1122334");
}

TEST(OrderedOutput, StaysBroken) {
  std::signal(SIGPIPE, SIG_IGN);
  Pipe pipe;
  close(pipe.ends[0]);
  OrderedOutput output(pipe.ends[1]);
  const size_t first = output.open([] {});
  const size_t second = output.open([] {});
  EXPECT_EQ(output.write(second, bytes_of("b")), Verdict::go_on);
  EXPECT_EQ(output.write(first, bytes_of("a")), Verdict::broken);
  EXPECT_EQ(output.error(), EPIPE);
  EXPECT_EQ(output.write(second, bytes_of("b")), Verdict::broken);
  EXPECT_EQ(output.finish(first), Verdict::broken);
  pipe.ends[0] = open("/dev/null", O_RDONLY);
}

}  // namespace
}  // namespace godwit::fetch
