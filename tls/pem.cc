// SPDX-License-Identifier: MIT
#include "godwit/tls/pem.h"

#include <cerrno>
#include <cstdio>
#include <string_view>
#include <system_error>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/mem.h>
#include <openssl/pem.h>

#include "godwit/tls/error_queue.h"

namespace godwit::tls {
namespace {

// kMaxFile bounds what is read of one file, in octets: a hundred times the usual system store. A path
// that names a device must not fill the memory.
constexpr size_t kMaxFile = 32 * 1024 * 1024;

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

std::string read_file(const std::string& path, std::string& out) {
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rbe"));
  if (!file) return path + ": " + std::generic_category().message(errno);
  char chunk[8192];
  for (;;) {
    const size_t size = std::fread(chunk, 1, sizeof(chunk), file.get());
    out.append(chunk, size);
    if (out.size() > kMaxFile) return path + ": larger than " + std::to_string(kMaxFile) + " bytes";
    if (size == sizeof(chunk)) continue;
    if (std::ferror(file.get())) return path + ": " + std::generic_category().message(errno);
    return {};
  }
}

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

// The default callback of the library would ask a terminal; a library must not.
int no_password(char*, int, int, void*) {
  return 0;
}

}  // namespace

std::string read_certificates(const Pem& pem, std::vector<bssl::UniquePtr<CRYPTO_BUFFER>>& out) {
  const Text text(pem);
  if (!text.error.empty()) return text.error;
  const bssl::UniquePtr<BIO> bio = bio_over(text.view);
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
  if (!at_end) return pem.label() + ": not PEM: " + reason_text(error);
  if (out.size() == before) return pem.label() + ": no certificate in it";
  return {};
}

std::string read_private_key(const Pem& pem, bssl::UniquePtr<EVP_PKEY>& out) {
  const Text text(pem);
  if (!text.error.empty()) return text.error;
  const bssl::UniquePtr<BIO> bio = bio_over(text.view);
  ERR_clear_error();
  out.reset(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr));
  if (out) return {};
  const uint32_t error = ERR_peek_error();
  ERR_clear_error();
  if (ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE) {
    return pem.label() + ": no private key in it";
  }
  if (ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_BAD_PASSWORD_READ) {
    return pem.label() + ": the private key is encrypted";
  }
  return pem.label() + ": private key: " + reason_text(error);
}

}  // namespace godwit::tls
