// SPDX-License-Identifier: MIT
#include "godwit/benchmarks/tls/server.h"

namespace godwit::benchmarks {

TlsServer::TlsServer()
    : root_(test::make_ca("Benchmark Root")),
      intermediate_(test::make_certificate(test::ca_spec("Benchmark CA"), &root_)),
      leaf_(test::make_certificate(test::leaf_spec("a.example"), &intermediate_)),
      first_(std::make_unique<test::TlsPeer>(
          test::TlsPeerOptions{.chain = {&leaf_, &intermediate_}, .alpn = "http/1.1"})),
      plaintext_(16384, 'x') {
  accept();
}

void TlsServer::accept() {
  peer_ = std::make_unique<test::TlsPeer>(*first_);
}

std::string TlsServer::batch() {
  for (size_t size = 0; size < kBatch; size += plaintext_.size()) peer_->write(plaintext_);
  return peer_->take();
}

}  // namespace godwit::benchmarks
