// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string_view>

#include "godwit/benchmarks/tls/server.h"
#include "godwit/core/net/loop_impl.h"
#include "godwit/core/net/tls_profile.h"
#include "godwit/core/ports/transport.h"
#include "godwit/tests/support/scripted_transport.h"

namespace godwit::benchmarks {

// TransportClient is godwit's TLS transport above one without a socket, connected to the server; it counts
// the plaintext that it is given.
class TransportClient final : private ports::Transport::Delegate {
 public:
  explicit TransportClient(TlsServer& server);

  // receive takes ciphertext as one read.
  void receive(std::string_view bytes) { wire_->deliver(bytes); }

  bool ok() const { return ok_; }
  size_t size() const { return size_; }

 private:
  void on_bytes(Bytes bytes) override { size_ += bytes.size(); }
  void on_end(const Error&, std::string_view) override { ok_ = false; }
  void on_writable() override {}
  void on_write_failed(const Error&) override { ok_ = false; }

  net::LoopImpl loop_;
  net::TlsProfile profile_;
  std::shared_ptr<testing::Wire> wire_ = std::make_shared<testing::Wire>();
  ports::TransportPtr transport_;
  size_t size_ = 0;
  bool ok_ = false;
};

}  // namespace godwit::benchmarks
