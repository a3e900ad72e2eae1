// SPDX-License-Identifier: MIT
#include "godwit/tests/support/tls_peer.h"

#include <algorithm>
#include <cstdlib>

#include <openssl/aead.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/hkdf.h>
#include <openssl/nid.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

namespace godwit::test {
namespace {

int choose_alpn(SSL*, const uint8_t** out, uint8_t* out_size, const uint8_t*, unsigned, void* arg) {
  const auto* alpn = static_cast<const std::string*>(arg);
  *out = reinterpret_cast<const uint8_t*>(alpn->data());
  *out_size = static_cast<uint8_t>(alpn->size());
  return SSL_TLSEXT_ERR_OK;
}

std::string big_endian(uint64_t value, size_t size) {
  std::string octets(size, '\0');
  for (size_t i = 0; i < std::min<size_t>(size, 8); ++i) {
    octets[size - 1 - i] = static_cast<char>(value >> (8 * i));
  }
  return octets;
}

// Sealer is an AEAD with a tag of 16 octets.
class Sealer {
 public:
  Sealer(const EVP_AEAD* aead, const uint8_t* key) {
    if (!EVP_AEAD_CTX_init(ctx_.get(), aead, key, EVP_AEAD_key_length(aead), 16, nullptr)) std::abort();
  }

  std::string seal(std::string_view nonce, std::string_view plaintext, std::string_view additional) const {
    std::string out(plaintext.size() + 16, '\0');
    const auto octets = [](std::string_view text) { return reinterpret_cast<const uint8_t*>(text.data()); };
    size_t size = 0;
    if (!EVP_AEAD_CTX_seal(ctx_.get(), reinterpret_cast<uint8_t*>(out.data()), &size, out.size(),
                           octets(nonce), nonce.size(), octets(plaintext), plaintext.size(),
                           octets(additional), additional.size())) {
      std::abort();
    }
    out.resize(size);
    return out;
  }

