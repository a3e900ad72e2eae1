// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "godwit/core/headers.h"
#include "godwit/core/parameters.h"

namespace godwit {

// MediaType is what a Content-Type says: `text/html; charset=utf-8` (RFC 9110, 8.3.1).
class MediaType {
 public:
  // parse reads a value. Nothing if it does not begin with type "/" subtype; malformed parameters are none.
  static std::optional<MediaType> parse(std::string_view value);

  // essence is "text/html", type "text", subtype "html": in lower case, viewing this object.
  std::string_view essence() const { return essence_; }
  std::string_view type() const { return essence().substr(0, slash_); }
  std::string_view subtype() const { return essence().substr(slash_ + 1); }

  const Parameters& parameters() const { return parameters_; }

 private:
  std::string essence_;
  size_t slash_ = 0;
  Parameters parameters_;
};

// The look-ups of HTTPMessage in a message's Content-Type. All give nothing if there is none, if lines of it
// differ, or if it is malformed. HTTPMessage says text/plain then, which is the rule of mail; of HTTP content
// without a type nothing is known (RFC 9110, 8.3), and nothing is what these say.

// content_type gives the whole of it; its essence is get_content_type, type and subtype are
// get_content_maintype and get_content_subtype.
std::optional<MediaType> content_type(const Headers& headers);

// charset gives the parameter of that name, in lower case.
std::optional<std::string> charset(const Headers& headers);

// boundary gives the parameter of that name if it can be one: 1 to 70 characters, of those that RFC 2046,
// 5.1.1, allows, the last one no space.
std::optional<std::string> boundary(const Headers& headers);

}  // namespace godwit
