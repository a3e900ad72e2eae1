// SPDX-License-Identifier: MIT
#include "godwit/tls/certificate_text.h"

#include <algorithm>
#include <ctime>

#include <arpa/inet.h>
#include <openssl/asn1.h>
#include <openssl/nid.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "godwit/tls/printable.h"

namespace godwit::tls {
namespace {

// kNamesShown bounds a list in a sentence: certificates with hundreds of names exist.
constexpr size_t kNamesShown = 3;

std::string octets(const ASN1_STRING* string) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(string)),
          static_cast<size_t>(ASN1_STRING_length(string))};
}

std::string entry(const X509_NAME* subject, int nid) {
  const int at = X509_NAME_get_index_by_NID(subject, nid, -1);
  if (at < 0) return {};
  return printable(octets(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at))));
}

std::string distinguished_text(const X509_NAME* subject) {
  for (const int nid : {NID_commonName, NID_organizationalUnitName, NID_organizationName}) {
    if (std::string text = entry(subject, nid); !text.empty()) return text;
  }
  return "an unnamed subject";
}

std::string ip_text(const std::string& address) {
  char text[INET6_ADDRSTRLEN];
  const int family = address.size() == 4 ? AF_INET : AF_INET6;
  if (address.size() != 4 && address.size() != 16) return "a malformed address";
  return inet_ntop(family, address.data(), text, sizeof(text)) != nullptr ? text : "a malformed address";
}

}  // namespace

AltNames alt_names(const X509* certificate) {
  AltNames names;
  const bssl::UniquePtr<GENERAL_NAMES> all(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  if (!all) return names;
  for (size_t i = 0; i < sk_GENERAL_NAME_num(all.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(all.get(), i);
    if (name->type == GEN_DNS) names.dns.push_back(octets(name->d.dNSName));
    if (name->type == GEN_IPADD) names.ip.push_back(octets(name->d.iPAddress));
  }
  return names;
}

std::string subject_text(const X509* certificate) {
  const AltNames names = alt_names(certificate);
  if (!names.dns.empty()) return printable(names.dns.front());
  if (!names.ip.empty()) return ip_text(names.ip.front());
  return distinguished_text(X509_get_subject_name(certificate));
}

std::string issuer_text(const X509* certificate) {
  return distinguished_text(X509_get_issuer_name(certificate));
}

std::vector<std::string> alt_names_list(const AltNames& names) {
  std::vector<std::string> list;
  for (const std::string& name : names.dns) list.push_back(printable(name));
  for (const std::string& address : names.ip) list.push_back(ip_text(address));
  return list;
}

std::string alt_names_text(const AltNames& names) {
  const size_t count = names.dns.size() + names.ip.size();
  if (count == 0) return "no host";
  std::string text;
  const size_t shown = std::min(count, kNamesShown);
  for (size_t i = 0; i < shown; ++i) {
    if (i > 0) text += ", ";
    text += i < names.dns.size() ? printable(names.dns[i]) : ip_text(names.ip[i - names.dns.size()]);
  }
  if (count > shown) text += " and " + std::to_string(count - shown) + " more";
  return text;
}

std::string date_text(const ASN1_TIME* time) {
  const bssl::UniquePtr<ASN1_GENERALIZEDTIME> general(ASN1_TIME_to_generalizedtime(time, nullptr));
  const std::string digits = general ? octets(general.get()) : "";
  if (digits.size() < 8) return "an unreadable date";
  return printable(digits.substr(0, 4) + "-" + digits.substr(4, 2) + "-" + digits.substr(6, 2));
}

std::string date_text(int64_t seconds) {
  const bssl::UniquePtr<ASN1_TIME> time(ASN1_TIME_set(nullptr, static_cast<std::time_t>(seconds)));
  return time ? date_text(time.get()) : "an unreadable date";
}

}  // namespace godwit::tls
