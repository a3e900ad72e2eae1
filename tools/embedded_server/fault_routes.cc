// SPDX-License-Identifier: MIT
#include <algorithm>
#include <optional>

#include "godwit/tools/embedded_server/request_target.h"
#include "godwit/tools/embedded_server/routes.h"

namespace godwit::embedded {
namespace {

constexpr uint64_t kLength = 1000;
constexpr uint32_t kChunk = 100;
constexpr std::string_view kTrailer = "X-Checksum: 12345678\r\n";

// Faults come without warning: none of these heads says that the connection closes.
void head_with_length(uint64_t size, ResponsePlan& plan) {
  plan.announce_close = false;
  plan.status(200);
  plan.field("Content-Type", "application/octet-stream");
  plan.content_length(size);
  plan.end_head();
}

void chunked_head(ResponsePlan& plan) {
  plan.announce_close = false;
  plan.status(200);
  plan.field("Transfer-Encoding", "chunked");
  plan.end_head();
}

void reset(const RouteRequest& request, ResponsePlan& plan) {
  std::string_view at = find_parameter(request.query, "at").value_or("body");
  std::optional<uint64_t> number = parse_size(at);
  plan.ending = Ending::reset;
  if (at == "chunk-size" || at == "trailers") {
    chunked_head(plan);
    plan.body_chunked(kLength, kChunk, kTrailer);
    // After the first digit of the second chunk's size; or in the middle of the trailer's name.
    const uint64_t first_chunk = std::string_view("64\r\n").size() + kChunk + std::string_view("\r\n").size();
    plan.limit =
        at == "chunk-size" ? plan.head_size() + first_chunk + 1 : plan.size() - 2 - kTrailer.size() + 5;
    return;
  }
  if (!number && at != "head" && at != "body") {
    return answer_bad("at is head, body, chunk-size, trailers or a number of bytes", plan);
  }
  head_with_length(number ? std::max(kLength, *number) : kLength, plan);
  plan.body_pattern(0, number ? std::max(kLength, *number) : kLength);
  plan.limit = number ? *number : at == "head" ? plan.head_size() / 2 : plan.head_size() + kLength / 2;
}

void truncate(const RouteRequest& request, ResponsePlan& plan) {
  std::optional<uint64_t> at = parse_size(find_parameter(request.query, "at").value_or("500"));
  std::optional<uint64_t> length = parse_size(find_parameter(request.query, "length").value_or("1000"));
  if (!at || !length || *at > *length) return answer_bad("at and length are sizes, at the smaller one", plan);
  plan.ending =
      find_parameter(request.query, "notify") == std::string_view("0") ? Ending::truncate : Ending::close;
  if (flag(request, "chunked")) {
    chunked_head(plan);
    plan.body_chunked(*length, kChunk, {});
    plan.limit = plan.head_size() + *at;
    return;
  }
  head_with_length(*length, plan);
  plan.body_pattern(0, *length);
  plan.limit = plan.head_size() + *at;
}

void close_before_response(const RouteRequest&, ResponsePlan& plan) {
  plan.ending = Ending::close;
}

void hang(const RouteRequest&, ResponsePlan& plan) {
  plan.ending = Ending::hang;
}

void chunk_garbage(const RouteRequest& request, ResponsePlan& plan) {
  std::optional<std::string> line =
      percent_decoded(find_parameter(request.query, "line").value_or("garbage%0D%0A"));
  if (!line) return answer_bad("line is a chunk-size line, percent-encoded, with its CRLF", plan);
  plan.ending = Ending::hang;
  chunked_head(plan);
  plan.body_text("5\r\nhello\r\n");
  plan.body_text(*line);
}

void half_close(const RouteRequest&, ResponsePlan& plan) {
  plan.when = When::at_once;
  plan.send_continue = false;
  plan.ending = Ending::half_close;
  head_with_length(kLength, plan);
  plan.body_pattern(0, kLength);
}

constexpr Route kRoutes[] = {
    {"/fault/reset", "?at=head|body|chunk-size|trailers|N",
     "RST in the middle of that part, or after N bytes", reset},
    {"/fault/truncate", "[?at=500][&length=1000]",
     "FIN after that many body bytes; notify=0 omits close_notify; "
     "chunked=1 cuts a chunked body",
     truncate},
    {"/fault/close-before-response", "", "FIN instead of an answer", close_before_response},
    {"/fault/hang", "", "no answer, for ever", hang},
    {"/fault/chunk-garbage", "[?line=BYTES]",
     "a good chunk, then garbage (or that line) where a size belongs", chunk_garbage},
    {"/fault/half-close", "", "answers at once and closes its sending side, but reads on", half_close},
};

}  // namespace

std::span<const Route> fault_routes() {
  return kRoutes;
}

}  // namespace godwit::embedded
