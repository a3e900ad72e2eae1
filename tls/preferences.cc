// SPDX-License-Identifier: MIT
#include "godwit/tls/preferences.h"

#include <algorithm>
#include <vector>

#include <openssl/err.h>
#include <openssl/nid.h>
#include <openssl/ssl.h>

#include "godwit/tls/error_queue.h"
#include "godwit/tls/printable.h"

namespace godwit::tls {
namespace {

std::vector<std::string> split(std::string_view names) {
  std::vector<std::string> parts;
  for (size_t begin = 0; begin < names.size();) {
    const size_t end = std::min(names.find_first_of(":, ", begin), names.size());
    if (end > begin) parts.emplace_back(names.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ":") + name;
  return text;
}

// BoringSSL's list is a language of its own, with aliases and operators: a name must stand for itself.
const SSL_CIPHER* find_cipher(SSL_CTX* scratch, const std::string& name) {
  if (!SSL_CTX_set_strict_cipher_list(scratch, name.c_str())) return nullptr;
  const STACK_OF(SSL_CIPHER)* found = SSL_CTX_get_ciphers(scratch);
  if (sk_SSL_CIPHER_num(found) != 1) return nullptr;
  const SSL_CIPHER* cipher = sk_SSL_CIPHER_value(found, 0);
  return name == SSL_CIPHER_get_name(cipher) || name == SSL_CIPHER_standard_name(cipher) ? cipher : nullptr;
}

bool is_of_tls13(std::string_view name) {
  return name == "TLS_AES_128_GCM_SHA256" || name == "TLS_AES_256_GCM_SHA384" ||
         name == "TLS_CHACHA20_POLY1305_SHA256";
}

}  // namespace

std::string set_ciphers(SSL_CTX* ctx, std::string_view names) {
  const std::vector<std::string> parts = split(names);
  if (parts.empty()) return "ciphers: no name in the list";
  const bssl::UniquePtr<SSL_CTX> scratch(SSL_CTX_new(TLS_with_buffers_method()));
  if (!scratch) return "out of memory";
  for (const std::string& name : parts) {
    if (is_of_tls13(name)) {
      return "ciphers: " + name + " is of TLS 1.3, whose ciphers BoringSSL chooses itself";
    }
    const SSL_CIPHER* cipher = find_cipher(scratch.get(), name);
    ERR_clear_error();
    if (cipher == nullptr) return "ciphers: \"" + printable(name) + "\" is not known";
    if (SSL_CIPHER_get_kx_nid(cipher) != NID_kx_ecdhe) {
      return "ciphers: " + name + " gives no forward secrecy, which is required";
    }
  }
  if (SSL_CTX_set_strict_cipher_list(ctx, joined(parts).c_str())) return {};
  return "ciphers: " + take_error().sentence;
}

std::string set_groups(SSL_CTX* ctx, std::string_view names) {
  const std::vector<std::string> parts = split(names);
  if (parts.empty()) return "groups: no name in the list";
  for (const std::string& name : parts) {
    const bool known = SSL_CTX_set1_curves_list(ctx, name.c_str()) != 0;
    ERR_clear_error();
    if (!known) return "groups: \"" + printable(name) + "\" is not known";
  }
  if (SSL_CTX_set1_curves_list(ctx, joined(parts).c_str())) return {};
  return "groups: " + take_error().sentence;
}

}  // namespace godwit::tls
