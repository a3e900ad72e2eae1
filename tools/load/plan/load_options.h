// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "godwit/core/headers.h"
#include "godwit/core/options.h"
#include "godwit/tools/fetch/tls_option_rows.h"
#include "godwit/tools/load/measure/threshold.h"
#include "godwit/tools/load/plan/profile.h"
#include "godwit/tools/load/plan/request_set.h"
#include "godwit/tools/load/plan/status_set.h"

namespace godwit::load {

// Output is where one form of the report goes: nowhere, the standard output, or a file.
struct Output {
  bool wanted = false;
  std::string file;  // empty: the standard output
};

// LoadOptions is what the command line of `godwit load` asks for. Times are nanoseconds.
struct LoadOptions {
  ClientOptions client = {.blocksize = 0};
  fetch::CertificateForm cert_form = fetch::CertificateForm::pem;

  // What is sent.
  std::vector<std::string> urls;
  std::string requests_file;  // empty: none
  Order order = Order::in_turn;
  bool order_given = false;
  uint64_t seed = 1;
  std::string method;
  Headers headers;
  std::optional<std::string> body;
  bool keep_alive = true;

  // How much, and for how long.
  uint32_t connections = 0;  // 0: not given
  uint32_t threads = 1;
  uint64_t duration = 0;  // 0: not given
  uint64_t requests = 0;  // 0: not given
  double rate = 0;        // 0: not given
  std::vector<Stage> stages;
  bool stages_of_connections = false;
  uint64_t connections_ramp = 0;
  uint32_t max_inflight = 0;  // 0: not given
  uint64_t warmup = 0;
  uint64_t start_at = 0;  // since 1970; 0: at once
  // give_up ends a run in which no connection was ever made after so long; 0 does not.
  uint64_t give_up = 3'000'000'000;

  // What is a good answer.
  StatusSet expect_status;
  std::string expect_sha256;  // hex; empty: any

  // What is told, and where.
  Output json, csv, hgrm;
  std::string html;
  std::string out;
  std::vector<Threshold> thresholds;
  bool quiet = false;

  // Searches and comparisons.
  bool compare = false;
  uint32_t rounds = 7;
  bool find_knee = false;
  std::vector<Threshold> slo;

  bool embedded = false;
  bool embedded_tls = false;
  std::string embedded_base;  // what goes before paths, once the embedded server runs
  bool help = false;

  // kDefaultConnections of a closed loop, kDefaultInflight of an open one.
  static constexpr uint32_t kDefaultConnections = 10;
  static constexpr uint32_t kDefaultInflight = 1000;
  static constexpr uint64_t kDefaultDuration = 10'000'000'000;

  // open_loop: requests are sent by the clock, whether or not earlier ones were answered.
  bool open_loop() const { return rate > 0 || (!stages.empty() && !stages_of_connections); }

  // rate_profile of an open loop (nothing in a closed one), connection_profile of a closed one.
  Profile rate_profile() const;
  Profile connection_profile() const;

  // places is how many requests may be under way at once, in all threads.
  uint32_t places() const;
  // most_connections is how many connections to a host they are on, in all threads.
  uint32_t most_connections() const;

  // length is for how long requests are sent, the warm-up not counted; UINT64_MAX with a number of requests
  // alone.
  uint64_t length() const;
};

// parse_load_options reads the arguments behind `load`; the file of --body-file is read here. It returns what
// is wrong with them, in one sentence, empty if nothing is.
std::string parse_load_options(std::span<const std::string> arguments, LoadOptions& options);

// parse_merge_options reads the arguments behind `load merge`, which are files (as urls) and what the report
// is to be.
std::string parse_merge_options(std::span<const std::string> arguments, LoadOptions& options);

// load_help is the text of `godwit load --help`.
std::string load_help();

}  // namespace godwit::load
