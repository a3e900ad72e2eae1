// SPDX-License-Identifier: MIT
#include "godwit/tools/fetch/fetch_run.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

#include "godwit/tools/fetch/json_text.h"

namespace godwit::fetch {

namespace {

// kMaxLeftListed: how many URLs that were not started an interrupted run names.
constexpr size_t kMaxLeftListed = 10;

}  // namespace

FetchRun::FetchRun(const FetchOptions& options, JobMaker::EmbeddedUrl embedded, int input)
    : options_(options),
      input_(input),
      terminal_(loop_),
      output_(STDOUT_FILENO),
      jobs_(options, loop_, std::move(embedded)),
      context_{options,
               output_,
               terminal_,
               [this](const std::string& line) { write_json(line); },
               [this] { output_failed(output_.error()); },
               [this](FetchExchange& exchange) { ended(exchange); }} {
  ClientOptions client_options = options.client;
  // --parallel is the one limit that a person sets; another one below it would be a surprise.
  client_options.max_connections_per_host =
      std::max(client_options.max_connections_per_host, options.parallel);
  client_ = std::make_unique<Client>(loop_, std::move(client_options));
}

int FetchRun::run() {
  if (const std::string_view problem = client_->problem(); !problem.empty()) {
    terminal_.write("godwit fetch: " + printable(problem) + "\n");
    return kStatusUsage;
  }
  if (!options_.client.tls.verify && !options_.silent) {
    terminal_.write(
        "godwit: warning: -k: no certificate is checked, anyone on the path can read and change all\n");
  }
  if (input_ >= 0) {
    reader_ = std::make_unique<JobReader>(input_, options_.parallel, [this](JobLine line) {
      // Two turns of the loop: what had arrived on an idle connection is seen before it is used again.
      loop_.post([this, line = std::move(line)]() mutable {
        loop_.post([this, line = std::move(line)]() mutable { take_line(std::move(line)); });
      });
    });
    loop_.hold();
  } else {
    input_ended_ = true;
    Totals& totals = terminal_.totals();
    totals.exchanges = totals.unknown = options_.urls.size();
    if (wants_bar()) terminal_.show_bar();
    start_more();
  }
  loop_.run();
  terminal_.hide_bar();
  if (reader_) {
    loop_.release();
    reader_.reset();
  }
  ended_.clear();
  if (interrupted_) tell_what_is_left();
  return failed_ ? kStatusFailed : kStatusOk;
}

void FetchRun::interrupt() {
  loop_.post([this] {
    interrupted_ = failed_ = true;
    stop("interrupted");
    stop_if_finished();
  });
}

bool FetchRun::wants_bar() const {
  if (options_.silent || options_.json || options_.verbose || isatty(STDERR_FILENO) == 0) return false;
  struct stat status = {};
  const bool to_file = fstat(STDOUT_FILENO, &status) == 0 && S_ISREG(status.st_mode);
  for (size_t n = 0; n < options_.urls.size(); ++n) {
    if (options_.output_of(n).kind == OutputTarget::Kind::standard_output && !to_file) return false;
  }
  return true;
}

void FetchRun::start_more() {
  while (!stopping_ && next_url_ < options_.urls.size() && running_.size() < options_.parallel) {
    const size_t n = next_url_++;
    start(jobs_.from_url(options_.urls[n], n));
  }
}

void FetchRun::start(FetchJob job) {
  if (!job.fault.empty()) {
    refuse(job);
    return;
  }
  auto exchange = std::make_unique<FetchExchange>(context_, std::move(job));
  FetchExchange& started = *exchange;
  running_.emplace(&started, std::move(exchange));
  started.start(*client_);
}

void FetchRun::take_line(JobLine line) {
  if (stopping_) return;
  if (line.kind == JobLine::Kind::end) {
    input_ended_ = true;
    if (!line.text.empty()) {
      failed_ = true;
      say("can't read " + options_.from + ": " + line.text);
    }
    stop_if_finished();
    return;
  }
  FetchJob job = jobs_.from_line(line);
  const bool refused = !job.fault.empty();
  start(std::move(job));
  if (refused) reader_->release();
}

// refuse reports a job that can't be sent as an exchange that failed before it began.
void FetchRun::refuse(const FetchJob& job) {
  failed_ = true;
  ++terminal_.totals().done;
  if (terminal_.totals().unknown > 0) --terminal_.totals().unknown;
  if (!options_.json) {
    say(job.url.value_or("") + ": " + job.fault);
    return;
  }
  ExchangeRecord record;
  if (job.id) record.id = *job.id;
  if (job.url) record.url = *job.url;
  if (options_.hold_body) record.body = "";
  record.error.code = Errc::invalid_request;
  record.message = job.fault;
  write_json(json_line(record));
}

void FetchRun::ended(FetchExchange& exchange) {
  failed_ |= exchange.failed();
  cancelled_ += exchange.cancelled() ? 1 : 0;
  const auto place = running_.find(&exchange);
  ended_.push_back(std::move(place->second));
  running_.erase(place);
  if (settle_posted_) return;
  // Later, when the exchanges that ended are off the stack and their connections are back in the pool.
  settle_posted_ = true;
  loop_.post([this] { settle(); });
}

void FetchRun::settle() {
  settle_posted_ = false;
  if (reader_) {
    for (size_t i = 0; i < ended_.size(); ++i) reader_->release();
  }
  ended_.clear();
  start_more();
  stop_if_finished();
}

// stop_if_finished ends a run that is held for lines to come; without them, run() ends by itself.
void FetchRun::stop_if_finished() {
  if (reader_ && running_.empty() && (stopping_ || input_ended_)) loop_.stop();
}

void FetchRun::stop(const std::string& reason) {
  stopping_ = true;
  for (auto& [exchange, owner] : running_) exchange->cancel(reason);
}

void FetchRun::output_failed(int error) {
  if (std::exchange(output_broken_, true)) return;
  failed_ = true;
  if (error == EINTR) return;  // interrupt() does the rest
  const std::string fault = std::string("can't write the standard output: ") + std::strerror(error);
  say(fault);
  stop(fault);
  stop_if_finished();
}

void FetchRun::write_json(const std::string& line) {
  if (output_broken_) return;
  if (const int error = write_all(STDOUT_FILENO, bytes_of(line)); error != 0) output_failed(error);
}

void FetchRun::say(const std::string& message) {
  if (options_.silent && !options_.show_error) return;
  terminal_.write("godwit: " + printable(message) + "\n");
}

void FetchRun::tell_what_is_left() {
  std::string text = "interrupted: " + std::to_string(cancelled_) + " cancelled";
  if (input_ >= 0) {
    text += input_ended_ ? "" : ", the rest of " + options_.from + " was not read";
  } else {
    const size_t left = options_.urls.size() - next_url_;
    text += ", " + std::to_string(left) + " not started";
    for (size_t i = 0; i < std::min(left, kMaxLeftListed); ++i) {
      text += (i == 0 ? ": " : " ") + options_.urls[next_url_ + i];
    }
    if (left > kMaxLeftListed) text += " and " + std::to_string(left - kMaxLeftListed) + " more";
  }
  say(text);
}

}  // namespace godwit::fetch
