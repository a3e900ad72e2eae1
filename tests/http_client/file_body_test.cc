// SPDX-License-Identifier: MIT
// Files as request bodies: regular ones with their length, pipes in chunks.
#include "godwit/core/file_body.h"

#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "godwit/tests/http_client/rig.h"

namespace godwit::testing {
namespace {

constexpr std::string_view kHead = "PUT / HTTP/1.1\r\nHost: example.com\r\nAccept-Encoding: identity\r\n";

struct FileBodyTest : ::testing::Test {
  std::string file(std::string_view content) {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    std::string path = std::string(std::getenv("TEST_TMPDIR")) + "/" + info->name();
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }
  // until_more runs the loop until the file has bytes again.
  void until_more() {
    const int before = more;
    loop.hold();
    while (more == before) loop.run_once();
    loop.release();
    rig.run();
  }

  Loop loop;
  std::string fault;
  int more = 0;
  Rig rig;
};

// row: 1.3/body-kinds
TEST_F(FileBodyTest, ARegularFileAnnouncesItsLength) {
  auto body = FileBody::open(loop, file("hello world"), fault);
  ASSERT_NE(body, nullptr) << fault;
  EXPECT_EQ(body->length(), 11u);
  ASSERT_FALSE(rig->request("PUT", "/", Body::from(*body)));
  EXPECT_EQ(rig.accept()->sent, std::string(kHead) + "Content-Length: 11\r\n\r\nhello world");
  EXPECT_TRUE(body->rewind());
  std::byte first{};
  EXPECT_EQ(body->pull({&first, 1}).size, 1u);
  EXPECT_EQ(first, std::byte{'h'});
}

TEST_F(FileBodyTest, ADescriptorIsReadFromWhereItStands) {
  const int descriptor = open(file("hello world").c_str(), O_RDONLY | O_CLOEXEC);
  ASSERT_EQ(lseek(descriptor, 6, SEEK_SET), 6);
  {
    auto body = FileBody::adopt(loop, descriptor, fault);
    ASSERT_NE(body, nullptr) << fault;
    ASSERT_FALSE(rig->request("PUT", "/", Body::from(*body)));
    EXPECT_TRUE(rig.accept()->sent.ends_with("Content-Length: 5\r\n\r\nworld"));
  }
  EXPECT_EQ(fcntl(descriptor, F_GETFD), -1) << "it was taken over";
}

TEST_F(FileBodyTest, AFileThatGrowsIsSentAsAnnouncedOneThatShrinksFails) {
  const std::string path = file("hello world");
  {
    auto body = FileBody::open(loop, path, fault);
    std::ofstream(path, std::ios::app) << " and more";
    ASSERT_FALSE(rig->request("PUT", "/", Body::from(*body)));
    EXPECT_TRUE(rig.accept()->sent.ends_with("Content-Length: 11\r\n\r\nhello world"));
    rig->close();
    rig.run();
  }
  auto body = FileBody::open(loop, path, fault);
  Got got;
  ASSERT_FALSE(rig->request("PUT", "/", Body::from(*body)));
  ASSERT_FALSE(rig->getresponse(got.callback()));
  ASSERT_EQ(truncate(path.c_str(), 0), 0);
  rig.accept();
  EXPECT_EQ(got.error.code, Errc::body_source_failed);
  EXPECT_EQ(body->fault(), "the file became shorter while it was sent");
}

// row: 1.3/body-kinds
TEST_F(FileBodyTest, APipeGoesInChunksAsItsBytesCome) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  const int flags = fcntl(ends[0], F_GETFL);
  auto body = FileBody::adopt(loop, ends[0], fault);
  ASSERT_NE(body, nullptr) << fault;
  EXPECT_EQ(body->length(), std::nullopt);
  EXPECT_FALSE(body->rewind());
  body->on_more([&] {
    ++more;
    rig->resume_upload();
  });
  ASSERT_FALSE(rig->request("PUT", "/", Body::from(*body)));
  auto wire = rig.accept();
  EXPECT_EQ(Rig::take(wire), std::string(kHead) + "Transfer-Encoding: chunked\r\n\r\n");
  ASSERT_EQ(write(ends[1], "abc", 3), 3);
  until_more();
  EXPECT_EQ(Rig::take(wire), "3\r\nabc\r\n");
  ASSERT_EQ(write(ends[1], "de", 2), 2);
  until_more();
  EXPECT_EQ(Rig::take(wire), "2\r\nde\r\n");
  close(ends[1]);
  until_more();
  EXPECT_EQ(Rig::take(wire), "0\r\n\r\n");
  const int copy = dup(ends[0]);
  body.reset();
  EXPECT_EQ(fcntl(copy, F_GETFL), flags) << "others may still use the pipe, and not know of O_NONBLOCK";
  close(copy);
}

TEST_F(FileBodyTest, WhatCannotBeRead) {
  EXPECT_EQ(FileBody::open(loop, "/nowhere/at/all", fault), nullptr);
  EXPECT_EQ(fault, "can't open /nowhere/at/all: no such file or directory");
  EXPECT_EQ(FileBody::open(loop, "/", fault), nullptr);
  EXPECT_EQ(fault, "/: it is a directory");
  EXPECT_EQ(FileBody::adopt(loop, -1, fault), nullptr);
  EXPECT_EQ(fault, "bad file descriptor");
}

TEST_F(FileBodyTest, WhatIsAlwaysReadyNeedsNoWatching) {
  auto body = FileBody::open(loop, "/dev/zero", fault);
  ASSERT_NE(body, nullptr) << fault;
  std::byte out[16];
  const BodySource::Pull pulled = body->pull(out);
  EXPECT_EQ(pulled.size, 16u);
  EXPECT_EQ(pulled.state, BodySource::State::more);
}

}  // namespace
}  // namespace godwit::testing
