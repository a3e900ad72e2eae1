// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "godwit/core/bytes.h"
#include "godwit/core/error.h"
#include "godwit/core/headers.h"
#include "godwit/core/options.h"
#include "godwit/core/proxy_response.h"
#include "godwit/parser/chunked_decoder.h"
#include "godwit/parser/field.h"
#include "godwit/parser/head.h"
#include "godwit/parser/parse_options.h"

namespace godwit::proxy {

// check_tunnel tells whether a proxy can be asked for a tunnel to `host` with these fields: no byte that a
// host can't hold (a CR, LF or NUL above all), at most one Host, and nothing that announces content, which
// CONNECT has none of (RFC 9110, 9.3.6). On a fault it returns invalid_request with the offset of the
// offending byte, if there is one, in `detail`; `diagnosis` then says which and where.
Error check_tunnel(std::string_view host, const Headers& headers, std::string& diagnosis);

// ConnectTunnel asks a proxy for a tunnel (CONNECT: RFC 9110, 9.3.6; RFC 9112, 3.2.3) as a machine of bytes:
// it knows no socket and no time. Its owner moves bytes until the state is no longer `asking`:
//
//   write output() -> wrote(n) -> recv(in)... -> open       what recv left of `in` belongs to the tunnel
//   recv(in)... -> refused                                  with the proxy's page, as far as it came
//   recv_end | expire -> refused if a refusal had begun, else failed
//
// An answer of 2xx opens the tunnel, whatever its fields say of content. Interim answers are passed over. The
// head is held to Limits, the page to ProxyResponse::kMaxBody.
class ConnectTunnel final {
 public:
  enum class State : uint8_t { asking, open, refused, failed };

  // ConnectTunnel to host:port; an IPv6 address comes without brackets, and its zone, which means nothing
  // elsewhere, is left out. A Host among the headers takes the place of ours. check_tunnel() has come before.
  ConnectTunnel(std::string_view host, uint16_t port, const Headers& headers, const Limits& limits);

  // output is what is still to be written, all of it at first; wrote() says how much was taken.
  Bytes output() const { return bytes_of(std::string_view(request_).substr(written_)); }
  void wrote(size_t size) { written_ += size; }

  // recv takes bytes that arrived and says how many it used: all while asking, and of the input that opens
  // the tunnel no more than the answer.
  size_t recv(Bytes in);

  // recv_end: no byte will follow, because of `why`; empty for a clean end.
  void recv_end(std::string_view why);

  // expire: the time for an answer is over.
  void expire();

  State state() const { return state_; }

  // error is of proxy_refused (with the status in `detail`), proxy_failed or proxy_timeout in phase proxy,
  // and diagnosis the sentence about it, once refused or failed.
  const Error& error() const { return error_; }
  const std::string& diagnosis() const { return diagnosis_; }

  // response is what the proxy said, if its final head has come: null without one. take_response hands it
  // over, at the end.
  const ProxyResponse* response() const { return response_.get(); }
  std::unique_ptr<ProxyResponse> take_response() { return std::move(response_); }

 private:
  // Framing of the page that goes with a refusal. What can't be framed ends with the connection: no other
  // answer will be read from it.
  enum class Framing : uint8_t { length, chunked, until_close };

  size_t take_head(std::string_view in);
  void take_interim(uint16_t status);
  void take_answer(const parser::ResponseHead& head, std::string_view text);
  size_t take_page(std::string_view in);
  size_t keep(std::string_view page);
  void refuse();
  void fail(Errc code, std::string_view what);

  std::string authority_;
  std::string request_;
  size_t written_ = 0;
  const uint32_t max_informational_;
  parser::ParseOptions options_;
  std::vector<parser::FieldSpan> fields_;
  std::string head_;         // of the answer so far
  size_t scanned_ = 0;       // bytes of head_ known not to hold its end
  uint64_t heads_size_ = 0;  // bytes of interim heads: they share the budget of the final one
  uint32_t informational_ = 0;
  std::unique_ptr<ProxyResponse> response_;
  Framing framing_ = Framing::until_close;
  uint64_t remaining_ = 0;  // in framing length
  parser::ChunkedDecoder chunks_;
  State state_ = State::asking;
  Error error_;
  std::string diagnosis_;
};

}  // namespace godwit::proxy
