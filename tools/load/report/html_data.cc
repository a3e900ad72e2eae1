// SPDX-License-Identifier: MIT
#include "godwit/tools/load/report/html_data.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "godwit/tools/load/measure/duration_text.h"
#include "godwit/tools/load/measure/verdict.h"
#include "godwit/tools/load/report/text_report.h"

namespace godwit::load {

namespace {

using Json = nlohmann::ordered_json;

std::string number_text(double value, const char* format) {
  char text[64];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

std::string rate_text(double value) {
  return (value < 100 ? number_text(value, "%.2f") : count_text(static_cast<uint64_t>(value + 0.5))) + "/s";
}

std::string percent_text(double share) {
  return number_text(share * 100, "%.3g") + " %";
}

// curve gives the latency at percentiles that lie ever closer together towards 100, five to a halving of what
// is left, as far as there are records to speak of them.
Json curve(const Histogram& histogram) {
  Json points = Json::array();
  if (histogram.empty()) return points;
  const double deepest = std::min(std::log2(static_cast<double>(histogram.count())), std::log2(1e5));
  for (int i = 0; i / 5.0 <= deepest; ++i) {
    const double percent = 100 * (1 - std::exp2(-i / 5.0));
    points.push_back({percent, histogram.percentile(percent)});
  }
  return points;
}

Json latency_row(const char* name, const Histogram& h) {
  return {{"name", name},
          {"count", h.count()},
          {"values",
           {h.min(), h.percentile(50), h.percentile(90), h.percentile(99), h.percentile(99.9),
            h.percentile(99.99), h.percentile(99.999), h.max()}}};
}

Json phase(const char* name, const Histogram& h) {
  return {{"name", name},
          {"count", h.count()},
          {"p50", h.percentile(50)},
          {"p99", h.percentile(99)},
          {"max", h.max()}};
}

// cells gives [from, to, count] of a slot's latencies, four to a doubling: finer ones could not be seen.
Json cells(const Moment& moment) {
  constexpr size_t kMerged = (size_t{1} << Moment::kStepBits) / 4;
  Json out = Json::array();
  for (size_t i = 0; i < Moment::kBuckets; i += kMerged) {
    uint64_t count = 0;
    for (size_t j = i; j < i + kMerged; ++j) count += moment.latencies[j];
    if (count != 0) out.push_back({Moment::low_end(i), Moment::low_end(i + kMerged), count});
  }
  return out;
}

Json series(const Result& result) {
  const TimeSeries& series = result.measured.series;
  const double width = static_cast<double>(series.width()) / 1e9;
  Json slots = Json::array();
  double begin = 0;
  for (const Moment& moment : series.slots()) {
    // The run may have ended within the last slot.
    const double length = std::max(std::min(width, result.seconds - begin), width / 100);
    begin += width;
    slots.push_back({{"good", moment.good},
                     {"failed", moment.failed},
                     {"good_rate", static_cast<double>(moment.good) / length},
                     {"failed_rate", static_cast<double>(moment.failed) / length},
                     {"asked_rate", moment.asked / length},
                     {"p50", moment.percentile(50)},
                     {"p99", moment.percentile(99)},
                     {"slowest", moment.slowest},
                     {"cells", cells(moment)}});
  }
  return {{"width", width}, {"slots", std::move(slots)}};
}

Json about(const Result& result) {
  Json out = Json::array();
  if (!result.started.empty()) out.push_back(result.started);
  out.push_back(number_text(result.seconds, "%.3g") + " s" + (result.interrupted ? ", interrupted" : ""));
  if (result.open_loop) {
    out.push_back("open loop, " + rate_text(result.rate) + " asked for");
  } else {
    out.push_back("closed loop");
  }
  if (result.connections != 0) {
    out.push_back(result.open_loop ? count_text(result.under_way()) + " requests under way at most"
                                   : count_text(result.connections) +
                                         (result.connections == 1 ? " connection" : " connections"));
    if (result.pipeline > 1) out.push_back(std::to_string(result.pipeline) + " requests on each connection");
  }
  if (result.warmup > 0) out.push_back(number_text(result.warmup, "%.3g") + " s of warm-up left out");
  if (result.generators > 1) out.push_back(std::to_string(result.generators) + " generators merged");
  return out;
}

Json summary(const Result& result) {
  const Measurements& m = result.measured;
  // Where nothing went well there is no latency, which is not one of 0.
  const auto latency = [&](uint64_t value) { return m.good() == 0 ? "-" : duration_text(value); };
  // Pairs, and not an object, since their order is that of the page.
  return Json::array({{"went well", rate_text(result.throughput())},
                      {"median from due", latency(m.from_due.percentile(50))},
                      {"99 % from due", latency(m.from_due.percentile(99))},
                      {"slowest from due", latency(m.from_due.max())},
                      {"requests that went well", count_text(m.good())},
                      {"failed: " + percent_text(result.error_share()), count_text(m.bad())},
                      {"open at the end", count_text(m.open())},
                      {"of bodies", size_text(result.body_rate()) + "/s"}});
}

Json generator(const Result& result) {
  const Measurements& m = result.measured;
  Json out = Json::array();
  for (size_t i = 0; i < result.threads.size(); ++i) {
    out.push_back(
        {"processor time of thread " + std::to_string(i + 1), percent_text(result.threads[i].share())});
  }
  const auto lateness = [&](const char* name, const Histogram& h) {
    if (h.empty()) return;
    out.push_back({name, "median " + duration_text(h.percentile(50)) + ", 99 % " +
                             duration_text(h.percentile(99)) + ", worst " + duration_text(h.max())});
  };
  lateness("lag: due and not yet noticed", m.lag);
  lateness("delay of the event loop", m.loop_delay);
  lateness("age of requests open at the end", m.open_age);
  out.push_back({"requests given to the client", count_text(m.sent)});
  if (m.unsent != 0) out.push_back({"due, but not sent: too many were open", count_text(m.unsent)});
  out.push_back({"connections made", count_text(m.connections)});
  return out;
}

}  // namespace

std::string html_data(const Result& result, std::span<const Threshold> thresholds) {
  const Measurements& m = result.measured;
  const Verdict verdict = judge(result);
  Json judged = Json::array();
  for (const Threshold& threshold : thresholds) {
    judged.push_back({{"text", threshold.text},
                      {"value", threshold.value_text(result)},
                      {"holds", threshold.holds(result)}});
  }
  Json statuses = Json::array();
  for (const auto& [status, count] : m.statuses) statuses.push_back({status, count});
  Json causes = Json::array();
  for (const auto& [name, cause] : m.causes) {
    causes.push_back({{"name", name}, {"count", cause.count}, {"example", cause.example}});
  }
  const auto named_curve = [](const char* name, const Histogram& h) {
    return Json{{"name", name}, {"points", curve(h)}};
  };

  const Json data = {
      {"urls", result.urls},
      {"about", about(result)},
      {"verdict", verdict.text()},
      {"valid", verdict.valid()},
      {"reasons", verdict.reasons},
      {"notes", verdict.notes},
      {"summary", summary(result)},
      {"thresholds", std::move(judged)},
      {"open_loop", result.open_loop},
      {"percentiles",
       {named_curve("from due", m.from_due), named_curve("from sent", m.from_sent),
        named_curve("generator lag", m.lag), named_curve("failed", m.failed)}},
      {"latencies",
       {latency_row("from due", m.from_due), latency_row("from sent", m.from_sent),
        latency_row("generator lag", m.lag), latency_row("failed", m.failed)}},
      {"phases",
       {phase("connect", m.connect), phase("TLS handshake", m.tls), phase("first byte", m.first_byte),
        phase("transfer", m.transfer)}},
      {"series", series(result)},
      {"statuses", std::move(statuses)},
      {"causes", std::move(causes)},
      {"generator", generator(result)},
  };
  const std::string text = data.dump(-1, ' ', false, Json::error_handler_t::replace);
  std::string safe;
  safe.reserve(text.size());
  for (const char c : text) {
    if (c == '<') {
      safe += "\\u003c";
    } else {
      safe += c;
    }
  }
  return safe;
}

}  // namespace godwit::load
