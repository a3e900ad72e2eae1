// SPDX-License-Identifier: MIT
#include "godwit/tools/fetch/upload_source.h"

#include <array>
#include <fstream>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace godwit::fetch {
namespace {

using State = BodySource::State;

// pull_all pulls blocks of that size to the end.
std::string pull_all(UploadSource& source, size_t block) {
  std::string out;
  std::string buffer(block, '\0');
  for (int rounds = 0; rounds < 10'000; ++rounds) {
    const auto pull = source.pull(std::as_writable_bytes(std::span(buffer)));
    EXPECT_LE(pull.size, block);
    out.append(buffer, 0, pull.size);
    if (pull.state != State::more) {
      EXPECT_EQ(pull.state, State::end);
      break;
    }
  }
  return out;
}

class UploadSourceTest : public testing::Test {
 protected:
  std::unique_ptr<UploadSource> open(const std::string& name) {
    std::string fault;
    auto source = UploadSource::open(name, loop_, fault);
    EXPECT_NE(source, nullptr) << fault;
    return source;
  }
  std::string file(const std::string& content) {
    const std::string name = testing::TempDir() + "/upload";
    std::ofstream(name, std::ios::binary) << content;
    return name;
  }
  Loop loop_;
};

TEST_F(UploadSourceTest, AFileAtEveryBlockSizeAndAgain) {
  const std::string content = "0123456789abcdef";
  auto source = open(file(content));
  EXPECT_EQ(source->length(), content.size());
  for (size_t block = 1; block <= content.size() + 1; ++block) {
    EXPECT_EQ(pull_all(*source, block), content) << block;
    EXPECT_TRUE(source->rewind());
  }
}

TEST_F(UploadSourceTest, AFileWhoseSizeTheSystemDoesNotTellIsAStream) {
  // Files of /proc are regular and have size 0.
  auto source = open("/proc/self/status");
  EXPECT_EQ(source->length(), std::nullopt);
  EXPECT_TRUE(pull_all(*source, 100).starts_with("Name:"));
}

TEST_F(UploadSourceTest, AnEmptyFileEndsAtOnce) {
  auto source = open(file(""));
  EXPECT_EQ(source->length(), 0u);
  EXPECT_EQ(pull_all(*source, 10), "");
}

TEST_F(UploadSourceTest, AFileThatGrowsIsSentAsAnnouncedAndOneThatShrinksFails) {
  const std::string name = file("0123456789");
  auto source = open(name);
  ASSERT_EQ(truncate(name.c_str(), 20), 0);
  EXPECT_EQ(pull_all(*source, 4), "0123456789");
  EXPECT_TRUE(source->rewind());
  ASSERT_EQ(truncate(name.c_str(), 4), 0);
  std::array<std::byte, 4> block;
  EXPECT_EQ(source->pull(block).state, State::more);
  EXPECT_EQ(source->pull(block).state, State::failed);
  EXPECT_EQ(source->fault(), "can't read " + name + ": it became shorter while it was sent");
}

TEST_F(UploadSourceTest, APipeIsPulledAsItsBytesCome) {
  const std::string name = testing::TempDir() + "/fifo";
  ASSERT_EQ(mkfifo(name.c_str(), 0600), 0);
  const int writer = ::open(name.c_str(), O_RDWR);
  ASSERT_GE(writer, 0);
  auto source = open(name);
  EXPECT_EQ(source->length(), std::nullopt);
  EXPECT_FALSE(source->rewind());
  std::array<std::byte, 4> block;
  auto pull = source->pull(block);
  EXPECT_EQ(pull.state, State::later);
  EXPECT_EQ(pull.size, 0u);
  ASSERT_EQ(write(writer, "abcdef", 6), 6);
  pull = source->pull(block);
  EXPECT_EQ(pull.state, State::more);
  EXPECT_EQ(text_of(Bytes(block).first(pull.size)), "abcd");
  pull = source->pull(block);
  EXPECT_EQ(text_of(Bytes(block).first(pull.size)), "ef");
  EXPECT_EQ(source->pull(block).state, State::later);
  close(writer);
  EXPECT_EQ(source->pull(block).state, State::end);
  unlink(name.c_str());
}

TEST_F(UploadSourceTest, TellsWhatItCanNotOpen) {
  std::string fault;
  EXPECT_EQ(UploadSource::open("/nonexistent", loop_, fault), nullptr);
  EXPECT_EQ(fault, "can't read /nonexistent: No such file or directory");
  EXPECT_EQ(UploadSource::open("/", loop_, fault), nullptr);
  EXPECT_EQ(fault, "can't read /: Is a directory");
}

}  // namespace
}  // namespace godwit::fetch
