// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>
#include <utility>

#include "godwit/core/bytes.h"
#include "godwit/core/callback.h"
#include "godwit/core/error.h"
#include "godwit/core/tls_info.h"

namespace godwit {

namespace conn {
class DetachedStream;
}

// Stream is a connection that speaks HTTP no longer: after an upgrade (101) or a tunnel (2xx to CONNECT),
// Response::detach() hands it over. It is the caller's alone: no pool, no deadline, no limit of the library
// holds for it any more, and it may outlive its Response and its Client, but not its Loop. While it is open
// it keeps Loop::run() going.
//
//   Stream s = response.detach();
//   s.on_bytes(...).on_end(...).read(true);
//   s.write(bytes) -> fewer than given -> on_writable -> s.write(the rest)
//
// Reading is off at first; what arrived behind the response's head comes first. Everything may be called from
// any callback, close() and the destruction of the Stream included; no callback runs inside a call. Moving it
// keeps its callbacks.
class Stream {
 public:
  Stream() = default;
  // Stream on what the library hands over: its own way in.
  explicit Stream(conn::DetachedStream& detached) : impl_(&detached) {}
  // ~Stream closes.
  ~Stream() { close(); }
  Stream(Stream&& other) noexcept : impl_(std::exchange(other.impl_, nullptr)) {}
  Stream& operator=(Stream&& other) noexcept {
    if (this != &other) {
      close();
      impl_ = std::exchange(other.impl_, nullptr);
    }
    return *this;
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // A Stream is true until it was closed or moved from. On one that is not, only assignment means anything.
  explicit operator bool() const { return impl_ != nullptr; }

  // on_bytes lends what arrived until it returns; all of it is the callee's.
  Stream& on_bytes(Callback<void(Bytes)> f);
  // on_end: nothing will arrive any more. The error is ok after a clean end (FIN; for TLS close_notify), else
  // it says why, and the text says it in words. Once. The other direction may still be open.
  Stream& on_end(Callback<void(const Error&, std::string_view)> f);
  // on_writable: after a short write() there is room again.
  Stream& on_writable(Callback<void()> f);
  // on_write_failed: the peer takes no more bytes; what it sent may still arrive. Once.
  Stream& on_write_failed(Callback<void(const Error&)> f);

  // read turns delivery on or off: nothing is read from the peer while it is off.
  void read(bool on);
  // write takes bytes, all or a first part; fewer than given (0 too) means: wait for on_writable.
  size_t write(Bytes bytes);
  // close ends it: silent at once. Bytes taken by write() before are still sent if the system takes them at
  // once.
  void close();

  // remote is the peer's "address:port"; with tls and native_handle (the descriptor below it all, which stays
  // the stream's) it is there when the callback in which detach() was called has returned: until then empty,
  // null and -1.
  std::string_view remote() const;
  const TlsInfo* tls() const;
  int native_handle() const;

 private:
  conn::DetachedStream* impl_ = nullptr;
};

}  // namespace godwit
