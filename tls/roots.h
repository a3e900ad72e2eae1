// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <openssl/base.h>

#include "godwit/tls/pem.h"

namespace godwit::tls {

class Roots;

// RootsResult holds the roots, or a sentence about why there are none.
struct RootsResult {
  std::shared_ptr<const Roots> roots;
  std::string error;
};

// RootsOptions names where trusted certificates come from: all of it together.
struct RootsOptions {
  bool system = true;
  std::vector<Pem> pems;
  // folders: every file in one that is PEM with certificates, be its name a hash of OpenSSL's or not; no
  // folders below.
  std::vector<std::string> folders;
};

// Roots is a set of trusted certificates. Immutable and shared: any number of contexts and threads may
// verify against one set.
class Roots final {
 public:
  // kMaxFolderFiles bounds the files of one folder, kMaxFolder their size together, in octets.
  static constexpr size_t kMaxFolderFiles = 10'000;
  static constexpr size_t kMaxFolder = 32 * 1024 * 1024;

  // make reads all that `options` names, and parses it unless a set of the same content is there: files
  // that changed are seen, and those that did not cost no memory twice. A source without a certificate is an
  // error, and so is one that can't be parsed among `pems`; in a folder it is passed over.
  static RootsResult make(const RootsOptions& options);

  // system gives the machine's store: $SSL_CERT_FILE when it is set, else the first of the usual paths
  // that can be read. It is read and parsed once per process; a failure is not remembered.
  static RootsResult system();

  // find_system is system() with the places to look at spelled out, uncached. `override_file`, when not
  // null and not empty, is the only place looked at.
  static RootsResult find_system(const char* override_file, std::span<const char* const> paths);

  // store is for verify_chain. Lives as long as this.
  X509_STORE* store() const { return store_.get(); }

  // size counts the certificates.
  size_t size() const { return certificates_.size(); }

 private:
  // Digest names the content of a set.
  using Digest = std::array<uint8_t, 32>;
  enum class Unparsable : uint8_t { refuse, skip };

  // Source is the text of one source, and how it is read.
  struct Source {
    std::string text;
    std::string label;
    Unparsable policy;
  };

  Roots() = default;
  static std::string read_folder(const std::string& folder, std::vector<Source>& out);
  static RootsResult share(const Roots* system, std::span<const Source> sources);
  std::string add(const Source& source);
  std::string index();

  std::vector<bssl::UniquePtr<X509>> certificates_;
  bssl::UniquePtr<X509_STORE> store_;
};

}  // namespace godwit::tls
