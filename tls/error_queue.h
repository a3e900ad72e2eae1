// SPDX-License-Identifier: MIT
#pragma once

#include "godwit/tls/status.h"

namespace godwit::tls {

// take_error translates BoringSSL's error queue of this thread and clears it: its oldest entry about TLS,
// or its oldest of all. An empty queue gives `internal`.
Failure take_error();

// reason_text gives BoringSSL's reason for a packed error in lower case words: "wrong version number".
std::string reason_text(uint32_t packed_error);

}  // namespace godwit::tls
