// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "godwit/core/bytes.h"
#include "godwit/core/callback.h"
#include "godwit/core/error.h"
#include "godwit/core/headers.h"
#include "godwit/core/stream.h"
#include "godwit/core/timing.h"
#include "godwit/core/tls_info.h"

namespace godwit {

namespace conn {
class HttpCall;
class HttpChannel;
}  // namespace conn

// HttpResponse is http.client's HTTPResponse without blocking: an HttpConnection makes it and hands it to
// the callback of getresponse(). It lives until it is closed and a later response of its connection was
// handed out, or until the connection is destroyed.
//
// The body is read in one of two ways:
//
//   read(n, f) -> f(bytes, error) -> read(n, f) ...   pulled: nothing is read from the peer while nobody asks
//   on_body(f).on_done(g)                             pushed: blocks of blocksize bytes, then the end
//
// Callbacks come from the loop, never from inside the call that asks for them. In one, everything may be
// called; bytes passed to it live until it returns. A body that ends early is always an error
// (incomplete-read), told after all that arrived was delivered: http.client's read(n) would say nothing.
class HttpResponse {
 public:
  // Read hears what a read got. An error says how the body ended, if it ended badly before all was there
  // that the read asked for; the bytes then are what was left. No bytes and no error are the body's end.
  using Read = Callback<void(Bytes, const Error&)>;

  HttpResponse(const HttpResponse&) = delete;
  HttpResponse& operator=(const HttpResponse&) = delete;

  // The head. If no response came they are zero or empty; the error said why.
  int status() const;
  int code() const { return status(); }
  int getcode() const { return status(); }
  std::string_view reason() const;
  // version is 10 or 11.
  int version() const;
  const Headers& headers() const;
  const Headers& msg() const { return headers(); }
  const Headers& info() const { return headers(); }

  // getheader gives the values of that name, joined by ", " if there are several; those of Set-Cookie can't
  // be joined: the first is given. Without any it is `fallback`.
  std::string getheader(std::string_view name, std::string_view fallback = {}) const;
  // getheaders gives every field, in order; the views live as long as the response.
  std::vector<Headers::Field> getheaders() const;

  // geturl is the URL that was asked for, as it was given to request().
  std::string_view geturl() const;

  // chunked: the body is in the chunked coding.
  bool chunked() const;
  // will_close: the connection ends with this response.
  bool will_close() const;
  // length counts the bytes of the body that are yet to be read; nullopt if only its end will tell.
  std::optional<uint64_t> length() const;
  // body_bytes counts the bytes of the body that were read or delivered.
  uint64_t body_bytes() const;

  // trailers are the fields behind a chunked body, once it was read to its end.
  const Headers& trailers() const;

  // request_incomplete: the peer answered before the request was sent to its end, and got no more of it.
  bool request_incomplete() const;

  // isclosed: the body was read to its end, or the response was closed.
  bool isclosed() const;
  // closed: close() was called.
  bool closed() const;

  // fileno is the descriptor of the connection's socket, -1 once the response is closed. It stays the
  // connection's.
  int fileno() const;
  // remote is the peer's "address:port"; reused, tls and timing are those of Response.
  std::string_view remote() const;
  bool reused() const;
  const TlsInfo* tls() const;
  const Timing& timing() const;
  // diagnosis is what the failing layer said in words, to go with the Error; empty if nothing.
  std::string_view diagnosis() const;

  // read asks for `size` bytes; fewer come only at the body's end. One read may be open at a time: a second
  // one is an invalid_state, and so is a read of a body that is pushed. After the end, and of a closed
  // response, reads get nothing.
  Error read(size_t size, Read done);
  // read_all asks for the whole rest of the body. If that is longer than `limit`, the error is
  // body_too_large and the bytes are the first `limit`; the rest can still be read.
  Error read_all(size_t limit, Read done);
  // readinto is read() into the caller's memory, which must stay until it is done.
  Error readinto(std::span<std::byte> memory, Callback<void(size_t, const Error&)> done);
  // read1 asks for what is there: at least one byte, and at most `size`.
  Error read1(size_t size, Read done);
  // peek is read1, but the bytes are there to be read again.
  Error peek(size_t size, Read done);
  // readline asks for a line with its LF, but at most `limit` bytes.
  Error readline(size_t limit, Read done);

  // on_body has the rest of the body pushed: each block has exactly HttpConnectionOptions::blocksize bytes,
  // the last one what is left. on_done hears how it ended, once and last. Set both at once.
  HttpResponse& on_body(Callback<void(HttpResponse&, Bytes)> f);
  HttpResponse& on_done(Callback<void(HttpResponse&, const Error&)> f);

  // detach hands over the connection of a response that ends HTTP on it: 101 to an Upgrade that was asked
  // for, or 2xx to CONNECT. To be called in the callback of getresponse(); otherwise it gives an empty
  // Stream. Without a call the connection is closed.
  Stream detach();

  // pause holds a pushed body before the next block, until resume().
  void pause();
  void resume();

  // close gives up what was not read, and with it the connection; the next request dials anew. An open
  // read, or on_done, hears `cancelled`. After the body's end it only sets closed().
  void close();

  // user_data is the caller's own word; godwit never looks at it.
  void* user_data = nullptr;

 private:
  friend class conn::HttpChannel;
  HttpResponse() = default;

  conn::HttpCall* call_ = nullptr;
};

}  // namespace godwit
