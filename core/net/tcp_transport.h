// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <uv.h>

#include "godwit/core/net/endpoint.h"
#include "godwit/core/net/loop_impl.h"
#include "godwit/core/ports/transport.h"

namespace godwit::net {

// TcpTransport is a TCP connection.
//
// It stands on uv_poll_t, not on uv_tcp_t. libuv 1.44 writes with write(2), so that a reset connection
// raises SIGPIPE, which kills a program that does not ignore it; a library may neither install a handler
// nor ask for one. Here every write is a send(2) with MSG_NOSIGNAL. As a socket that is full says so at
// once, nothing is ever copied or queued: bytes that write() took are the kernel's.
class TcpTransport final : public ports::Transport {
 public:
  // Done hears how connecting went: status is 0 or a libuv error. Called once, never from inside
  // connect(), not after close(). The callee may close the transport.
  struct Done {
    void (*call)(void* context, TcpTransport& transport, int status);
    void* context;
  };

  // Started holds a transport that is being connected, or null and a libuv error.
  struct Started {
    TcpTransport* transport;
    int error;
  };

  // kReadsPerEvent: slabs that one socket may fill before the others have their turn.
  static constexpr int kReadsPerEvent = 8;

  // connect starts connecting to `remote`, from the local address `source` unless null (its port is the
  // system's choice, made as late as possible: IP_BIND_ADDRESS_NO_PORT). There is no deadline here.
  static Started connect(LoopImpl& loop, const Endpoint& remote, const ports::Address* source, Done done);

  void attach(Delegate& delegate) override { delegate_ = &delegate; }
  void read(bool on) override;
  void read_now() override;
  size_t write(Bytes bytes) override;
  void close() override;
  std::string_view remote() const override { return remote_; }
  const TlsInfo* tls() const override { return nullptr; }
  int native_handle() const override { return state_ == State::closed ? -1 : fd_; }

 private:
  enum class State : uint8_t { connecting, open, closed };

  // Aside is what most connections need no more once they are made, and again only if sending fails: a
  // crawler holds very many that are idle.
  struct Aside;

  TcpTransport(LoopImpl& loop, const Endpoint& remote, Done done);
  ~TcpTransport();

  void finish_connect();
  void receive();
  void end(int status);
  void fail_write(int status);
  void tell_write_failed();
  int wanted() const;
  void poll(int events);

  static void on_poll(uv_poll_t* handle, int status, int events);
  static void on_closed(uv_handle_t* handle);

  // What an event reads stands together, before what libuv has and what none reads: a client of very many
  // connections finds each of these lines in no cache.
  LoopImpl& loop_;
  Delegate* delegate_ = nullptr;
  int fd_ = -1;
  // There is one of these objects for each idle connection: what is small is packed.
  int16_t write_error_ = 0;  // a libuv error number
  State state_ = State::connecting;
  uint8_t polled_ : 4 = 0;  // what poll_ waits for
  bool reading_ : 1 = false;
  bool ended_ : 1 = false;    // on_end was told
  bool blocked_ : 1 = false;  // the socket is full
  uv_poll_t poll_;
  std::unique_ptr<Aside> aside_;
  const std::string remote_;
};

static_assert(sizeof(TcpTransport) <= 248, "a crawler holds very many of these");

}  // namespace godwit::net
