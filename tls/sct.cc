// SPDX-License-Identifier: MIT
#include "godwit/tls/sct.h"

#include <openssl/bytestring.h>

#include "godwit/tls/certificate_extension.h"

namespace godwit::tls {
namespace {

// 1.3.6.1.4.1.11129.2.4.2
constexpr uint8_t kSctList[] = {0x2b, 0x06, 0x01, 0x04, 0x01, 0xd6, 0x79, 0x02, 0x04, 0x02};

constexpr uint8_t kVersion1 = 0;
constexpr size_t kLogIdSize = 32;

bool read_sct(CBS sct, std::vector<Sct>& out) {
  uint8_t version, hash, algorithm;
  uint64_t timestamp;
  CBS log, extensions, signature;
  if (!CBS_get_u8(&sct, &version)) return false;
  if (version != kVersion1) return true;
  if (!CBS_get_bytes(&sct, &log, kLogIdSize) || !CBS_get_u64(&sct, &timestamp) ||
      !CBS_get_u16_length_prefixed(&sct, &extensions) || !CBS_get_u8(&sct, &hash) ||
      !CBS_get_u8(&sct, &algorithm) || !CBS_get_u16_length_prefixed(&sct, &signature) || CBS_len(&sct) != 0) {
    return false;
  }
  out.push_back({{CBS_data(&log), CBS_len(&log)}, timestamp});
  return true;
}

}  // namespace

std::vector<Sct> parse_sct_list(std::span<const uint8_t> list) {
  std::vector<Sct> scts;
  CBS in, entries, sct;
  CBS_init(&in, list.data(), list.size());
  if (!CBS_get_u16_length_prefixed(&in, &entries) || CBS_len(&in) != 0) return {};
  for (size_t count = 0; CBS_len(&entries) > 0; ++count) {
    if (count == kMaxScts || !CBS_get_u16_length_prefixed(&entries, &sct) || !read_sct(sct, scts)) return {};
  }
  return scts;
}

std::span<const uint8_t> embedded_sct_list(const X509* certificate) {
  const std::span<const uint8_t> value = certificate_extension(certificate, kSctList);
  CBS in, list;
  CBS_init(&in, value.data(), value.size());
  if (!CBS_get_asn1(&in, &list, CBS_ASN1_OCTETSTRING) || CBS_len(&in) != 0) return {};
  return {CBS_data(&list), CBS_len(&list)};
}

}  // namespace godwit::tls
