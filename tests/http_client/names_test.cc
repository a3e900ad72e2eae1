// SPDX-License-Identifier: MIT
// The one include of an embedder, and nothing else of godwit.
#include <string>
#include <type_traits>

#include <gtest/gtest.h>

#include "godwit/core/godwit.h"

namespace godwit {
namespace {

// The classes of __all__, HTTPMessage and the rest of what is public: each is there by one include.
static_assert(std::is_class_v<HttpConnection> && std::is_base_of_v<HttpConnection, HttpsConnection>);
static_assert(std::is_class_v<HttpResponse> && std::is_class_v<Headers>);
static_assert(std::is_same_v<decltype(parse_headers(Bytes())), ParsedHeaders>);
static_assert(HttpConnection::kDefaultPort == kHttpPort && HttpsConnection::kDefaultPort == kHttpsPort);
static_assert(status::kOk == 200 && status::phrase(200) == "OK");

// row: 1.1/names, 1.1/error-alias
TEST(Names, EveryExceptionIsACodeOfTheOneError) {
  const struct {
    Errc code;
    std::string_view name;
  } kRows[] = {
      {Errc::not_connected, "not-connected"},
      {Errc::invalid_url, "invalid-url"},
      {Errc::unknown_protocol, "unknown-protocol"},
      {Errc::bad_transfer_encoding, "bad-transfer-encoding"},  // UnknownTransferEncoding
      {Errc::incomplete_read, "incomplete-read"},
      {Errc::cannot_send_request, "cannot-send-request"},
      {Errc::cannot_send_header, "cannot-send-header"},
      {Errc::response_not_ready, "response-not-ready"},
      {Errc::bad_status_line, "bad-status-line"},
      {Errc::line_too_long, "line-too-long"},
      {Errc::remote_disconnected, "remote-disconnected"},
  };
  for (const auto& row : kRows) {
    const Error error{.code = row.code};
    EXPECT_TRUE(error);
    EXPECT_EQ(describe(error).substr(0, row.name.size() + 1), std::string(row.name) + ":");
  }
}

}  // namespace
}  // namespace godwit
