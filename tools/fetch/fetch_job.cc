// SPDX-License-Identifier: MIT
#include "godwit/tools/fetch/fetch_job.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <nlohmann/json.hpp>

#include "godwit/parser/url.h"
#include "godwit/tools/fetch/base64.h"
#include "godwit/tools/fetch/header_pairs.h"
#include "godwit/tools/version.h"

namespace godwit::fetch {

namespace {

using Json = nlohmann::ordered_json;

// kMaxDepth keeps an id from being nested so deep that writing it again exhausts the stack.
constexpr int kMaxDepth = 64;
// kMaxTimeout is a year, as for -m.
constexpr double kMaxTimeout = 365.0 * 24 * 3600;

bool is_alpha(char c) {
  return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool same_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return x == y || (is_alpha(x) && (x ^ y) == 0x20); });
}

// Each reader of a key's value returns what is wrong with it.
std::string read_timeout(const Json& value, std::chrono::milliseconds& out) {
  const double seconds = value.is_number() ? value.get<double>() : -1;
  if (!(seconds >= 0 && seconds <= kMaxTimeout)) return "timeout is not a number of seconds";
  out = std::chrono::milliseconds(static_cast<int64_t>(std::ceil(seconds * 1000 - 1e-6)));
  return {};
}

std::string read_body(const Json& value, std::optional<std::string>& out) {
  if (value.is_string()) out = decode_base64(value.get_ref<const std::string&>());
  return out ? "" : "body is not base64";
}

std::string read_text(const Json& value, const std::string& key, std::string& out) {
  if (!value.is_string()) return key + " is not a string";
  out = value.get_ref<const std::string&>();
  return out.empty() ? key + " is empty" : "";
}

}  // namespace

std::string complete_url(std::string_view text) {
  size_t end = 0;
  while (end < text.size() && (is_alpha(text[end]) || (end > 0 && (is_digit(text[end]) || text[end] == '+' ||
                                                                   text[end] == '-' || text[end] == '.')))) {
    ++end;
  }
  const std::string_view scheme = text.substr(0, end);
  const std::string_view rest = text.substr(end);
  const bool http = same_ignoring_case(scheme, "http") || same_ignoring_case(scheme, "https");
  const bool has_scheme = !scheme.empty() && (rest.starts_with("://") || (http && rest.starts_with(":")));
  // A path alone has no host, and "http://" in front of it would make its first segment one.
  if (has_scheme || text.empty() || text[0] == '/') return std::string(text);
  return "http://" + std::string(text);
}

std::string remote_name(std::string_view url) {
  parser::Url parsed;
  if (parser::parse_url(url, parsed)) return {};
  const std::string_view path = parsed.path();
  const std::string_view name = path.substr(path.rfind('/') + 1);
  return name == "." || name == ".." ? std::string() : std::string(name);
}

std::string with_file_name(std::string_view url, std::string_view file) {
  const size_t path_end = std::min(url.find_first_of("?#"), url.size());
  const size_t host = url.find("://");
  const bool no_path = host != url.npos && url.find('/', host + 3) >= path_end;
  if (file == "-" || (!no_path && !url.substr(0, path_end).ends_with('/'))) return std::string(url);
  std::string out(url.substr(0, path_end));
  if (no_path) out += '/';
  for (char c : file.substr(file.rfind('/') + 1)) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    if (is_alpha(c) || is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~') {
      out += c;
    } else {
      const auto octet = static_cast<unsigned char>(c);
      out += {'%', kDigits[octet >> 4], kDigits[octet & 15]};
    }
  }
  return out.append(url.substr(path_end));
}

JobMaker::JobMaker(const FetchOptions& options, Loop& loop, EmbeddedUrl embedded)
    : options_(options), loop_(loop), embedded_(std::move(embedded)) {}

FetchJob JobMaker::from_url(const std::string& url, size_t n) {
  FetchJob job = job_for(url);
  attach_body(job);
  add_defaults(job.request);
  choose_output(job, n);
  return job;
}

FetchJob JobMaker::from_line(const JobLine& line) {
  FetchJob job;
  if (line.kind == JobLine::Kind::too_long) {
    job.fault = "the line is longer than " + std::to_string(JobReader::kMaxLine) + " bytes";
  } else if (line.text.starts_with('{') || line.text.starts_with('"')) {
    // No URL begins with a quote: who writes one means JSON, and hears that an object is asked for.
    read_object(line.text, job);
  } else {
    job = job_for(line.text);
  }
  if (job.fault.empty()) {
    if (job.request.body.kind() == Body::Kind::none) attach_body(job);
    add_defaults(job.request);
  }
  if (!job.fault.empty()) job.fault = "line " + std::to_string(line.number) + ": " + job.fault;
  return job;
}

