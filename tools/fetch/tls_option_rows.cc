// SPDX-License-Identifier: MIT
#include "godwit/tools/fetch/tls_option_rows.h"

#include <utility>

namespace godwit::fetch {

std::string parse_certificate_form(std::string_view text, CertificateForm& out) {
  out = text == "P12" ? CertificateForm::pkcs12 : CertificateForm::pem;
  return text == "PEM" || text == "P12" ? "" : "'" + std::string(text) + "' is not known; PEM and P12 are";
}

std::string check_tls_options(TlsOptions& options, CertificateForm form) {
  if (!options.key_file.empty() && options.cert_file.empty()) return "--key needs --cert";
  if (form == CertificateForm::pkcs12) {
    if (options.cert_file.empty()) return "--cert-type needs --cert";
    if (!options.key_file.empty()) return "--key does not go with --cert-type P12, which holds the key";
    options.pkcs12_file = std::exchange(options.cert_file, {});
  }
  if (options.require_ocsp && !options.verify)
    return "--cert-status does not go with -k, which checks nothing";
  return options.min_version > options.max_version ? "--tls-min is above --tls-max" : "";
}

std::string check_embedded_tls(const TlsOptions& options) {
  if (!options.ca_file.empty()) return "--cacert does not go with --embedded-tls";
  return options.ca_folder.empty() ? "" : "--capath does not go with --embedded-tls";
}

}  // namespace godwit::fetch
