// SPDX-License-Identifier: MIT
#include "godwit/tools/load/plan/load_options.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "godwit/tools/fetch/option_value.h"
#include "godwit/tools/load/measure/duration_text.h"
#include "godwit/tools/load/plan/start_time.h"
#include "godwit/tools/option_table.h"

namespace godwit::load {

namespace {

using Row = tools::OptionRow<LoadOptions>;
using Value = std::string_view;

constexpr uint32_t kMaxPlaces = 1'000'000;
constexpr uint32_t kMaxPipeline = 1000;
constexpr uint32_t kMaxThreads = 1024;
constexpr uint32_t kMaxRounds = 1000;
constexpr double kMaxRate = 1e9;

template <bool LoadOptions::*kMember>
std::string flag(LoadOptions& options, Value) {
  options.*kMember = true;
  return {};
}

template <std::string LoadOptions::*kMember>
std::string text(LoadOptions& options, Value value) {
  options.*kMember = value;
  return value.empty() ? "the value is empty" : "";
}

template <uint64_t LoadOptions::*kMember>
std::string duration(LoadOptions& options, Value value) {
  return parse_duration(value, options.*kMember);
}

// length is a duration that something is to be done for.
template <uint64_t LoadOptions::*kMember>
std::string length(LoadOptions& options, Value value) {
  std::string fault = parse_duration(value, options.*kMember);
  return fault.empty() && options.*kMember == 0 ? "it is to be longer than 0" : fault;
}

template <Output LoadOptions::*kMember>
std::string output(LoadOptions& options, Value value) {
  (options.*kMember) = {true, value == "-" ? std::string() : std::string(value)};
  return {};
}

std::string add_header(LoadOptions& options, Value line) {
  const size_t colon = line.find(':');
  if (colon == line.npos) return "'" + std::string(line) + "' has no colon; 'Name: value' is meant";
  const Value name = line.substr(0, colon), value = line.substr(colon + 1);
  return options.headers.add(name, value) ? Headers::explain_fault(name, value) : std::string();
}

std::string set_rate(LoadOptions& options, Value value) {
  const auto [end, error] =
      std::from_chars(value.data(), value.data() + value.size(), options.rate, std::chars_format::general);
  const bool whole = error == std::errc() && end == value.data() + value.size();
  if (!whole || !(options.rate > 0 && options.rate <= kMaxRate)) {
    return "'" + std::string(value) + "' is not a rate above 0 and up to 1e9, in requests a second";
  }
  return {};
}

std::string set_requests(LoadOptions& options, Value value) {
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), options.requests);
  if (error == std::errc() && end == value.data() + value.size() && options.requests > 0) return {};
  return "'" + std::string(value) + "' is not a whole number of requests, 1 or more";
}

std::string set_seed(LoadOptions& options, Value value) {
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), options.seed);
  if (error == std::errc() && end == value.data() + value.size()) return {};
  return "'" + std::string(value) + "' is not a number";
}

// set_stages takes levels with a `c` behind each as connections.
std::string set_stages(LoadOptions& options, Value value) {
  std::string levels(value);
  options.stages_of_connections = value.ends_with('c');
  if (options.stages_of_connections) {
    std::string plain;
    for (size_t i = 0; i < levels.size(); ++i) {
      const bool suffix = levels[i] == 'c' && (i + 1 == levels.size() || levels[i + 1] == ',');
      if (!suffix) plain += levels[i];
    }
    if (std::count(levels.begin(), levels.end(), ',') + 1 != std::count(levels.begin(), levels.end(), 'c')) {
      return "every level or none is a number of connections, with a c behind it";
    }
    levels = std::move(plain);
  }
  return parse_stages(levels, options.stages);
}

std::string set_source_addresses(LoadOptions& options, Value list) {
  while (true) {
    const size_t comma = list.find(',');
    const Value address = list.substr(0, comma);
    if (!fetch::is_ip_address(address)) return "'" + std::string(address) + "' is not an IP address";
    options.client.source_addresses.emplace_back(address);
    if (comma == list.npos) return {};
    list.remove_prefix(comma + 1);
  }
}

