// SPDX-License-Identifier: MIT
#include "godwit/tls/ocsp_response.h"

#include <chrono>

#include <openssl/bytestring.h>
#include <openssl/digest.h>
#include <openssl/nid.h>
#include <openssl/obj.h>

namespace godwit::tls {
namespace {

constexpr unsigned kExplicit = CBS_ASN1_CONSTRUCTED | CBS_ASN1_CONTEXT_SPECIFIC;

std::span<const uint8_t> octets(const CBS& cbs) {
  return {CBS_data(&cbs), CBS_len(&cbs)};
}

bool read_digits(CBS* digits, size_t count, int& number) {
  number = 0;
  for (; count > 0; --count) {
    uint8_t digit;
    if (!CBS_get_u8(digits, &digit) || digit < '0' || digit > '9') return false;
    number = number * 10 + (digit - '0');
  }
  return true;
}

// YYYYMMDDHHMMSSZ, the only form that RFC 5280 4.1.2.5.2 allows.
bool read_time(CBS* in, int64_t& seconds) {
  CBS text;
  int year, month, day, hour, minute, second;
  uint8_t zone;
  if (!CBS_get_asn1(in, &text, CBS_ASN1_GENERALIZEDTIME) || !read_digits(&text, 4, year) ||
      !read_digits(&text, 2, month) || !read_digits(&text, 2, day) || !read_digits(&text, 2, hour) ||
      !read_digits(&text, 2, minute) || !read_digits(&text, 2, second) || !CBS_get_u8(&text, &zone) ||
      zone != 'Z' || CBS_len(&text) != 0) {
    return false;
  }
  const std::chrono::year_month_day date(std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day)));
  if (!date.ok() || hour > 23 || minute > 59 || second > 59) return false;
  const int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  seconds = days * 86'400 + hour * 3'600 + minute * 60 + second;
  return true;
}

bool read_enumerated(CBS* in, uint8_t& value) {
  CBS content;
  return CBS_get_asn1(in, &content, CBS_ASN1_ENUMERATED) && CBS_get_u8(&content, &value) &&
         CBS_len(&content) == 0;
}

// Reads Extensions, of which only whether one is critical matters here.
bool read_extensions(CBS* in, bool& critical) {
  CBS list;
  if (!CBS_get_asn1(in, &list, CBS_ASN1_SEQUENCE) || CBS_len(in) != 0) return false;
  while (CBS_len(&list) > 0) {
    CBS extension, oid, value;
    int is_critical = 0;
    if (!CBS_get_asn1(&list, &extension, CBS_ASN1_SEQUENCE) ||
        !CBS_get_asn1(&extension, &oid, CBS_ASN1_OBJECT) ||
        (CBS_peek_asn1_tag(&extension, CBS_ASN1_BOOLEAN) && !CBS_get_asn1_bool(&extension, &is_critical)) ||
        !CBS_get_asn1(&extension, &value, CBS_ASN1_OCTETSTRING) || CBS_len(&extension) != 0) {
      return false;
    }
    critical = critical || is_critical != 0;
  }
  return true;
}

// Extensions behind an explicit tag, if there are any, to the end of `in`.
bool read_optional_extensions(CBS* in, unsigned tag, bool& critical) {
  CBS extensions;
  int present = 0;
  if (!CBS_get_optional_asn1(in, &extensions, &present, kExplicit | tag)) return false;
  return (present == 0 || read_extensions(&extensions, critical)) && CBS_len(in) == 0;
}

bool read_certificate_id(CBS* in, OcspEntry& entry) {
  CBS id, algorithm, name, key, serial;
  if (!CBS_get_asn1(in, &id, CBS_ASN1_SEQUENCE) ||
      !CBS_get_asn1_element(&id, &algorithm, CBS_ASN1_SEQUENCE) ||
      !CBS_get_asn1(&id, &name, CBS_ASN1_OCTETSTRING) || !CBS_get_asn1(&id, &key, CBS_ASN1_OCTETSTRING) ||
      !CBS_get_asn1(&id, &serial, CBS_ASN1_INTEGER) || CBS_len(&id) != 0) {
    return false;
  }
  entry.hash = EVP_parse_digest_algorithm(&algorithm);
  entry.issuer_name_hash = octets(name);
  entry.issuer_key_hash = octets(key);
  entry.serial = octets(serial);
  return true;
}

bool read_status(CBS* in, OcspEntry& entry) {
  CBS content;
  unsigned tag = 0;
  if (!CBS_get_any_asn1(in, &content, &tag)) return false;
  if (tag == (CBS_ASN1_CONTEXT_SPECIFIC | 0) || tag == (CBS_ASN1_CONTEXT_SPECIFIC | 2)) {
    entry.status = (tag & 2) == 0 ? OcspEntry::Status::good : OcspEntry::Status::unknown;
    return CBS_len(&content) == 0;
  }
  if (tag != (kExplicit | 1)) return false;
  entry.status = OcspEntry::Status::revoked;
  CBS reason;
  int present = 0;
  if (!read_time(&content, entry.revoked_at) ||
      !CBS_get_optional_asn1(&content, &reason, &present, kExplicit | 0) || CBS_len(&content) != 0) {
    return false;
  }
  return present == 0 || (read_enumerated(&reason, entry.reason) && CBS_len(&reason) == 0);
}

