// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "godwit/core/tls_options.h"
#include "godwit/tools/fetch/option_value.h"
#include "godwit/tools/option_table.h"

namespace godwit::fetch {

// CertificateForm is what the file of --cert holds.
enum class CertificateForm : uint8_t { pem, pkcs12 };

// check_tls_options finds what does not go together, and has the certificate of --cert taken in its form.
std::string check_tls_options(TlsOptions& options, CertificateForm form);

// check_embedded_tls finds what does not go with --embedded-tls: the embedded server's CA is trusted, and no
// other.
std::string check_embedded_tls(const TlsOptions& options);

// parse_certificate_form reads PEM or P12.
std::string parse_certificate_form(std::string_view text, CertificateForm& out);

// kTlsRows are the options about TLS of every sub-command. Options has `client`, whose `tls`
// they fill, and `cert_form`.
template <class Options>
inline constexpr tools::OptionRow<Options> kTlsRows[] = {
    tools::heading<Options>("TLS"),
    {'k', "insecure", "", "trusts any certificate: anyone on the path can read and change all",
     [](Options& o, std::string_view) {
       o.client.tls.verify = false;
       return std::string();
     }},
    {0, "cacert", "FILE", "trusts the roots in FILE (PEM) instead of the system's",
     [](Options& o, std::string_view v) { return not_empty(v, o.client.tls.ca_file); }},
    {0, "capath", "FOLDER",
     "trusts the roots in the PEM files of FOLDER instead of the\nsystem's; with --cacert both",
     [](Options& o, std::string_view v) { return not_empty(v, o.client.tls.ca_folder); }},
    {0, "cert-status", "",
     "the server must prove by a stapled OCSP response that its\ncertificate is not revoked",
     [](Options& o, std::string_view) {
       o.client.tls.require_ocsp = true;
       return std::string();
     }},
    {0, "pinnedpubkey", "PINS", "the server must have one of these keys: sha256//BASE64;...",
     [](Options& o, std::string_view v) { return not_empty(v, o.client.tls.pins); }},
    {'E', "cert", "FILE", "our own certificate chain (PEM, or see --cert-type)",
     [](Options& o, std::string_view v) { return not_empty(v, o.client.tls.cert_file); }},
    {0, "cert-type", "TYPE", "PEM, or P12 for a PKCS#12 container with the key in it",
     [](Options& o, std::string_view v) { return parse_certificate_form(v, o.cert_form); }},
    {0, "key", "FILE", "its private key (PEM), unless it is in the same file",
     [](Options& o, std::string_view v) { return not_empty(v, o.client.tls.key_file); }},
    {0, "pass", "PASSWORD", "opens the key or container; other users may see it in the list\nof processes",
     [](Options& o, std::string_view v) { return not_empty(v, o.client.tls.key_password); }},
    {0, "tls-min", "VERSION", "the oldest version to speak, 1.2 or 1.3 (1.2)",
     [](Options& o, std::string_view v) { return parse_tls_version(v, o.client.tls.min_version); }},
    {0, "tls-max", "VERSION", "the newest version to speak (1.3)",
     [](Options& o, std::string_view v) { return parse_tls_version(v, o.client.tls.max_version); }},
    {0, "tlsv1.2", "", "the same as --tls-min 1.2",
     [](Options& o, std::string_view) { return parse_tls_version("1.2", o.client.tls.min_version); }},
    {0, "tlsv1.3", "", "the same as --tls-min 1.3",
     [](Options& o, std::string_view) { return parse_tls_version("1.3", o.client.tls.min_version); }},
    {0, "ciphers", "NAMES", "ciphers of TLS 1.2 to offer, separated by colons",
     [](Options& o, std::string_view v) { return not_empty(v, o.client.tls.ciphers); }},
    {0, "tls13-ciphers", "NAMES", "is refused: the library chooses those of TLS 1.3 itself",
     [](Options&, std::string_view) {
       return std::string("BoringSSL chooses the ciphers of TLS 1.3 itself");
     }},
    {0, "curves", "NAMES", "key exchanges to offer: X25519:P-256",
     [](Options& o, std::string_view v) { return not_empty(v, o.client.tls.groups); }},
    {0, "early-data", "",
     "sends a GET with the first message of a resumed TLS session;\nanyone on the path can have the server "
     "answer it again",
     [](Options& o, std::string_view) {
       o.client.tls.early_data = true;
       return std::string();
     }},
    {0, "no-session-reuse", "", "a full TLS handshake for each connection",
     [](Options& o, std::string_view) {
       o.client.tls.session_reuse = false;
       return std::string();
     }},
};

}  // namespace godwit::fetch
