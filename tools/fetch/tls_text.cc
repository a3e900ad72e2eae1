// SPDX-License-Identifier: MIT
#include "godwit/tools/fetch/tls_text.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string_view>
#include <vector>

#include "godwit/tools/fetch/json_text.h"

namespace godwit::fetch {

namespace {

// kNamesShown bounds the names of one certificate: there are some with hundreds.
constexpr size_t kNamesShown = 6;

std::string date_text(int64_t seconds) {
  using namespace std::chrono;
  const sys_seconds time{std::chrono::seconds(seconds)};
  const sys_days day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(time - day);
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u %02d:%02d:%02d", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text;
}

std::string names_text(const std::vector<std::string>& names) {
  std::string text;
  for (size_t i = 0; i < std::min(names.size(), kNamesShown); ++i) {
    text.append(i == 0 ? "" : ", ").append(printable(names[i]));
  }
  if (names.size() > kNamesShown) text += " and " + std::to_string(names.size() - kNamesShown) + " more";
  return text;
}

void append_line(std::string& out, std::string_view what, std::string_view value) {
  out.append("*   ").append(what).append(": ").append(value).append("\n");
}

void append_certificate(std::string& out, const CertificateInfo& certificate) {
  if (certificate.public_key_pin.empty()) {
    append_line(out, "not a certificate, with SHA-256", certificate.sha256);
    return;
  }
  append_line(out, "subject", certificate.subject.empty() ? "(empty)" : printable(certificate.subject));
  if (!certificate.names.empty()) append_line(out, "  for", names_text(certificate.names));
  append_line(out, "  issuer", printable(certificate.issuer));
  append_line(out, "  valid",
              date_text(certificate.not_before) + " to " + date_text(certificate.not_after) + " UTC");
  append_line(out, "  public key", certificate.public_key_pin);
}

}  // namespace

std::string tls_text(const TlsInfo& tls) {
  std::string out;
  const bool shaken = !tls.version.empty();
  if (shaken) {
    out.append("* ").append(tls.version).append(", ").append(tls.cipher);
    if (!tls.group.empty()) out.append(", ").append(tls.group);
    if (!tls.alpn.empty()) out.append(", ALPN ").append(printable(tls.alpn));
    if (tls.resumed) out.append(", resumed");
    if (tls.early_data != EarlyData::not_tried) out.append(", early data ").append(name(tls.early_data));
    if (tls.ocsp != OcspStatus::none) out.append(", OCSP ").append(name(tls.ocsp));
    out += '\n';
  }
  const std::vector<CertificateInfo> chain = tls.peer.describe();
  if (!chain.empty()) {
    out.append(!shaken       ? "* certificates that were refused, the server's own first:\n"
               : tls.resumed ? "* certificates of the session that is resumed, the server's own first:\n"
                             : "* certificates, the server's own first:\n");
  }
  for (const CertificateInfo& certificate : chain) append_certificate(out, certificate);
  return out;
}

}  // namespace godwit::fetch
