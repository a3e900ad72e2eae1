// SPDX-License-Identifier: MIT
#include "godwit/core/tls_info.h"

#include <set>
#include <string_view>

#include <gtest/gtest.h>

namespace godwit {
namespace {

TEST(TlsInfo, NamesAreStable) {
  std::set<std::string_view> names;
#define X(status, text)                      \
  EXPECT_EQ(name(OcspStatus::status), text); \
  EXPECT_TRUE(names.insert(text).second);
  GODWIT_OCSP_STATUS_MAP(X)
#undef X
  EXPECT_EQ(name(EarlyData::not_tried), "not-tried");
  EXPECT_EQ(name(EarlyData::accepted), "accepted");
  EXPECT_EQ(name(EarlyData::rejected), "rejected");
}

TEST(TlsInfo, WithoutAHandshakeThereIsNothing) {
  const TlsInfo info;
  EXPECT_TRUE(info.peer.describe().empty());
  EXPECT_TRUE(info.peer.ocsp().der.empty());
  EXPECT_TRUE(info.peer.scts().empty());
  EXPECT_EQ(info.ocsp, OcspStatus::none);
}

}  // namespace
}  // namespace godwit
