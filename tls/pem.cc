// SPDX-License-Identifier: MIT
#include "godwit/tls/pem.h"

#include <cstring>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/mem.h>
#include <openssl/pem.h>

#include "godwit/tls/error_queue.h"
#include "godwit/tls/read_file.h"

namespace godwit::tls {
namespace {

// Text holds the PEM text of a source, from a file or borrowed from the source itself.
struct Text {
  std::string storage;
  std::string_view view;
  std::string error;

  explicit Text(const Pem& pem) : view(pem.text) {
    if (pem.file.empty()) return;
    error = read_file(pem.file, storage);
    view = storage;
  }
};

bssl::UniquePtr<BIO> bio_over(std::string_view text) {
  return bssl::UniquePtr<BIO>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

bool is_certificate(std::string_view block) {
  return block == PEM_STRING_X509 || block == PEM_STRING_X509_OLD;
}

// Password is what an encrypted key is opened with, and whether one was.
struct Password {
  std::string_view text;
  bool asked = false;

  // The default callback of the library would ask a terminal; a library must not.
  static int give(char* out, int capacity, int, void* self) {
    auto* password = static_cast<Password*>(self);
    password->asked = true;
    const std::string_view text = password->text;
    if (text.empty() || text.size() > static_cast<size_t>(capacity)) return -1;
    std::memcpy(out, text.data(), text.size());
    return static_cast<int>(text.size());
  }
};

}  // namespace

std::string read_certificates(const Pem& pem, std::vector<bssl::UniquePtr<CRYPTO_BUFFER>>& out) {
  const Text text(pem);
  return text.error.empty() ? read_certificates(text.view, pem.label(), out) : text.error;
}

std::string read_certificates(std::string_view text, const std::string& label,
                              std::vector<bssl::UniquePtr<CRYPTO_BUFFER>>& out) {
  const bssl::UniquePtr<BIO> bio = bio_over(text);
  const size_t before = out.size();
  ERR_clear_error();
  for (;;) {
    char* block = nullptr;
    char* header = nullptr;
    uint8_t* data = nullptr;
    long size = 0;
    if (!PEM_read_bio(bio.get(), &block, &header, &data, &size)) break;
    const bssl::UniquePtr<char> free_block(block);
    const bssl::UniquePtr<char> free_header(header);
    const bssl::UniquePtr<uint8_t> free_data(data);
    if (!is_certificate(block)) continue;
    out.emplace_back(CRYPTO_BUFFER_new(data, static_cast<size_t>(size), nullptr));
    if (!out.back()) return "out of memory";
  }
  const uint32_t error = ERR_peek_last_error();
  ERR_clear_error();
  const bool at_end = ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
  if (!at_end) return label + ": not PEM: " + reason_text(error);
  if (out.size() == before) return label + ": no certificate in it";
  return {};
}

std::string read_private_key(const Pem& pem, std::string_view password, bssl::UniquePtr<EVP_PKEY>& out) {
  const Text text(pem);
  if (!text.error.empty()) return text.error;
  const bssl::UniquePtr<BIO> bio = bio_over(text.view);
  Password giver{password};
  ERR_clear_error();
  out.reset(PEM_read_bio_PrivateKey(bio.get(), nullptr, Password::give, &giver));
  if (out) return {};
  const uint32_t error = ERR_peek_error();
  ERR_clear_error();
  if (ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE) {
    return pem.label() + ": no private key in it";
  }
  if (giver.asked && password.empty())
    return pem.label() + ": the private key is encrypted, and no password is given";
  // With a wrong password the key decrypts to noise, or its padding is wrong: which of the two is chance.
  if (giver.asked) return pem.label() + ": the private key can't be decrypted with the password given";
  return pem.label() + ": private key: " + reason_text(error);
}

}  // namespace godwit::tls
