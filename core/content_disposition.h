// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "godwit/core/headers.h"
#include "godwit/core/parameters.h"

namespace godwit {

// ContentDisposition says how content is to be shown, and by what name to store it (RFC 6266).
struct ContentDisposition {
  std::string type;  // in lower case: "inline", "attachment"; others mean attachment (RFC 6266, 4.2)
  Parameters parameters;

  // filename is the parameter filename*, decoded to UTF-8, if it is there and sound (RFC 8187), else
  // filename as it came: in whatever charset, and with whatever path in it. See safe_filename.
  std::optional<std::string> filename;

  // parse reads a value. Nothing if it does not begin with a token, or its parameters are malformed.
  static std::optional<ContentDisposition> parse(std::string_view value);
};

// filename gives that of a message's Content-Disposition, as HTTPMessage.get_filename does, but for the
// `name` of its Content-Type, which is mail's. Nothing if lines of the field differ.
std::optional<std::string> filename(const Headers& headers);

// safe_filename gives what of a received name may be the name of a file in a folder of the receiver's choice:
// what is behind the last slash or backslash (RFC 6266, 4.3). Nothing if that is empty, begins with a dot,
// which would hide the file or leave the folder, or holds a control character. Views `name`.
std::optional<std::string_view> safe_filename(std::string_view name);

}  // namespace godwit
