// SPDX-License-Identifier: MIT
#include "godwit/core/conn/detached_stream.h"

#include <utility>

namespace godwit::conn {

DetachedStream::DetachedStream(ports::Scheduler& scheduler)
    : ports::Task([](ports::Task& task) { static_cast<DetachedStream&>(task).work(); }),
      scheduler_(scheduler) {
  scheduler_.hold();
}

DetachedStream::~DetachedStream() {
  scheduler_.remove(*this);
}

void DetachedStream::adopt(ports::TransportPtr transport, std::vector<std::byte> early) {
  expecting_ = false;
  scheduler_.defer(*this);
  if (closed_) return;
  transport_ = std::move(transport);
  early_ = std::move(early);
  transport_->attach(*this);
  // The transport may have a frame on the stack: it goes on when the task below has turned it on.
  transport_->read(false);
}

void DetachedStream::lose(const Error& error, std::string_view diagnosis) {
  expecting_ = false;
  reading_ = true;
  note_end(error, diagnosis);
  scheduler_.defer(*this);
}

void DetachedStream::note_end(const Error& error, std::string_view diagnosis) {
  end_ = error;
  end_diagnosis_ = diagnosis;
  end_pending_ = true;
}

void DetachedStream::read(bool on) {
  reading_ = on;
  if (!transport_) return;
  // What came early is delivered first, and never from inside this call.
  if (on) {
    scheduler_.defer(*this);
  } else {
    transport_->read(false);
  }
}

size_t DetachedStream::write(Bytes bytes) {
  if (transport_) return transport_->write(bytes);
  blocked_ = true;
  return 0;
}

void DetachedStream::close() {
  closed_ = true;
  transport_.reset();
  scheduler_.release();
  if (!expecting_) scheduler_.defer(*this);
}

void DetachedStream::work() {
  if (closed_) {
    // Why here: only a deferred task is sure to have no frame of this object below it.
    delete this;
    return;
  }
  if (std::exchange(blocked_, false)) on_writable();
  if (closed_ || !reading_) return;
  if (!early_.empty()) {
    const std::vector<std::byte> early = std::exchange(early_, {});
    on_bytes(early);
  }
  if (closed_ || !reading_) return;
  if (end_pending_) {
    end_pending_ = false;
    on_end(end_, end_diagnosis_);
  } else if (transport_) {
    transport_->read(true);
  }
}

// Each callback is moved out while it runs: its user may attach another one from inside it.
void DetachedStream::on_bytes(Bytes bytes) {
  if (!on_bytes_callback) return;
  auto call = std::move(on_bytes_callback);
  call(bytes);
  if (!on_bytes_callback) on_bytes_callback = std::move(call);
}

void DetachedStream::on_end(const Error& error, std::string_view diagnosis) {
  auto call = std::move(on_end_callback);
  if (call) call(error, diagnosis);
}

void DetachedStream::on_writable() {
  if (!on_writable_callback) return;
  auto call = std::move(on_writable_callback);
  call();
  if (!on_writable_callback) on_writable_callback = std::move(call);
}

void DetachedStream::on_write_failed(const Error& error) {
  auto call = std::move(on_write_failed_callback);
  if (call) call(error);
}

}  // namespace godwit::conn
