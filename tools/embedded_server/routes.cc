// SPDX-License-Identifier: MIT
#include "godwit/tools/embedded_server/routes.h"

#include <optional>

#include "godwit/tools/embedded_server/request_target.h"

namespace godwit::embedded {
namespace {

// The order of search: what load tools ask for comes first, and "/upload/early" before "/upload".
std::span<const Route> family(size_t index) {
  switch (index) {
    case 0:
      return body_routes();
    case 1:
      return upload_routes();
    case 2:
      return message_routes();
    case 3:
      return connection_routes();
    case 4:
      return fault_routes();
    default:
      return {};
  }
}
constexpr size_t kFamilies = 5;

// rest_after gives what follows `route` in `path`, or nothing if the path is another.
std::optional<std::string_view> rest_after(const Route& route, std::string_view path) {
  if (path.substr(0, route.path.size()) != route.path) return std::nullopt;
  path.remove_prefix(route.path.size());
  if (path.empty()) return path;
  const bool more = !route.arguments.empty() && route.arguments.find('/') != std::string_view::npos;
  if (path.front() != '/' || !more) return std::nullopt;
  return path.substr(1);
}

}  // namespace

void plan_response(const RequestHead& head, uint64_t request_number, ResponsePlan& plan) {
  plan.reset(head.method == "HEAD", head.keep_alive, head.minor_version);
  if (head.method == "CONNECT") {
    plan.ending = Ending::close;
    return answer_text(405, "this server is not a proxy\n", plan);
  }
  if (head.path == "/" || head.path == "*") return answer_text(200, route_list(), plan);
  for (size_t i = 0; i < kFamilies; ++i) {
    for (const Route& route : family(i)) {
      if (std::optional<std::string_view> rest = rest_after(route, head.path)) {
        return route.plan({head, *rest, head.query, request_number}, plan);
      }
    }
  }
  answer_text(404, "no such route; GET / lists them\n", plan);
}

void plan_refusal(int status, std::string_view reason, ResponsePlan& plan) {
  plan.reset(false, false, 1);
  answer_text(status, std::string(reason) + "\n", plan);
}

void answer_text(int status, std::string_view text, ResponsePlan& plan) {
  plan.status(status);
  if (status == 405) plan.field("Allow", "GET, HEAD, POST, PUT");
  plan.field("Content-Type", "text/plain");
  plan.content_length(text.size());
  plan.end_head();
  plan.body_text(text);
}

void answer_bad(std::string_view reason, ResponsePlan& plan) {
  answer_text(400, std::string(reason) + "\n", plan);
}

std::string route_list() {
  std::string text = "godwit's embedded server\n\n";
  for (size_t i = 0; i < kFamilies; ++i) {
    for (const Route& route : family(i)) {
      std::string form = std::string(route.path) + std::string(route.arguments);
      text += form;
      text.append(form.size() < 44 ? 44 - form.size() : 1, ' ');
      text += ' ';
      text += route.help;
      text += '\n';
    }
  }
  return text;
}

bool flag(const RouteRequest& request, std::string_view name) {
  return find_parameter(request.query, name) == std::string_view("1");
}

}  // namespace godwit::embedded
