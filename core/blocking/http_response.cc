// SPDX-License-Identifier: MIT
#include "godwit/core/blocking/http_response.h"

#include <memory>
#include <utility>

#include "godwit/core/blocking/wait.h"

namespace godwit::blocking {

std::optional<uint64_t> HttpResponse::length() const {
  return state_->live ? state_->live->length() : 0;
}

Result<std::string> HttpResponse::read() {
  return read_all(SIZE_MAX);
}
Result<std::string> HttpResponse::read(size_t size) {
  return wait(&godwit::HttpResponse::read, size);
}
Result<std::string> HttpResponse::read_all(size_t limit) {
  return wait(&godwit::HttpResponse::read_all, limit);
}
Result<std::string> HttpResponse::read1(size_t size) {
  return wait(&godwit::HttpResponse::read1, size);
}
Result<std::string> HttpResponse::peek(size_t size) {
  return wait(&godwit::HttpResponse::peek, size);
}
Result<std::string> HttpResponse::readline(size_t limit) {
  return wait(&godwit::HttpResponse::readline, limit);
}

Result<std::string> HttpResponse::wait(Read call, size_t size) {
  if (!state_->live) return {.value = {}, .error = state_->gone};
  const auto got = std::make_shared<Answer<Result<std::string>>>();
  Error error = (state_->live->*call)(size, [got](Bytes bytes, const Error& e) {
    *got = {{std::string(text_of(bytes)), e}, true};
  });
  if (!error) error = run_until(*state_->loop, got->done);
  if (!error) error = got->value.error;
  after_read(error);
  return {std::move(got->value.value), error};
}

Result<size_t> HttpResponse::readinto(std::span<std::byte> memory) {
  if (!state_->live) return {.value = 0, .error = state_->gone};
  const auto got = std::make_shared<Answer<Result<size_t>>>();
  Error error = state_->live->readinto(memory, [got](size_t size, const Error& e) {
    *got = {{size, e}, true};
  });
  if (!error) error = run_until(*state_->loop, got->done);
  if (!error) error = got->value.error;
  after_read(error);
  return {got->value.value, error};
}

void HttpResponse::after_read(const Error& error) {
  state_->diagnosis.assign(error ? state_->live->diagnosis() : std::string_view());
  if (state_->live->isclosed()) state_->trailers = state_->live->trailers();
}

void HttpResponse::close() {
  state_->closed = true;
  if (state_->live) state_->live->close();
}

}  // namespace godwit::blocking
