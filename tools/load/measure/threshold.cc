// SPDX-License-Identifier: MIT
#include "godwit/tools/load/measure/threshold.h"

#include <charconv>
#include <cstdio>

#include "godwit/tools/load/measure/duration_text.h"

namespace godwit::load {

namespace {

using Metric = Threshold::Metric;
using Relation = Threshold::Relation;

bool read_number(std::string_view text, double& out) {
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), out, std::chars_format::fixed);
  return error == std::errc() && end == text.data() + text.size() && out >= 0;
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

std::string read_metric(std::string_view name, Threshold& out) {
  constexpr struct {
    std::string_view name;
    Metric metric;
  } kNames[] = {{"mean", Metric::mean},     {"max", Metric::max},   {"min", Metric::min},
                {"errors", Metric::errors}, {"rate", Metric::rate}, {"open", Metric::open}};
  for (const auto& row : kNames) {
    if (row.name != name) continue;
    out.metric = row.metric;
    return {};
  }
  if (name.starts_with('p') && read_number(name.substr(1), out.percent) && out.percent <= 100) {
    out.metric = Metric::percentile;
    return {};
  }
  return "'" + std::string(name) + "' is none of pN, mean, max, min, errors, rate, open";
}

}  // namespace

std::string parse_threshold(std::string_view text, Threshold& out) {
  out.text = text;
  const size_t sign = text.find_first_of("<>");
  if (sign == text.npos) return "'" + std::string(text) + "' has no < or >; p99<20ms is meant";
  std::string_view value = text.substr(sign + 1);
  const bool equal = value.starts_with('=');
  if (equal) value.remove_prefix(1);
  out.relation = text[sign] == '<' ? (equal ? Relation::at_most : Relation::below)
                                   : (equal ? Relation::at_least : Relation::above);
  value = trimmed(value);
  if (std::string fault = read_metric(trimmed(text.substr(0, sign)), out); !fault.empty()) return fault;
  if (out.is_duration()) {
    uint64_t nanoseconds = 0;
    double number = 0;
    // Seconds, as for -d, are hardly ever meant here, and such a threshold would always hold.
    if (read_number(value, number) && number > 0) {
      return "'" + std::string(value) + "' has no unit; " + std::string(value) + "ms is meant, or " +
             std::string(value) + "s";
    }
    std::string fault = parse_duration(value, nanoseconds);
    out.limit = static_cast<double>(nanoseconds);
    return fault;
  }
  if (out.metric == Metric::errors && value.ends_with('%')) {
    out.metric = Metric::error_percent;
    value = trimmed(value.substr(0, value.size() - 1));
  }
  return read_number(value, out.limit) ? "" : "'" + std::string(value) + "' is not a number";
}

double Threshold::value(const Result& result) const {
  const Histogram& latency = result.measured.from_due;
  switch (metric) {
    case Metric::percentile:
      return static_cast<double>(latency.percentile(percent));
    case Metric::mean:
      return latency.mean();
    case Metric::max:
      return static_cast<double>(latency.max());
    case Metric::min:
      return static_cast<double>(latency.min());
    case Metric::errors:
      return static_cast<double>(result.measured.bad());
    case Metric::error_percent:
      return result.error_share() * 100;
    case Metric::rate:
      return result.throughput();
    case Metric::open:
      return static_cast<double>(result.measured.open());
  }
  return 0;
}

bool Threshold::holds(const Result& result) const {
  if (is_duration() && result.measured.good() == 0) return false;
  const double actual = value(result);
  switch (relation) {
    case Relation::below:
      return actual < limit;
    case Relation::at_most:
      return actual <= limit;
    case Relation::above:
      return actual > limit;
    case Relation::at_least:
      return actual >= limit;
  }
  return false;
}

std::string Threshold::value_text(const Result& result) const {
  const double actual = value(result);
  if (is_duration() && result.measured.good() == 0) return "no request went well";
  if (is_duration()) return duration_text(static_cast<uint64_t>(actual));
  char written[48];
  std::snprintf(written, sizeof written, metric == Metric::error_percent ? "%.3g %%" : "%.6g", actual);
  return written;
}

}  // namespace godwit::load
