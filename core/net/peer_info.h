// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "godwit/core/tls_info.h"
#include "godwit/tls/engine.h"

namespace godwit::net {

// tls_info gives what tls/ knows of a connection in the public vocabulary; nothing but the views in it is
// copied.
TlsInfo tls_info(const tls::Engine& engine);

}  // namespace godwit::net
