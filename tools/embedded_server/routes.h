// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "godwit/tools/embedded_server/request_parser.h"
#include "godwit/tools/embedded_server/response_plan.h"

namespace godwit::embedded {

// RouteRequest is what a route sees: the head, the rest of its path, and its place on the connection.
struct RouteRequest {
  const RequestHead& head;
  std::string_view rest;    // of the path, after the route's own part and a slash
  std::string_view query;   // without the question mark
  uint64_t request_number;  // on this connection, from 1
};

// Route is one row of the server's table. `plan` is pure: it turns a request into a plan, without I/O.
struct Route {
  std::string_view path;       // without a slash at its end; exact, unless `arguments` say otherwise
  std::string_view arguments;  // what follows, for the list; a leading slash allows more path
  std::string_view help;
  void (*plan)(const RouteRequest& request, ResponsePlan& plan);
};

// The families of routes, a file each.
std::span<const Route> body_routes();
std::span<const Route> upload_routes();
std::span<const Route> message_routes();
std::span<const Route> connection_routes();
std::span<const Route> fault_routes();

// plan_response fills `plan` with the answer to a request, or with what leads to it once the body of
// the request has been read (body_use echo and digest).
void plan_response(const RequestHead& head, uint64_t request_number, ResponsePlan& plan);

// plan_refusal fills `plan` with an answer to what can't be parsed or taken; the connection then closes.
void plan_refusal(int status, std::string_view reason, ResponsePlan& plan);

// finish_echo and finish_digest complete a plan when the body of its request is there.
void finish_echo(std::string_view content, std::string_view trailers, ResponsePlan& plan);
void finish_digest(uint64_t bytes, std::string_view sha256_hex, ResponsePlan& plan);

// answer_text plans an answer of plain text with its length; answer_bad one with status 400.
void answer_text(int status, std::string_view text, ResponsePlan& plan);
void answer_bad(std::string_view reason, ResponsePlan& plan);

// route_list is the text that GET / answers.
std::string route_list();

// flag tells whether the query sets `name` to 1.
bool flag(const RouteRequest& request, std::string_view name);

}  // namespace godwit::embedded
