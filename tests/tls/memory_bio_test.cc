// SPDX-License-Identifier: MIT
#include "godwit/tls/memory_bio.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace godwit::tls {
namespace {

std::span<const std::byte> bytes(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

std::string read(BIO* bio, int size) {
  std::string out(static_cast<size_t>(size), '?');
  const int result = BIO_read(bio, out.data(), size);
  out.resize(result > 0 ? static_cast<size_t>(result) : 0);
  return out;
}

std::string output(const MemoryBio& memory) {
  return {reinterpret_cast<const char*>(memory.output().data()), memory.output().size()};
}

class MemoryBioTest : public testing::Test {
 protected:
  MemoryBio memory_;
  bssl::UniquePtr<BIO> bio_ = memory_.make_bio();
};

TEST_F(MemoryBioTest, AnEmptyInputIsAWaitUntilItEnds) {
  char octet;
  EXPECT_EQ(BIO_read(bio_.get(), &octet, 1), -1);
  EXPECT_TRUE(BIO_should_read(bio_.get()));
  memory_.end_input();
  EXPECT_EQ(BIO_read(bio_.get(), &octet, 1), 0);
  EXPECT_FALSE(BIO_should_retry(bio_.get()));
}

TEST_F(MemoryBioTest, ReadsWhatWasLentWithoutCopying) {
  std::string lent = "abcdef";
  memory_.feed(bytes(lent));
  EXPECT_EQ(read(bio_.get(), 2), "ab");
  lent[2] = 'C';  // seen: the bytes are borrowed
  EXPECT_EQ(read(bio_.get(), 100), "Cdef");
  EXPECT_EQ(memory_.unread(), 0u);
}

TEST_F(MemoryBioTest, HoldEndsTheLoan) {
  std::string lent = "abcdef";
  memory_.feed(bytes(lent));
  EXPECT_EQ(read(bio_.get(), 2), "ab");
  memory_.hold();
  lent = "XXXXXX";
  memory_.hold();
  EXPECT_EQ(memory_.unread(), 4u);
  EXPECT_EQ(read(bio_.get(), 100), "cdef");
}

TEST_F(MemoryBioTest, FeedingKeepsTheOrder) {
  for (size_t read_first = 0; read_first <= 4; ++read_first) {
    memory_.feed(bytes("abcd"));
    std::string got = read(bio_.get(), static_cast<int>(read_first));
    memory_.feed(bytes("efgh"));
    got += read(bio_.get(), 3);
    memory_.feed(bytes(""));
    memory_.feed(bytes("ij"));
    got += read(bio_.get(), 100);
    EXPECT_EQ(got, "abcdefghij") << read_first;
  }
}

TEST_F(MemoryBioTest, OutputIsTakenInAnyPieces) {
  const std::string record(3000, 'r');
  std::string written, taken;
  for (size_t i = 0; i < 200; ++i) {
    ASSERT_EQ(BIO_write(bio_.get(), record.data(), static_cast<int>(i * 15)),
              i == 0 ? 0 : static_cast<int>(i * 15));
    written += record.substr(0, i * 15);
    const size_t part = memory_.output().size() * (i % 4) / 3;
    taken += output(memory_).substr(0, part);
    memory_.drained(part);
  }
  EXPECT_EQ(taken + output(memory_), written);
}

TEST_F(MemoryBioTest, DrainingMoreThanThereIsTakesWhatThereIs) {
  BIO_write(bio_.get(), "abc", 3);
  memory_.drained(100);
  EXPECT_EQ(output(memory_), "");
  BIO_write(bio_.get(), "def", 3);
  EXPECT_EQ(output(memory_), "def");
}

TEST_F(MemoryBioTest, NothingIsReadOrWrittenForNoOctets) {
  memory_.feed(bytes("a"));
  char octet;
  EXPECT_EQ(BIO_read(bio_.get(), &octet, 0), 0);
  EXPECT_EQ(BIO_write(bio_.get(), &octet, 0), 0);
  EXPECT_EQ(memory_.unread(), 1u);
  memory_.drop_input();
  EXPECT_EQ(memory_.unread(), 0u);
}

TEST_F(MemoryBioTest, AnIdleOneHoldsNoMemory) {
  const std::string big(2000, 'x');
  BIO_write(bio_.get(), big.data(), static_cast<int>(big.size()));
  EXPECT_GE(memory_.capacity(), big.size());
  memory_.drained(big.size() - 1);
  EXPECT_EQ(output(memory_), "x");
  memory_.drained(1);
  EXPECT_EQ(memory_.capacity(), 0u);

  memory_.feed(bytes(big));
  memory_.hold();
  EXPECT_EQ(read(bio_.get(), 1 << 20).size(), big.size());
  EXPECT_EQ(memory_.capacity(), 0u);
  memory_.feed(bytes(big));
  memory_.hold();
  memory_.drop_input();
  EXPECT_EQ(memory_.capacity(), 0u);
}

TEST_F(MemoryBioTest, RoomForManyRecordsIsOneAllocation) {
  memory_.reserve_output(1000);
  const size_t capacity = memory_.capacity();
  EXPECT_GE(capacity, 1000u);
  for (int i = 0; i < 100; ++i) BIO_write(bio_.get(), "0123456789", 10);
  EXPECT_EQ(memory_.capacity(), capacity);
}

TEST_F(MemoryBioTest, FlushSucceeds) {
  EXPECT_EQ(BIO_flush(bio_.get()), 1);
}

}  // namespace
}  // namespace godwit::tls
