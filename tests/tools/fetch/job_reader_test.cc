// SPDX-License-Identifier: MIT
#include "godwit/tools/fetch/job_reader.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace godwit::fetch {
namespace {

using Kind = JobLine::Kind;

// Lines collects what a reader delivers, for the test's own thread.
class Lines {
 public:
  void put(JobLine line) {
    std::lock_guard lock(mutex_);
    lines_.push_back(std::move(line));
    arrived_.notify_one();
  }
  JobLine take() {
    std::unique_lock lock(mutex_);
    if (!arrived_.wait_for(lock, std::chrono::seconds(30), [this] { return !lines_.empty(); })) {
      ADD_FAILURE() << "no line came";
      return {};
    }
    JobLine line = std::move(lines_.front());
    lines_.pop_front();
    return line;
  }
  bool empty() {
    std::lock_guard lock(mutex_);
    return lines_.empty();
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<JobLine> lines_;
};

class JobReaderTest : public testing::Test {
 protected:
  JobReaderTest() { EXPECT_EQ(pipe(ends_), 0); }
  ~JobReaderTest() override {
    end_input();
    close(ends_[0]);
  }
  void send(const std::string& text) {
    ASSERT_EQ(write(ends_[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  void end_input() {
    if (ends_[1] >= 0) close(ends_[1]);
    ends_[1] = -1;
  }
  JobReader::Deliver deliver() {
    return [this](JobLine line) { lines_.put(std::move(line)); };
  }
  void expect(Kind kind, uint64_t number, const std::string& text) {
    const JobLine line = lines_.take();
    EXPECT_EQ(line.kind, kind);
    EXPECT_EQ(line.number, number);
    EXPECT_EQ(line.text, text);
  }

  int ends_[2];
  Lines lines_;
};

// What is sent, and the lines that come of it, at every split of the input.
TEST_F(JobReaderTest, LinesAtEverySplit) {
  const std::string input = "one\n\n \t\r\ntwo\r\n  three \nlast";
  for (size_t split = 0; split <= input.size(); ++split) {
    end_input();
    close(ends_[0]);
    ASSERT_EQ(pipe(ends_), 0);
    JobReader reader(ends_[0], 100, deliver());
    send(input.substr(0, split));
    send(input.substr(split));
    end_input();
    expect(Kind::text, 1, "one");
    expect(Kind::text, 4, "two");
    expect(Kind::text, 5, "three");
    expect(Kind::text, 6, "last");
    expect(Kind::end, 7, "");
  }
}

TEST_F(JobReaderTest, AByteOrderMarkIsNoPartOfTheFirstLine) {
  JobReader reader(ends_[0], 100, deliver());
  send("\xEF\xBB\xBF one\n\xEF\xBB\xBFtwo\n");
  end_input();
  expect(Kind::text, 1, "one");
  expect(Kind::text, 2, "\xEF\xBB\xBFtwo");
  expect(Kind::end, 3, "");
}

TEST_F(JobReaderTest, ALineComesWhenItIsThereNotWhenTheNextOneIs) {
  JobReader reader(ends_[0], 2, deliver());
  send("first\n");
  expect(Kind::text, 1, "first");
  send("second\n");
  expect(Kind::text, 2, "second");
}

TEST_F(JobReaderTest, ReadsNoMoreThanAllowedAtOnce) {
  JobReader reader(ends_[0], 1, deliver());
  send("a\nb\nc\n");
  end_input();
  expect(Kind::text, 1, "a");
  EXPECT_TRUE(lines_.empty());
  reader.release();
  expect(Kind::text, 2, "b");
  EXPECT_TRUE(lines_.empty());
  reader.release();
  expect(Kind::text, 3, "c");
  reader.release();
  expect(Kind::end, 4, "");
}

TEST_F(JobReaderTest, ALineAtTheLimitAndOneByteMore) {
  JobReader reader(ends_[0], 100, deliver(), 8);
  send("12345678\n123456789\n" + std::string(50'000, 'x') + "\nnext\n" + std::string(9, 'y'));
  end_input();
  expect(Kind::text, 1, "12345678");
  expect(Kind::too_long, 2, "");
  expect(Kind::too_long, 3, "");
  expect(Kind::text, 4, "next");
  expect(Kind::too_long, 5, "");
  expect(Kind::end, 6, "");
}

TEST_F(JobReaderTest, ALongLineInManyPiecesIsDroppedAsOne) {
  JobReader reader(ends_[0], 100, deliver(), 8);
  for (int i = 0; i < 20; ++i) send("abcdef");
  send("\nok\n");
  expect(Kind::too_long, 1, "");
  expect(Kind::text, 2, "ok");
}

TEST_F(JobReaderTest, StopsWhileItWaitsForInput) {
  JobReader reader(ends_[0], 1, deliver());
  send("a\nhalf a line");
  expect(Kind::text, 1, "a");
  reader.release();
}

TEST_F(JobReaderTest, StopsWhileItWaitsForARelease) {
  JobReader reader(ends_[0], 1, deliver());
  send("a\nb\n");
  expect(Kind::text, 1, "a");
}

TEST_F(JobReaderTest, TellsWhyItCanNotRead) {
  const int folder = open("/", O_RDONLY);
  JobReader reader(folder, 1, deliver());
  expect(Kind::end, 1, "Is a directory");
  close(folder);
}

}  // namespace
}  // namespace godwit::fetch
