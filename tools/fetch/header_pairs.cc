// SPDX-License-Identifier: MIT
#include "godwit/tools/fetch/header_pairs.h"

#include <nlohmann/json.hpp>

namespace godwit::fetch {

std::string read_header_pairs(const nlohmann::ordered_json& value, Headers& out) {
  if (!value.is_array()) return "headers is not a list";
  for (const nlohmann::ordered_json& field : value) {
    if (!field.is_array() || field.size() != 2 || !field[0].is_string() || !field[1].is_string()) {
      return "headers is not a list of [name, value]";
    }
    const auto& name = field[0].get_ref<const std::string&>();
    const auto& text = field[1].get_ref<const std::string&>();
    if (out.add(name, text)) return Headers::explain_fault(name, text);
  }
  return {};
}

}  // namespace godwit::fetch
