// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "godwit/core/net/loop_impl.h"
#include "godwit/core/net/member_node.h"
#include "godwit/core/net/tls_profile.h"
#include "godwit/core/net/tls_question.h"
#include "godwit/core/ports/transport.h"
#include "godwit/tls/context.h"
#include "godwit/tls/engine.h"

namespace godwit::net {

// TlsTransport is TLS over any transport: TCP, a tunnel, or TLS itself. First handshake(), then it is a
// transport like others:
//
//   handshake -> done(ok) -> attach -> read(true) -> on_bytes* -> on_end
//   handshake -> done(certificate-rejected) -> close
//
// With TlsOptions::early_data and a session that allows it, done(ok) comes before the handshake is over.
// tls() then says what is expected; what fails after that is told by on_end, in phase tls.
//
// What is encrypted and not yet taken from below stays in the engine, at most Engine::kOutputLimit bytes
// and a record, and nothing more is encrypted until it is gone.
class TlsTransport final : public ports::Transport, private ports::Transport::Delegate {
 public:
  using Delegate = ports::Transport::Delegate;

  // Done hears how the handshake went: an Error that is ok, or certificate_rejected, tls_not_tls or
  // tls_failed in phase tls. Called once, never from inside handshake(), not after close(). The callee may
  // close the transport. After a refused certificate tls() has those of the peer. The diagnosis lives for the
  // call.
  struct Done {
    void (*call)(void* context, const Error& error, std::string_view diagnosis);
    void* context;
  };

  // kHeldForAnswer bounds what is read from a peer whose certificates are being asked about, in bytes, give
  // or take a read.
  static constexpr size_t kHeldForAnswer = 64 * 1024;

  // kDelivery bounds what on_bytes gets at once, in bytes: one full record. The same memory takes the next
  // one, which stays in the processor's first cache; several at once took 5 to 20 % longer.
  static constexpr size_t kDelivery = 16 * 1024;

  // EarlyData: whether TlsOptions::early_data counts.
  enum class EarlyData : uint8_t { as_told, never };

  // TlsTransport above `lower`, by the profile, whose context is there. `host` is whom the certificate must
  // name: a DNS name or an IP literal without brackets; with `port` it names the server whose sessions are
  // resumed.
  TlsTransport(LoopImpl& loop, ports::TransportPtr lower, TlsProfile& profile, std::string_view host,
               uint16_t port, EarlyData early_data = EarlyData::as_told);

  // handshake begins; no deadline here. `early` is what the peer has already sent.
  void handshake(Done done, Bytes early = {});

  void attach(Delegate& delegate) override { delegate_ = &delegate; }
  void read(bool on) override;
  void read_now() override;
  size_t write(Bytes bytes) override;
  void allow_early_data(bool on) override { early_data_allowed_ = on; }
  void close() override;
  std::string_view remote() const override { return lower_ ? lower_->remote() : std::string_view(); }
  const TlsInfo* tls() const override { return &info_; }
  int native_handle() const override { return lower_ ? lower_->native_handle() : -1; }

  // asking says that TlsOptions::on_verify has not answered yet.
  bool asking() const { return question_ && question_->open(); }

 private:
  enum class State : uint8_t { handshaking, early, open, ended, closed };

  // Trouble is what has gone wrong, while the other direction may go on.
  struct Trouble {
    Error write;
    Error lower;  // why the lower transport ended, if not cleanly
    std::string lower_diagnosis;
  };

  ~TlsTransport() = default;

  void expect_bytes() override {
    if (delegate_) delegate_->expect_bytes();
  }
  void on_bytes(Bytes bytes) override;
  void on_end(const Error& error, std::string_view diagnosis) override;
  void on_writable() override;
  void on_write_failed(const Error& error) override;

  void ask_for_step();
  void make_step();
  void shake();
  bool shaking() const { return state_ == State::handshaking || state_ == State::early; }
  void ask();
  void on_answer(bool accept, std::string why);
  void finish_handshake(const Error& error, std::string_view diagnosis);
  void fail_handshake();
  void pump();
  void end(tls::Status status);
  bool flush();
  bool write_failed() const { return trouble_ && trouble_->write; }
  Trouble& trouble();
  void fail_write(const Error& error);
  Error translate() const;

  void resume();
  void run_later();
  void resume_later();

  LoopImpl& loop_;
  ports::TransportPtr lower_;
  std::shared_ptr<const tls::Context> context_;
  tls::Engine engine_;
  TlsInfo info_;
  std::unique_ptr<TlsQuestion> question_;  // until the handshake is over, with TlsOptions::on_verify
  Done done_{};
  Delegate* delegate_ = nullptr;
  MemberTask<TlsTransport, &TlsTransport::make_step> step_{*this};
  // later_ is the one task for all that is deferred: an idle connection holds none of it.
  MemberTask<TlsTransport, &TlsTransport::run_later> later_{*this};
  std::unique_ptr<Trouble> trouble_;
  State state_ = State::handshaking;
  bool reading_ = false;
  bool lower_ended_ = false;
  bool drained_ = true;  // the engine has nothing to read before more is fed
  bool early_data_allowed_ = false;
  bool blocked_ = false;  // the delegate waits for on_writable
  bool resumes_ = false;  // later_ is for resume()
  bool tells_ = false;    // later_ is for on_write_failed()
};

}  // namespace godwit::net
