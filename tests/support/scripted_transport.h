// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "godwit/core/ports/transport.h"

namespace godwit::testing {

// Wire is a test's view of one scripted connection; it outlives the transport.
struct Wire {
  std::string sent;                              // every byte the client wrote
  size_t writes = 0;                             // how often it did
  size_t write_limit = static_cast<size_t>(-1);  // bytes that write() still takes
  std::string unread;                            // what read_now() finds
  bool reading = false;
  bool closed = false;
  bool early_data_allowed = false;
  ports::Transport::Delegate* delegate = nullptr;  // null once closed

  // deliver hands bytes to the client as one arrival; only while it reads.
  void deliver(std::string_view bytes) { delegate->on_bytes(bytes_of(bytes)); }
  void end(Error error = {}, std::string_view diagnosis = {}) { delegate->on_end(error, diagnosis); }
  // open_window lets the client write on.
  void open_window(size_t more) {
    write_limit = more;
    delegate->on_writable();
  }
};

// ScriptedTransport is a transport without a socket, moved by a test through its Wire.
class ScriptedTransport final : public ports::Transport {
 public:
  explicit ScriptedTransport(std::shared_ptr<Wire> wire) : wire_(std::move(wire)) {}

  void attach(Delegate& delegate) override { wire_->delegate = &delegate; }
  void read(bool on) override { wire_->reading = on; }
  void read_now() override {
    if (wire_->reading && !wire_->unread.empty()) wire_->deliver(std::exchange(wire_->unread, {}));
  }
  size_t write(Bytes bytes) override {
    ++wire_->writes;
    const size_t n = std::min(bytes.size(), wire_->write_limit);
    wire_->write_limit -= n;
    wire_->sent += text_of(bytes.first(n));
    return n;
  }
  void allow_early_data(bool on) override { wire_->early_data_allowed = on; }
  void close() override {
    wire_->closed = true;
    wire_->reading = false;
    wire_->delegate = nullptr;
    // Whoever still looks at it shall see.
    remote_.assign(remote_.size(), '?');
    delete this;
  }
  std::string_view remote() const override { return remote_; }
  const TlsInfo* tls() const override { return tls_ ? &*tls_ : nullptr; }
  int native_handle() const override { return -1; }

  std::optional<TlsInfo> tls_;

 private:
  std::shared_ptr<Wire> wire_;
  std::string remote_ = "192.0.2.1:80";
};

}  // namespace godwit::testing
