// SPDX-License-Identifier: MIT
#include "godwit/core/content/block_buffer.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace godwit::content {
namespace {

// Feeds `text` in pieces of `step` and gives the blocks.
std::vector<std::string> cut(std::string_view text, size_t block, size_t step) {
  std::vector<std::string> blocks;
  const auto keep = [&](Bytes b) {
    blocks.emplace_back(text_of(b));
    return true;
  };
  BlockBuffer buffer;
  buffer.set_block_size(block);
  for (size_t at = 0; at < text.size(); at += step) {
    const Bytes piece = bytes_of(text.substr(at, step));
    EXPECT_EQ(buffer.feed(piece, keep), piece.size());
  }
  buffer.flush(keep);
  return blocks;
}

TEST(BlockBuffer, EveryBlockAndEveryStepGiveExactBlocks) {
  const std::string text = "abcdefghijklmnopqrstuvwxyz";
  for (size_t block = 1; block <= text.size() + 1; ++block) {
    for (size_t step = 1; step <= text.size(); ++step) {
      std::string joined;
      const auto blocks = cut(text, block, step);
      for (size_t i = 0; i < blocks.size(); ++i) {
        joined += blocks[i];
        if (i + 1 < blocks.size()) {
          EXPECT_EQ(blocks[i].size(), block);
        }
      }
      EXPECT_EQ(joined, text) << block << " " << step;
      EXPECT_EQ(blocks.size(), (text.size() + block - 1) / block);
    }
  }
}

TEST(BlockBuffer, WholeBlocksAreSlicesOfTheInput) {
  const std::string text(1000, 'x');
  BlockBuffer buffer;
  buffer.set_block_size(100);
  buffer.feed(bytes_of(text), [&](Bytes b) {
    const auto* data = reinterpret_cast<const char*>(b.data());
    EXPECT_GE(data, text.data());
    EXPECT_LT(data, text.data() + text.size());
    return true;
  });
  EXPECT_TRUE(buffer.empty());
}

TEST(BlockBuffer, TheLastArrivalIsNotCopied) {
  const std::string text = "abcdefghij";
  std::vector<Bytes> blocks;
  const auto keep = [&](Bytes b) {
    blocks.push_back(b);
    return true;
  };
  BlockBuffer buffer;
  buffer.set_block_size(4);
  EXPECT_EQ(buffer.feed(bytes_of(text), keep, true), text.size());
  EXPECT_FALSE(buffer.empty());
  buffer.flush(keep);
  EXPECT_TRUE(buffer.empty());
  ASSERT_EQ(blocks.size(), 3u);
  EXPECT_EQ(text_of(blocks[2]), "ij");
  EXPECT_EQ(blocks[2].data(), bytes_of(text).data() + 8);
  buffer.flush(keep);
  EXPECT_EQ(blocks.size(), 3u);

  // What is left behind a tail that was kept is; what still belongs to it is copied to it.
  std::string joined;
  const auto join = [&](Bytes b) {
    joined.append(text_of(b)).append("|");
    return true;
  };
  buffer.feed(bytes_of("abc"), join);
  buffer.feed(bytes_of("defgh"), join, true);
  buffer.flush(join);
  EXPECT_EQ(joined, "abcd|efgh|");
  buffer.feed(bytes_of("a"), join);
  buffer.feed(bytes_of("b"), join, true);
  buffer.flush(join);
  EXPECT_EQ(joined, "abcd|efgh|ab|");
  buffer.feed(bytes_of("z"), join, true);
  buffer.reset();
  EXPECT_TRUE(buffer.empty());
}

TEST(BlockBuffer, StopLeavesTheRestToTheGiver) {
  BlockBuffer buffer;
  buffer.set_block_size(4);
  std::string got;
  const auto once = [&](Bytes b) {
    got += text_of(b);
    return false;
  };
  EXPECT_EQ(buffer.feed(bytes_of("ab"), once), 2u);
  EXPECT_EQ(buffer.feed(bytes_of("cdefghij"), once), 2u) << "the block that was begun, and no more";
  EXPECT_EQ(got, "abcd");
  EXPECT_EQ(buffer.feed(bytes_of("efghij"), once), 4u);
  EXPECT_EQ(got, "abcdefgh");
  EXPECT_TRUE(buffer.empty());
}

TEST(BlockBuffer, SizeZeroPassesOn) {
  EXPECT_EQ(cut("abcdef", 0, 4), (std::vector<std::string>{"abcd", "ef"}));
}

}  // namespace
}  // namespace godwit::content
