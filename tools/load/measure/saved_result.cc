// SPDX-License-Identifier: MIT
#include <cmath>
#include <utility>

#include <nlohmann/json.hpp>

#include "godwit/tools/load/measure/result.h"

namespace godwit::load {

namespace {

using Json = nlohmann::ordered_json;

constexpr int kFormat = 1;
constexpr std::string_view kKind = "godwit load result";

struct NamedHistogram {
  const char* name;
  Histogram Measurements::*member;
};

constexpr NamedHistogram kHistograms[] = {
    {"from_due", &Measurements::from_due}, {"from_sent", &Measurements::from_sent},
    {"lag", &Measurements::lag},           {"connect", &Measurements::connect},
    {"tls", &Measurements::tls},           {"first_byte", &Measurements::first_byte},
    {"transfer", &Measurements::transfer}, {"failed", &Measurements::failed},
    {"open_age", &Measurements::open_age}, {"loop_delay", &Measurements::loop_delay},
};

struct NamedCount {
  const char* name;
  uint64_t Measurements::*member;
};

constexpr NamedCount kCounts[] = {
    {"sent", &Measurements::sent},
    {"unsent", &Measurements::unsent},
    {"oldest_unsent", &Measurements::oldest_unsent},
    {"connections", &Measurements::connections},
    {"body_bytes", &Measurements::body_bytes},
};

// Moments are written as runs: good, failed, body bytes, slowest, then pairs of bucket and count.
Json write_moment(const Moment& moment) {
  Json words = {moment.good, moment.failed, moment.body_bytes, moment.slowest};
  for (size_t i = 0; i < Moment::kBuckets; ++i) {
    if (moment.latencies[i] == 0) continue;
    words.push_back(i);
    words.push_back(moment.latencies[i]);
  }
  return words;
}

// Reader takes values out of the document; the first fault stays, and the rest then gives nothing.
class Reader {
 public:
  explicit Reader(std::string& fault) : fault_(fault) {}

  bool failed() const { return !fault_.empty(); }
  void fail(const std::string& what) {
    if (!failed()) fault_ = what;
  }

  const Json& at(const Json& object, const char* key) {
    static const Json kNothing;
    if (object.is_object()) {
      const auto found = object.find(key);
      if (found != object.end()) return *found;
    }
    fail(std::string("it has no ") + key);
    return kNothing;
  }

  uint64_t count(const Json& object, const char* key) {
    const Json& value = at(object, key);
    if (value.is_number_unsigned()) return value.get<uint64_t>();
    fail(std::string(key) + " is not a count");
    return 0;
  }

  double number(const Json& object, const char* key) { return number_in(at(object, key), key); }
  double number_in(const Json& value, const char* key) {
    const double number = value.is_number() ? value.get<double>() : -1;
    if (number >= 0 && std::isfinite(number)) return number;
    fail(std::string(key) + " is not a number");
    return 0;
  }

  bool flag(const Json& object, const char* key) {
    const Json& value = at(object, key);
    if (value.is_boolean()) return value.get<bool>();
    fail(std::string(key) + " is neither true nor false");
    return false;
  }

  std::string text(const Json& value, const char* key) {
    if (value.is_string()) return value.get<std::string>();
    fail(std::string(key) + " is not a text");
    return {};
  }

  std::vector<uint64_t> words(const Json& value, const char* key) {
    std::vector<uint64_t> words;
    if (!value.is_array()) fail(std::string(key) + " is not a list");
    for (const Json& word : value) {
      if (!word.is_number_unsigned()) {
        fail(std::string(key) + " is not a list of counts");
        break;
      }
      words.push_back(word.get<uint64_t>());
    }
    return words;
  }

