// SPDX-License-Identifier: MIT
#include "godwit/core/net/peer_info.h"

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "godwit/tls/peer_certificates.h"

namespace godwit::net {

namespace {

std::string octets(std::span<const uint8_t> bytes) {
  return {bytes.begin(), bytes.end()};
}

const tls::PeerCertificates& certificates(const void* kept) {
  return *static_cast<const tls::PeerCertificates*>(kept);
}

std::vector<CertificateInfo> describe(const void* kept) {
  std::vector<CertificateInfo> infos;
  for (size_t i = 0; i < certificates(kept).size(); ++i) {
    tls::CertificateText text = certificates(kept).describe(i);
    infos.push_back({.subject = std::move(text.subject),
                     .issuer = std::move(text.issuer),
                     .not_before = text.not_before,
                     .not_after = text.not_after,
                     .sha256 = std::move(text.sha256),
                     .der = octets(certificates(kept).der(i)),
                     .names = std::move(text.names),
                     .public_key_pin = std::move(text.public_key_pin)});
  }
  return infos;
}

OcspInfo ocsp(const void* kept) {
  const tls::StapleText staple = certificates(kept).staple();
  return {.produced_at = staple.times.produced_at,
          .this_update = staple.times.this_update,
          .next_update = staple.times.next_update,
          .revoked_at = staple.times.revoked_at,
          .der = octets(staple.der)};
}

std::vector<SctInfo> scts(const void* kept) {
  std::vector<SctInfo> infos;
  for (tls::SctText& sct : certificates(kept).scts()) {
    infos.push_back({std::move(sct.log_id), sct.timestamp, sct.embedded});
  }
  return infos;
}

constexpr PeerCertificates::Reader kReader{describe, ocsp, scts};

OcspStatus translate(tls::OcspStatus status) {
  switch (status) {
#define X(status, name)         \
  case tls::OcspStatus::status: \
    return OcspStatus::status;
    GODWIT_TLS_OCSP_STATUSES(X)
#undef X
  }
  return OcspStatus::none;
}

EarlyData translate(tls::EarlyData early_data) {
  if (early_data == tls::EarlyData::accepted) return EarlyData::accepted;
  return early_data == tls::EarlyData::refused ? EarlyData::rejected : EarlyData::not_tried;
}

}  // namespace

TlsInfo tls_info(const tls::Engine& engine) {
  const tls::ConnectionInfo info = engine.info();
  return {.version = info.version,
          .cipher = info.cipher,
          .group = info.group,
          .alpn = std::string(info.alpn),
          .resumed = info.resumed,
          .early_data = translate(info.early_data),
          .ocsp = translate(info.ocsp),
          .peer = PeerCertificates(engine.peer_certificates(), kReader)};
}

}  // namespace godwit::net
