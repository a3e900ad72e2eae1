// SPDX-License-Identifier: MIT
#include <optional>

#include "godwit/tools/embedded_server/request_target.h"
#include "godwit/tools/embedded_server/routes.h"

namespace godwit::embedded {
namespace {

constexpr std::string_view kJsonType = "application/json";

void append_json_string(std::string_view text, std::string& out) {
  constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte >= 0x7f) {
      // Field values are octets: each is shown as the code point of its number.
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

void append_json_fields(std::span<const Field> fields, std::string& out) {
  out += '[';
  for (const Field& field : fields) {
    if (out.back() != '[') out += ',';
    out += '[';
    append_json_string(field.name, out);
    out += ',';
    append_json_string(field.value, out);
    out += ']';
  }
  out += ']';
}

void echo(const RouteRequest& request, ResponsePlan& plan) {
  plan.body_use = BodyUse::echo;
  std::string& json = plan.text;
  json = "{\"method\":";
  append_json_string(request.head.method, json);
  json += ",\"target\":";
  append_json_string(request.head.target, json);
  json += request.head.minor_version == 1 ? ",\"version\":\"HTTP/1.1\"" : ",\"version\":\"HTTP/1.0\"";
  json += ",\"headers\":";
  append_json_fields(request.head.fields(), json);
}

void upload(const RouteRequest&, ResponsePlan& plan) {
  plan.body_use = BodyUse::digest;
}

void never_reads(const RouteRequest&, ResponsePlan& plan) {
  plan.body_use = BodyUse::never_read;
  plan.ending = Ending::hang;
  plan.when = When::at_once;
}

void early(const RouteRequest& request, ResponsePlan& plan) {
  std::optional<uint64_t> status = parse_number(find_parameter(request.query, "status").value_or("413"));
  if (!status || *status < 200 || *status > 999)
    return answer_bad("status is a number from 200 to 999", plan);
  plan.when = When::at_once;
  plan.send_continue = false;
  if (flag(request, "close")) plan.ending = Ending::close;
  answer_text(static_cast<int>(*status), "answered before the body was read\n", plan);
}

void expect_reject(const RouteRequest&, ResponsePlan& plan) {
  plan.when = When::at_once;
  plan.send_continue = false;
  // Whether the client still sends the body can't be known (RFC 9110, section 10.1.1).
  plan.ending = Ending::close;
  answer_text(417, "the expectation is rejected\n", plan);
}

void expect_ignore(const RouteRequest&, ResponsePlan& plan) {
  plan.send_continue = false;
  plan.body_use = BodyUse::digest;
}

constexpr Route kRoutes[] = {
    {"/echo", "/...",
     "the request as JSON: method, target, version, headers, body (Base64, up to 8m), trailers", echo},
    {"/upload/never-reads", "", "stops reading for ever and answers nothing", never_reads},
    {"/upload/early", "[?status=413][&close=1]", "answers before it reads the body; then reads on, or closes",
     early},
    {"/upload", "", "counts and discards the body: {\"bytes\":N,\"sha256\":\"...\"}", upload},
    {"/expect/continue", "", "as /upload; with Expect, 100 comes first (as it does on every route)", upload},
    {"/expect/reject", "", "417 without reading the body, then closes", expect_reject},
    {"/expect/ignore", "", "as /upload, but never sends 100", expect_ignore},
};

}  // namespace

std::span<const Route> upload_routes() {
  return kRoutes;
}

void finish_echo(std::string_view content, std::string_view trailers, ResponsePlan& plan) {
  std::string& json = plan.text;
  Field fields[kMaxFields];
  int count = parse_fields(trailers, fields);
  if (count < 0) {
    json.clear();
    plan.ending = Ending::close;
    return answer_bad("the trailer section is malformed", plan);
  }
  json += ",\"body\":\"";
  base64_encoded(content, json);
  json += "\",\"body_bytes\":" + std::to_string(content.size()) + ",\"trailers\":";
  append_json_fields({fields, static_cast<size_t>(count)}, json);
  json += "}\n";
  const size_t size = json.size();
  plan.status(200);
  plan.field("Content-Type", kJsonType);
  plan.content_length(size);
  plan.end_head();
  plan.body_range(0, size);
}

void finish_digest(uint64_t bytes, std::string_view sha256_hex, ResponsePlan& plan) {
  std::string json =
      "{\"bytes\":" + std::to_string(bytes) + ",\"sha256\":\"" + std::string(sha256_hex) + "\"}\n";
  plan.status(200);
  plan.field("Content-Type", kJsonType);
  plan.content_length(json.size());
  plan.end_head();
  plan.body_text(json);
}

}  // namespace godwit::embedded