 private:
  std::string& fault_;
};

Moment read_moment(const Json& value, Reader& reader) {
  Moment moment;
  const std::vector<uint64_t> words = reader.words(value, "a slot");
  if (words.size() < 4 || words.size() % 2 != 0) {
    reader.fail("a slot is cut short");
    return moment;
  }
  moment.good = words[0];
  moment.failed = words[1];
  moment.body_bytes = words[2];
  moment.slowest = words[3];
  for (size_t i = 4; i < words.size(); i += 2) {
    if (words[i] >= Moment::kBuckets || words[i + 1] > UINT32_MAX) {
      reader.fail("a slot has no such bucket");
      return moment;
    }
    moment.latencies[words[i]] = static_cast<uint32_t>(words[i + 1]);
  }
  return moment;
}

void read_measurements(const Json& document, Measurements& out, Reader& reader) {
  const Json& histograms = reader.at(document, "histograms");
  for (const auto& [name, member] : kHistograms) {
    const auto words = reader.words(reader.at(histograms, name), name);
    if (std::optional<Histogram> histogram = Histogram::decode(words)) {
      out.*member = std::move(*histogram);
    } else {
      reader.fail(std::string("the histogram ") + name + " is damaged");
    }
  }
  const Json& counts = reader.at(document, "counts");
  for (const auto& [name, member] : kCounts) out.*member = reader.count(counts, name);
  for (const Json& row : reader.at(document, "statuses")) {
    const std::vector<uint64_t> words = reader.words(row, "statuses");
    if (words.size() == 2 && words[0] < 1000) {
      out.statuses[static_cast<int>(words[0])] = words[1];
    } else {
      reader.fail("statuses is damaged");
    }
  }
  for (const Json& row : reader.at(document, "causes")) {
    Cause cause{reader.count(row, "count"), reader.text(reader.at(row, "example"), "example")};
    out.causes[reader.text(reader.at(row, "name"), "name")] = std::move(cause);
  }
  const Json& series = reader.at(document, "series");
  std::vector<Moment> slots;
  for (const Json& slot : reader.at(series, "slots")) {
    if (slots.size() > TimeSeries::kMaxSlots) break;
    slots.push_back(read_moment(slot, reader));
  }
  const Json& asked = reader.at(series, "asked");
  if (!asked.is_array() || asked.size() != slots.size()) reader.fail("asked does not fit the slots");
  for (size_t i = 0; !reader.failed() && i < slots.size(); ++i) {
    slots[i].asked = reader.number_in(asked[i], "asked");
  }
  if (!out.series.assign(reader.count(series, "width_ns"), std::move(slots))) {
    reader.fail("series is damaged");
  }
}

}  // namespace

std::string save_result(const Result& result) {
  const Measurements& measured = result.measured;
  Json document;
  document["kind"] = kKind;
  document["format"] = kFormat;
  document["urls"] = result.urls;
  document["open_loop"] = result.open_loop;
  document["rate"] = result.rate;
  document["connections"] = result.connections;
  if (result.pipeline > 1) document["pipeline"] = result.pipeline;
  document["warmup_seconds"] = result.warmup;
  document["started"] = result.started;
  document["seconds"] = result.seconds;
  document["interrupted"] = result.interrupted;
  document["generators"] = result.generators;
  Json& threads = document["threads"] = Json::array();
  for (const ThreadUse& thread : result.threads) {
    threads.push_back({{"seconds", thread.seconds}, {"cpu_seconds", thread.cpu_seconds}});
  }
  for (const auto& [name, member] : kCounts) document["counts"][name] = measured.*member;
  Json& statuses = document["statuses"] = Json::array();
  for (const auto& [status, count] : measured.statuses) statuses.push_back(Json::array({status, count}));
  Json& causes = document["causes"] = Json::array();
  for (const auto& [name, cause] : measured.causes) {
    causes.push_back({{"name", name}, {"count", cause.count}, {"example", cause.example}});
  }
  for (const auto& [name, member] : kHistograms) {
    document["histograms"][name] = (measured.*member).encode();
  }
  document["series"]["width_ns"] = measured.series.width();
  Json& slots = document["series"]["slots"] = Json::array();
  for (const Moment& slot : measured.series.slots()) slots.push_back(write_moment(slot));
  Json& asked = document["series"]["asked"] = Json::array();
  for (const Moment& slot : measured.series.slots()) asked.push_back(slot.asked);
  // A peer's words in an example may be no UTF-8.
  return document.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::optional<Result> load_result(std::string_view text, std::string& fault) {
  fault.clear();
  const Json document = Json::parse(text, nullptr, false);
  if (!document.is_object() || document.value("kind", Json()) != Json(kKind)) {
    fault = "it is not what --out of godwit load writes";
    return std::nullopt;
  }
  if (document.value("format", Json()) != Json(kFormat)) {
    fault = "it was written by another version of godwit";
    return std::nullopt;
  }
  Reader reader(fault);
  Result result;
  for (const Json& url : reader.at(document, "urls")) result.urls.push_back(reader.text(url, "urls"));
  result.open_loop = reader.flag(document, "open_loop");
  result.rate = reader.number(document, "rate");
  result.connections = static_cast<uint32_t>(reader.count(document, "connections"));
  if (document.contains("pipeline")) {
    result.pipeline = std::max<uint32_t>(static_cast<uint32_t>(reader.count(document, "pipeline")), 1);
  }
  result.warmup = reader.number(document, "warmup_seconds");
  result.started = reader.text(reader.at(document, "started"), "started");
  result.seconds = reader.number(document, "seconds");
  result.interrupted = reader.flag(document, "interrupted");
  result.generators = static_cast<uint32_t>(reader.count(document, "generators"));
  for (const Json& thread : reader.at(document, "threads")) {
    result.threads.push_back({reader.number(thread, "seconds"), reader.number(thread, "cpu_seconds")});
  }
  read_measurements(document, result.measured, reader);
  if (reader.failed()) return std::nullopt;
  return result;
}

}  // namespace godwit::load
