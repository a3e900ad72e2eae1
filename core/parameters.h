// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "godwit/core/headers.h"

namespace godwit {

// Parameters are the `; name=value` behind the value of a field such as Content-Type (RFC 9110, 5.6.6):
// copies, in order. They are taken whole or not at all: where a part is malformed, what its sender meant by
// the others is not guessed.
class Parameters {
 public:
  struct Item {
    std::string name;   // in lower case
    std::string value;  // without quotes
    bool operator==(const Item&) const = default;
  };

  // parse reads `text`, which begins at the first semicolon. Nothing if any of it is malformed, or if a name
  // comes twice with differing values; of equal ones there is one.
  static std::optional<Parameters> parse(std::string_view text);

  // get gives the value of a parameter, in any case of its name. The view lives as long as this object.
  std::optional<std::string_view> get(std::string_view name) const;

  size_t size() const { return items_.size(); }
  bool empty() const { return items_.empty(); }
  auto begin() const { return items_.begin(); }
  auto end() const { return items_.end(); }

 private:
  bool add(Item item);

  std::vector<Item> items_;
};

// param gives one parameter of one field (HTTPMessage.get_param): what is before the first semicolon, the
// field's own value, is not looked at.
std::optional<std::string> param(const Headers& headers, std::string_view field, std::string_view name);

}  // namespace godwit
