// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "godwit/core/error.h"
#include "godwit/core/headers.h"
#include "godwit/core/http_response.h"
#include "godwit/core/loop.h"

namespace godwit::blocking {

// Result is what a read got, and how the body ended if it ended badly before all was there: both may be
// there at a time.
template <class Value>
struct Result {
  Value value{};
  Error error;

  explicit operator bool() const { return !error; }
};

// HttpResponse is http.client's HTTPResponse: godwit::HttpResponse with the loop run until a call's answer is
// there. It is a handle, cheap to copy; its head is its own and stays. Once its body was read to the end, or
// its connection was destroyed, nothing is left to read, and `cancelled` says which it was.
class HttpResponse {
 public:
  // False if there is no response; error() and diagnosis() say why.
  explicit operator bool() const { return !state_->error; }
  const Error& error() const { return state_->error; }
  // diagnosis is what the failing layer said in words, of the response or of the last read.
  std::string_view diagnosis() const { return state_->diagnosis; }

  // The head, as in godwit::HttpResponse.
  int status() const { return state_->status; }
  int code() const { return status(); }
  int getcode() const { return status(); }
  std::string_view reason() const { return state_->reason; }
  int version() const { return state_->version; }
  const Headers& headers() const { return state_->headers; }
  const Headers& msg() const { return headers(); }
  const Headers& info() const { return headers(); }
  std::string getheader(std::string_view name, std::string_view fallback = {}) const {
    return headers().joined(name).value_or(std::string(fallback));
  }
  std::vector<Headers::Field> getheaders() const { return headers().items(); }
  std::string_view geturl() const { return state_->url; }
  bool chunked() const { return state_->chunked; }
  bool will_close() const { return state_->will_close; }

  // length counts the bytes of the body that are yet to be read; nullopt if only its end will tell.
  std::optional<uint64_t> length() const;
  // trailers are the fields behind a chunked body, once it was read to its end.
  const Headers& trailers() const { return state_->trailers; }
  // isclosed: the body was read to its end, or the response was closed.
  bool isclosed() const { return !state_->live || state_->live->isclosed(); }
  // closed: close() was called.
  bool closed() const { return state_->closed; }

  // read gives all that is left of the body, or `size` bytes of it; fewer come only at its end.
  Result<std::string> read();
  Result<std::string> read(size_t size);
  // read_all is read(), but a rest longer than `limit` is body_too_large.
  Result<std::string> read_all(size_t limit);
  // readinto is read() into the caller's memory, and says how many bytes.
  Result<size_t> readinto(std::span<std::byte> memory);
  // read1 gives what is there: at least one byte, and at most `size`. peek leaves it there.
  Result<std::string> read1(size_t size = SIZE_MAX);
  Result<std::string> peek(size_t size = SIZE_MAX);
  // readline gives a line with its LF, but at most `limit` bytes.
  Result<std::string> readline(size_t limit = SIZE_MAX);

  // close gives up what was not read, and with it the connection.
  void close();

 private:
  friend class Driver;

  struct State {
    Loop* loop = nullptr;
    godwit::HttpResponse* live = nullptr;  // null when nothing is left to read
    Error gone;                            // why, if not for the body's end
    Error error;
    std::string diagnosis;
    std::string reason, url;
    Headers headers, trailers;
    int status = 0;
    int version = 0;
    bool chunked = false;
    bool will_close = false;
    bool closed = false;
  };

  explicit HttpResponse(std::shared_ptr<State> state) : state_(std::move(state)) {}

  using Read = Error (godwit::HttpResponse::*)(size_t, godwit::HttpResponse::Read);
  Result<std::string> wait(Read call, size_t size);
  void after_read(const Error& error);

  std::shared_ptr<State> state_;
};

}  // namespace godwit::blocking
