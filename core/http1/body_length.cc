// SPDX-License-Identifier: MIT
#include "godwit/core/http1/body_length.h"

#include <cstdint>
#include <optional>

#include "godwit/core/method.h"
#include "godwit/parser/field_value.h"

namespace godwit::http1 {

namespace {

using parser::ContentLength;
using parser::KnownField;
using Kind = BodyLength::Kind;

BodyLength refuse(Errc error, std::string_view diagnosis) {
  return {.error = error, .diagnosis = diagnosis};
}

inline ContentLength content_length_of(const parser::ResponseHead& head, const char* base) {
  if (!head.known.has(KnownField::content_length)) return {};
  if (!head.known.repeated(KnownField::content_length)) {
    const size_t line = head.known.first(KnownField::content_length);
    const std::optional<uint64_t> value = parser::parse_decimal(head.fields(base)[line].value);
    if (value && *value <= INT64_MAX) return {ContentLength::Status::valid, *value};
  }
  // Several lines, or one with a fault to be named.
  return parser::parse_content_length(head.fields(base));
}

BodyLength from_transfer_encoding(const parser::ResponseHead& head, const char* base) {
  const parser::TransferEncoding codings = parser::parse_transfer_encoding(head.fields(base));
  if (head.minor_version == 0) {
    return refuse(Errc::bad_transfer_encoding, "Transfer-Encoding in an HTTP/1.0 response");
  }
  if (codings.malformed) {
    return refuse(Errc::bad_transfer_encoding, "Transfer-Encoding is not a list of transfer codings");
  }
  if (codings.chunked_early) {
    return refuse(Errc::bad_transfer_encoding, "chunked is not the last transfer coding, once");
  }
  // The RFC would have a body without a final chunked read until close, and one with codings before
  // it read by its chunks; but content in a coding we can't take off is not the content that was asked
  // for. We sent no TE field, so no coding but chunked was offered.
  if (codings.others != 0) {
    return refuse(Errc::bad_transfer_encoding,
                  "a transfer coding other than chunked, which was not asked for");
  }
  if (!codings.chunked_last) {
    return refuse(Errc::bad_transfer_encoding, "Transfer-Encoding does not end in chunked");
  }
  return {.kind = Kind::chunked};
}

BodyLength from_content_length(const ContentLength& length) {
  switch (length.status) {
    case ContentLength::Status::absent:
      return {.kind = Kind::until_close};
    case ContentLength::Status::valid:
      return {.kind = Kind::length, .length = length.value};
    case ContentLength::Status::malformed:
      return refuse(Errc::bad_content_length, "Content-Length is not a decimal number");
    case ContentLength::Status::overflow:
      return refuse(Errc::bad_content_length, "Content-Length is larger than 2^63 - 1");
    case ContentLength::Status::differing:
      return refuse(Errc::bad_content_length, "several Content-Length fields differ");
  }
  return refuse(Errc::bad_content_length, "Content-Length is not one valid length");
}

// A 204 may not announce content (RFC 9110 8.6, RFC 9112 6.1), nor may a 1xx; HEAD and 304 may tell
// what a GET would get, and only nonsense is held against them.
bool contradicts_no_body(std::string_view method, const parser::ResponseHead& head, const char* base) {
  const bool coding = head.known.has(KnownField::transfer_encoding);
  const ContentLength length = content_length_of(head, base);
  const bool length_is_bad =
      length.status != ContentLength::Status::absent && length.status != ContentLength::Status::valid;
  if (length_is_bad || (coding && length.status != ContentLength::Status::absent)) return true;
  if (method == method::kHead || head.status == 304) return false;
  return coding || length.value != 0;
}

}  // namespace

// RFC 9112 6.3, Message Body Length, as it concerns responses:
//  1. HEAD, 1xx, 204 and 304: no body, whatever the fields say.
//  2. 2xx to CONNECT: a tunnel, whatever the fields say.
//  3. Transfer-Encoding and Content-Length together: the former overrides, and it ought to be handled
//     as an error. We refuse, and blame Transfer-Encoding: it is the field that makes the other, which
//     every party understands, mean nothing.
//  4. Transfer-Encoding whose last coding is chunked: by its chunks; otherwise until close. Other
//     codings than chunked are refused, as is Transfer-Encoding from HTTP/1.0, where the framing is
//     faulty (6.1).
//  5. Content-Length that is no single valid length: an error that can't be recovered from.
//  6. Content-Length: so many bytes.
//  7. (requests only)
//  8. Otherwise: until the connection closes.
BodyLength body_length(std::string_view method, const parser::ResponseHead& head, const char* base) {
  const bool tunnel = method == method::kConnect && head.status >= 200 && head.status < 300;
  if (tunnel) return {.kind = Kind::tunnel};
  if (method == method::kHead || head.status < 200 || head.status == 204 || head.status == 304) {
    return {.kind = Kind::none, .contradicted = contradicts_no_body(method, head, base)};
  }
  const ContentLength length = content_length_of(head, base);
  if (head.known.has(KnownField::transfer_encoding)) [[unlikely]] {
    if (length.status != ContentLength::Status::absent) {
      return refuse(Errc::bad_transfer_encoding, "Transfer-Encoding and Content-Length together");
    }
    return from_transfer_encoding(head, base);
  }
  if (length.status == ContentLength::Status::valid) return {.kind = Kind::length, .length = length.value};
  return from_content_length(length);
}

}  // namespace godwit::http1
