// SPDX-License-Identifier: MIT
#include <algorithm>
#include <optional>

#include "godwit/tools/embedded_server/pattern.h"
#include "godwit/tools/embedded_server/request_target.h"
#include "godwit/tools/embedded_server/routes.h"

namespace godwit::embedded {
namespace {

constexpr uint64_t kDefaultChunk = 8192;
constexpr uint64_t kLargestChunk = 1u << 30;
constexpr uint64_t kLongestWait = 24u * 60 * 60 * 1000;

constexpr std::string_view kBytesType = "application/octet-stream";

void head_with_length(uint64_t size, ResponsePlan& plan) {
  plan.status(200);
  plan.field("Content-Type", kBytesType);
  plan.content_length(size);
  plan.end_head();
}

void until_close(uint64_t size, ResponsePlan& plan) {
  plan.ending = Ending::close;
  plan.status(200);
  plan.field("Content-Type", kBytesType);
  plan.end_head();
  plan.body_pattern(0, size);
}

void chunked_head(ResponsePlan& plan, bool trailers) {
  plan.status(200);
  plan.field("Content-Type", kBytesType);
  plan.field("Transfer-Encoding", "chunked");
  if (trailers) plan.field("Trailer", "X-Checksum");
  plan.end_head();
}

std::optional<uint32_t> milliseconds(std::string_view text) {
  std::optional<uint64_t> number = parse_number(text);
  if (!number || *number > kLongestWait) return std::nullopt;
  return static_cast<uint32_t>(*number);
}

void bytes(const RouteRequest& request, ResponsePlan& plan) {
  std::optional<uint64_t> size = parse_size(request.rest);
  if (!size) return answer_bad("/bytes/N needs a size, such as 1000, 64k, 10m or 4g", plan);
  head_with_length(*size, plan);
  plan.body_pattern(0, *size);
}

void chunked(const RouteRequest& request, ResponsePlan& plan) {
  std::optional<uint64_t> size = parse_size(request.rest);
  std::optional<uint64_t> chunk = kDefaultChunk;
  if (auto text = find_parameter(request.query, "chunk")) chunk = parse_size(*text);
  if (!size || !chunk || *chunk == 0 || *chunk > kLargestChunk) {
    return answer_bad("/chunked/N needs a size, and a chunk between 1 and 1g", plan);
  }
  // An HTTP/1.0 client knows no transfer coding (RFC 9112, section 6.1).
  if (!plan.chunked_allowed()) return until_close(*size, plan);
  const bool with_trailers = flag(request, "trailers");
  std::string trailers;
  if (with_trailers) trailers = "X-Checksum: " + std::to_string(pattern_sum(*size)) + "\r\n";
  chunked_head(plan, with_trailers);
  plan.body_chunked(*size, static_cast<uint32_t>(*chunk), trailers);
}

void stream(const RouteRequest& request, ResponsePlan& plan) {
  std::optional<uint64_t> size = parse_size(request.rest);
  if (!size) return answer_bad("/stream/N needs a size", plan);
  until_close(*size, plan);
  if (find_parameter(request.query, "notify") == std::string_view("0")) plan.ending = Ending::truncate;
}

void trailers(const RouteRequest&, ResponsePlan& plan) {
  if (!plan.chunked_allowed()) return until_close(1000, plan);
  plan.status(200);
  plan.field("Content-Type", kBytesType);
  plan.field("Transfer-Encoding", "chunked");
  plan.field("Trailer", "X-Checksum, X-First, X-Second");
  plan.end_head();
  plan.body_chunked(1000, 300,
                    "X-Checksum: " + std::to_string(pattern_sum(1000)) +
                        "\r\nX-First: one\r\nX-Second: two\r\nX-Second: again\r\n");
}

void delay(const RouteRequest& request, ResponsePlan& plan) {
  std::optional<uint32_t> ms = milliseconds(request.rest);
  if (!ms) return answer_bad("/delay/MS needs milliseconds, at most a day", plan);
  plan.wait(*ms);
  answer_text(200, "waited " + std::to_string(*ms) + " ms\n", plan);
}

// delays waits by a schedule: the nth request of a connection waits for the nth of the numbers, and so on
// from the first.
void delays(const RouteRequest& request, ResponsePlan& plan) {
  const std::string_view list = request.rest;
  const uint64_t count = static_cast<uint64_t>(std::count(list.begin(), list.end(), ',')) + 1;
  std::string_view rest = list;
  for (uint64_t skipped = (request.request_number - 1) % count; skipped > 0; --skipped) {
    rest.remove_prefix(rest.find(',') + 1);
  }
  std::optional<uint32_t> ms = milliseconds(rest.substr(0, rest.find(',')));
  if (!ms) return answer_bad("/delays/MS,MS,... needs milliseconds, at most a day each", plan);
  plan.wait(*ms);
  answer_text(200, "waited " + std::to_string(*ms) + " ms\n", plan);
}

void drip(const RouteRequest& request, ResponsePlan& plan) {
  std::optional<uint64_t> size = parse_size(request.rest);
  std::optional<uint32_t> ms = milliseconds(find_parameter(request.query, "ms").value_or("1000"));
  std::string_view part = find_parameter(request.query, "in").value_or("body");
  if (!size || !ms || (part != "head" && part != "body" && part != "chunked")) {
    return answer_bad("/drip/N needs a size; ms is a number, in is head, body or chunked", plan);
  }
  if (part == "chunked" && plan.chunked_allowed()) {
    chunked_head(plan, false);
    plan.pace(*ms);
    return plan.body_chunked(*size, kDefaultChunk, {});
  }
  if (part == "head") plan.pace(*ms);
  head_with_length(*size, plan);
  if (part == "head") {
    plan.unpaced();
  } else {
    plan.pace(*ms);
  }
  plan.body_pattern(0, *size);
}

void bytewise(const RouteRequest& request, ResponsePlan& plan) {
  plan.pace(0);
  flag(request, "chunked") ? chunked(request, plan) : bytes(request, plan);
}

constexpr Route kRoutes[] = {
    {"/bytes", "/N", "exactly N bytes by Content-Length; N takes k, m or g", bytes},
    {"/chunked", "/N[?chunk=SIZE][&trailers=1]",
     "N bytes in chunks; trailers add X-Checksum, the sum of all bytes", chunked},
    {"/stream", "/N[?notify=0]", "N bytes, then the connection closes; over TLS, notify=0 omits close_notify",
     stream},
    {"/trailers", "", "1000 bytes in chunks and four trailer fields, one name twice", trailers},
    {"/delay", "/MS", "waits MS milliseconds before the head", delay},
    {"/delays", "/MS,MS,...",
     "the nth request of a connection waits the nth number of milliseconds, again and again", delays},
    {"/drip", "/N?ms=MS[&in=head|body|chunked]",
     "one byte every MS milliseconds in that part; the rest at once", drip},
    {"/bytewise", "/N[?chunked=1]", "every byte of head and body in a write (and TLS record) of its own",
     bytewise},
};

}  // namespace

std::span<const Route> body_routes() {
  return kRoutes;
}

}  // namespace godwit::embedded
