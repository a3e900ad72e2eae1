// SPDX-License-Identifier: MIT
#include "godwit/core/http1/trailer_fields.h"

#include <gtest/gtest.h>

namespace godwit::http1 {
namespace {

TEST(TrailerFields, H5_WhatFramesRoutesOrAuthorisesMayNotBe) {
  for (std::string_view name :
       {"Content-Length", "TRANSFER-ENCODING", "trailer", "Host", "Connection", "Upgrade", "Authorization",
        "Set-Cookie", "Content-Type", "Content-Encoding", "Location"}) {
    EXPECT_FALSE(may_be_trailer(name)) << name;
  }
  for (std::string_view name :
       {"X-Checksum", "Server-Timing", "ETag", "Digest", "grpc-status", "Hos", "Hostt"}) {
    EXPECT_TRUE(may_be_trailer(name)) << name;
  }
}

}  // namespace
}  // namespace godwit::http1
