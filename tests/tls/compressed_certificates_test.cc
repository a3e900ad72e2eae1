// SPDX-License-Identifier: MIT
#include "godwit/tls/compressed_certificates.h"

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include <brotli/encode.h>
#include <gtest/gtest.h>
#include <openssl/bytestring.h>
#include <openssl/ssl.h>

#include "godwit/tests/support/tls_peer.h"
#include "godwit/tls/engine.h"

namespace godwit::tls {
namespace {

using test::Certificate;
using test::TlsPeer;

std::string packed(std::string_view text, int window = BROTLI_DEFAULT_WINDOW) {
  size_t size = BrotliEncoderMaxCompressedSize(text.size());
  std::string out(size, '\0');
  if (!BrotliEncoderCompress(BROTLI_DEFAULT_QUALITY, window, BROTLI_MODE_GENERIC, text.size(),
                             reinterpret_cast<const uint8_t*>(text.data()), &size,
                             reinterpret_cast<uint8_t*>(out.data()))) {
    std::abort();
  }
  out.resize(size);
  return out;
}

// Whether `in` unpacks to `size` octets, which are then in `out`. Both lie at the end of an allocation of
// their own.
bool unpacks(std::string_view in, size_t size, std::string* out = nullptr,
             size_t memory = kMaxUnpackingMemory) {
  const auto copy = std::make_unique<uint8_t[]>(in.size());
  std::copy(in.begin(), in.end(), copy.get());
  const auto buffer = std::make_unique<uint8_t[]>(size);
  const bool whole = unpack_certificates({copy.get(), in.size()}, {buffer.get(), size}, memory);
  if (out != nullptr) out->assign(buffer.get(), buffer.get() + size);
  return whole;
}

// As poor in repetitions as keys and signatures.
std::string noise(size_t size) {
  std::string text(size, '\0');
  uint32_t state = 1;
  for (char& c : text) c = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
  return text;
}

TEST(CompressedCertificates, UnpackToTheOctet) {
  for (const size_t size : {size_t{1}, size_t{100}, size_t{4'000}, kMaxUnpackedCertificates}) {
    for (const int window : {BROTLI_MIN_WINDOW_BITS, BROTLI_DEFAULT_WINDOW, BROTLI_MAX_WINDOW_BITS}) {
      for (const std::string& text : {noise(size), std::string(size, 'a')}) {
        std::string out;
        EXPECT_TRUE(unpacks(packed(text, window), size, &out)) << size << ' ' << window;
        EXPECT_TRUE(out == text);
      }
    }
  }
}

TEST(CompressedCertificates, NeitherMoreNorLessThanAnnounced) {
  const std::string in = packed(noise(4'000));
  EXPECT_FALSE(unpacks(in, 3'999));
  EXPECT_FALSE(unpacks(in, 4'001));
  EXPECT_FALSE(unpacks(in, 0));
  EXPECT_FALSE(unpacks(in + '\0', 4'000));
  for (size_t size = 0; size < in.size(); size += 7) EXPECT_FALSE(unpacks(in.substr(0, size), 4'000));
}

TEST(CompressedCertificates, ABombIsNotFollowed) {
  const std::string bomb = packed(std::string(16 * 1024 * 1024, 'a'), BROTLI_MAX_WINDOW_BITS);
  EXPECT_LT(bomb.size(), 1'000u);
  EXPECT_FALSE(unpacks(bomb, kMaxUnpackedCertificates));
}

TEST(CompressedCertificates, TheDecodersMemoryIsBounded) {
  const std::string in = packed(noise(100'000));
  EXPECT_TRUE(unpacks(in, 100'000));
  // The window alone takes as much as all of it.
  EXPECT_FALSE(unpacks(in, 100'000, nullptr, 100'000));
  EXPECT_FALSE(unpacks(in, 100'000, nullptr, 0));
}

TEST(CompressedCertificates, Garbage) {
  EXPECT_FALSE(unpacks("", 10));
  EXPECT_FALSE(unpacks("garbage", 10));
  EXPECT_FALSE(unpacks(noise(1'000), 1'000));
}

// What a server sends, from its true certificates.
using Compress = std::string (*)(std::string_view);
Compress server_sends = nullptr;
bool was_asked = false;

int compress(SSL*, CBB* out, const uint8_t* in, size_t size) {
  was_asked = true;
  const std::string sent = server_sends({reinterpret_cast<const char*>(in), size});
  return CBB_add_bytes(out, reinterpret_cast<const uint8_t*>(sent.data()), sent.size());
}

class CompressedHandshakeTest : public testing::Test {
 protected:
  CompressedHandshakeTest() { was_asked = false; }

  Status shake(Compress how, int version = TLS1_3_VERSION) {
    server_sends = how;
    ContextOptions options{.system_roots = false, .roots = {Pem::from_text(root_.pem())}};
    const auto ctx = Context::make(options).context;
    Engine engine(*ctx, {.server_name = "a.example"});
    TlsPeer peer(
        {.chain = {&leaf_, &middle_}, .max_version = static_cast<uint16_t>(version), .compress = compress});
    const Status status = test::connect(engine, peer);
    failure_ = engine.failure();
    size_ = status == Status::ok ? engine.peer_certificates()->size() : 0;
    return status;
  }

  void expect_refused(Compress how) {
    EXPECT_EQ(shake(how), Status::failed);
    EXPECT_TRUE(was_asked);
    EXPECT_EQ(failure_.kind, FailureKind::protocol);
    EXPECT_EQ(failure_.sentence, "peer's compressed certificates can't be unpacked to the size that it says");
  }

  Certificate root_ = test::make_ca("Godwit Root");
  Certificate middle_ = test::make_certificate(test::ca_spec("Godwit Middle"), &root_);
  Certificate leaf_ = test::make_certificate(test::leaf_spec("a.example"), &middle_);
  Failure failure_;
  size_t size_ = 0;
};

TEST_F(CompressedHandshakeTest, IsOfferedWithTls13) {
  const Compress honest = [](std::string_view in) { return packed(in); };
  EXPECT_EQ(shake(honest), Status::ok) << failure_.sentence;
  EXPECT_TRUE(was_asked);
  EXPECT_EQ(size_, 2u);
  was_asked = false;
  EXPECT_EQ(shake(honest, TLS1_2_VERSION), Status::ok);
  EXPECT_FALSE(was_asked);  // RFC 8879 3
}

TEST_F(CompressedHandshakeTest, WhatIsNotAsAnnouncedIsRefused) {
  expect_refused([](std::string_view in) { return packed(std::string(in) + '\0'); });
  expect_refused([](std::string_view in) { return packed(in.substr(1)); });
  expect_refused([](std::string_view in) { return packed(in) + '\0'; });
  expect_refused([](std::string_view) { return std::string("garbage"); });
  expect_refused([](std::string_view) { return packed(std::string(16 * 1024 * 1024, 'a')); });
}

TEST_F(CompressedHandshakeTest, OtherCertificatesOfThatSizeAreJudgedAsEver) {
  EXPECT_EQ(shake([](std::string_view in) { return packed(std::string(in.size(), 'a')); }), Status::failed);
  EXPECT_NE(failure_.sentence, "");
}

}  // namespace
}  // namespace godwit::tls
