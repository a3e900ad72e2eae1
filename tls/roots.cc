// SPDX-License-Identifier: MIT
#include "godwit/tls/roots.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <mutex>
#include <set>
#include <system_error>

#include <openssl/err.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#include "godwit/tls/error_queue.h"
#include "godwit/tls/read_file.h"

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

// What every PEM file with a certificate in it has.
constexpr const char* kBegin = "-----BEGIN ";

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
    Source source{{}, path, Unparsable::skip};
    std::string error = read_file(path, source.text);
    if (error.empty()) error = roots->add(source);
    if (error.empty() && roots->certificates_.empty()) error = std::string(path) + ": no usable certificate";
    if (error.empty()) error = roots->index();
    if (error.empty()) return {roots, {}};
    errors += (errors.empty() ? "" : "; ") + error;
  }
  return {nullptr, (overridden ? "no system roots in SSL_CERT_FILE: " : "no system roots: ") + errors};
}

std::string Roots::read_folder(const std::string& folder, std::vector<Source>& out) {
  std::error_code error;
  std::vector<std::string> paths;
  std::filesystem::directory_iterator entry(folder, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    std::error_code unreadable;  // a link to nowhere is no fault of the folder
    if (entry->is_regular_file(unreadable)) paths.push_back(entry->path().string());
    if (paths.size() > kMaxFolderFiles)
      return folder + ": more than " + std::to_string(kMaxFolderFiles) + " files";
  }
  if (error) return folder + ": " + error.message();
  std::sort(paths.begin(), paths.end());

  size_t size = 0;
  // Hashed folders name each file twice.
  std::set<std::string> seen;
  for (const std::string& path : paths) {
    std::string text;
    if (std::string problem = read_file(path, text); !problem.empty()) return problem;
    size += text.size();
    if (size > kMaxFolder)
      return folder + ": its files are larger than " + std::to_string(kMaxFolder) + " bytes";
    if (text.find(kBegin) == std::string::npos || !seen.insert(text).second) continue;
    out.push_back({std::move(text), path, Unparsable::skip});
  }
  return seen.empty() ? folder + ": no certificate in it" : std::string();
}

RootsResult Roots::make(const RootsOptions& options) {
  RootsResult result;
  if (options.system) {
    result = system();
    if (!result.roots) return result;
  }
  std::vector<Source> sources;
  for (const Pem& pem : options.pems) {
    Source source{pem.file.empty() ? pem.text : std::string(), pem.label(), Unparsable::refuse};
    if (!pem.file.empty()) {
      if (std::string error = read_file(pem.file, source.text); !error.empty()) return {nullptr, error};
    }
    sources.push_back(std::move(source));
  }
  for (const std::string& folder : options.folders) {
    if (std::string error = read_folder(folder, sources); !error.empty()) return {nullptr, error};
  }
  return sources.empty() ? result : share(result.roots.get(), sources);
}

RootsResult Roots::share(const Roots* system, std::span<const Source> sources) {
  static std::mutex mutex;
  static std::map<Digest, std::weak_ptr<const Roots>> sets;

  SHA256_CTX hash;
  SHA256_Init(&hash);
  for (const Source& source : sources) {
    // Each text by its own digest, so that two lists never look alike for where their texts are cut.
    Digest part;
    SHA256(reinterpret_cast<const uint8_t*>(source.text.data()), source.text.size(), part.data());
    SHA256_Update(&hash, part.data(), part.size());
    SHA256_Update(&hash, &source.policy, sizeof(source.policy));
  }
  // The system's set never changes once it is there.
  const uint8_t with_system = system != nullptr ? 1 : 0;
  SHA256_Update(&hash, &with_system, sizeof(with_system));
  Digest digest;
  SHA256_Final(digest.data(), &hash);

  const std::lock_guard<std::mutex> lock(mutex);
  std::erase_if(sets, [](const auto& set) { return set.second.expired(); });
  if (const auto found = sets.find(digest); found != sets.end()) return {found->second.lock(), {}};

  const std::shared_ptr<Roots> roots(new Roots);
  for (size_t i = 0; system != nullptr && i < system->size(); ++i) {
    roots->certificates_.push_back(bssl::UpRef(system->certificates_[i]));
  }
  for (const Source& source : sources) {
    std::string error = roots->add(source);
    if (!error.empty() && source.policy == Unparsable::refuse) return {nullptr, std::move(error)};
  }
  if (roots->certificates_.empty()) return {nullptr, sources.front().label + ": no usable certificate"};
  if (std::string error = roots->index(); !error.empty()) return {nullptr, error};
  sets[digest] = roots;
  return {roots, {}};
}

std::string Roots::add(const Source& source) {
  std::vector<bssl::UniquePtr<CRYPTO_BUFFER>> buffers;
  if (std::string error = read_certificates(source.text, source.label, buffers); !error.empty()) return error;
  for (size_t i = 0; i < buffers.size(); ++i) {
    ERR_clear_error();
    bssl::UniquePtr<X509> certificate(X509_parse_from_buffer(buffers[i].get()));
    if (certificate) {
      certificates_.push_back(std::move(certificate));
    } else if (source.policy == Unparsable::refuse) {
      return source.label + ": certificate " + std::to_string(i + 1) + ": " + take_error().sentence;
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
