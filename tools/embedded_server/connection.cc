// SPDX-License-Identifier: MIT
#include "godwit/tools/embedded_server/connection.h"

#include <algorithm>

#include "godwit/tools/embedded_server/routes.h"

namespace godwit::embedded {
namespace {

// kWritesPerTurn is how often one connection may write before the others have their turn.
constexpr int kWritesPerTurn = 16;
// kLingerMs is how long input is discarded after FIN; closing with unread input would send RST, which
// can destroy a response that the client has not read yet (RFC 9112, section 9.6).
constexpr uint64_t kLingerMs = 2000;
// kMaxEcho bounds the one kind of body that is kept.
constexpr size_t kMaxEcho = 8 << 20;
// kKeptBuffer is the buffer capacity that an idle connection keeps.
constexpr size_t kKeptBuffer = 16 * 1024;

void empty(std::string& buffer) {
  buffer.clear();
  if (buffer.capacity() > kKeptBuffer) buffer.shrink_to_fit();
}

Connection* self(void* data) {
  return static_cast<Connection*>(data);
}

}  // namespace

Connection::Connection(Service& service, SSL_CTX* context) : service_(service) {
  if (context != nullptr) tls_.emplace(context, service.slabs().ciphertext);
  uv_tcp_init(&service.loop(), &tcp_);
  uv_timer_init(&service.loop(), &timer_);
  uv_idle_init(&service.loop(), &turn_);
  tcp_.data = timer_.data = turn_.data = this;
}

void Connection::accept(Service& service, uv_stream_t& listener, SSL_CTX* context) {
  auto* connection = new Connection(service, context);
  service.add(*connection);
  connection->last_active_ = uv_now(&service.loop());
  auto* stream = reinterpret_cast<uv_stream_t*>(&connection->tcp_);
  if (uv_accept(&listener, stream) != 0) return connection->close();
  uv_tcp_nodelay(&connection->tcp_, 1);
  service.counters().connections_accepted.fetch_add(1, std::memory_order_relaxed);
  connection->update_reading();
}

void Connection::close() {
  if (closed_) return;
  closed_ = true;
  service_.slabs().out_size = 0;
  uv_close(reinterpret_cast<uv_handle_t*>(&timer_), on_closed);
  uv_close(reinterpret_cast<uv_handle_t*>(&turn_), on_closed);
  if (!uv_is_closing(reinterpret_cast<uv_handle_t*>(&tcp_))) {
    uv_close(reinterpret_cast<uv_handle_t*>(&tcp_), on_closed);
  }
}

void Connection::on_closed(uv_handle_t* handle) {
  Connection* connection = self(handle->data);
  if (--connection->open_handles_ > 0) return;
  connection->service_.remove(*connection);
  delete connection;
}

void Connection::on_alloc(uv_handle_t* handle, size_t, uv_buf_t* buffer) {
  *buffer = uv_buf_init(self(handle->data)->service_.slabs().read.get(), Slabs::kReadSize);
}

void Connection::on_read(uv_stream_t* stream, ssize_t size, const uv_buf_t* buffer) {
  Connection* connection = self(stream->data);
  if (connection->closed_ || size == 0) return;
  connection->last_active_ = uv_now(&connection->service_.loop());
  if (size == UV_EOF) return connection->receive_end();
  if (size < 0) return connection->close();
  std::string_view bytes(buffer->base, static_cast<size_t>(size));
  connection->tls_ ? connection->receive_ciphertext(bytes) : connection->pump(bytes);
}

void Connection::receive_ciphertext(std::string_view bytes) {
  Slabs& slabs = service_.slabs();
  tls_->feed(bytes);
  while (!closed_) {
    size_t size = 0;
    TlsStatus status = tls_->read(slabs.plaintext.get(), Slabs::kReadSize, size);
    if (!slabs.ciphertext.empty()) flush();
    switch (status) {
      case TlsStatus::ok:
        pump({slabs.plaintext.get(), size});
        break;
      case TlsStatus::starved:
        return;
      case TlsStatus::ended:
        return receive_end();
      case TlsStatus::failed:
        return close();
    }
  }
}

void Connection::receive_end() {
  if (closed_ || peer_ended_) return;
  peer_ended_ = true;
  pump({});
}

void Connection::pump(std::string_view fresh) {
  // Ordinary requests arrive whole and are parsed where they were read; only a remainder is copied.
  const bool buffered = !input_.empty();
  if (buffered) input_.append(fresh);
  std::string_view input = buffered ? std::string_view(input_) : fresh;
  writes_this_turn_ = 0;
  while (!closed_ && (advance_reading(input) || advance_writing())) {
  }
  if (!closed_) flush();
  if (closed_) return;
  if (input.empty()) {
    empty(input_);
  } else if (buffered) {
    input_.erase(0, input_.size() - input.size());
  } else {
    input_.assign(input);
  }
  // A client that has ended may still wait for its answer, but not for one that never comes.
  const bool over = writing_ == Writing::idle || writing_ == Writing::ended;
  if (peer_ended_ && over && !blocked_) return close();
  update_reading();
}

bool Connection::advance_reading(std::string_view& input) {
  if (input.empty()) return false;
  switch (reading_) {
    case Reading::head:
      return writing_ == Writing::idle && !blocked_ && take_head(input);
    case Reading::body:
      return take_body(input);
    case Reading::discard:
      input = {};
      return false;
    case Reading::held:
      return false;
    case Reading::echo:
      return writing_ == Writing::idle && !blocked_ && echo(input);
  }
  return false;
}

bool Connection::echo(std::string_view& input) {
  const size_t size = std::min(input.size(), Slabs::kOutSize);
  send_interim(input.substr(0, size));
  input.remove_prefix(size);
  flush();
  return true;
}

bool Connection::take_head(std::string_view& input) {
  RequestHead& head = service_.slabs().head;
  ParseResult result = parse_request_head(input, searched_, head);
  if (result.status == ParseStatus::incomplete) {
    searched_ = input.size();
    return false;
  }
  searched_ = 0;
  if (result.status == ParseStatus::bad) {
    refuse(result.error_status, result.reason);
    return true;
  }
  input.remove_prefix(result.consumed);
  plan_response(head, ++requests_, plan_);
  body_.start(head);
  body_bytes_ = 0;
  if (plan_.body_use == BodyUse::digest) SHA256_Init(&digest_);
  if (plan_.when == When::at_once) begin_response();
  if (head.framing == BodyFraming::none) {
    finish_body();
    return true;
  }
  if (head.expects_continue && plan_.send_continue) send_interim("HTTP/1.1 100 Continue\r\n\r\n");
  reading_ = plan_.body_use == BodyUse::never_read ? Reading::held : Reading::body;
  return true;
}

bool Connection::take_body(std::string_view& input) {
  std::string_view content;
  switch (body_.decode(input, content)) {
    case BodyStatus::bad:
      // After an answer that did not wait for the body, there is nothing left to say.
      if (plan_.when == When::at_once) {
        close();
      } else {
        refuse(400, "the chunked coding of the body is broken");
      }
      return true;
    case BodyStatus::more:
      take_content(content);
      return true;
    case BodyStatus::complete:
      take_content(content);
      if (reading_ == Reading::body) finish_body();
      return true;
  }
  return true;
}

void Connection::take_content(std::string_view content) {
  body_bytes_ += content.size();
  if (plan_.body_use == BodyUse::digest) SHA256_Update(&digest_, content.data(), content.size());
  if (plan_.body_use != BodyUse::echo || writing_ != Writing::idle) return;
  if (content_.size() + content.size() > kMaxEcho) return refuse(413, "/echo takes at most 8m");
  content_.append(content);
}

void Connection::finish_body() {
  reading_ = plan_.echoes ? Reading::echo : Reading::head;
  if (plan_.when == When::at_once) return;
  if (plan_.body_use == BodyUse::echo) {
    finish_echo(content_, body_.trailers(), plan_);
    empty(content_);
  } else if (plan_.body_use == BodyUse::digest) {
    constexpr char kHex[] = "0123456789abcdef";
    uint8_t hash[SHA256_DIGEST_LENGTH];
    SHA256_Final(hash, &digest_);
    char text[2 * SHA256_DIGEST_LENGTH];
    for (size_t i = 0; i < sizeof text; ++i) text[i] = kHex[i % 2 == 0 ? hash[i / 2] >> 4 : hash[i / 2] & 15];
    finish_digest(body_bytes_, {text, sizeof text}, plan_);
  }
  begin_response();
}

void Connection::refuse(int status, std::string_view reason) {
  plan_refusal(status, reason, plan_);
  reading_ = Reading::discard;
  empty(content_);
  begin_response();
}

void Connection::begin_response() {
  cursor_ = {};
  writing_ = Writing::sending;
}

bool Connection::advance_writing() {
  Slabs& slabs = service_.slabs();
  if (writing_ == Writing::ending) return end_response();
  if (writing_ != Writing::sending || blocked_) return false;
  if (plan_.finished(cursor_)) {
    writing_ = Writing::ending;
    return true;
  }
  const Step& step = plan_.step(cursor_);
  if (step.kind == Step::Kind::wait) {
    flush();
    ++cursor_.step;
    wait(step.wait_ms);
    return true;
  }
  if (step.bytewise || slabs.out_size == Slabs::kOutSize) {
    if (writes_this_turn_++ == kWritesPerTurn) {
      yield();
      return false;
    }
    flush();
    if (closed_ || blocked_) return true;
  }
  if (step.bytewise) {
    send_bytewise(step);
  } else {
    const size_t room = Slabs::kOutSize - slabs.out_size;
    slabs.out_size += plan_.produce(cursor_, slabs.out.get() + slabs.out_size, room);
  }
  return true;
}

void Connection::send_bytewise(const Step& step) {
  Slabs& slabs = service_.slabs();
  const uint32_t pause = step.wait_ms;
  slabs.out_size = plan_.produce(cursor_, slabs.out.get(), Slabs::kOutSize);
  flush();
  if (pause > 0 && !closed_) wait(pause);
}

bool Connection::end_response() {
  if (plan_.ending == Ending::keep_alive) {
    service_.counters().requests_served.fetch_add(1, std::memory_order_relaxed);
    writing_ = Writing::idle;
    return true;
  }
  flush();
  if (closed_ || blocked_) return false;
  service_.counters().requests_served.fetch_add(1, std::memory_order_relaxed);
  writing_ = Writing::ended;
  if (plan_.ending == Ending::reset) {
    if (uv_tcp_close_reset(&tcp_, on_closed) != 0) uv_close(reinterpret_cast<uv_handle_t*>(&tcp_), on_closed);
    close();
    return false;
  }
  if (reading_ != Reading::held) reading_ = Reading::discard;
  if (plan_.ending == Ending::hang) return true;
  if (tls_ && plan_.ending != Ending::truncate) {
    tls_->notify();
    flush();
    if (closed_) return false;
  }
  uv_shutdown(&shutdown_, reinterpret_cast<uv_stream_t*>(&tcp_), [](uv_shutdown_t*, int) {});
  if (plan_.ending != Ending::half_close) uv_timer_start(&timer_, on_timer, kLingerMs, 0);
  return true;
}

void Connection::send_interim(std::string_view bytes) {
  Slabs& slabs = service_.slabs();
  if (Slabs::kOutSize - slabs.out_size < bytes.size()) flush();
  if (closed_) return;
  bytes.copy(slabs.out.get() + slabs.out_size, bytes.size());
  slabs.out_size += bytes.size();
}

void Connection::flush() {
  Slabs& slabs = service_.slabs();
  std::string_view bytes(slabs.out.get(), slabs.out_size);
  slabs.out_size = 0;
  if (!tls_) return transmit(bytes);
  if (!tls_->write(bytes)) close();
  transmit(slabs.ciphertext);
  slabs.ciphertext.clear();
}

void Connection::transmit(std::string_view bytes) {
  if (closed_ || bytes.empty()) return;
  if (blocked_) {
    queued_.append(bytes);
    return;
  }
  uv_buf_t buffer = uv_buf_init(const_cast<char*>(bytes.data()), static_cast<unsigned>(bytes.size()));
  int sent = uv_try_write(reinterpret_cast<uv_stream_t*>(&tcp_), &buffer, 1);
  if (sent < 0 && sent != UV_EAGAIN) return close();
  if (sent > 0) bytes.remove_prefix(static_cast<size_t>(sent));
  if (bytes.empty()) return;
  in_flight_.assign(bytes);
  submit();
}

void Connection::submit() {
  blocked_ = true;
  write_.data = this;
  uv_buf_t buffer = uv_buf_init(in_flight_.data(), static_cast<unsigned>(in_flight_.size()));
  if (uv_write(&write_, reinterpret_cast<uv_stream_t*>(&tcp_), &buffer, 1, on_written) != 0) close();
}

void Connection::on_written(uv_write_t* request, int status) {
  Connection* connection = self(request->data);
  if (connection->closed_) return;
  if (status < 0) return connection->close();
  connection->in_flight_.clear();
  if (!connection->queued_.empty()) {
    connection->in_flight_.swap(connection->queued_);
    return connection->submit();
  }
  empty(connection->in_flight_);
  connection->blocked_ = false;
  connection->pump({});
}

void Connection::wait(uint32_t milliseconds) {
  writing_ = Writing::waiting;
  // The loop's clock may lag behind, and a timer may fire within the millisecond before its time.
  uv_update_time(&service_.loop());
  uv_timer_start(&timer_, on_timer, uint64_t{milliseconds} + 1, 0);
}

void Connection::yield() {
  writing_ = Writing::waiting;
  uv_idle_start(&turn_, on_turn);
}

void Connection::resume() {
  writing_ = Writing::sending;
  pump({});
}

void Connection::on_timer(uv_timer_t* timer) {
  Connection* connection = self(timer->data);
  if (connection->closed_) return;
  connection->writing_ == Writing::ended ? connection->close() : connection->resume();
}

void Connection::on_turn(uv_idle_t* turn) {
  Connection* connection = self(turn->data);
  uv_idle_stop(turn);
  if (!connection->closed_) connection->resume();
}

void Connection::update_reading() {
  const bool wanted = !peer_ended_ && reading_ != Reading::held && input_.size() < kMaxHeadBytes;
  if (wanted == socket_reading_) return;
  socket_reading_ = wanted;
  auto* stream = reinterpret_cast<uv_stream_t*>(&tcp_);
  if (!wanted) {
    uv_read_stop(stream);
  } else if (uv_read_start(stream, on_alloc, on_read) != 0) {
    close();
  }
}

}  // namespace godwit::embedded
