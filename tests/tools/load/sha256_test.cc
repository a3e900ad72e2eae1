// SPDX-License-Identifier: MIT
#include "godwit/tools/load/measure/sha256.h"

#include <string>

#include <gtest/gtest.h>

namespace godwit::load {
namespace {

std::string hex(const Sha256::Digest& digest) {
  std::string text;
  for (uint8_t byte : digest) {
    char two[3];
    std::snprintf(two, sizeof two, "%02x", byte);
    text += two;
  }
  return text;
}

TEST(Sha256, KnownDigests) {
  const struct {
    std::string text;
    const char* digest;
  } kCases[] = {
      {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
      {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
      {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
       "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
      {std::string(1'000'000, 'a'), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
  };
  for (const auto& [text, digest] : kCases) {
    Sha256 sha;
    sha.update(bytes_of(text));
    EXPECT_EQ(hex(sha.finish()), digest);
    // It begins anew by itself, and pieces of any size make no difference.
    for (size_t piece : {1u, 55u, 56u, 63u, 64u, 65u, 1000u}) {
      for (size_t at = 0; at < text.size(); at += piece) sha.update(bytes_of(text.substr(at, piece)));
      EXPECT_EQ(hex(sha.finish()), digest) << piece;
    }
  }
}

}  // namespace
}  // namespace godwit::load
