// SPDX-License-Identifier: MIT
#include "godwit/core/http_response.h"

#include <utility>

#include "godwit/core/conn/http_call.h"

namespace godwit {

using Shape = conn::HttpCall::Shape;

int HttpResponse::status() const {
  return call_->head_seen() ? call_->exchange().status() : 0;
}

std::string_view HttpResponse::reason() const {
  return call_->head_seen() ? call_->exchange().reason() : std::string_view();
}

int HttpResponse::version() const {
  return call_->head_seen() ? call_->exchange().version() : 0;
}

const Headers& HttpResponse::headers() const {
  static const Headers kNone;
  return call_->head_seen() ? call_->exchange().headers() : kNone;
}

const Headers& HttpResponse::trailers() const {
  static const Headers kNone;
  return call_->head_seen() ? call_->exchange().trailers() : kNone;
}

std::string HttpResponse::getheader(std::string_view name, std::string_view fallback) const {
  return headers().joined(name).value_or(std::string(fallback));
}

std::vector<Headers::Field> HttpResponse::getheaders() const {
  return {headers().begin(), headers().end()};
}

std::string_view HttpResponse::geturl() const {
  return call_->url;
}

bool HttpResponse::chunked() const {
  return call_->framing().chunked;
}

bool HttpResponse::will_close() const {
  return call_->framing().will_close;
}

std::optional<uint64_t> HttpResponse::length() const {
  return call_->left();
}

uint64_t HttpResponse::body_bytes() const {
  return call_->consumed();
}

bool HttpResponse::request_incomplete() const {
  return call_->head_seen() && !call_->exchange().sent_all();
}

bool HttpResponse::isclosed() const {
  return call_->all_read();
}

bool HttpResponse::closed() const {
  return call_->closed();
}

int HttpResponse::fileno() const {
  const conn::Connection* connection = call_->over() ? nullptr : call_->exchange().connection();
  return connection ? connection->transport().native_handle() : -1;
}

std::string_view HttpResponse::remote() const {
  return call_->remote();
}

bool HttpResponse::reused() const {
  return call_->exchange().reused();
}

const TlsInfo* HttpResponse::tls() const {
  return call_->tls();
}

const Timing& HttpResponse::timing() const {
  return call_->exchange().timing();
}

std::string_view HttpResponse::diagnosis() const {
  return call_->diagnosis();
}

Error HttpResponse::read(size_t size, Read done) {
  return call_->read(Shape::exactly, size, std::move(done));
}

Error HttpResponse::read_all(size_t limit, Read done) {
  return call_->read(Shape::all, limit, std::move(done));
}

Error HttpResponse::readinto(std::span<std::byte> memory, Callback<void(size_t, const Error&)> done) {
  return call_->read_into(memory, std::move(done));
}

Error HttpResponse::read1(size_t size, Read done) {
  return call_->read(Shape::some, size, std::move(done));
}

Error HttpResponse::peek(size_t size, Read done) {
  return call_->read(Shape::peek, size, std::move(done));
}

Error HttpResponse::readline(size_t limit, Read done) {
  return call_->read(Shape::line, limit, std::move(done));
}

HttpResponse& HttpResponse::on_body(Callback<void(HttpResponse&, Bytes)> f) {
  call_->on_body(std::move(f));
  return *this;
}

HttpResponse& HttpResponse::on_done(Callback<void(HttpResponse&, const Error&)> f) {
  call_->on_done(std::move(f));
  return *this;
}

Stream HttpResponse::detach() {
  return call_->detach();
}

void HttpResponse::pause() {
  call_->pause();
}

void HttpResponse::resume() {
  call_->resume();
}

void HttpResponse::close() {
  call_->close();
}

}  // namespace godwit
