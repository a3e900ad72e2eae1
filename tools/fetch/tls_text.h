// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "godwit/core/tls_info.h"

namespace godwit::fetch {

// tls_text says for -v what a handshake agreed on and what the server showed, each line marked with "*". Of a
// handshake that failed there are the certificates alone; empty if none had come.
std::string tls_text(const TlsInfo& tls);

}  // namespace godwit::fetch
