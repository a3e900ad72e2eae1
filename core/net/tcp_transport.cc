// SPDX-License-Identifier: MIT
#include "godwit/core/net/tcp_transport.h"

#include <cerrno>
#include <utility>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "godwit/core/net/member_node.h"

namespace godwit::net {

namespace {

uv_handle_t* as_handle(uv_poll_t& poll) {
  return reinterpret_cast<uv_handle_t*>(&poll);
}

// Sets what every connection has. Returns 0 or a libuv error.
int prepare(int fd, const Endpoint& remote, const ports::Address* source) {
  int on = 1;
  // Heads and blocks are written whole: waiting for more would only delay them.
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);

  sockaddr_storage address;
  if (source) {
#ifdef IP_BIND_ADDRESS_NO_PORT
    // A port chosen at bind() is taken from all destinations; chosen at connect(), only from this one.
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
#endif
    socklen_t size = to_sockaddr({*source, 0}, address);
    if (bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0) return uv_translate_sys_error(errno);
  }
  socklen_t size = to_sockaddr(remote, address);
  // After EINTR a connection goes on being made, and is waited for as after EINPROGRESS.
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), size) != 0 && errno != EINPROGRESS && errno != EINTR)
    return uv_translate_sys_error(errno);
  return 0;
}

}  // namespace

struct TcpTransport::Aside {
  using WriteFailed = MemberTask<TcpTransport, &TcpTransport::tell_write_failed>;

  Aside(TcpTransport& transport, Done d) : done(d), write_failed(transport) {}

  Done done;
  WriteFailed write_failed;
};

TcpTransport::Started TcpTransport::connect(LoopImpl& loop, const Endpoint& remote,
                                            const ports::Address* source, Done done) {
  int family = remote.address.family == ports::Address::Family::v4 ? AF_INET : AF_INET6;
  int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
  if (fd < 0) return {nullptr, uv_translate_sys_error(errno)};
  if (int error = prepare(fd, remote, source)) {
    ::close(fd);
    return {nullptr, error};
  }
  auto* transport = new TcpTransport(loop, remote, done);
  if (int error = uv_poll_init_socket(loop.uv(), &transport->poll_, fd)) {
    ::close(fd);
    delete transport;
    return {nullptr, error};
  }
  loop.opened();
  transport->fd_ = fd;
  transport->poll_.data = transport;
  uv_unref(as_handle(transport->poll_));
  transport->poll(UV_WRITABLE);
  return {transport, 0};
}

TcpTransport::TcpTransport(LoopImpl& loop, const Endpoint& remote, Done done)
    : loop_(loop), aside_(std::make_unique<Aside>(*this, done)), remote_(to_text(remote)) {}

TcpTransport::~TcpTransport() = default;

void TcpTransport::read(bool on) {
  reading_ = on;
  // Turned off, the poll goes on until something comes: most often reading is on again by then, and two
  // system calls were saved.
  if (on && state_ == State::open && !ended_ && !(polled_ & UV_READABLE)) poll(wanted());
}

void TcpTransport::read_now() {
  if (state_ == State::open && reading_ && !ended_) receive();
}

size_t TcpTransport::write(Bytes bytes) {
  if (state_ != State::open || blocked_ || write_error_ != 0) return 0;
  while (!bytes.empty()) {
    ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      if (static_cast<size_t>(sent) == bytes.size()) return bytes.size();
      blocked_ = true;
      poll(wanted());
      return static_cast<size_t>(sent);
    }
    if (errno == EINTR) continue;
    if (errno == EAGAIN || errno == EWOULDBLOCK) {
      blocked_ = true;
      poll(wanted());
      return 0;
    }
    fail_write(uv_translate_sys_error(errno));
    return 0;
  }
  return 0;
}

void TcpTransport::close() {
  if (state_ == State::closed) return;
  state_ = State::closed;
  if (aside_) loop_.scheduler().remove(aside_->write_failed);
  uv_close(as_handle(poll_), on_closed);
  ::close(fd_);
}

void TcpTransport::on_poll(uv_poll_t* handle, int status, int events) {
  auto* self = static_cast<TcpTransport*>(handle->data);
  UvScheduler::Batch batch(self->loop_.scheduler());
  if (self->state_ == State::connecting) {
    self->finish_connect();
    return;
  }
  if (status != 0) {
    // libuv gives EBADF for any error of the socket and stops; the next call on the socket knows which.
    events = self->polled_;
    self->polled_ = 0;
  }
  if (events & UV_READABLE) {
    if (self->reading_) self->delegate_->expect_bytes();
    self->receive();
  }
  if ((events & UV_WRITABLE) && self->blocked_ && self->state_ == State::open) {
    self->blocked_ = false;
    self->delegate_->on_writable();
  }
  if (self->state_ == State::open && self->polled_ != self->wanted()) self->poll(self->wanted());
}

void TcpTransport::finish_connect() {
  int error = 0;
  socklen_t size = sizeof error;
  if (getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
  if (error == 0) {
    state_ = State::open;
  } else {
    poll(0);
  }
  const std::unique_ptr<Aside> aside = std::move(aside_);
  aside->done.call(aside->done.context, *this, uv_translate_sys_error(error));
  if (state_ == State::open && polled_ != wanted()) poll(wanted());
}

void TcpTransport::receive() {
  LoopImpl::Slab slab(loop_);
  std::span<std::byte> space = slab.bytes();
  for (int i = 0; i < kReadsPerEvent && state_ == State::open && reading_ && !ended_; ++i) {
    ssize_t got;
    do {
      got = recv(fd_, space.data(), space.size(), 0);
    } while (got < 0 && errno == EINTR);
    if (got < 0) {
      if (errno != EAGAIN && errno != EWOULDBLOCK) end(uv_translate_sys_error(errno));
      return;
    }
    if (got == 0) {
      // A send that failed has taken the socket's error along: without it a reset looks like a clean
      // end. EPIPE alone says nothing of the other direction.
      end(write_error_ == UV_EPIPE ? 0 : write_error_);
      return;
    }
    delegate_->on_bytes(space.first(static_cast<size_t>(got)));
    // A read that does not fill the slab has emptied the socket.
    if (static_cast<size_t>(got) < space.size()) return;
  }
}

void TcpTransport::end(int status) {
  ended_ = true;
  Error error;
  if (status != 0) {
    error.code = Errc::receive_failed;
    error.sys = status;
  }
  delegate_->on_end(error, status != 0 ? uv_strerror(status) : "");
}

void TcpTransport::fail_write(int status) {
  write_error_ = static_cast<int16_t>(status);  // none is below -4096
  blocked_ = false;
  aside_ = std::make_unique<Aside>(*this, Done{});
  loop_.scheduler().defer(aside_->write_failed);
}

void TcpTransport::tell_write_failed() {
  Error error;
  error.code = Errc::send_failed;
  error.phase = Phase::send;
  error.sys = write_error_;
  delegate_->on_write_failed(error);
}

int TcpTransport::wanted() const {
  return (reading_ && !ended_ ? UV_READABLE : 0) | (blocked_ ? UV_WRITABLE : 0);
}

void TcpTransport::poll(int events) {
  polled_ = static_cast<uint8_t>(events);
  if (events == 0) {
    uv_poll_stop(&poll_);
  } else {
    uv_poll_start(&poll_, events, on_poll);
  }
}

void TcpTransport::on_closed(uv_handle_t* handle) {
  auto* self = static_cast<TcpTransport*>(handle->data);
  self->loop_.closed();
  delete self;
}

}  // namespace godwit::net
