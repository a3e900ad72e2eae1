// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "godwit/core/bytes.h"
#include "godwit/core/error.h"
#include "godwit/core/tls_info.h"

namespace godwit::ports {

// Transport is a connected stream of bytes: TCP, or TLS over another transport. It starts with
// reading off and never keeps its loop running: what is open does (Scheduler::hold). Its delegate
// hears:
//
//   read(true) -> on_bytes* -> on_end          write(short) -> on_writable -> write...
class Transport {
 public:
  // Delegate is told by a transport; it may call anything of the transport from inside, close() too.
  class Delegate {
   public:
    // expect_bytes: there is something to be read, by a system call that takes longer than memory does: time
    // to have that fetched which on_bytes will read.
    virtual void expect_bytes() {}
    // on_bytes lends what arrived until it returns. All of it is the delegate's: what it can't use
    // yet it copies, and turns reading off.
    virtual void on_bytes(Bytes bytes) = 0;
    // on_end: nothing will arrive any more. error is ok after a clean end (FIN; for TLS
    // close_notify), else receive_failed or tls_failed with sys and detail; once.
    virtual void on_end(const Error& error, std::string_view diagnosis) = 0;
    // on_writable: after a short write(), there is room again.
    virtual void on_writable() = 0;
    // on_write_failed: the peer takes no more bytes; what it sent may still arrive. Once.
    virtual void on_write_failed(const Error& error) = 0;

   protected:
    ~Delegate() = default;
  };

  // Closer closes instead of deleting: a transport frees itself when its last operation is over.
  struct Closer {
    void operator()(Transport* transport) const { transport->close(); }
  };

  // attach names who hears the events from now on; never from inside this call.
  virtual void attach(Delegate& delegate) = 0;

  // read turns delivery on or off; idempotent, and never delivers from inside the call. Turned off
  // inside on_bytes, nothing more is delivered until it is on again.
  virtual void read(bool on) = 0;

  // read_now delivers what has already arrived, an end too, before it returns: a connection that lay idle
  // while nobody ran the loop must hear it before it is used again. Nothing if reading is off; not from
  // inside an event.
  virtual void read_now() = 0;

  // write takes bytes, all or a first part; fewer than given (0 too) means: wait for on_writable.
  // Failure is told by on_write_failed, never from inside the call.
  virtual size_t write(Bytes bytes) = 0;

  // allow_early_data says whether what is written from now on may reach the peer twice: off at first. Only a
  // transport that was handed over before its TLS handshake was over looks at it. Until then it takes nothing
  // that may not; what it took goes out at once, where an attacker can record it and send it again
  // (RFC 8446 8).
  virtual void allow_early_data(bool) {}

  // close ends the transport: silent at once, memory freed later; TLS says close_notify if it can
  // without waiting. Bytes taken by write() before are still sent if the system takes them at once.
  virtual void close() = 0;

  // remote is the peer's "address:port" ("[v6]:port").
  virtual std::string_view remote() const = 0;
  // tls is null on a plain transport.
  virtual const TlsInfo* tls() const = 0;
  // native_handle is the descriptor of the socket below it all, -1 if there is none. It stays the
  // transport's.
  virtual int native_handle() const = 0;

 protected:
  ~Transport() = default;
};

using TransportPtr = std::unique_ptr<Transport, Transport::Closer>;

}  // namespace godwit::ports
