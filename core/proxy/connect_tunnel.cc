// SPDX-License-Identifier: MIT
#include "godwit/core/proxy/connect_tunnel.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "godwit/parser/byte_class.h"
#include "godwit/parser/field_value.h"
#include "godwit/parser/response_head.h"

namespace godwit::proxy {

namespace {

// The head is gathered in pieces of this size, so that little of what follows it is copied.
constexpr size_t kHeadPiece = 4096;

// The shortest field line, "a:" CRLF: more of them than fit a head can't come, whatever max_fields says.
constexpr uint32_t kShortestFieldLine = 4;

constexpr uint16_t kSwitchingProtocols = 101;

// A host in a request line: visible ASCII, and nothing that ends a host in any reading of a URL.
bool is_host_byte(char byte) {
  constexpr std::string_view kDelimiters = "/?#@[]\\<>^|\"{}`";
  return byte > 0x20 && byte < 0x7f && kDelimiters.find(byte) == std::string_view::npos;
}

std::string authority_of(std::string_view host, uint16_t port) {
  const bool is_ipv6 = host.find(':') != std::string_view::npos;
  std::string out;
  if (is_ipv6) {
    out.append("[").append(host.substr(0, host.find('%'))).append("]");
  } else {
    out = host;
  }
  return out.append(":").append(std::to_string(port));
}

parser::ParseOptions options_of(const Limits& limits) {
  parser::ParseOptions options;
  options.max_line = limits.max_line;
  options.max_head = limits.max_head;
  options.max_fields = limits.max_fields;
  return options;
}

// printable makes a stranger's reason phrase fit for a sentence.
std::string printable(std::string_view text) {
  constexpr size_t kLongest = 80;
  std::string out(text.substr(0, kLongest));
  for (char& c : out) {
    if (c < 0x20 || c >= 0x7f) c = '?';
  }
  return out;
}

}  // namespace

Error check_tunnel(std::string_view host, const Headers& headers, std::string& diagnosis) {
  diagnosis.clear();
  const auto bad = std::find_if_not(host.begin(), host.end(), is_host_byte);
  if (bad != host.end()) {
    const auto at = static_cast<uint32_t>(bad - host.begin());
    char byte[8];
    std::snprintf(byte, sizeof byte, "0x%02X", static_cast<unsigned char>(*bad));
    diagnosis.append("byte ").append(byte).append(" at position ").append(std::to_string(at));
    diagnosis.append(" of the tunnel's host is not allowed");
    return {.code = Errc::invalid_request, .detail = at};
  }
  size_t hosts = 0;
  for (const auto [name, value] : headers) {
    if (parser::ascii_iequals(name, "host")) ++hosts;
    if (parser::ascii_iequals(name, "content-length") || parser::ascii_iequals(name, "transfer-encoding")) {
      diagnosis.append("CONNECT carries no content, but ").append(name).append(" announces some");
    }
  }
  if (host.empty()) diagnosis = "the tunnel's host is empty";
  if (hosts > 1) diagnosis = "there is more than one Host field";
  return diagnosis.empty() ? Error{} : Error{.code = Errc::invalid_request};
}

ConnectTunnel::ConnectTunnel(std::string_view host, uint16_t port, const Headers& headers,
                             const Limits& limits)
    : authority_(authority_of(host, port)),
      max_informational_(limits.max_informational),
      options_(options_of(limits)),
      fields_(std::min(limits.max_fields, limits.max_head / kShortestFieldLine + 1)),
      chunks_(options_) {
  request_.append("CONNECT ").append(authority_).append(" HTTP/1.1\r\n");
  if (!headers.contains("Host")) request_.append("Host: ").append(authority_).append("\r\n");
  for (const auto [name, value] : headers) request_.append(name).append(": ").append(value).append("\r\n");
  request_ += "\r\n";
}

size_t ConnectTunnel::recv(Bytes in) {
  const std::string_view text = text_of(in);
  size_t taken = 0;
  while (state_ == State::asking && taken < text.size()) {
    const std::string_view rest = text.substr(taken);
    taken += response_ ? take_page(rest) : take_head(rest);
  }
  return taken;
}

size_t ConnectTunnel::take_head(std::string_view in) {
  if (written_ == 0) {
    fail(Errc::proxy_failed, "bytes arrived before it was sent");
    return in.size();
  }
  const size_t before = head_.size();
  head_.append(in.substr(0, kHeadPiece));
  parser::ParseOptions options = options_;
  options.max_head = static_cast<uint32_t>(options.max_head - heads_size_);
  parser::ResponseHead head;
  head.storage = fields_;
  const parser::HeadResult result = parser::parse_response_head(head_, scanned_, options, head);
  switch (result.status) {
    case parser::HeadStatus::partial:
      scanned_ = result.offset;
      return head_.size() - before;
    case parser::HeadStatus::bad:
      fail(Errc::proxy_failed, std::string(parser::describe(result.error)) + " at byte " +
                                   std::to_string(heads_size_ + result.offset) + " of the answer");
      error_.detail = static_cast<uint32_t>(result.error);
      return in.size();
    case parser::HeadStatus::complete:
      break;
  }
  const std::string text = std::exchange(head_, {}).substr(0, result.offset);
  scanned_ = 0;
  heads_size_ += result.offset;
  if (head.status < 200) {
    take_interim(head.status);
  } else {
    take_answer(head, text);
  }
  return result.offset - before;
}

void ConnectTunnel::take_interim(uint16_t status) {
  if (status == kSwitchingProtocols) {
    fail(Errc::proxy_failed, "101 (Switching Protocols), which was not asked for");
  } else if (++informational_ > max_informational_) {
    fail(Errc::proxy_failed,
         "more interim answers than max_informational (" + std::to_string(max_informational_) + ")");
  }
}

void ConnectTunnel::take_answer(const parser::ResponseHead& head, std::string_view text) {
  response_ = std::make_unique<ProxyResponse>();
  response_->status = head.status;
  response_->version = head.minor_version == 0 ? 10 : 11;
  response_->reason = head.reason_text(text.data());
  response_->headers.assign(text, head.storage.first(head.field_count));
  if (head.status < 300) {
    state_ = State::open;
    if (!output().empty()) fail(Errc::proxy_failed, "it was granted before all of it was sent");
    return;
  }
  const parser::Fields fields = head.fields(text.data());
  const parser::TransferEncoding coding = parser::parse_transfer_encoding(fields);
  const parser::ContentLength length = parser::parse_content_length(fields);
  if (coding.present) {
    framing_ = coding.chunked_last && !coding.malformed ? Framing::chunked : Framing::until_close;
  } else if (length.status == parser::ContentLength::Status::valid) {
    framing_ = Framing::length;
    remaining_ = length.value;
  }
  if (framing_ == Framing::length && remaining_ == 0) refuse();
}

size_t ConnectTunnel::take_page(std::string_view in) {
  switch (framing_) {
    case Framing::length: {
      const size_t taken = keep(in.substr(0, static_cast<size_t>(std::min<uint64_t>(remaining_, in.size()))));
      remaining_ -= taken;
      if (remaining_ == 0) refuse();
      return taken;
    }
    case Framing::chunked: {
      const parser::ChunkedDecoder::Step step = chunks_.decode(in);
      keep(step.data);
      // A page whose coding is broken is as refused as any other.
      if (chunks_.done() || step.error != parser::ParseError::none) refuse();
      return step.error != parser::ParseError::none ? in.size() : step.taken;
    }
    case Framing::until_close:
      return keep(in);
  }
  return in.size();
}

size_t ConnectTunnel::keep(std::string_view page) {
  std::string& body = response_->body;
  body.append(page.substr(0, ProxyResponse::kMaxBody - body.size()));
  if (body.size() == ProxyResponse::kMaxBody) refuse();
  return page.size();
}

void ConnectTunnel::recv_end(std::string_view why) {
  if (state_ != State::asking) return;
  if (response_) return refuse();
  std::string what = heads_size_ + head_.size() == 0 ? "the connection ended before any byte of an answer"
                                                     : "the connection ended in the head of the answer";
  if (!why.empty()) what.append(": ").append(why);
  fail(Errc::proxy_failed, what);
}

void ConnectTunnel::expire() {
  if (state_ != State::asking) return;
  if (response_) return refuse();
  fail(Errc::proxy_timeout, "no answer in time");
}

void ConnectTunnel::refuse() {
  const std::string status = std::to_string(response_->status);
  std::string what = "refused with " + status;
  if (!response_->reason.empty()) what.append(" ").append(printable(response_->reason));
  fail(Errc::proxy_refused, what);
  error_.detail = static_cast<uint32_t>(response_->status);
  state_ = State::refused;
}

void ConnectTunnel::fail(Errc code, std::string_view what) {
  state_ = State::failed;
  error_ = {.code = code, .phase = Phase::proxy, .received = heads_size_ + head_.size()};
  diagnosis_.assign("CONNECT ").append(authority_).append(": ").append(what);
}

}  // namespace godwit::proxy
