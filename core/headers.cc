// SPDX-License-Identifier: MIT
#include "godwit/core/headers.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "godwit/parser/byte_class.h"

namespace godwit {

namespace {

struct Fault {
  std::string_view what;
  size_t at = 0;
  unsigned char byte = 0;
};

// Why: one scan decides for add() and explains for explain_fault(), so they can't disagree.
std::optional<Fault> find_fault(std::string_view name, std::string_view value) {
  if (name.empty()) return Fault{"field name is empty"};
  for (size_t i = 0; i < name.size(); ++i) {
    if (!parser::is_tchar(name[i])) return Fault{"field name", i, static_cast<unsigned char>(name[i])};
  }
  for (size_t i = 0; i < value.size(); ++i) {
    if (!parser::is_field_byte(value[i]))
      return Fault{"field value", i, static_cast<unsigned char>(value[i])};
  }
  return std::nullopt;
}

}  // namespace

std::string Headers::explain_fault(std::string_view name, std::string_view value) {
  const auto fault = find_fault(name, value);
  if (!fault) return {};
  if (name.empty()) return std::string(fault->what);
  char byte[8];
  std::snprintf(byte, sizeof byte, "0x%02X", fault->byte);
  std::string out("byte ");
  out += byte;
  out += " at position " + std::to_string(fault->at) + " of the ";
  out += fault->what;
  out += " is not allowed";
  return out;
}

Error Headers::add(std::string_view name, std::string_view value) {
  if (const auto fault = find_fault(name, value)) {
    return {.code = Errc::invalid_request, .detail = static_cast<uint32_t>(fault->at)};
  }
  append(name, value);
  return {};
}

void Headers::append(std::string_view name, std::string_view value) {
  value = parser::trim_blanks(value);
  const auto at = static_cast<uint32_t>(text_.size());
  const auto name_size = static_cast<uint32_t>(name.size());
  spans_.push_back({at, name_size, at + name_size + 2, static_cast<uint32_t>(value.size())});
  // name and value may be views of a field that is here already: the text they lie in is not moved before
  // they are copied.
  const size_t needed = text_.size() + name.size() + value.size() + std::string_view(": \r\n").size();
  if (needed > text_.capacity()) {
    std::string grown;
    grown.reserve(std::max(needed, 2 * text_.capacity()));
    grown.append(text_).append(name).append(": ").append(value).append("\r\n");
    text_ = std::move(grown);
    return;
  }
  text_.append(name).append(": ").append(value).append("\r\n");
}

Error Headers::set(std::string_view name, std::string_view value) {
  if (const auto fault = find_fault(name, value)) {
    return {.code = Errc::invalid_request, .detail = static_cast<uint32_t>(fault->at)};
  }
  Headers changed;
  bool placed = false;
  for (const auto [n, v] : *this) {
    if (!parser::ascii_iequals(n, name)) {
      changed.append(n, v);
    } else if (!placed) {
      changed.append(name, value);
      placed = true;
    }
  }
  if (!placed) changed.append(name, value);
  *this = std::move(changed);
  return {};
}

size_t Headers::remove(std::string_view name) {
  Headers kept;
  for (const auto [n, v] : *this) {
    if (!parser::ascii_iequals(n, name)) kept.append(n, v);
  }
  const size_t removed = size() - kept.size();
  if (removed) *this = std::move(kept);
  return removed;
}

std::optional<std::string_view> Headers::get(std::string_view name) const {
  for (const auto [n, v] : *this) {
    if (parser::ascii_iequals(n, name)) return v;
  }
  return std::nullopt;
}

std::vector<std::string_view> Headers::get_all(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const auto [n, v] : *this) {
    if (parser::ascii_iequals(n, name)) values.push_back(v);
  }
  return values;
}

std::optional<std::string_view> Headers::get_single(std::string_view name) const {
  std::optional<std::string_view> single;
  for (const auto [n, v] : *this) {
    if (!parser::ascii_iequals(n, name)) continue;
    if (single && *single != v) return std::nullopt;
    single = v;
  }
  return single;
}

std::optional<std::string> Headers::joined(std::string_view name) const {
  const bool is_list = !parser::ascii_iequals(name, "Set-Cookie");
  std::optional<std::string> all;
  for (const auto [n, v] : *this) {
    if (!parser::ascii_iequals(n, name)) continue;
    if (!all) {
      all.emplace(v);
    } else if (is_list) {
      all->append(", ").append(v);
    }
  }
  return all;
}

bool Headers::has_same_fields(const Headers& other) const {
  for (size_t i = 0; i < size(); ++i) {
    const auto [name, value] = (*this)[i];
    const auto [other_name, other_value] = other[i];
    if (name != other_name || value != other_value) return false;
  }
  return true;
}

std::vector<std::string_view> Headers::keys() const {
  std::vector<std::string_view> names;
  names.reserve(size());
  for (const auto [n, v] : *this) names.push_back(n);
  return names;
}

std::vector<std::string_view> Headers::values() const {
  std::vector<std::string_view> values;
  values.reserve(size());
  for (const auto [n, v] : *this) values.push_back(v);
  return values;
}

Headers::Field Headers::operator[](size_t i) const {
  const parser::FieldSpan& s = spans_[i];
  return {text(s.name, s.name_size), text(s.value, s.value_size)};
}

void Headers::assign(std::string_view head, std::span<const parser::FieldSpan> fields) {
  // To append to nothing is the shorter way through the library.
  text_.clear();
  text_.append(head);
  spans_.assign(fields.begin(), fields.end());
}

}  // namespace godwit
