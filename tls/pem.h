// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <openssl/base.h>
#include <openssl/pool.h>

namespace godwit::tls {

// Pem names a source of PEM text (RFC 7468): a file, or the text itself.
struct Pem {
  std::string file;  // path, read when the context is made; wins over `text`
  std::string text;

  static Pem from_file(std::string path) { return {std::move(path), {}}; }
  static Pem from_text(std::string text) { return {{}, std::move(text)}; }

  bool empty() const { return file.empty() && text.empty(); }

  // label names the source in a sentence: the path, or "the PEM text given".
  std::string label() const { return file.empty() ? "the PEM text given" : file; }
};

// read_certificates appends every CERTIFICATE of `pem` in its order; blocks of other kinds are skipped.
// Returns what is wrong, naming the source, or an empty string. None at all is an error. Certificates
// are not parsed further here.
std::string read_certificates(const Pem& pem, std::vector<bssl::UniquePtr<CRYPTO_BUFFER>>& out);

// read_certificates of a text that was read already; `label` names its source.
std::string read_certificates(std::string_view text, const std::string& label,
                              std::vector<bssl::UniquePtr<CRYPTO_BUFFER>>& out);

// read_private_key takes the first private key of `pem` (PKCS#8, RSA or EC), encrypted or not. Nobody is
// asked for a password: an encrypted key needs one that is not empty. Returns what is wrong, naming the
// source, or an empty string.
std::string read_private_key(const Pem& pem, std::string_view password, bssl::UniquePtr<EVP_PKEY>& out);

}  // namespace godwit::tls
