// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <openssl/base.h>

namespace godwit::tls {

// AltNames are the subjectAltNames that can name a server (RFC 5280 4.2.1.6), as raw octets.
struct AltNames {
  std::vector<std::string> dns;
  std::vector<std::string> ip;  // 4 or 16 octets each in a sound certificate
};

// alt_names reads them; empty when the extension is missing or broken.
AltNames alt_names(const X509* certificate);

// subject_text names a certificate for people, printable: its first alternative name, else its common
// name, its organisation, or "an unnamed subject".
std::string subject_text(const X509* certificate);

// issuer_text names the issuer likewise, by common name or organisation.
std::string issuer_text(const X509* certificate);

// alt_names_list gives each of `names` as text, printable and cut.
std::vector<std::string> alt_names_list(const AltNames& names);

// alt_names_text lists the first few names of `names`: "a.example, 192.0.2.1 and 3 more"; "no host" for
// none.
std::string alt_names_text(const AltNames& names);

// date_text gives the day of a time in UTC: "2024-05-01"; `seconds` are since 1970.
std::string date_text(const ASN1_TIME* time);
std::string date_text(int64_t seconds);

}  // namespace godwit::tls
