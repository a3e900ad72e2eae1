// SPDX-License-Identifier: MIT
#include "godwit/tls/pins.h"

#include <algorithm>

#include <openssl/base64.h>
#include <openssl/mem.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#include "godwit/tls/printable.h"

namespace godwit::tls {
namespace {

constexpr std::string_view kPrefix = "sha256//";

// kBase64 is what 32 octets take in base64, its end included.
constexpr size_t kBase64 = 44;

bool parse_pin(std::string_view text, Pin& pin) {
  if (!text.starts_with(kPrefix) || text.size() != kPrefix.size() + kBase64) return false;
  text.remove_prefix(kPrefix.size());
  uint8_t decoded[kBase64];
  size_t size = 0;
  if (!EVP_DecodeBase64(decoded, &size, sizeof(decoded), reinterpret_cast<const uint8_t*>(text.data()),
                        text.size()) ||
      size != pin.size()) {
    return false;
  }
  std::copy_n(decoded, size, pin.begin());
  return true;
}

}  // namespace

std::string parse_pins(std::string_view text, std::vector<Pin>& out) {
  for (;;) {
    const size_t end = std::min(text.find(';'), text.size());
    const std::string_view part = text.substr(0, end);
    if (!parse_pin(part, out.emplace_back())) {
      return "pins: \"" + printable(part) + "\" is not sha256// and 32 octets in base64";
    }
    if (end == text.size()) return {};
    text.remove_prefix(end + 1);
  }
}

Pin pin_of(const X509* certificate) {
  Pin pin{};
  uint8_t* der = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
  if (size < 0) return pin;
  const bssl::UniquePtr<uint8_t> owned(der);
  SHA256(der, static_cast<size_t>(size), pin.data());
  return pin;
}

std::string pin_text(const Pin& pin) {
  uint8_t text[kBase64 + 1];
  const size_t size = EVP_EncodeBlock(text, pin.data(), pin.size());
  return std::string(kPrefix) + std::string(reinterpret_cast<const char*>(text), size);
}

}  // namespace godwit::tls