bool read_entry(CBS* in, OcspEntry& entry) {
  CBS single, next;
  int present = 0;
  if (!CBS_get_asn1(in, &single, CBS_ASN1_SEQUENCE) || !read_certificate_id(&single, entry) ||
      !read_status(&single, entry) || !read_time(&single, entry.this_update) ||
      !CBS_get_optional_asn1(&single, &next, &present, kExplicit | 0)) {
    return false;
  }
  if (present != 0) {
    int64_t seconds = 0;
    if (!read_time(&next, seconds) || CBS_len(&next) != 0) return false;
    entry.next_update = seconds;
  }
  return read_optional_extensions(&single, 1, entry.critical);
}

bool read_responder(CBS* in, OcspResponse& response) {
  CBS id, inner;
  unsigned tag = 0;
  if (!CBS_get_any_asn1(in, &id, &tag)) return false;
  if (tag == (kExplicit | 1)) {
    response.responder_name = octets(id);
    return CBS_get_asn1(&id, &inner, CBS_ASN1_SEQUENCE) && CBS_len(&id) == 0;
  }
  if (tag != (kExplicit | 2) || !CBS_get_asn1(&id, &inner, CBS_ASN1_OCTETSTRING)) return false;
  response.responder_key = octets(inner);
  return CBS_len(&id) == 0;
}

bool read_response_data(CBS data, OcspResponse& response) {
  CBS sequence, entries;
  uint64_t version = 0;
  if (!CBS_get_asn1(&data, &sequence, CBS_ASN1_SEQUENCE) ||
      !CBS_get_optional_asn1_uint64(&sequence, &version, kExplicit | 0, 0) || version != 0 ||
      !read_responder(&sequence, response) || !read_time(&sequence, response.produced_at) ||
      !CBS_get_asn1(&sequence, &entries, CBS_ASN1_SEQUENCE)) {
    return false;
  }
  while (CBS_len(&entries) > 0) {
    if (!read_entry(&entries, response.entries.emplace_back())) return false;
  }
  bool critical = false;
  return read_optional_extensions(&sequence, 1, critical) && !critical;
}

bool read_certificates(CBS* in, OcspResponse& response) {
  CBS list, certificates;
  int present = 0;
  if (!CBS_get_optional_asn1(in, &list, &present, kExplicit | 0) || CBS_len(in) != 0) return false;
  if (present == 0) return true;
  if (!CBS_get_asn1(&list, &certificates, CBS_ASN1_SEQUENCE) || CBS_len(&list) != 0) return false;
  while (CBS_len(&certificates) > 0) {
    CBS certificate;
    if (!CBS_get_asn1_element(&certificates, &certificate, CBS_ASN1_SEQUENCE)) return false;
    response.certificates.push_back(octets(certificate));
  }
  return true;
}

// BasicOCSPResponse.
bool read_basic(CBS* in, OcspResponse& response) {
  CBS basic, data, algorithm, oid, signature;
  uint8_t unused_bits = 0;
  if (!CBS_get_asn1(in, &basic, CBS_ASN1_SEQUENCE) || CBS_len(in) != 0 ||
      !CBS_get_asn1_element(&basic, &data, CBS_ASN1_SEQUENCE) ||
      !CBS_get_asn1(&basic, &algorithm, CBS_ASN1_SEQUENCE) ||
      !CBS_get_asn1(&algorithm, &oid, CBS_ASN1_OBJECT) ||
      !CBS_get_asn1(&basic, &signature, CBS_ASN1_BITSTRING) || !CBS_get_u8(&signature, &unused_bits) ||
      unused_bits != 0) {
    return false;
  }
  response.signed_part = octets(data);
  response.signature_nid = OBJ_cbs2nid(&oid);
  response.signature_parameters = octets(algorithm);
  response.signature = octets(signature);
  return read_certificates(&basic, response) && read_response_data(data, response);
}

}  // namespace

bool parse_ocsp_response(std::span<const uint8_t> der, OcspResponse& response) {
  response = {};
  if (der.size() > kMaxOcspResponse) return false;
  CBS all, outer, tagged, bytes, type, basic;
  CBS_init(&all, der.data(), der.size());
  if (!CBS_get_asn1(&all, &outer, CBS_ASN1_SEQUENCE) || CBS_len(&all) != 0 ||
      !read_enumerated(&outer, response.status)) {
    return false;
  }
  if (response.status != 0) return true;
  return CBS_get_asn1(&outer, &tagged, kExplicit | 0) && CBS_len(&outer) == 0 &&
         CBS_get_asn1(&tagged, &bytes, CBS_ASN1_SEQUENCE) && CBS_len(&tagged) == 0 &&
         CBS_get_asn1(&bytes, &type, CBS_ASN1_OBJECT) && OBJ_cbs2nid(&type) == NID_id_pkix_OCSP_basic &&
         CBS_get_asn1(&bytes, &basic, CBS_ASN1_OCTETSTRING) && CBS_len(&bytes) == 0 &&
         read_basic(&basic, response);
}

}  // namespace godwit::tls
