// SPDX-License-Identifier: MIT
#include "godwit/parser/parameters.h"

#include "godwit/parser/byte_class.h"
#include "godwit/parser/field_value.h"

namespace godwit::parser {

bool ParameterReader::stop_malformed() {
  malformed_ = true;
  rest_ = {};
  return false;
}

bool ParameterReader::next(Parameter& out) {
  do {
    rest_ = trim_blanks(rest_);
    if (rest_.empty()) return false;
    if (rest_.front() != ';') return stop_malformed();
    rest_ = trim_blanks(rest_.substr(1));
  } while (rest_.empty() || rest_.front() == ';');  // "a; ; b=c": a semicolon may have nothing behind it

  const size_t name_end = token_end(rest_);
  if (name_end == 0 || name_end == rest_.size() || rest_[name_end] != '=') return stop_malformed();
  out.name = rest_.substr(0, name_end);
  rest_.remove_prefix(name_end + 1);
  const size_t value_end = rest_.starts_with('"') ? quoted_string_end(rest_) : token_end(rest_);
  if (value_end == 0) return stop_malformed();
  out.value = rest_.substr(0, value_end);
  rest_.remove_prefix(value_end);
  return true;
}

void parameter_value(const Parameter& parameter, std::string& out) {
  if (!parse_quoted_string(parameter.value, out)) out.assign(parameter.value);
}

}  // namespace godwit::parser
