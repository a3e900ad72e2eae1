// SPDX-License-Identifier: MIT
#include "godwit/core/blocking/http_response.h"

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
  Result<std::string> got{.value = {}, .error = state_->gone};
  if (!state_->live) return got;
  bool answered = false;
  got.error = (state_->live->*call)(size, [&](Bytes bytes, const Error& error) {
    got.value.assign(text_of(bytes));
    got.error = error;
    answered = true;
  });
  if (!got.error) run_until(*state_->loop, answered, got.error);
  after_read(got.error);
  return got;
}

Result<size_t> HttpResponse::readinto(std::span<std::byte> memory) {
  Result<size_t> got{.value = 0, .error = state_->gone};
  if (!state_->live) return got;
  bool answered = false;
  got.error = state_->live->readinto(memory, [&](size_t size, const Error& error) {
    got = {size, error};
    answered = true;
  });
  if (!got.error) run_until(*state_->loop, answered, got.error);
  after_read(got.error);
  return got;
}

void HttpResponse::after_read(const Error& error) {
  state_->diagnosis.assign(error ? state_->live->diagnosis() : std::string_view());
  if (state_->live->isclosed()) state_->trailers = state_->live->trailers();
}

void HttpResponse::close() {
  if (state_->live) state_->live->close();
}

}  // namespace godwit::blocking
