// SPDX-License-Identifier: MIT
#include <algorithm>
#include <optional>

#include "godwit/tools/embedded_server/request_target.h"
#include "godwit/tools/embedded_server/routes.h"

namespace godwit::embedded {
namespace {

// kMaxGeneratedHead bounds what /headers and /informational build in memory.
constexpr uint64_t kMaxGeneratedHead = 64u << 20;
constexpr uint64_t kMaxGeneratedFields = 1000000;

std::optional<int> status_code(std::string_view text, int lowest) {
  std::optional<uint64_t> number = parse_number(text);
  if (!number || *number < static_cast<uint64_t>(lowest) || *number > 999) return std::nullopt;
  return static_cast<int>(*number);
}

// field_text decodes a parameter that will stand in a head; it refuses what would break the head.
std::optional<std::string> field_text(std::string_view encoded) {
  std::optional<std::string> text = percent_decoded(encoded);
  const bool safe = text && std::all_of(text->begin(), text->end(), [](char c) {
                      auto byte = static_cast<unsigned char>(c);
                      return byte >= 0x20 && byte != 0x7f;
                    });
  return safe ? text : std::nullopt;
}

void answer_location(int status, std::string_view location, ResponsePlan& plan) {
  plan.status(status);
  plan.field("Location", location);
  plan.content_length(0);
  plan.end_head();
}

void status(const RouteRequest& request, ResponsePlan& plan) {
  std::optional<int> code = status_code(request.rest, 200);
  std::string_view given = find_parameter(request.query, "reason").value_or("");
  std::optional<std::string> reason = field_text(given);
  if (!code || !reason)
    return answer_bad("/status/CODE needs a code from 200 to 999 and a printable reason", plan);
  const bool named = find_parameter(request.query, "reason").has_value();
  plan.status(*code, named ? std::string_view(*reason) : std::string_view());
  if (*code == 204 || *code == 304) return plan.end_head();
  std::string text = std::to_string(*code) + "\n";
  if (*code == 205) text.clear();
  plan.field("Content-Type", "text/plain");
  plan.content_length(text.size());
  plan.end_head();
  plan.body_text(text);
}

void redirect(const RouteRequest& request, ResponsePlan& plan) {
  std::optional<uint64_t> left = parse_number(request.rest);
  if (!left) return answer_bad("/redirect/N needs a number", plan);
  answer_location(302, *left <= 1 ? "/" : "/redirect/" + std::to_string(*left - 1), plan);
}

void redirect_to(const RouteRequest& request, ResponsePlan& plan) {
  std::optional<std::string> url = field_text(find_parameter(request.query, "url").value_or(""));
  std::optional<int> code = status_code(find_parameter(request.query, "status").value_or("302"), 300);
  if (!url || !code) return answer_bad("/redirect-to needs a url and a status from 300", plan);
  answer_location(*code, *url, plan);
}

void redirect_loop(const RouteRequest&, ResponsePlan& plan) {
  answer_location(302, "/redirect-loop", plan);
}

void headers(const RouteRequest& request, ResponsePlan& plan) {
  std::optional<uint64_t> count = parse_number(request.rest.empty() ? "0" : request.rest);
  std::optional<uint64_t> size = parse_size(find_parameter(request.query, "size").value_or("5"));
  if (!count || !size || *count > kMaxGeneratedFields || *size > kMaxGeneratedHead ||
      *count * *size > kMaxGeneratedHead) {
    return answer_bad("/headers/N needs at most 1000000 fields and 64m in all", plan);
  }
  plan.status(200);
  if (request.rest.empty()) {
    std::string_view query = request.query;
    for (Parameter parameter; next_parameter(query, parameter);) {
      std::optional<std::string> name = field_text(parameter.name);
      std::optional<std::string> value = field_text(parameter.value);
      if (!name || !value || name->empty() || name->find_first_of(" :") != std::string::npos) {
        plan.text.clear();
        return answer_bad("/headers?name=value needs names and values that may stand in a field", plan);
      }
      plan.field(*name, *value);
    }
  }
  const std::string value(static_cast<size_t>(*size), 'v');
  for (uint64_t i = 0; i < *count; ++i) plan.field("X-Field-" + std::to_string(i), value);
  plan.content_length(3);
  plan.end_head();
  plan.body_text("ok\n");
}

void informational(const RouteRequest& request, ResponsePlan& plan) {
  const bool endless = request.rest == "endless";
  std::optional<uint64_t> count = parse_number(endless ? "1" : request.rest);
  std::optional<int> code = status_code(find_parameter(request.query, "status").value_or("103"), 100);
  if (!count || !code || *code > 199)
    return answer_bad("/informational/N needs a number and a status below 200", plan);
  std::string interim =
      "HTTP/1.1 " + std::to_string(*code) + " " + std::string(standard_reason(*code)) + "\r\n";
  if (*code == 103) interim += "Link: </style.css>; rel=preload; as=style\r\n";
  interim += "\r\n";
  // Interim responses are unknown to HTTP/1.0 (RFC 9110, section 15.2).
  const uint64_t times = plan.chunked_allowed() ? *count : 0;
  if (times > kEndless / interim.size()) return answer_bad("too many", plan);
  plan.raw_repeated(interim, endless ? kEndless : interim.size() * times);
  answer_text(200, "after " + std::to_string(times) + " interim responses\n", plan);
}

void cookies_set(const RouteRequest& request, ResponsePlan& plan) {
  plan.status(200);
  std::string_view query = request.query;
  for (Parameter parameter; next_parameter(query, parameter);) {
    std::optional<std::string> name = field_text(parameter.name);
    std::optional<std::string> value = field_text(parameter.value);
    if (!name || !value) {
      plan.text.clear();
      return answer_bad("a cookie needs a printable name and value", plan);
    }
    plan.field("Set-Cookie", *name + "=" + *value + "; Path=/");
  }
  plan.content_length(0);
  plan.end_head();
}

void auth_basic(const RouteRequest& request, ResponsePlan& plan) {
  const size_t slash = request.rest.find('/');
  std::optional<std::string> user = percent_decoded(request.rest.substr(0, slash));
  std::optional<std::string> password;
  if (slash != std::string_view::npos) password = percent_decoded(request.rest.substr(slash + 1));
  if (!user || !password) return answer_bad("/auth/basic/USER/PASS needs both", plan);
  std::string expected = "Basic ";
  base64_encoded(*user + ":" + *password, expected);
  std::string_view given = request.head.find("authorization");
  if (given.size() > 6 && equals_ignoring_case(given.substr(0, 6), "basic ") &&
      given.substr(6) == std::string_view(expected).substr(6)) {
    return answer_text(200, "welcome\n", plan);
  }
  plan.status(401);
  plan.field("WWW-Authenticate", "Basic realm=\"embedded\", charset=\"UTF-8\"");
  plan.content_length(0);
  plan.end_head();
}

constexpr Route kRoutes[] = {
    {"/status", "/CODE[?reason=TEXT]", "that status, 200 to 999; a body unless 204, 205 or 304", status},
    {"/redirect-to", "?url=URL[&status=302]", "that Location", redirect_to},
    {"/redirect-loop", "", "a redirect to itself", redirect_loop},
    {"/redirect", "/N", "N redirects, the last one to /", redirect},
    {"/headers", "[/N[?size=SIZE]][?name=value...]",
     "N fields with values of SIZE bytes, or the fields given", headers},
    {"/informational", "/N|/endless[?status=103]",
     "N interim responses (103 with Link) before a 200; or no end of them", informational},
    {"/cookies/set", "?name=value...", "a Set-Cookie for each", cookies_set},
    {"/auth/basic", "/USER/PASS", "200 with these Basic credentials, else 401", auth_basic},
};

}  // namespace

std::span<const Route> message_routes() {
  return kRoutes;
}

}  // namespace godwit::embedded
