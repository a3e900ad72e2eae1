// SPDX-License-Identifier: MIT
#include "godwit/tls/public_suffix.h"

#include <string>

#include <libpsl.h>

namespace godwit::tls {

bool is_public_suffix(std::string_view name) {
  const std::string text(name);
  // Names of the list's private part, such as a hoster's, are one owner's: a wildcard there is theirs to
  // have.
  return psl_is_public_suffix2(psl_builtin(), text.c_str(), PSL_TYPE_ICANN) == 1;
}

}  // namespace godwit::tls
