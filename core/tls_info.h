// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace godwit {

// TlsInfo says what a TLS handshake agreed on.
struct TlsInfo {
  std::string version;  // "TLSv1.3"
  std::string cipher;   // IANA's name, "TLS_AES_128_GCM_SHA256"
  std::string group;    // of the key exchange, "X25519"; empty if there was none
  std::string alpn;     // empty if the peer chose none
  bool resumed = false;
  // early_data: the first request was sent before the handshake was over, and taken.
  bool early_data = false;
};

}  // namespace godwit
