// SPDX-License-Identifier: MIT
#include "godwit/tools/fetch/base64.h"

#include <string>

#include <gtest/gtest.h>

namespace godwit::fetch {
namespace {

struct Vector {
  const char* plain;
  const char* encoded;
};

// RFC 4648, 10.
constexpr Vector kVectors[] = {{"", ""},
                               {"f", "Zg=="},
                               {"fo", "Zm8="},
                               {"foo", "Zm9v"},
                               {"foob", "Zm9vYg=="},
                               {"fooba", "Zm9vYmE="},
                               {"foobar", "Zm9vYmFy"}};

std::string encode(std::string_view text) {
  Base64Encoder encoder;
  encoder.append(bytes_of(text));
  return encoder.finish();
}

TEST(Base64, VectorsOfTheRfc) {
  for (const Vector& v : kVectors) {
    EXPECT_EQ(encode(v.plain), v.encoded);
    EXPECT_EQ(decode_base64(v.encoded), v.plain);
  }
}

TEST(Base64, EveryByteAtEverySplit) {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  const std::string whole = encode(all);
  EXPECT_EQ(decode_base64(whole), all);
  for (size_t split = 0; split <= all.size(); ++split) {
    Base64Encoder encoder;
    encoder.append(bytes_of(all).first(split));
    encoder.append(bytes_of(all).subspan(split));
    ASSERT_EQ(encoder.finish(), whole) << split;
    ASSERT_EQ(encoder.finish(), "") << "the encoder is empty after finish";
  }
}

TEST(Base64, EveryTruncationIsRefused) {
  const std::string whole = encode("abcdefg");
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(decode_base64(whole.substr(0, size)).has_value(), size % 4 == 0) << size;
  }
}

TEST(Base64, NothingButBase64IsDecoded) {
  for (const char* bad : {"A", "AA", "AAA", "A===", "====", "=AAA", "AA=A", "Zg==Zg==", "Zm9v\n", "Z m9",
                          "Zm9-", "Zm9_", "Zh==", "Zm9=", "Zg==="}) {
    EXPECT_FALSE(decode_base64(bad).has_value()) << bad;
  }
}

}  // namespace
}  // namespace godwit::fetch
