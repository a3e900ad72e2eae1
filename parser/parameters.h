// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace godwit::parser {

// Parameter is one `name=value` behind a semicolon. It views the text that was read.
struct Parameter {
  std::string_view name;   // a token, as received: compare with ascii_iequals
  std::string_view value;  // as received: a token, or a quoted string with its quotes
};

// ParameterReader walks parameters (RFC 9110 5.6.6):
//
//   *( OWS ";" OWS [ token "=" ( token / quoted-string ) ] )
//
// There is no whitespace around "=", and a quoted string is closed.
class ParameterReader {
 public:
  // `text` begins behind the value that has the parameters: at a semicolon, or at whitespace before one.
  explicit ParameterReader(std::string_view text) : rest_(text) {}

  // next gives the next parameter; false at the end of the text, and at the first that is malformed.
  bool next(Parameter& out);

  // malformed tells whether next() stopped before the end of the text.
  bool malformed() const { return malformed_; }

 private:
  bool stop_malformed();

  std::string_view rest_;
  bool malformed_ = false;
};

// parameter_value puts what a parameter's value means to `out`: the inside of a quoted string, a token as it
// is. `out` is overwritten.
void parameter_value(const Parameter& parameter, std::string& out);

}  // namespace godwit::parser
