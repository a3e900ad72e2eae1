// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "godwit/core/bytes.h"
#include "godwit/core/callback.h"
#include "godwit/core/error.h"
#include "godwit/core/ports/scheduler.h"
#include "godwit/core/ports/transport.h"
#include "godwit/core/tls_info.h"

namespace godwit::conn {

// DetachedStream is what a Stream stands on: a transport that a connection gives up, and what it had read
// beyond the last head. It is made when the head says so and comes to its transport when the connection's
// callbacks have unwound:
//
//   new -> adopt (or lose) by the connection, once; meanwhile the user may do everything
//   close() by the user, once; when both have happened it frees itself, under no frame of its own
class DetachedStream final : private ports::Transport::Delegate, private ports::Task {
 public:
  explicit DetachedStream(ports::Scheduler& scheduler);

  // adopt takes over a transport and the bytes that come before all that it still delivers.
  void adopt(ports::TransportPtr transport, std::vector<std::byte> early);
  // lose says that there will be no transport; the user hears on_end.
  void lose(const Error& error, std::string_view diagnosis);
  // note_end: the transport ended before it was adopted; to be told behind the early bytes.
  void note_end(const Error& error, std::string_view diagnosis);

  // The user's side: see Stream.
  void read(bool on);
  size_t write(Bytes bytes);
  void close();
  std::string_view remote() const { return transport_ ? transport_->remote() : std::string_view(); }
  const TlsInfo* tls() const { return transport_ ? transport_->tls() : nullptr; }
  int native_handle() const { return transport_ ? transport_->native_handle() : -1; }

  Callback<void(Bytes)> on_bytes_callback;
  Callback<void(const Error&, std::string_view)> on_end_callback;
  Callback<void()> on_writable_callback;
  Callback<void(const Error&)> on_write_failed_callback;

 private:
  ~DetachedStream();

  void on_bytes(Bytes bytes) override;
  void on_end(const Error& error, std::string_view diagnosis) override;
  void on_writable() override;
  void on_write_failed(const Error& error) override;

  void work();

  ports::Scheduler& scheduler_;
  ports::TransportPtr transport_;
  std::vector<std::byte> early_;
  Error end_;
  std::string end_diagnosis_;
  bool expecting_ = true;  // neither adopt nor lose has come
  bool closed_ = false;
  bool reading_ = false;
  bool blocked_ = false;      // a write() was refused for want of a transport
  bool end_pending_ = false;  // end_ is to be told
};

}  // namespace godwit::conn
