// SPDX-License-Identifier: MIT
#include "godwit/tls/session_cache.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include "godwit/tests/support/tls_peer.h"
#include "godwit/tls/context.h"

namespace godwit::tls {
namespace {

constexpr int64_t kNow = 1717200000;  // 2024-06-01
constexpr int64_t kHour = 3600;

// Real sessions, as a handshake makes them, with what the test says of their time.
class SessionCacheTest : public testing::Test {
 protected:
  SessionCacheTest() {
    ContextOptions options;
    options.system_roots = false;
    options.roots = {Pem::from_text(root_.pem())};
    options.now = [] { return kNow; };
    context_ = Context::make(options).context;
    original12_ = harvest(TLS1_2_VERSION);
    original13_ = harvest(TLS1_3_VERSION);
  }

  bssl::UniquePtr<SSL_SESSION> harvest(uint16_t version) {
    const auto sessions = std::make_shared<SessionCache>();
    Engine engine(*context_, {.server_name = "a.example", .sessions = sessions, .session_key = "a"});
    test::TlsPeer peer({.chain = {&leaf_}, .max_version = version});
    EXPECT_EQ(test::connect(engine, peer), Status::ok);
    peer.write("tickets come with the first record");
    const std::string down = peer.take();
    engine.feed(test::bytes(down));
    std::string read;
    test::read_all(engine, read);
    return sessions->take("a", kNow).session;
  }

  // A session of its own of that version, begun at `from`, which lasts for `seconds`.
  SavedSession session(uint16_t version, uint32_t seconds = kHour, int64_t verified_until = INT64_MAX,
                       int64_t from = kNow) {
    const SSL_SESSION* original = (version == TLS1_2_VERSION ? original12_ : original13_).get();
    uint8_t* der = nullptr;
    size_t size = 0;
    EXPECT_TRUE(SSL_SESSION_to_bytes(original, &der, &size));
    const bssl::UniquePtr<uint8_t> owned(der);
    bssl::UniquePtr<SSL_SESSION> copy(SSL_SESSION_from_bytes(der, size, context_->ssl_ctx()));
    SSL_SESSION_set_time(copy.get(), static_cast<uint64_t>(from));
    SSL_SESSION_set_timeout(copy.get(), seconds);
    return {std::move(copy), verified_until};
  }

  void put(std::string_view key, SavedSession saved) { cache_.put(key, std::move(saved), kNow); }
  bool has(std::string_view key, int64_t now = kNow) { return cache_.take(key, now).session != nullptr; }

