// SPDX-License-Identifier: MIT
#include "godwit/parser/parameters.h"

#include <string>

#include "godwit/parser/byte_class.h"
#include "godwit/parser/ext_value.h"
#include "godwit/parser/utf8.h"
#include "godwit/tests/fuzz/fuzz.h"

namespace godwit::fuzz {
namespace {

using namespace godwit::parser;  // NOLINT: a target is about its parser

void check_ext_value(std::string_view in) {
  std::string text;
  if (!decode_ext_value(in, text)) return;
  check(is_utf8(text), "a decoded text is UTF-8");
  for (char byte : text)
    check(is_field_byte(byte) && byte != '\t', "a decoded text holds no control character");
}

void check_parameters(std::string_view in) {
  ParameterReader reader(in);
  Parameter found;
  std::string again;
  std::string value;
  size_t count = 0;
  while (reader.next(found)) {
    check(is_token(found.name), "a name is a token");
    check(is_token(found.value) || found.value.starts_with('"'), "a value is a token or quoted");
    check(found.name.data() >= in.data() && found.value.data() + found.value.size() <= in.data() + in.size(),
          "parameters are views of the text");
    parameter_value(found, value);
    check(value.size() <= found.value.size(), "a value means no more than it says");
    check_ext_value(value);
    again.append("; ").append(found.name).append("=").append(found.value);
    ++count;
  }
  check(!reader.next(found), "the end of the parameters is their end");

  ParameterReader same(again);
  while (same.next(found)) --count;
  check(!same.malformed() && count == 0, "parameters can be written again");
}

}  // namespace
}  // namespace godwit::fuzz

// The input is what stands behind a field's value, and the value of a parameter.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view in = godwit::fuzz::as_text(data, size);
  godwit::fuzz::check_parameters(in);
  godwit::fuzz::check_ext_value(in);
  return 0;
}
