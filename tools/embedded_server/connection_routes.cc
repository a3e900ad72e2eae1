// SPDX-License-Identifier: MIT
#include <optional>

#include "godwit/tools/embedded_server/request_target.h"
#include "godwit/tools/embedded_server/routes.h"

namespace godwit::embedded {
namespace {

// kStray looks like an answer, so that a client which keeps it would hand it to the next request.
constexpr std::string_view kStray = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nstray\n";
constexpr uint32_t kStrayDelayMs = 20;

void close(const RouteRequest&, ResponsePlan& plan) {
  plan.ending = Ending::close;
  answer_text(200, "the connection closes\n", plan);
}

void http10(const RouteRequest& request, ResponsePlan& plan) {
  constexpr std::string_view kText = "an HTTP/1.0 answer\n";
  const bool keep = flag(request, "keep-alive") && plan.persistent();
  if (!keep) plan.ending = Ending::close;
  plan.announce_close = false;
  plan.status(200, {}, "HTTP/1.0");
  plan.field("Content-Type", "text/plain");
  plan.content_length(kText.size());
  // For an HTTP/1.0 request end_head says it.
  if (keep && plan.chunked_allowed()) plan.field("Connection", "keep-alive");
  plan.end_head();
  plan.body_text(kText);
}

void keepalive(const RouteRequest& request, ResponsePlan& plan) {
  std::optional<uint64_t> most = parse_number(request.rest);
  if (!most) return answer_bad("/keepalive/N needs a number", plan);
  if (request.request_number >= *most) {
    plan.ending = Ending::close;
    plan.announce_close = !flag(request, "silent");
  }
  answer_text(
      200, "request " + std::to_string(request.request_number) + " of " + std::to_string(*most) + "\n", plan);
}

void idle_bytes(const RouteRequest&, ResponsePlan& plan) {
  answer_text(200, "complete\n", plan);
  plan.wait(kStrayDelayMs);
  plan.raw(kStray);
}

void stray(const RouteRequest&, ResponsePlan& plan) {
  answer_text(200, "complete\n", plan);
  plan.raw(kStray);
}

void head_endless(const RouteRequest&, ResponsePlan& plan) {
  plan.raw("HTTP/1.1 200 OK\r\nX-Endless: ");
  plan.raw_repeated("0123456789abcdef", kEndless);
}

void line_endless(const RouteRequest&, ResponsePlan& plan) {
  plan.raw("HTTP/1.1 200 ");
  plan.raw_repeated("and so on and on ", kEndless);
}

void fields_endless(const RouteRequest&, ResponsePlan& plan) {
  plan.raw("HTTP/1.1 200 OK\r\n");
  plan.raw_repeated("X-Field: value\r\n", kEndless);
}

void raw(const RouteRequest& request, ResponsePlan& plan) {
  std::optional<std::string> text = percent_decoded(find_parameter(request.query, "base64").value_or(""));
  std::optional<std::string> bytes = text ? base64_decoded(*text) : std::nullopt;
  if (!bytes) return answer_bad("/raw needs its answer in base64", plan);
  // The answer decides what the connection is worth, not this server.
  plan.ending = flag(request, "reset")   ? Ending::reset
                : flag(request, "close") ? Ending::close
                                         : Ending::keep_alive;
  plan.raw(*bytes);
}

void upgrade(const RouteRequest& request, ResponsePlan& plan) {
  const std::string_view offered = request.head.find("Upgrade");
  if (offered.empty() || !plan.chunked_allowed()) {
    plan.status(426);
    plan.field("Upgrade", "echo");
    plan.field("Connection", "upgrade");
    plan.content_length(0);
    plan.end_head();
    return;
  }
  plan.ending = Ending::keep_alive;
  plan.echoes = true;
  plan.status(101);
  plan.field("Connection", "upgrade");
  plan.field("Upgrade", offered.substr(0, offered.find_first_of(", ")));
  plan.end_interim();
  plan.raw(find_parameter(request.query, "first").value_or(""));
}

constexpr Route kRoutes[] = {
    {"/close", "", "200 with Connection: close", close},
    {"/http10", "[?keep-alive=1]", "an HTTP/1.0 answer; closes unless both sides keep it alive", http10},
    {"/keepalive", "/N[?silent=1]", "closes at the Nth request of the connection; silent: without saying so",
     keepalive},
    {"/idle-bytes", "", "an answer, then 20 ms later bytes that look like another", idle_bytes},
    {"/upgrade", "[?first=TEXT]",
     "101 to the first protocol of Upgrade and TEXT; then what comes is sent back", upgrade},
    {"/stray", "", "an answer and, in the same write, bytes that look like another", stray},
    {"/head-endless", "", "one field value without end", head_endless},
    {"/line-endless", "", "a status line without end", line_endless},
    {"/fields-endless", "", "field lines without end", fields_endless},
    {"/raw", "?base64=BYTES[&close=1][&reset=1]",
     "exactly these bytes; then reads the next request, closes or resets", raw},
};

}  // namespace

std::span<const Route> connection_routes() {
  return kRoutes;
}

}  // namespace godwit::embedded
