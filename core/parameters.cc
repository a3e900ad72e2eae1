// SPDX-License-Identifier: MIT
#include "godwit/core/parameters.h"

#include <algorithm>
#include <utility>

#include "godwit/parser/byte_class.h"
#include "godwit/parser/parameters.h"

namespace godwit {

std::optional<Parameters> Parameters::parse(std::string_view text) {
  Parameters out;
  parser::ParameterReader reader(text);
  parser::Parameter found;
  while (reader.next(found)) {
    Item item{.name = std::string(found.name), .value = {}};
    std::transform(item.name.begin(), item.name.end(), item.name.begin(), parser::to_lower);
    parser::parameter_value(found, item.value);
    if (!out.add(std::move(item))) return std::nullopt;
  }
  if (reader.malformed()) return std::nullopt;
  return out;
}

bool Parameters::add(Item item) {
  if (const auto before = get(item.name)) return *before == item.value;
  items_.push_back(std::move(item));
  return true;
}

std::optional<std::string_view> Parameters::get(std::string_view name) const {
  for (const Item& item : items_) {
    if (parser::ascii_iequals(item.name, name)) return item.value;
  }
  return std::nullopt;
}

std::optional<std::string> param(const Headers& headers, std::string_view field, std::string_view name) {
  const auto value = headers.get_single(field);
  if (!value) return std::nullopt;
  const auto parameters = Parameters::parse(value->substr(std::min(value->find(';'), value->size())));
  if (!parameters) return std::nullopt;
  const auto found = parameters->get(name);
  return found ? std::optional<std::string>(*found) : std::nullopt;
}

}  // namespace godwit
