// SPDX-License-Identifier: MIT
#include "godwit/tls/roots.h"

#include <cstdlib>
#include <mutex>

#include <openssl/err.h>
#include <openssl/x509.h>

#include "godwit/tls/error_queue.h"

namespace godwit::tls {
namespace {

constexpr const char* kSystemFiles[] = {
    "/etc/ssl/certs/ca-certificates.crt",                 // Debian, Ubuntu, Arch, Gentoo
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // Fedora, RHEL
    "/etc/pki/tls/certs/ca-bundle.crt",                   // older Fedora, RHEL
    "/etc/ssl/ca-bundle.pem",                             // openSUSE
    "/etc/ssl/cert.pem",                                  // Alpine, OpenBSD, macOS
    "/usr/local/share/certs/ca-root-nss.crt",             // FreeBSD
};

}  // namespace

RootsResult Roots::system() {
  static std::mutex mutex;
  static std::shared_ptr<const Roots> parsed;
  const std::lock_guard<std::mutex> lock(mutex);
  if (parsed) return {parsed, {}};
  RootsResult result = find_system(std::getenv("SSL_CERT_FILE"), kSystemFiles);
  parsed = result.roots;
  return result;
}

RootsResult Roots::find_system(const char* override_file, std::span<const char* const> paths) {
  const bool overridden = override_file != nullptr && *override_file != '\0';
  if (overridden) paths = std::span(&override_file, 1);
  std::string errors;
  for (const char* path : paths) {
    const std::shared_ptr<Roots> roots(new Roots);
    // One root that this library can't read must not take the other hundred away.
    std::string error = roots->add(Pem::from_file(path), Unparsable::skip);
    if (error.empty() && roots->certificates_.empty()) error = std::string(path) + ": no usable certificate";
    if (error.empty()) error = roots->index();
    if (error.empty()) return {roots, {}};
    errors += (errors.empty() ? "" : "; ") + error;
  }
  return {nullptr, (overridden ? "no system roots in SSL_CERT_FILE: " : "no system roots: ") + errors};
}

RootsResult Roots::make(std::span<const Pem> pems, const Roots* base) {
  const std::shared_ptr<Roots> roots(new Roots);
  if (base != nullptr) {
    for (const auto& certificate : base->certificates_) {
      roots->certificates_.push_back(bssl::UpRef(certificate));
    }
  }
  for (const Pem& pem : pems) {
    if (std::string error = roots->add(pem, Unparsable::refuse); !error.empty()) return {nullptr, error};
  }
  if (std::string error = roots->index(); !error.empty()) return {nullptr, error};
  return {roots, {}};
}

std::string Roots::add(const Pem& pem, Unparsable policy) {
  std::vector<bssl::UniquePtr<CRYPTO_BUFFER>> buffers;
  if (std::string error = read_certificates(pem, buffers); !error.empty()) return error;
  for (size_t i = 0; i < buffers.size(); ++i) {
    ERR_clear_error();
    bssl::UniquePtr<X509> certificate(X509_parse_from_buffer(buffers[i].get()));
    if (certificate) {
      certificates_.push_back(std::move(certificate));
    } else if (policy == Unparsable::refuse) {
      return pem.label() + ": certificate " + std::to_string(i + 1) + ": " + take_error().sentence;
    }
  }
  ERR_clear_error();
  return {};
}

std::string Roots::index() {
  store_.reset(X509_STORE_new());
  if (!store_) return "out of memory";
  for (const auto& certificate : certificates_) {
    ERR_clear_error();
    if (X509_STORE_add_cert(store_.get(), certificate.get())) continue;
    // Some versions of BoringSSL report what is there already, others take it silently.
    if (ERR_GET_REASON(ERR_peek_error()) != X509_R_CERT_ALREADY_IN_HASH_TABLE) return take_error().sentence;
  }
  ERR_clear_error();
  return {};
}

}  // namespace godwit::tls
