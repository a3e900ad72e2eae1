// SPDX-License-Identifier: MIT
#include "godwit/core/stream.h"

#include "godwit/core/conn/detached_stream.h"

namespace godwit {

Stream& Stream::on_bytes(Callback<void(Bytes)> f) {
  impl_->on_bytes_callback = std::move(f);
  return *this;
}

Stream& Stream::on_end(Callback<void(const Error&, std::string_view)> f) {
  impl_->on_end_callback = std::move(f);
  return *this;
}

Stream& Stream::on_writable(Callback<void()> f) {
  impl_->on_writable_callback = std::move(f);
  return *this;
}

Stream& Stream::on_write_failed(Callback<void(const Error&)> f) {
  impl_->on_write_failed_callback = std::move(f);
  return *this;
}

void Stream::read(bool on) {
  impl_->read(on);
}

size_t Stream::write(Bytes bytes) {
  return impl_->write(bytes);
}

void Stream::close() {
  if (impl_) std::exchange(impl_, nullptr)->close();
}

std::string_view Stream::remote() const {
  return impl_->remote();
}

const TlsInfo* Stream::tls() const {
  return impl_->tls();
}

int Stream::native_handle() const {
  return impl_->native_handle();
}

}  // namespace godwit
