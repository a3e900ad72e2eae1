// SPDX-License-Identifier: MIT
#include "godwit/tls/context.h"

#include <ctime>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "godwit/tls/compressed_certificates.h"
#include "godwit/tls/error_queue.h"
#include "godwit/tls/memory_bio.h"
#include "godwit/tls/preferences.h"

namespace godwit::tls {
namespace {

// TLS 1.2 without static RSA and 3DES: every connection has forward secrecy (RFC 9325 4.1). The suites of
// TLS 1.3 are BoringSSL's own.
constexpr char kCiphers[] = "ALL:!kRSA:!PSK:!3DES";

// What a server may sign the handshake with: BoringSSL's list without SHA-1, and with the algorithms that
// its certificates may have as well.
constexpr uint16_t kSignatureAlgorithms[] = {
    SSL_SIGN_ECDSA_SECP256R1_SHA256, SSL_SIGN_RSA_PSS_RSAE_SHA256,
    SSL_SIGN_RSA_PKCS1_SHA256,       SSL_SIGN_ECDSA_SECP384R1_SHA384,
    SSL_SIGN_RSA_PSS_RSAE_SHA384,    SSL_SIGN_RSA_PKCS1_SHA384,
    SSL_SIGN_ECDSA_SECP521R1_SHA512, SSL_SIGN_RSA_PSS_RSAE_SHA512,
    SSL_SIGN_RSA_PKCS1_SHA512,       SSL_SIGN_ED25519,
};

// kMaxAlpnList is what the extension's length field can say, in octets (RFC 7301 3.1).
constexpr size_t kMaxAlpnList = 65535 - 2;

// certificate_pool has one copy of each certificate that is held, whichever connection it came by. It belongs
// to the process: what a server sent may be kept longer than the context.
CRYPTO_BUFFER_POOL* certificate_pool() {
  static CRYPTO_BUFFER_POOL* const pool = CRYPTO_BUFFER_POOL_new();
  return pool;
}

uint16_t wire(Version version) {
  return version == Version::tls1_2 ? TLS1_2_VERSION : TLS1_3_VERSION;
}

}  // namespace

ContextResult Context::make(const ContextOptions& options) {
  const std::shared_ptr<Context> context(new Context);
  std::string error = context->set_up(options);
  if (!error.empty()) return {nullptr, std::move(error)};
  return {context, {}};
}

Context::~Context() = default;

int64_t Context::now() const {
  return now_ != nullptr ? now_() : static_cast<int64_t>(std::time(nullptr));
}

std::string Context::set_up(const ContextOptions& options) {
  if (options.min_version > options.max_version) return "min_version is above max_version";
  now_ = options.now;
  verify_ = options.verify;
  require_ocsp_ = options.require_ocsp;
  ERR_clear_error();

  // The method that keeps certificates as they came: an idle connection holds no parsed X.509.
  ctx_.reset(SSL_CTX_new(TLS_with_buffers_method()));
  if (!ctx_ || certificate_pool() == nullptr) return take_error().sentence;
  SSL_CTX* ctx = ctx_.get();
  SSL_CTX_set0_buffer_pool(ctx, certificate_pool());
  if (!SSL_CTX_set_min_proto_version(ctx, wire(options.min_version)) ||
      !SSL_CTX_set_max_proto_version(ctx, wire(options.max_version)) ||
      !SSL_CTX_set_strict_cipher_list(ctx, kCiphers) ||
      !SSL_CTX_set_verify_algorithm_prefs(ctx, kSignatureAlgorithms, std::size(kSignatureAlgorithms)) ||
      !accept_compressed_certificates(ctx)) {
    return take_error().sentence;
  }
  set_sessions();
  if (std::string error = set_preferences(options); !error.empty()) return error;
  if (std::string error = set_trust(options); !error.empty()) return error;
  if (std::string error = set_identity(options); !error.empty()) return error;
  return set_alpn(options);
}

std::string Context::set_preferences(const ContextOptions& options) {
  if (!options.ciphers.empty()) {
    if (std::string error = set_ciphers(ctx_.get(), options.ciphers); !error.empty()) return error;
  }
  if (!options.groups.empty()) {
    if (std::string error = set_groups(ctx_.get(), options.groups); !error.empty()) return error;
  }
  if (options.key_log_file.empty()) return {};
  if (std::string error = KeyLog::open(options.key_log_file, key_log_); !error.empty())
    return "key log: " + error;
  key_log_->attach(ctx_.get());
  return {};
}

// Sessions are for their owner to keep. The chain of one that is resumed goes through the owner's
// verification as that of a new one does.
void Context::set_sessions() {
  SSL_CTX* ctx = ctx_.get();
  SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(ctx, [](SSL* ssl, SSL_SESSION* session) {
    auto* owner = MemoryBio::of(ssl).owner;
    owner->on_session(*owner, bssl::UniquePtr<SSL_SESSION>(session));
    return 1;
  });
  SSL_CTX_set_reverify_on_resume(ctx, 1);
}

std::string Context::set_trust(const ContextOptions& options) {
  if (!options.pins.empty()) {
    if (std::string error = parse_pins(options.pins, pins_); !error.empty()) return error;
  }
  if (!options.verify) {
    return options.require_ocsp ? "an OCSP response is required, but nothing is verified" : std::string();
  }
  SSL_CTX_enable_ocsp_stapling(ctx_.get());
  SSL_CTX_enable_signed_cert_timestamps(ctx_.get());
  RootsResult result = Roots::make({options.system_roots, options.roots, options.root_folders});
  if (!result.error.empty()) return result.error;
  if (!result.roots)
    return "no roots: neither the system's nor any given, so no certificate could be verified";
  roots_ = std::move(result.roots);
  return {};
}

std::string Context::set_identity(const ContextOptions& options) {
  const IdentityOptions sources{options.certificate, options.private_key, options.pkcs12, options.password};
  if (sources.empty()) return {};
  Identity identity;
  if (std::string error = read_identity(sources, identity); !error.empty()) return error;
  std::vector<CRYPTO_BUFFER*> chain;
  for (const auto& certificate : identity.chain) chain.push_back(certificate.get());
  ERR_clear_error();
  if (SSL_CTX_set_chain_and_key(ctx_.get(), chain.data(), chain.size(), identity.key.get(), nullptr))
    return {};
  return "client certificate can't be used: " + take_error().sentence;
}

std::string Context::set_alpn(const ContextOptions& options) {
  std::vector<uint8_t> list;
  for (const std::string& protocol : options.alpn) {
    if (protocol.empty() || protocol.size() > 255) return "alpn: a protocol is not of 1 to 255 octets";
    list.push_back(static_cast<uint8_t>(protocol.size()));
    list.insert(list.end(), protocol.begin(), protocol.end());
  }
  if (list.size() > kMaxAlpnList) return "alpn: the list is longer than TLS can carry";
  if (list.empty()) return {};
  // Returns 0 for success, as OpenSSL's does.
  if (SSL_CTX_set_alpn_protos(ctx_.get(), list.data(), static_cast<unsigned>(list.size())) == 0) return {};
  return "alpn: " + take_error().sentence;
}

}  // namespace godwit::tls
