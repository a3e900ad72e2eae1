// SPDX-License-Identifier: MIT
#include "godwit/tools/load/report/json_report.h"

#include <nlohmann/json.hpp>

#include "godwit/tools/load/report/percentiles.h"

namespace godwit::load {

namespace {

using Json = nlohmann::ordered_json;

double milliseconds(uint64_t nanoseconds) {
  return static_cast<double>(nanoseconds) / 1e6;
}

Json histogram_json(const Histogram& histogram) {
  if (histogram.empty()) return nullptr;
  Json out = {{"count", histogram.count()}, {"min", milliseconds(histogram.min())}};
  for (const auto& [name, percent] : kPercentiles) out[name] = milliseconds(histogram.percentile(percent));
  out["max"] = milliseconds(histogram.max());
  out["mean"] = histogram.mean() / 1e6;
  out["stddev"] = histogram.deviation() / 1e6;
  if (histogram.clamped() != 0) out["clamped"] = histogram.clamped();
  return out;
}

Json series_json(const TimeSeries& series) {
  Json slots = Json::array();
  const double width = static_cast<double>(series.width()) / 1e9;
  for (size_t i = 0; i < series.slots().size(); ++i) {
    const Moment& slot = series.slots()[i];
    slots.push_back({{"at", static_cast<double>(i) * width},
                     {"asked", slot.asked},
                     {"good", slot.good},
                     {"failed", slot.failed},
                     {"body_bytes", slot.body_bytes},
                     {"p50", milliseconds(slot.percentile(50))},
                     {"p90", milliseconds(slot.percentile(90))},
                     {"p99", milliseconds(slot.percentile(99))},
                     {"max", milliseconds(slot.slowest)}});
  }
  return {{"slot_seconds", width}, {"slots", std::move(slots)}};
}

}  // namespace

std::string json_report(const Result& result, const Judgement& judgement) {
  const Measurements& measured = result.measured;
  Json out;
  out["verdict"] = judgement.verdict.text();
  out["valid"] = judgement.verdict.valid();
  out["reasons"] = judgement.verdict.reasons;
  out["notes"] = judgement.verdict.notes;
  out["passed"] = judgement.passed();
  out["urls"] = result.urls;
  out["mode"] = result.open_loop ? "open" : "closed";
  out["target_rate"] = result.open_loop ? Json(result.rate) : Json();
  out["connections"] = result.connections;
  out["pipeline"] = result.pipeline;
  out["started"] = result.started;
  out["seconds"] = result.seconds;
  out["warmup_seconds"] = result.warmup;
  out["interrupted"] = result.interrupted;
  out["generators"] = result.generators;
  out["requests"] = {{"sent", measured.sent},
                     {"good", measured.good()},
                     {"failed", measured.bad()},
                     {"open", measured.open()},
                     {"unsent", measured.unsent}};
  out["rate"] = result.throughput();
  out["error_percent"] = result.error_share() * 100;
  out["connections_made"] = measured.connections;
  out["body_bytes"] = measured.body_bytes;
  out["body_bytes_per_second"] = result.body_rate();
  out["latency_ms"] = {{"from_due", histogram_json(measured.from_due)},
                       {"from_sent", histogram_json(measured.from_sent)},
                       {"lag", histogram_json(measured.lag)}};
  out["phases_ms"] = {{"connect", histogram_json(measured.connect)},
                      {"tls", histogram_json(measured.tls)},
                      {"first_byte", histogram_json(measured.first_byte)},
                      {"transfer", histogram_json(measured.transfer)},
                      {"failed", histogram_json(measured.failed)}};
  out["open_age_ms"] = histogram_json(measured.open_age);
  out["oldest_unsent_ms"] = milliseconds(measured.oldest_unsent);
  Json& statuses = out["statuses"] = Json::object();
  for (const auto& [status, count] : measured.statuses) statuses[std::to_string(status)] = count;
  Json& failures = out["failures"] = Json::array();
  for (const auto& [name, cause] : measured.causes) {
    failures.push_back({{"cause", name}, {"count", cause.count}, {"example", cause.example}});
  }
  Json& threads = out["generator"]["threads"] = Json::array();
  for (const ThreadUse& thread : result.threads) {
    threads.push_back({{"seconds", thread.seconds}, {"cpu_seconds", thread.cpu_seconds}});
  }
  out["generator"]["loop_delay_ms"] = histogram_json(measured.loop_delay);
  Json& thresholds = out["thresholds"] = Json::array();
  for (const Judgement::Row& row : judgement.thresholds) {
    thresholds.push_back({{"threshold", row.text}, {"value", row.value}, {"holds", row.holds}});
  }
  out["series"] = series_json(measured.series);
  return out.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace godwit::load