 private:
  bssl::ScopedEVP_AEAD_CTX ctx_;
};

// HKDF-Expand-Label without a context (RFC 8446 7.1).
std::string expand_label(const EVP_MD* digest, const std::vector<uint8_t>& secret, const std::string& label,
                         size_t size) {
  const std::string full = "tls13 " + label;
  const std::string info = big_endian(size, 2) + static_cast<char>(full.size()) + full + '\0';
  std::string out(size, '\0');
  if (!HKDF_expand(reinterpret_cast<uint8_t*>(out.data()), size, digest, secret.data(), secret.size(),
                   reinterpret_cast<const uint8_t*>(info.data()), info.size())) {
    std::abort();
  }
  return out;
}

}  // namespace

TlsPeer::TlsPeer(const TlsPeerOptions& options) : alpn_(options.alpn) {
  ctx_.reset(SSL_CTX_new(TLS_method()));
  SSL_CTX* ctx = ctx_.get();
  bool ok = SSL_CTX_use_certificate(ctx, options.chain.at(0)->x509.get()) &&
            SSL_CTX_use_PrivateKey(ctx, options.chain.at(0)->key.get());
  for (size_t i = 1; i < options.chain.size(); ++i) {
    ok = ok && SSL_CTX_add1_chain_cert(ctx, options.chain[i]->x509.get());
  }
  ok = ok && SSL_CTX_set_min_proto_version(ctx, options.min_version) &&
       SSL_CTX_set_max_proto_version(ctx, options.max_version);
  if (options.ciphers != nullptr) ok = ok && SSL_CTX_set_strict_cipher_list(ctx, options.ciphers);
  if (options.signature != 0) ok = ok && SSL_CTX_set_signing_algorithm_prefs(ctx, &options.signature, 1);
  if (!alpn_.empty()) SSL_CTX_set_alpn_select_cb(ctx, choose_alpn, &alpn_);
  if (options.ask_certificate) {
    SSL_CTX_set_verify(
        ctx, SSL_VERIFY_PEER | (options.require_certificate ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0), nullptr);
    SSL_CTX_set_cert_verify_callback(
        ctx, [](X509_STORE_CTX*, void*) { return 1; }, nullptr);
  }
  if (!options.ocsp.empty()) {
    ok = ok && SSL_CTX_set_ocsp_response(ctx, reinterpret_cast<const uint8_t*>(options.ocsp.data()),
                                         options.ocsp.size());
  }
  if (!options.scts.empty()) {
    ok = ok && SSL_CTX_set_signed_cert_timestamp_list(
                   ctx, reinterpret_cast<const uint8_t*>(options.scts.data()), options.scts.size());
  }
  if (options.compress != nullptr) {
    constexpr uint16_t kBrotli = 2;
    ok = ok && SSL_CTX_add_cert_compression_alg(ctx, kBrotli, options.compress, nullptr);
  }
  SSL_CTX_set_early_data_enabled(ctx, options.early_data ? 1 : 0);
  if (!ok) std::abort();
  SSL_CTX_set_keylog_callback(ctx, [](const SSL* ssl, const char* line) {
    // "SERVER_TRAFFIC_SECRET_0 <random> <secret>", in hex.
    const std::string_view text(line);
    if (!text.starts_with("SERVER_TRAFFIC_SECRET_0 ")) return;
    auto& secret = static_cast<TlsPeer*>(SSL_get_app_data(ssl))->secret_;
    secret.clear();
    for (size_t at = text.rfind(' ') + 1; at + 1 < text.size(); at += 2) {
      secret.push_back(static_cast<uint8_t>(std::stoi(std::string(text.substr(at, 2)), nullptr, 16)));
    }
  });
  begin();
}

TlsPeer::TlsPeer(TlsPeer& first) : ctx_(bssl::UpRef(first.ctx_)) {
  begin();
}

void TlsPeer::begin() {
  ssl_.reset(SSL_new(ctx_.get()));
  SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  // An empty memory BIO means "later", not the end.
  BIO_set_mem_eof_return(SSL_get_rbio(ssl_.get()), -1);
  SSL_set_accept_state(ssl_.get());
  SSL_set_app_data(ssl_.get(), this);
}

std::string TlsPeer::take() {
  std::string out;
  char chunk[4096];
  int size = 0;
  while ((size = BIO_read(SSL_get_wbio(ssl_.get()), chunk, sizeof(chunk))) > 0) {
    out.append(chunk, static_cast<size_t>(size));
  }
  return out;
}

void TlsPeer::feed(std::string_view in) {
  BIO_write(SSL_get_rbio(ssl_.get()), in.data(), static_cast<int>(in.size()));
  go_on();
}

void TlsPeer::write(std::string_view plaintext) {
  if (SSL_write(ssl_.get(), plaintext.data(), static_cast<int>(plaintext.size())) !=
      static_cast<int>(plaintext.size())) {
    std::abort();
  }
}

void TlsPeer::close() {
  SSL_shutdown(ssl_.get());
}

bool TlsPeer::established() const {
  return SSL_is_init_finished(ssl_.get()) && error.empty();
}

void TlsPeer::go_on() {
  if (!error.empty()) return;
  for (;;) {
    char chunk[16384];
    ERR_clear_error();
    const int result = SSL_read(ssl_.get(), chunk, sizeof(chunk));
    if (const char* name = SSL_get_servername(ssl_.get(), TLSEXT_NAMETYPE_host_name)) server_name = name;
    if (result > 0) {
      received.append(chunk, static_cast<size_t>(result));
      continue;
    }
    const int ssl_error = SSL_get_error(ssl_.get(), result);
    if (ssl_error == SSL_ERROR_ZERO_RETURN) got_close = true;
    if (ssl_error == SSL_ERROR_SSL) error = ERR_reason_error_string(ERR_peek_error());
    break;
  }
  if (const bssl::UniquePtr<X509> client(SSL_get_peer_certificate(ssl_.get())); client && established()) {
    char name[128] = "";
    X509_NAME_get_text_by_NID(X509_get_subject_name(client.get()), NID_commonName, name, sizeof(name));
    client_subject = name;
  }
  ERR_clear_error();
}

std::string TlsPeer::seal(uint8_t type, std::string_view plaintext, size_t count) {
  return SSL_version(ssl_.get()) == TLS1_3_VERSION ? seal_tls13(type, plaintext, count)
                                                   : seal_tls12(type, plaintext, count);
}

std::string TlsPeer::seal_tls12(uint8_t type, std::string_view plaintext, size_t count) {
  // Key block of an AEAD suite: client key, server key, client IV, server IV (RFC 5246 6.3).
  uint8_t block[2 * 16 + 2 * 4];
  if (SSL_get_key_block_len(ssl_.get()) != sizeof(block) ||
      !SSL_generate_key_block(ssl_.get(), block, sizeof(block))) {
    std::abort();
  }
  const Sealer sealer(EVP_aead_aes_128_gcm(), block + 16);
  std::string records;
  for (size_t i = 0; i < count; ++i) {
    const std::string sequence = big_endian(SSL_get_write_sequence(ssl_.get()) + i, 8);
    const std::string additional =
        sequence + static_cast<char>(type) + "\x03\x03" + big_endian(plaintext.size(), 2);
    const std::string nonce = std::string(reinterpret_cast<const char*>(block) + 36, 4) + sequence;
    const std::string sealed = sequence + sealer.seal(nonce, plaintext, additional);
    records += static_cast<char>(type) + std::string("\x03\x03") + big_endian(sealed.size(), 2) + sealed;
  }
  return records;
}

// RFC 8446 5.2 and 7.3.
std::string TlsPeer::seal_tls13(uint8_t type, std::string_view plaintext, size_t count) {
  const uint16_t suite = SSL_CIPHER_get_protocol_id(SSL_get_current_cipher(ssl_.get()));
  const EVP_AEAD* aead = suite == 0x1301   ? EVP_aead_aes_128_gcm()
                         : suite == 0x1302 ? EVP_aead_aes_256_gcm()
                                           : EVP_aead_chacha20_poly1305();
  const EVP_MD* digest = suite == 0x1302 ? EVP_sha384() : EVP_sha256();
  const std::string key = expand_label(digest, secret_, "key", EVP_AEAD_key_length(aead));
  const std::string iv = expand_label(digest, secret_, "iv", EVP_AEAD_nonce_length(aead));
  const Sealer sealer(aead, reinterpret_cast<const uint8_t*>(key.data()));
  const std::string inner = std::string(plaintext) + static_cast<char>(type);
  std::string records;
  for (size_t i = 0; i < count; ++i) {
    std::string nonce = big_endian(SSL_get_write_sequence(ssl_.get()) + i, iv.size());
    for (size_t at = 0; at < nonce.size(); ++at) nonce[at] = static_cast<char>(nonce[at] ^ iv[at]);
    const std::string head = "\x17\x03\x03" + big_endian(inner.size() + 16, 2);
    records += head + sealer.seal(nonce, inner, head);
  }
  return records;
}

std::span<const std::byte> bytes(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

std::string_view text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string take_output(tls::Engine& engine) {
  std::string out(text(engine.output()));
  engine.drained(out.size());
  return out;
}

tls::Status connect(tls::Engine& engine, TlsPeer& peer) {
  tls::Status status = engine.handshake();
  for (;;) {
    const std::string up = take_output(engine);
    if (!up.empty()) peer.feed(up);
    const std::string down = peer.take();
    if (down.empty()) return status;
    engine.feed(bytes(down));
    status = engine.handshake();
    // The engine stops at the end of the handshake; tickets behind it outlive `down`.
    engine.hold();
  }
}

tls::Status read_all(tls::Engine& engine, std::string& out, size_t piece) {
  std::vector<std::byte> buffer(piece);
  for (;;) {
    const tls::ReadResult result = engine.read(buffer);
    if (result.status != tls::Status::ok) return result.status;
    out.append(text(std::span(buffer).first(result.size)));
  }
}

}  // namespace godwit::test