FetchJob JobMaker::job_for(std::string url) {
  FetchJob job;
  const bool path = embedded_ && url.starts_with('/');
  job.request.url = path ? embedded_(url) : complete_url(url);
  job.request.method = options_.method;
  job.request.version = options_.http10 ? HttpVersion::http10 : HttpVersion::http11;
  job.request.path_as_is = options_.path_as_is;
  job.url = std::move(url);
  return job;
}

void JobMaker::attach_body(FetchJob& job) {
  if (options_.data) {
    job.request.body = Body::borrow(bytes_of(*options_.data));
  } else if (!options_.upload.empty()) {
    job.upload = UploadSource::open(options_.upload, loop_, job.fault);
    if (!job.upload) return;
    job.request.body = Body::from(*job.upload);
    job.request.url = with_file_name(job.request.url, options_.upload);
  }
}

void JobMaker::add_defaults(Request& request) const {
  const bool data = request.body.kind() == Body::Kind::borrowed;
  if (request.method.empty()) {
    const Body::Kind body = request.body.kind();
    request.method = options_.head_only           ? "HEAD"
                     : body == Body::Kind::source ? "PUT"
                     : body == Body::Kind::none   ? "GET"
                                                  : "POST";
  }
  // What the line says comes first, then what the options say; ours is only what nobody spoke of.
  Headers headers;
  const auto add_ours = [&](std::string_view name, std::string_view value) {
    for (const std::string& left_out : options_.without) {
      if (same_ignoring_case(left_out, name)) return;
    }
    if (!request.headers.contains(name) && !options_.headers.contains(name)) (void)headers.add(name, value);
  };
  add_ours("User-Agent", std::string("godwit/") + tools::kVersion);
  add_ours("Accept", "*/*");
  if (data) add_ours("Content-Type", "application/x-www-form-urlencoded");
  for (const auto [name, value] : request.headers) (void)headers.add(name, value);
  for (const auto [name, value] : options_.headers) {
    if (!request.headers.contains(name)) (void)headers.add(name, value);
  }
  request.headers = std::move(headers);
}

void JobMaker::choose_output(FetchJob& job, size_t n) {
  job.output = options_.output_of(n);
  if (job.output.kind != OutputTarget::Kind::remote_name || !job.fault.empty()) return;
  parser::Url parsed;
  if (parser::parse_url(job.request.url, parsed)) return;  // the exchange will say what is wrong with it
  job.output = {OutputTarget::Kind::file, remote_name(job.request.url)};
  if (job.output.file.empty()) {
    job.fault = "its path has no last part that -O could name a file after; use -o";
  } else if (!files_.insert(job.output.file).second) {
    job.fault = "another URL is written to " + job.output.file + " already; use -o";
  }
}

void JobMaker::read_object(std::string_view text, FetchJob& job) {
  bool too_deep = false;
  const auto watch_depth = [&](int depth, Json::parse_event_t, Json&) {
    too_deep |= depth > kMaxDepth;
    return depth <= kMaxDepth;
  };
  const Json object = Json::parse(text, watch_depth, false);
  if (too_deep)
    job.fault = "the JSON is nested deeper than " + std::to_string(kMaxDepth) + " levels";
  else if (!object.is_object())
    job.fault = "this is not a JSON object";
  if (!job.fault.empty()) return;

  std::string url, method;
  Headers headers;
  std::optional<std::string> body;
  std::chrono::milliseconds timeout{0};
  if (const auto id = object.find("id"); id != object.end()) {
    job.id = id->dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  for (const auto& [key, value] : object.items()) {
    std::string fault;
    if (key == "id") continue;
    if (key == "url")
      fault = read_text(value, key, url);
    else if (value.is_null() && (key == "method" || key == "headers" || key == "body" || key == "timeout"))
      continue;
    else if (key == "method")
      fault = read_text(value, key, method);
    else if (key == "headers")
      fault = read_header_pairs(value, headers);
    else if (key == "body")
      fault = read_body(value, body);
    else if (key == "timeout")
      fault = read_timeout(value, timeout);
    else
      fault = "the key " + key + " is not known";
    if (job.fault.empty()) job.fault = std::move(fault);
  }
  if (job.fault.empty() && url.empty()) job.fault = "there is no url";
  if (url.empty()) return;

  FetchJob made = job_for(std::move(url));
  made.id = std::move(job.id);
  made.fault = std::move(job.fault);
  if (!method.empty()) made.request.method = std::move(method);
  made.request.headers = std::move(headers);
  if (body) made.request.body = std::move(*body);
  made.request.total_timeout = timeout;
  job = std::move(made);
}

}  // namespace godwit::fetch
