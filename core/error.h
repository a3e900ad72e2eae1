// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace godwit {

// GODWIT_ERROR_MAP(X) is the one table of error codes: X(enumerator, "name", "meaning").
// The name is stable and meant for logs and JSON; the meaning is a clause for people.
#define GODWIT_ERROR_MAP(X)                                                                    \
  X(ok, "ok", "no error")                                                                      \
  /* misuse and requests that can't be sent */                                                 \
  X(invalid_url, "invalid-url", "the URL is not valid")                                        \
  X(unsupported_scheme, "unsupported-scheme", "only http and https are spoken")                \
  X(invalid_request, "invalid-request", "the request can't be sent as it is")                  \
  X(invalid_option, "invalid-option", "an option has no usable value")                         \
  X(invalid_state, "invalid-state", "the call is not possible in this state")                  \
  X(cannot_send_request, "cannot-send-request", "another request is under way")                \
  X(cannot_send_header, "cannot-send-header", "no request is begun")                           \
  X(response_not_ready, "response-not-ready", "no response is due")                            \
  X(not_connected, "not-connected", "there is no connection, and auto_open is off")            \
  /* the user's own decision */                                                                \
  X(cancelled, "cancelled", "cancelled by the caller")                                         \
  X(client_closed, "client-closed", "the client was destroyed")                                \
  /* finding and reaching the peer */                                                          \
  X(name_not_found, "name-not-found", "the host name does not exist")                          \
  X(resolve_failed, "resolve-failed", "the host name could not be looked up")                  \
  X(tls_truncated, "tls-truncated", "the peer closed without close_notify")                    \
  X(connect_failed, "connect-failed", "no connection could be made")                           \
  X(address_refused, "address-refused", "the host has no public address")                      \
  X(out_of_resources, "out-of-resources", "the system has no descriptor or memory left")       \
  X(certificate_rejected, "certificate-rejected", "the peer's certificate was refused")        \
  X(tls_failed, "tls-failed", "TLS failed")                                                    \
  X(proxy_refused, "proxy-refused", "the proxy did not open the tunnel")                       \
  X(proxy_failed, "proxy-failed", "the proxy gave no proper answer to CONNECT")                \
  X(early_data_rejected, "early-data-rejected", "TLS failed behind an early request")          \
  X(tls_not_tls, "tls-not-tls", "the peer does not speak TLS on this port")                    \
  /* time */                                                                                   \
  X(queue_timeout, "queue-timeout", "no connection came free in time")                         \
  X(resolve_timeout, "resolve-timeout", "the name was not resolved in time")                   \
  X(connect_timeout, "connect-timeout", "the peer did not accept in time")                     \
  X(tls_timeout, "tls-timeout", "the TLS handshake did not end in time")                       \
  X(proxy_timeout, "proxy-timeout", "the proxy did not answer CONNECT in time")                \
  X(send_timeout, "send-timeout", "the peer did not take the request in time")                 \
  X(head_timeout, "head-timeout", "the response head did not arrive in time")                  \
  X(body_timeout, "body-timeout", "the response body stood still for too long")                \
  X(too_slow, "too-slow", "the response body arrived more slowly than the minimum rate")       \
  X(total_timeout, "total-timeout", "the exchange took too long as a whole")                   \
  /* the connection */                                                                         \
  X(remote_disconnected, "remote-disconnected", "the peer closed before any response byte")    \
  X(send_failed, "send-failed", "the request could not be written")                            \
  X(receive_failed, "receive-failed", "reading from the connection failed")                    \
  X(incomplete_read, "incomplete-read", "the response ended early")                            \
  X(unsolicited_bytes, "unsolicited-bytes", "bytes arrived that answer no request")            \
  /* the response head */                                                                      \
  X(bad_status_line, "bad-status-line", "the status line is malformed")                        \
  X(unknown_protocol, "unknown-protocol", "the response is not HTTP/1.0 or HTTP/1.1")          \
  X(bad_field, "bad-field", "a field line is malformed")                                       \
  X(line_too_long, "line-too-long", "a line is longer than its limit")                         \
  X(head_too_large, "head-too-large", "the head is larger than its limit")                     \
  X(too_many_fields, "too-many-fields", "there are more fields than the limit")                \
  X(too_many_informational, "too-many-informational", "too many interim responses")            \
  X(unexpected_upgrade, "unexpected-upgrade", "the peer switched protocols unasked")           \
  X(bad_content_length, "bad-content-length", "Content-Length is not one valid length")        \
  X(bad_transfer_encoding, "bad-transfer-encoding", "Transfer-Encoding gives no safe framing") \
  /* bodies */                                                                                 \
  X(bad_chunk, "bad-chunk", "the chunked coding is malformed")                                 \
  X(bad_trailer, "bad-trailer", "the trailer section is malformed")                            \
  X(body_too_large, "body-too-large", "the body is larger than the caller's limit")            \
  X(body_source_failed, "body-source-failed", "the request body's source failed")              \
  X(body_length_mismatch, "body-length-mismatch", "the request body is not as long as announced")

// Errc is the closed list of what can go wrong. Branch on it; print describe().
enum class Errc : uint8_t {
#define X(code, name, meaning) code,
  GODWIT_ERROR_MAP(X)
#undef X
};

// Phase is where in an exchange an error arose.
enum class Phase : uint8_t { none, queue, resolve, connect, proxy, tls, send, head, body };

// Error is the outcome of an exchange or of a call: small, trivially copyable, false when all is
// well. What a lower layer had to say in words is Response::diagnosis().
struct Error {
  Errc code = Errc::ok;
  Phase phase = Phase::none;

  // sent: at least one byte of the request was handed to the transport.
  bool sent = false;

  // reused: the connection had served an earlier exchange.
  bool reused = false;

  // idempotent: the request's method allows sending it again (RFC 9110, 9.2.2).
  bool idempotent = false;

  // sys is a libuv error number (negative), or 0.
  int32_t sys = 0;

  // detail is a lower layer's own code (parser, BoringSSL, c-ares), for logs only.
  uint32_t detail = 0;

  // kUnknown stands in `expected` when no length was announced.
  static constexpr uint64_t kUnknown = UINT64_MAX;

  // received counts response bytes: of the head in phase head, of the body (after transfer
  // decoding) in phase body.
  uint64_t received = 0;

  // expected is the announced length of the body, or kUnknown.
  uint64_t expected = kUnknown;

  explicit operator bool() const { return code != Errc::ok; }

  // retry_safe says whether sending the request again can't do its work twice: nothing of it was
  // sent, or its method is idempotent and no response byte arrived.
  bool retry_safe() const { return !sent || (idempotent && received == 0 && phase != Phase::body); }
};

// name gives the stable name of a code ("incomplete-read").
std::string_view name(Errc code);

// name gives the name of a phase ("body").
std::string_view name(Phase phase);

// describe makes one line for people: `incomplete-read in body after 18231 of 20000 bytes: peer closed`.
// diagnosis, if there is one, takes the place of the code's general meaning. Where all is well, that is "ok".
std::string describe(const Error& error, std::string_view diagnosis = {});

}  // namespace godwit
