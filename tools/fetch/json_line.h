// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "godwit/core/error.h"
#include "godwit/core/headers.h"
#include "godwit/core/timing.h"
#include "godwit/core/tls_info.h"

namespace godwit::fetch {

// ExchangeRecord is what --json tells about one exchange. Views live as long as what they were made from.
struct ExchangeRecord {
  struct Interim {
    int status;
    Headers headers;
  };

  std::optional<std::string_view> id;   // JSON text, as it was given
  std::optional<std::string_view> url;  // as it was given
  std::string_view effective_url;       // empty: none
  int status = 0;                       // 0: no head arrived
  std::string_view reason;
  int version = 0;
  const Headers* headers = nullptr;
  const Headers* trailers = nullptr;
  const std::vector<Interim>* informational = nullptr;
  uint64_t body_bytes = 0;
  std::optional<std::string_view> body;  // base64
  bool reused = false;
  std::string_view remote;  // empty: no connection
  const TlsInfo* tls = nullptr;
  Timing timing;
  Error error;
  std::string_view message;  // of the error
};

// json_line writes the record as one JSON object, ended by a line feed. Keys come in the order of the
// members; "id" and "body" are there only when the record has them.
std::string json_line(const ExchangeRecord& record);

}  // namespace godwit::fetch