std::string set_sha256(LoadOptions& options, Value value) {
  options.expect_sha256 = value;
  for (char& c : options.expect_sha256) {
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c | 0x20);
  }
  const bool hex = options.expect_sha256.find_first_not_of("0123456789abcdef") == value.npos;
  return hex && value.size() == 64 ? "" : "'" + std::string(value) + "' is not 64 hexadecimal digits";
}

std::string set_order(LoadOptions& options, Value value) {
  options.order_given = true;
  constexpr std::pair<Value, Order> kOrders[] = {
      {"in-turn", Order::in_turn}, {"random", Order::random}, {"weighted", Order::weighted}};
  for (const auto& [name, order] : kOrders) {
    options.order = order;
    if (name == value) return {};
  }
  return "'" + std::string(value) + "' is none of in-turn, random, weighted";
}

std::string add_threshold(std::vector<Threshold>& list, Value value) {
  return parse_threshold(value, list.emplace_back());
}

std::string set_body(LoadOptions& options, Value value) {
  if (options.body) return "the body is given twice";
  options.body = value;
  return {};
}

std::string set_body_file(LoadOptions& options, Value file) {
  if (options.body) return "the body is given twice";
  options.body.emplace();
  return fetch::read_data("@" + std::string(file), false, *options.body);
}

