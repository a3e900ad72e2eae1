// SPDX-License-Identifier: MIT
#include "godwit/core/error.h"

#include <set>
#include <string>
#include <type_traits>

#include <gtest/gtest.h>

namespace godwit {
namespace {

static_assert(std::is_trivially_copyable_v<Error>);
static_assert(sizeof(Error) <= 32);

TEST(Error, OkIsFalse) {
  EXPECT_FALSE(Error{});
  EXPECT_TRUE((Error{.code = Errc::cancelled}));
  EXPECT_EQ(describe({}), "ok");
  EXPECT_EQ(describe({.phase = Phase::body, .received = 5, .expected = 5}, "whatever"), "ok");
}

TEST(Error, NamesAreDistinctAndKebabCase) {
  std::set<std::string_view> names;
  int count = 0;
#define X(code, text, meaning)                                                             \
  EXPECT_EQ(name(Errc::code), text);                                                       \
  EXPECT_TRUE(names.insert(name(Errc::code)).second);                                      \
  for (char c : name(Errc::code)) EXPECT_TRUE((c >= 'a' && c <= 'z') || c == '-') << text; \
  ++count;
  GODWIT_ERROR_MAP(X)
#undef X
  EXPECT_EQ(static_cast<int>(names.size()), count);
}

// row: 1.7/http-exception
TEST(Error, DescribeSaysWhatWhereAndAfterHowManyBytes) {
  EXPECT_EQ(describe({.code = Errc::incomplete_read, .phase = Phase::body, .received = 18231}, "peer closed"),
            "incomplete-read in body after 18231 bytes: peer closed");
  EXPECT_EQ(describe({.code = Errc::incomplete_read, .phase = Phase::body, .received = 7, .expected = 10}),
            "incomplete-read in body after 7 of 10 bytes: the response ended early");
  EXPECT_EQ(describe({.code = Errc::head_timeout, .phase = Phase::head, .received = 0}),
            "head-timeout in head after 0 bytes: the response head did not arrive in time");
  EXPECT_EQ(describe({.code = Errc::connect_failed, .phase = Phase::connect}, "127.0.0.1:1: refused"),
            "connect-failed in connect: 127.0.0.1:1: refused");
  EXPECT_EQ(describe({.code = Errc::invalid_url}), "invalid-url: the URL is not valid");
}

// row: 1.7/http-exception
TEST(Error, RetryIsSafeOnlyWithoutASecondEffect) {
  struct Row {
    bool sent, idempotent;
    Phase phase;
    uint64_t received;
    bool safe;
  };
  for (const Row& row : {Row{false, false, Phase::connect, 0, true},  // nothing left
                         Row{true, false, Phase::head, 0, false},     // a POST that may have worked
                         Row{true, true, Phase::head, 0, true},       // a GET without an answer
                         Row{true, true, Phase::head, 5, false},      // an answer had begun
                         Row{true, true, Phase::body, 0, false}}) {
    const Error error{.code = Errc::remote_disconnected,
                      .phase = row.phase,
                      .sent = row.sent,
                      .idempotent = row.idempotent,
                      .received = row.received};
    EXPECT_EQ(error.retry_safe(), row.safe) << describe(error);
  }
}

}  // namespace
}  // namespace godwit
