// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "godwit/parser/url.h"

namespace godwit::conn {

// RequestUrl is the parsed URL of an exchange. Exchanges are used again, and most often for the URL that
// they had before: the text that was parsed last is remembered, and not parsed again.
class RequestUrl {
 public:
  // kRemembered: longer texts are parsed each time, so that a spare exchange holds little.
  static constexpr size_t kRemembered = 512;

  // parse reads the text; after an error the URL is empty.
  parser::UrlError parse(std::string_view text, bool path_as_is) {
    if (text == text_ && path_as_is == as_is_ && !url_.empty()) return {};
    const parser::UrlError error = parser::parse_url(text, url_, {.path_as_is = path_as_is});
    as_is_ = path_as_is;
    text_.assign(error || text.size() > kRemembered ? std::string_view() : text);
    return error;
  }

  const parser::Url& operator*() const { return url_; }
  const parser::Url* operator->() const { return &url_; }

 private:
  parser::Url url_;
  std::string text_;
  bool as_is_ = false;
};

}  // namespace godwit::conn
