// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "godwit/core/client.h"
#include "godwit/core/loop.h"
#include "godwit/tools/fetch/body_output.h"
#include "godwit/tools/fetch/fetch_exchange.h"
#include "godwit/tools/fetch/fetch_job.h"
#include "godwit/tools/fetch/fetch_options.h"
#include "godwit/tools/fetch/job_reader.h"
#include "godwit/tools/fetch/terminal.h"

namespace godwit::fetch {

// FetchRun makes all the exchanges of one command, `parallel` at a time, on one Client and one Loop.
class FetchRun {
 public:
  // kStatus* are the program's exit statuses.
  static constexpr int kStatusOk = 0;
  static constexpr int kStatusFailed = 1;
  static constexpr int kStatusUsage = 2;

  // FetchRun borrows the options. input is what --from names, or -1.
  FetchRun(const FetchOptions& options, JobMaker::EmbeddedUrl embedded, int input);

  // run returns the exit status.
  int run();

  // interrupt ends everything, cleanly. From any thread.
  void interrupt();

 private:
  void start_more();
  void start(FetchJob job);
  void take_line(JobLine line);
  void refuse(const FetchJob& job);
  void ended(FetchExchange& exchange);
  void settle();
  void stop(const std::string& reason);
  void output_failed(int error);
  void write_json(const std::string& line);
  void say(const std::string& message);
  void tell_what_is_left();
  void stop_if_finished();
  bool wants_bar() const;

  const FetchOptions& options_;
  const int input_;
  Loop loop_;
  Terminal terminal_;
  OrderedOutput output_;
  JobMaker jobs_;
  FetchContext context_;
  std::unordered_map<FetchExchange*, std::unique_ptr<FetchExchange>> running_;
  std::vector<std::unique_ptr<FetchExchange>> ended_;
  std::unique_ptr<JobReader> reader_;
  std::unique_ptr<Client> client_;  // after what its callbacks use: it goes first
  size_t next_url_ = 0;
  size_t cancelled_ = 0;
  bool input_ended_ = false;
  bool settle_posted_ = false;
  bool stopping_ = false;
  bool interrupted_ = false;
  bool failed_ = false;
  bool output_broken_ = false;
};

}  // namespace godwit::fetch
