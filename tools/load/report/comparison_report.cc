// SPDX-License-Identifier: MIT
#include "godwit/tools/load/report/comparison_report.h"

#include <cstdio>

#include <nlohmann/json.hpp>

#include "godwit/tools/fetch/json_text.h"
#include "godwit/tools/load/measure/duration_text.h"

namespace godwit::load {

namespace {

using Json = nlohmann::ordered_json;

std::string judged(const Ratio& ratio, bool more_is_better) {
  if (!ratio.differs()) return "no difference seen";
  return (ratio.ratio > 1) == more_is_better ? "B is better" : "B is worse";
}

std::string row(const char* name, const std::string& a, const std::string& b, const Ratio& ratio,
                bool more_is_better) {
  char line[256];
  std::snprintf(line, sizeof line, "  %-6s %12s %12s   %.3f  [%.3f, %.3f]  %s\n", name, a.c_str(), b.c_str(),
                ratio.ratio, ratio.low, ratio.high, judged(ratio, more_is_better).c_str());
  return line;
}

std::string duration_of(const std::vector<double>& values) {
  return duration_text(static_cast<uint64_t>(median(values)));
}

std::string rate_of(const std::vector<double>& values) {
  char text[48];
  std::snprintf(text, sizeof text, "%.6g/s", median(values));
  return text;
}

Json ratio_json(const std::vector<double>& a, const std::vector<double>& b, const Ratio& ratio, double unit) {
  return {{"a", median(a) / unit}, {"b", median(b) / unit}, {"ratio", ratio.ratio},
          {"low", ratio.low},      {"high", ratio.high},    {"differs", ratio.differs()}};
}

}  // namespace

void compute(Comparison& comparison, uint64_t seed) {
  const Side &a = comparison.sides[0], &b = comparison.sides[1];
  comparison.p50 = compare_medians(a.p50, b.p50, seed);
  comparison.p99 = compare_medians(a.p99, b.p99, seed);
  comparison.rate = compare_medians(a.rate, b.rate, seed);
}

std::string comparison_text(const Comparison& comparison) {
  const Side &a = comparison.sides[0], &b = comparison.sides[1];
  std::string out = "A  " + fetch::printable(a.name) + "\nB  " + fetch::printable(b.name) + "\n" +
                    std::to_string(a.rounds()) + " and " + std::to_string(b.rounds()) +
                    " rounds; medians, and B / A with its 95 % interval\n\n";
  char line[128];
  std::snprintf(line, sizeof line, "  %-6s %12s %12s   B / A\n", "", "A", "B");
  out += line;
  out += row("p50", duration_of(a.p50), duration_of(b.p50), comparison.p50, false);
  out += row("p99", duration_of(a.p99), duration_of(b.p99), comparison.p99, false);
  out += row("rate", rate_of(a.rate), rate_of(b.rate), comparison.rate, true);
  if (!comparison.faults.empty()) out += "\n";
  for (const std::string& fault : comparison.faults) out += "  mind: " + fetch::printable(fault) + "\n";
  return out;
}

std::string comparison_json(const Comparison& comparison) {
  const Side &a = comparison.sides[0], &b = comparison.sides[1];
  Json out;
  out["a"] = a.name;
  out["b"] = b.name;
  out["rounds"] = Json::array({a.rounds(), b.rounds()});
  out["p50_ms"] = ratio_json(a.p50, b.p50, comparison.p50, 1e6);
  out["p99_ms"] = ratio_json(a.p99, b.p99, comparison.p99, 1e6);
  out["rate"] = ratio_json(a.rate, b.rate, comparison.rate, 1);
  out["slower"] = comparison.slower();
  out["faults"] = comparison.faults;
  return out.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace godwit::load
