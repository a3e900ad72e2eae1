// SPDX-License-Identifier: MIT
#include "godwit/tools/load/report/text_report.h"

#include <algorithm>
#include <cstdarg>
#include <cstdio>

#include "godwit/tools/fetch/json_text.h"
#include "godwit/tools/load/measure/duration_text.h"
#include "godwit/tools/load/report/percentiles.h"

namespace godwit::load {

namespace {

__attribute__((format(printf, 2, 3))) void add(std::string& out, const char* format, ...) {
  char line[512];
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  out += line;
}

std::string at(const Histogram& histogram, double percent) {
  return histogram.empty() ? "-" : duration_text(histogram.percentile(percent));
}

void add_headline(const Result& result, std::string& out) {
  add(out, "%.3g s of ", result.seconds);
  for (size_t i = 0; i < result.urls.size(); ++i) {
    out += (i == 0 ? "" : ", ") + fetch::printable(result.urls[i]);
  }
  out += "\n";
  if (result.open_loop) add(out, "%.10g requests a second by the clock, ", result.rate);
  add(out, "%s %s under way at most, ", count_text(result.under_way()).c_str(),
      result.under_way() == 1 ? "request" : "requests");
  if (result.pipeline > 1) add(out, "%u on each connection, ", result.pipeline);
  add(out, "%zu %s", result.threads.size(), result.threads.size() == 1 ? "thread" : "threads");
  if (result.generators > 1) add(out, ", %u generators", result.generators);
  if (result.warmup > 0) add(out, ", after %.3g s of warm-up", result.warmup);
  out += result.interrupted ? "\nInterrupted: this is what was measured by then.\n" : "\n";
}

void add_verdict(const Verdict& verdict, std::string& out) {
  out += "\n" + verdict.text() + "\n";
  for (const std::string& reason : verdict.reasons) out += "  " + reason + "\n";
  for (const std::string& note : verdict.notes) out += "  mind: " + note + "\n";
}

void add_counts(const Result& result, std::string& out) {
  const Measurements& measured = result.measured;
  add(out, "\n  good    %14s   %.6g requests/s, %s/s of bodies\n", count_text(measured.good()).c_str(),
      result.throughput(), size_text(result.body_rate()).c_str());
  add(out, "  failed  %14s   %.3g %% of what ended\n", count_text(measured.bad()).c_str(),
      result.error_share() * 100);
  add(out, "  open    %14s   ", count_text(measured.open()).c_str());
  if (measured.open() == 0) {
    out += "nothing was under way at the end\n";
  } else {
    add(out, "without an answer at the end, the oldest for %s\n",
        duration_text(measured.open_age.max()).c_str());
  }
  if (measured.unsent != 0) {
    add(out, "  unsent  %14s   due and never sent, the oldest for %s\n", count_text(measured.unsent).c_str(),
        duration_text(measured.oldest_unsent).c_str());
  }
}

void add_latencies(const Result& result, std::string& out) {
  const Measurements& measured = result.measured;
  if (measured.good() == 0) return;
  const Histogram* const columns[] = {&measured.from_due, &measured.from_sent, &measured.lag};
  const size_t shown = result.open_loop ? 3 : 2;
  add(out, "\nLatency   %12s %12s%s\n", "from due", "from sent", result.open_loop ? "      own lag" : "");
  const auto row = [&](const char* name, auto&& value) {
    add(out, "  %-8s", name);
    for (size_t i = 0; i < shown; ++i) {
      add(out, "%12s ", columns[i]->empty() ? "-" : duration_text(value(*columns[i])).c_str());
    }
    out.back() = '\n';  // not a space at the line's end
  };
  row("min", [](const Histogram& h) { return h.min(); });
  for (const auto& [name, percent] : kPercentiles) {
    row(name, [percent = percent](const Histogram& h) { return h.percentile(percent); });
  }
  row("max", [](const Histogram& h) { return h.max(); });
  row("mean", [](const Histogram& h) { return static_cast<uint64_t>(h.mean()); });
  row("stddev", [](const Histogram& h) { return static_cast<uint64_t>(h.deviation()); });
}

void add_phases(const Measurements& measured, std::string& out) {
  const struct {
    const char* name;
    const Histogram& histogram;
  } kRows[] = {{"connect", measured.connect},
               {"tls", measured.tls},
               {"first byte", measured.first_byte},
               {"transfer", measured.transfer},
               {"to failure", measured.failed}};
  if (measured.good() + measured.bad() == 0) return;
  add(out, "\nPhases      %12s %12s %12s %12s\n", "count", "p50", "p99", "max");
  for (const auto& [name, histogram] : kRows) {
    if (histogram.empty()) continue;
    add(out, "  %-10s%12s %12s %12s %12s\n", name, count_text(histogram.count()).c_str(),
        at(histogram, 50).c_str(), at(histogram, 99).c_str(), duration_text(histogram.max()).c_str());
  }
}

void add_causes(const Measurements& measured, std::string& out) {
  if (!measured.causes.empty()) out += "\nFailures\n";
  for (const auto& [name, cause] : measured.causes) {
    add(out, "%12s  %s", count_text(cause.count).c_str(), name.c_str());
    if (!cause.example.empty()) out += "  (" + fetch::printable(cause.example) + ")";
    out += '\n';
  }
  if (measured.statuses.empty()) return;
  out += "\nStatuses ";
  for (const auto& [status, count] : measured.statuses)
    add(out, " %d: %s", status, count_text(count).c_str());
  out += '\n';
}

void add_generator(const Result& result, std::string& out) {
  out += "\nGenerator ";
  for (size_t i = 0; i < result.threads.size() && i < 16; ++i) {
    add(out, "%s%.3g %%", i == 0 ? "" : ", ", result.threads[i].share() * 100);
  }
  if (result.threads.size() > 16) out += ", ...";
  add(out, " of a processor for each thread; event loop late by %s (p99), %s (max)\n",
      at(result.measured.loop_delay, 99).c_str(), at(result.measured.loop_delay, 100).c_str());
}

void add_thresholds(const Judgement& judgement, std::string& out) {
  if (!judgement.thresholds.empty()) out += "\nThresholds\n";
  for (const Judgement::Row& row : judgement.thresholds) {
    add(out, "  %-6s  %s: %s\n", row.holds ? "holds" : "FAILED", row.text.c_str(), row.value.c_str());
  }
}

}  // namespace

std::string count_text(uint64_t count) {
  std::string text = std::to_string(count);
  for (size_t i = text.size(); i > 3; i -= 3) text.insert(i - 3, 1, ',');
  return text;
}

std::string size_text(double bytes) {
  constexpr const char* kUnits[] = {"B", "kB", "MB", "GB", "TB"};
  size_t unit = 0;
  while (bytes >= 999.5 && unit + 1 < std::size(kUnits)) {
    bytes /= 1000;
    ++unit;
  }
  std::string text;
  add(text, "%.3g %s", bytes, kUnits[unit]);
  return text;
}

std::string text_report(const Result& result, const Judgement& judgement) {
  std::string out;
  add_headline(result, out);
  add_verdict(judgement.verdict, out);
  add_counts(result, out);
  add_latencies(result, out);
  add_phases(result.measured, out);
  add_causes(result.measured, out);
  add_generator(result, out);
  add_thresholds(judgement, out);
  return out;
}

}  // namespace godwit::load
