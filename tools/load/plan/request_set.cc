// SPDX-License-Identifier: MIT
#include "godwit/tools/load/plan/request_set.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "godwit/parser/byte_class.h"
#include "godwit/parser/url.h"
#include "godwit/tools/fetch/base64.h"
#include "godwit/tools/fetch/fetch_job.h"
#include "godwit/tools/fetch/header_pairs.h"

namespace godwit::load {

namespace {

using Json = nlohmann::ordered_json;

std::string read_key(const std::string& key, const Json& value, PlannedRequest& out) {
  if (key == "headers") {
    out.headers.clear();
    return fetch::read_header_pairs(value, out.headers);
  }
  if (key == "weight") {
    out.weight = value.is_number() ? value.get<double>() : -1;
    return out.weight > 0 && out.weight < 1e12 ? "" : "weight is not a number above 0";
  }
  std::string* const place = key == "url"                     ? &out.url
                             : key == "method"                ? &out.method
                             : key == "body" || key == "text" ? &out.body
                                                              : nullptr;
  if (place == nullptr) return "unknown key " + key;
  if (!value.is_string()) return key + " is not a string";
  *place = value.get<std::string>();
  if (key != "body") return place->empty() && key != "text" ? key + " is empty" : "";
  std::optional<std::string> decoded = fetch::decode_base64(*place);
  if (!decoded) return "body is not base64";
  *place = std::move(*decoded);
  return {};
}

std::string read_object(std::string_view line, PlannedRequest& out) {
  const Json object = Json::parse(line, nullptr, false);
  if (!object.is_object()) return "it is not a JSON object";
  if (object.contains("body") && object.contains("text")) return "it has both body and text";
  out.url.clear();
  for (const auto& [key, value] : object.items()) {
    if (std::string fault = read_key(key, value, out); !fault.empty()) return fault;
  }
  return out.url.empty() ? "it has no url" : "";
}

}  // namespace

std::string RequestSet::add(PlannedRequest planned) {
  planned.url = fetch::complete_url(planned.url);
  parser::Url parsed;
  if (const parser::UrlError error = parser::parse_url(planned.url, parsed)) {
    return planned.url + ": " + parser::describe(error);
  }
  // The client would not send them, and each report would show them.
  if (parsed.has_credentials()) {
    return std::string(parsed.authority()) +
           ": a user or password in a URL is never sent, but -H 'Authorization: ...' is";
  }
  if (!parser::is_token(planned.method)) return "'" + planned.method + "' is no method";
  requests_.push_back(std::move(planned));
  return {};
}

std::string RequestSet::add_lines(std::string_view text, const PlannedRequest& defaults,
                                  std::string_view base) {
  size_t number = 0;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    if (line.ends_with('\r')) line.remove_suffix(1);
    // A mark of byte order, and a quote in front, are taken as `fetch --from` takes them.
    if (number == 1 && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
    if (line.empty()) continue;
    PlannedRequest planned = defaults;
    std::string fault;
    if (line.starts_with('{') || line.starts_with('"')) {
      fault = read_object(line, planned);
    } else {
      planned.url = line;
    }
    if (planned.url.starts_with('/')) planned.url.insert(0, base);
    if (fault.empty()) fault = add(std::move(planned));
    if (!fault.empty()) return "line " + std::to_string(number) + ": " + fault;
  }
  return {};
}

Request RequestSet::make(size_t n) const {
  const PlannedRequest& planned = requests_[n];
  Request request;
  request.url = planned.url;
  request.method = planned.method;
  request.headers = planned.headers;
  if (!planned.body.empty()) request.body = Body::borrow(bytes_of(planned.body));
  return request;
}

Chooser::Chooser(const RequestSet& set, Order order, uint64_t seed, uint32_t thread, size_t first,
                 size_t step)
    : order_(order), size_(set.size()), step_(step), turn_(first % set.size()) {
  // Mixed, so that thread 1 of one seed is not thread 0 of the next: many machines may have a seed each.
  std::seed_seq words{static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32), thread};
  random_.seed(words);
  double sum = 0;
  for (size_t n = 0; n < size_; ++n) {
    sum += order == Order::weighted ? set.planned(n).weight : 1;
    sums_.push_back(sum);
  }
}

size_t Chooser::choose() {
  constexpr double kSpan = 18446744073709551616.0;  // 2^64
  const double place = static_cast<double>(random_()) / kSpan * sums_.back();
  const auto found = std::upper_bound(sums_.begin(), sums_.end(), place);
  return std::min<size_t>(static_cast<size_t>(found - sums_.begin()), size_ - 1);
}

}  // namespace godwit::load