  test::Certificate root_ = test::make_ca("Godwit Root");
  test::Certificate leaf_ = test::make_certificate(test::leaf_spec("a.example"), &root_);
  std::shared_ptr<const Context> context_;
  bssl::UniquePtr<SSL_SESSION> original12_;
  bssl::UniquePtr<SSL_SESSION> original13_;
  SessionCache cache_;
};

TEST_F(SessionCacheTest, ATicketIsGivenOutOnceTheNewestFirst) {
  SSL_SESSION* made[2];
  for (SSL_SESSION*& one : made) {
    SavedSession saved = session(TLS1_3_VERSION);
    one = saved.session.get();
    put("a:443", std::move(saved));
  }
  EXPECT_FALSE(has("b:443"));
  EXPECT_FALSE(has("a:44"));
  EXPECT_EQ(cache_.take("a:443", kNow).session.get(), made[1]);
  EXPECT_EQ(cache_.take("a:443", kNow).session.get(), made[0]);
  EXPECT_FALSE(has("a:443"));
  EXPECT_EQ(cache_.size(), 0u);
  EXPECT_EQ(cache_.bytes(), 0u);
}

TEST_F(SessionCacheTest, ASessionOfTls12IsGivenOutAgainUntilANewerOneCame) {
  put("a:443", session(TLS1_2_VERSION));
  EXPECT_TRUE(has("a:443"));
  EXPECT_TRUE(has("a:443"));
  SavedSession newer = session(TLS1_2_VERSION);
  SSL_SESSION* const expected = newer.session.get();
  put("a:443", std::move(newer));
  EXPECT_EQ(cache_.size(), 1u);
  EXPECT_EQ(cache_.take("a:443", kNow).session.get(), expected);
}

TEST_F(SessionCacheTest, EveryEndIsObeyed) {
  const struct {
    const char* what;
    SavedSession saved;
    int64_t ends;
  } rows[] = {
      {"the peer's", session(TLS1_3_VERSION, 100), kNow + 100},
      {"the peer's, since it began", session(TLS1_3_VERSION, 100, INT64_MAX, kNow - 40), kNow + 60},
      {"the certificates'", session(TLS1_2_VERSION, 100, kNow + 7), kNow + 7},
      {"ours", session(TLS1_2_VERSION, 0xffffffff), kNow + SessionCache::kMaxAge},
  };
  for (auto& row : rows) {
    put("a:443", {bssl::UpRef(row.saved.session), row.saved.verified_until});
    EXPECT_FALSE(has("a:443", row.ends)) << row.what;
    EXPECT_EQ(cache_.size(), 0u) << row.what;
    put("a:443", {bssl::UpRef(row.saved.session), row.saved.verified_until});
    EXPECT_TRUE(has("a:443", row.ends - 1)) << row.what;
    cache_.forget("a:443");
  }
  put("a:443", session(TLS1_3_VERSION, 100, INT64_MAX, kNow - 100));
  EXPECT_EQ(cache_.size(), 0u);
}

TEST_F(SessionCacheTest, AFewPerKey) {
  for (size_t i = 0; i < SessionCache::kPerKey + 3; ++i) {
    put("a:443", session(TLS1_3_VERSION, static_cast<uint32_t>(kHour + i)));
  }
  EXPECT_EQ(cache_.size(), SessionCache::kPerKey);
  for (size_t i = 0; i < SessionCache::kPerKey; ++i) {
    const auto session = cache_.take("a:443", kNow).session;
    EXPECT_EQ(SSL_SESSION_get_timeout(session.get()), kHour + SessionCache::kPerKey + 2 - i);
  }
}

TEST_F(SessionCacheTest, MemoryIsBoundedAndTheKeyUsedLongestAgoGoes) {
  put("first", session(TLS1_2_VERSION));
  const size_t each = cache_.bytes();
  EXPECT_GT(each, 1024u);
  EXPECT_LE(each, SessionCache::kMaxSessionBytes);
  const SavedSession shared = session(TLS1_2_VERSION);
  const auto key = [](size_t i) { return "host" + std::to_string(i); };
  const size_t fit = SessionCache::kMaxBytes / each;
  for (size_t i = 1; i < fit; ++i) put(key(i), {bssl::UpRef(shared.session), kNow + kHour});
  EXPECT_EQ(cache_.size(), fit);
  EXPECT_TRUE(has("first"));
  put("last", {bssl::UpRef(shared.session), kNow + kHour});
  EXPECT_LE(cache_.bytes(), SessionCache::kMaxBytes);
  EXPECT_TRUE(has("first"));
  EXPECT_TRUE(has("last"));
  EXPECT_FALSE(has(key(1)));
  EXPECT_TRUE(has(key(2)));
}

TEST_F(SessionCacheTest, ForgetDropsAllOfAKey) {
  put("a:443", session(TLS1_3_VERSION));
  put("a:443", session(TLS1_3_VERSION));
  put("b:443", session(TLS1_3_VERSION));
  cache_.forget("a:443");
  cache_.forget("c:443");
  EXPECT_FALSE(has("a:443"));
  EXPECT_TRUE(has("b:443"));
}

TEST_F(SessionCacheTest, WhatIsSavedIsLoadedUnverified) {
  put("a:443", session(TLS1_3_VERSION, 100));
  put("a:443", session(TLS1_3_VERSION, 200));
  put("b:443", session(TLS1_2_VERSION, 300));
  const std::string octets = cache_.save(kNow);
  EXPECT_EQ(cache_.size(), 3u);

  SessionCache other;
  EXPECT_EQ(other.load(octets, *context_, kNow), "");
  EXPECT_EQ(other.size(), 3u);
  const SavedSession newest = other.take("a:443", kNow);
  ASSERT_TRUE(newest.session);
  EXPECT_EQ(newest.verified_until, 0);
  EXPECT_EQ(SSL_SESSION_get_timeout(newest.session.get()), 200u);
  EXPECT_TRUE(other.take("b:443", kNow).session);

  SessionCache late;
  EXPECT_EQ(late.load(cache_.save(kNow + 150), *context_, kNow), "");
  EXPECT_EQ(late.size(), 2u);
  EXPECT_EQ(SessionCache().load(SessionCache().save(kNow), *context_, kNow), "");
}

TEST_F(SessionCacheTest, DamageIsNamedAndNothingBadIsKept) {
  put("a:443", session(TLS1_2_VERSION));
  put("b:443", session(TLS1_3_VERSION));
  const std::string octets = cache_.save(kNow);
  EXPECT_NE(SessionCache().load("", *context_, kNow), "");
  EXPECT_NE(SessionCache().load("godwit tls sessions 2\n", *context_, kNow), "");
  const size_t opening = octets.find('\n') + 1;
  size_t whole = 0;
  for (size_t cut = 0; cut < octets.size(); ++cut) {
    SessionCache other;
    const std::string problem = other.load(std::string_view(octets).substr(0, cut), *context_, kNow);
    EXPECT_LT(other.size(), 2u);
    if (problem.empty()) ++whole;
    if (cut > opening && !problem.empty() && other.size() == 0) {
      EXPECT_EQ(problem, "saved TLS sessions are damaged at octet " + std::to_string(opening));
    }
  }
  EXPECT_EQ(whole, 2u);  // with no session, and between the two
}

}  // namespace
}  // namespace godwit::tls