constexpr Row kLoadRows[] = {
    tools::heading<LoadOptions>("Load"),
    {'c', "connections", "N", "requests under way at once, each on its connection (10)",
     [](LoadOptions& o, Value v) { return fetch::parse_count(v, kMaxPlaces, o.connections); }},
    {0, "pipeline", "N",
     "requests on their way on each connection (1): ahead of the responses that\nare awaited, if they are "
     "idempotent and have no body",
     [](LoadOptions& o, Value v) { return fetch::parse_count(v, kMaxPipeline, o.client.pipeline_depth); }},
    {'t', "threads", "N", "threads, each with a loop of its own (1)",
     [](LoadOptions& o, Value v) { return fetch::parse_count(v, kMaxThreads, o.threads); }},
    {'d', "duration", "TIME", "how long to measure: 500ms, 10s, 2m; a number is seconds (10s)",
     length<&LoadOptions::duration>},
    {'n', "requests", "N", "ends after N requests", set_requests},
    {'R', "rate", "N", "sends N requests a second by the clock, whether or not earlier\nones were answered",
     set_rate},
    {0, "stages", "TIME:N,...",
     "goes in straight lines from rate to rate (from -R, or 0): 10s:100,1m:1000;\nwith a "
     "c behind each level, from one number of connections to the next",
     set_stages},
    {0, "connections-ramp", "TIME", "opens the connections over this time, and not at once",
     duration<&LoadOptions::connections_ramp>},
    {0, "max-inflight", "N",
     "by rate: requests under way at once (-c, or 1000); those that are due\nbeyond it wait, "
     "and their waiting counts",
     [](LoadOptions& o, Value v) { return fetch::parse_count(v, kMaxPlaces, o.max_inflight); }},
    {0, "warmup", "TIME", "sends for so long before the measuring begins", duration<&LoadOptions::warmup>},
    {0, "give-up", "TIME", "ends early if no connection at all could be made for so long (3s); 0 goes on",
     duration<&LoadOptions::give_up>},
    {0, "start-at", "TIME", "begins then: 2026-01-31T12:00:00Z, or seconds since 1970",
     [](LoadOptions& o, Value v) { return parse_start_time(v, o.start_at); }},

    tools::heading<LoadOptions>("Requests"),
    {'X', "request", "METHOD", "the method; without it GET, or POST with a body", text<&LoadOptions::method>},
    {'H', "header", "LINE", "adds 'Name: value'", add_header},
    {0, "data", "TEXT", "the body", set_body},
    {0, "body-file", "FILE", "the body, from a file", set_body_file},
    {0, "requests-file", "FILE", "reads requests, one a line (below)", text<&LoadOptions::requests_file>},
    {0, "order", "ORDER", "of several URLs or requests: in-turn, random or weighted", set_order},
    {0, "seed", "N", "what random orders and intervals begin with (1)", set_seed},
    {0, "no-keepalive", "", "a connection for each request",
     [](LoadOptions& o, Value) {
       o.keep_alive = false;
       return std::string();
     }},
    {0, "timeout", "TIME", "a request that takes longer fails (30s); 0 is no limit",
     [](LoadOptions& o, Value v) {
       uint64_t nanoseconds = 0;
       std::string fault = parse_duration(v, nanoseconds);
       o.client.timeouts.total = std::chrono::milliseconds((nanoseconds + 999'999) / 1'000'000);
       return fault;
     }},
    {0, "expect-status", "LIST", "good answers: 200,404 or 2xx; without it everything below 400",
     [](LoadOptions& o, Value v) { return o.expect_status.parse(v); }},
    {0, "expect-body-sha256", "HEX", "the digest that the body of a good answer has", set_sha256},
};

constexpr Row kConnectionRows[] = {
    tools::heading<LoadOptions>("Connection"),
    {0, "resolve", "HOST:PORT:ADDR", "dials ADDR for HOST:PORT",
     [](LoadOptions& o, Value v) { return fetch::parse_resolve(v, o.client.overrides.emplace_back()); }},
    {0, "source-address", "A,B,...", "connects from these addresses in turn", set_source_addresses},
    {0, "embedded", "", "starts the embedded server; URLs are paths on it (/bytes/100)",
     flag<&LoadOptions::embedded>},
    {0, "embedded-tls", "", "the same over https", flag<&LoadOptions::embedded_tls>},
};

// kReportRows are those of merge, too.
constexpr Row kReportRows[] = {
    tools::heading<LoadOptions>("Report"),
    {0, "json", "[FILE]", "a JSON report, to the standard output unless a file is given\n(--json=FILE)",
     output<&LoadOptions::json>},
    {0, "csv", "[FILE]", "a line for each slot of time", output<&LoadOptions::csv>},
    {0, "hgrm", "[FILE]", "the latencies from due in HdrHistogram's text form", output<&LoadOptions::hgrm>},
    {0, "html", "FILE", "a page with plots that needs nothing else", text<&LoadOptions::html>},
    {0, "out", "FILE", "everything that was counted, for merge and compare", text<&LoadOptions::out>},
    {0, "threshold", "CONDITION",
     "p99<20ms, mean<5ms, max<1s, errors<0.1%, errors<=3, rate>=1000, open<1;\nseveral "
     "may be given, each must hold",
     [](LoadOptions& o, Value v) { return add_threshold(o.thresholds, v); }},
    {'q', "quiet", "", "no lines while it runs", flag<&LoadOptions::quiet>},
    {'h', "help", "", "this text", flag<&LoadOptions::help>},
};

constexpr Row kQuestionRows[] = {
    tools::heading<LoadOptions>("Questions"),
    {0, "compare", "", "two URLs, A and B (or two files of --out): which is faster, and how sure is that?",
     flag<&LoadOptions::compare>},
    {0, "rounds", "N", "of --compare, of -d each, A and B by turns (7)",
     [](LoadOptions& o, Value v) { return fetch::parse_count(v, kMaxRounds, o.rounds); }},
    {0, "find-knee", "", "searches the highest rate at which --slo holds, by runs of -d each",
     flag<&LoadOptions::find_knee>},
    {0, "slo", "CONDITION", "as --threshold, for --find-knee",
     [](LoadOptions& o, Value v) { return add_threshold(o.slo, v); }},
};

constexpr auto kRows =
    tools::join_rows(kLoadRows, fetch::kTlsRows<LoadOptions>, kConnectionRows, kQuestionRows, kReportRows);

std::string check_outputs(const LoadOptions& o) {
  int to_standard_output = 0;
  for (const Output* form : {&o.json, &o.csv, &o.hgrm}) {
    if (form->wanted && form->file.empty()) ++to_standard_output;
  }
  return to_standard_output > 1 ? "only one report goes to the standard output; --csv=FILE names a file" : "";
}

std::string check_questions(const LoadOptions& o) {
  if (o.compare && o.find_knee) return "--compare and --find-knee do not go together";
  if ((o.compare || o.find_knee) &&
      (o.csv.wanted || o.hgrm.wanted || !o.html.empty() || !o.out.empty() || !o.thresholds.empty())) {
    return "--compare and --find-knee have a text and --json alone, and no --threshold";
  }
  if (o.find_knee) {
    if (o.slo.empty()) return "--find-knee needs --slo, such as --slo 'p99<50ms'";
    if (!o.stages.empty()) return "--find-knee does not go with --stages";
  } else if (!o.slo.empty()) {
    return "--slo is for --find-knee; --threshold is meant";
  }
  return {};
}

std::string check_pipeline(const LoadOptions& o) {
  const uint64_t depth = o.client.pipeline_depth;
  if (depth == 1) return {};
  if (!o.keep_alive) return "--pipeline does not go with --no-keepalive";
  // The pool makes the connections first, and only then has requests share them.
  if (o.stages_of_connections || o.connections_ramp > 0)
    return "--pipeline is for a fixed number of connections";
  const uint64_t connections = o.connections > 0 ? o.connections : LoadOptions::kDefaultConnections;
  if (connections * depth > kMaxPlaces) {
    return std::to_string(connections) + " connections with " + std::to_string(depth) +
           " requests each are more than " + std::to_string(kMaxPlaces) + " requests at once";
  }
  return {};
}

// check_together finds what does not go together.
std::string check_together(LoadOptions& o) {
  if (o.embedded_tls) o.embedded = true;
  if (o.compare && o.urls.size() != 2) return "--compare needs two URLs, or two files";
  if (o.urls.empty() && o.requests_file.empty() && o.embedded && !o.compare) o.urls.push_back("/bytes/100");
  if (o.urls.empty() && o.requests_file.empty()) return "no URL given";
  if (!o.urls.empty() && !o.requests_file.empty()) return "with --requests-file, URLs come from it alone";
  if (!o.stages.empty() && o.length() == 0) return "--stages have no length";
  if (o.rate > 0 && o.stages_of_connections) return "-R does not go with stages of connections";
  if (o.connections_ramp > 0 && (o.open_loop() || !o.stages.empty())) {
    return "--connections-ramp is for a fixed number of connections";
  }
  if (o.connections > 0 && o.stages_of_connections) return "-c does not go with stages of connections";
  if (std::string fault = check_pipeline(o); !fault.empty()) return fault;
  if (o.max_inflight > 0 && !o.open_loop() && !o.find_knee) return "--max-inflight is for -R and --stages";
  if (std::string fault = fetch::check_tls_options(o.client.tls, o.cert_form); !fault.empty()) return fault;
  if (o.embedded_tls) {
    if (std::string fault = fetch::check_embedded_tls(o.client.tls); !fault.empty()) return fault;
  }
  if (o.threads > o.most_connections()) {
    return std::to_string(o.threads) + " threads have nothing to do with " +
           std::to_string(o.most_connections()) + " connections";
  }
  if (std::string fault = check_questions(o); !fault.empty()) return fault;
  return check_outputs(o);
}

// asks_for_help: it wins over whatever else is wrong, as long as it is asked for by itself.
bool asks_for_help(std::span<const std::string> arguments) {
  return arguments.size() == 1 && (arguments[0] == "--help" || arguments[0] == "-h");
}

}  // namespace

Profile LoadOptions::rate_profile() const {
  if (!open_loop()) return Profile::constant(0);
  return stages.empty() ? Profile::constant(rate) : Profile(rate, stages);
}

Profile LoadOptions::connection_profile() const {
  if (!stages.empty()) return Profile(0, stages);
  const double all = static_cast<double>(most_connections());
  if (connections_ramp > 0) return Profile(0, {{static_cast<double>(connections_ramp) / 1e9, all}});
  return Profile::constant(all);
}

uint32_t LoadOptions::places() const {
  if (stages_of_connections && !stages.empty()) {
    return static_cast<uint32_t>(std::clamp(Profile(0, stages).highest(), 1.0, double{kMaxPlaces}));
  }
  const uint32_t on_all = connections * client.pipeline_depth;
  if (!open_loop() && !find_knee) return on_all > 0 ? on_all : kDefaultConnections * client.pipeline_depth;
  const uint32_t most = max_inflight > 0 ? max_inflight : on_all > 0 ? on_all : kDefaultInflight;
  return on_all > 0 ? std::min(most, on_all) : most;
}

uint32_t LoadOptions::most_connections() const {
  return (places() + client.pipeline_depth - 1) / client.pipeline_depth;
}

uint64_t LoadOptions::length() const {
  if (duration > 0) return duration;
  if (!stages.empty()) return static_cast<uint64_t>(Profile(0, stages).seconds() * 1e9);
  return requests > 0 ? UINT64_MAX : kDefaultDuration;
}

std::string parse_load_options(std::span<const std::string> arguments, LoadOptions& options) {
  if (asks_for_help(arguments)) {
    options.help = true;
    return {};
  }
  constexpr std::chrono::seconds kDefaultTimeout{30};
  options.client.timeouts.total = kDefaultTimeout;
  tools::OptionParser<LoadOptions> parser(kRows, options);
  if (std::string fault = parser.parse(arguments); !fault.empty()) return fault;
  options.urls = std::move(parser.operands());
  if (options.help) return {};
  if (options.urls.size() > 1 && options.urls[0] == "merge") return "merge stands in front of its options";
  return check_together(options);
}

std::string parse_merge_options(std::span<const std::string> arguments, LoadOptions& options) {
  if (asks_for_help(arguments)) {
    options.help = true;
    return {};
  }
  tools::OptionParser<LoadOptions> parser(kReportRows, options);
  if (std::string fault = parser.parse(arguments); !fault.empty()) return fault;
  options.urls = std::move(parser.operands());
  if (options.help) return {};
  return options.urls.empty() ? "no file given" : check_outputs(options);
}

std::string load_help() {
  return "usage: godwit load [options] URL...\n"
         "       godwit load merge [report options] FILE...\n"
         "\n"
         "Sends requests to a server and measures it. With -c each connection sends its next request when "
         "the last "
         "was\n"
         "answered; with -R requests go out by the clock, and their latency counts from the moment they were "
         "due.\n" +
         tools::option_help<LoadOptions>(kRows) +
         "\n"
         "Lines of --requests-file: a URL, or a JSON object with the keys url, method, headers ([[name, "
         "value], "
         "...]),\n"
         "body (base64), text (the body as it is) and weight; all but url may be missing.\n"
         "\n"
         "The verdict: VALID, or INVALID for errors (more than 1 % failed, or were never answered), since "
         "the "
         "generator\n"
         "was the limit (its processor, or it was late), or the server (what was due could not be sent, too "
         "much "
         "being\n"
         "open).\n"
         "\n"
         "Exit status: 0 the run is VALID and every threshold holds, 1 it is not or one does not, 2 usage.\n"
         "With --compare: 0 B is no slower than A, 1 it is slower (or a round was not VALID). With "
         "--find-knee: 0 a "
         "rate\n"
         "was found, 1 none.\n"
         "\n"
         "Examples:\n"
         "  godwit load -c 64 -d 10s http://localhost:8080/\n"
         "  godwit load -R 500 -d 1m --threshold 'p99<20ms' --threshold 'errors<0.1%' https://example.com/\n"
         "  godwit load --stages 30s:1000,1m:1000,10s:0 --html report.html http://localhost:8080/\n"
         "  godwit load --embedded -c 64 -d 2s /bytes/100\n"
         "  godwit load --compare -d 2s http://localhost:8080/ http://localhost:8081/\n"
         "  godwit load --find-knee --slo 'p99<50ms' -d 5s http://localhost:8080/\n";
}

}  // namespace godwit::load
