// SPDX-License-Identifier: MIT
#include "godwit/tools/fetch/fetch_exchange.h"

#include <cerrno>
#include <charconv>
#include <cstring>
#include <utility>

#include "godwit/tools/fetch/head_text.h"
#include "godwit/tools/fetch/json_text.h"
#include "godwit/tools/fetch/tls_text.h"

namespace godwit::fetch {

namespace {

std::string cannot_write(std::string_view what, int error) {
  return "can't write " + std::string(what) + ": " + std::strerror(error);
}

}  // namespace

FetchExchange::FetchExchange(FetchContext& context, FetchJob job) : context_(context), job_(std::move(job)) {
  const bool file = job_.output.kind == OutputTarget::Kind::file;
  if (file) {
    sink_ = Sink::file;
  } else if (context_.options.hold_body) {
    sink_ = Sink::hold;
  } else if (!context_.options.json) {
    sink_ = Sink::standard_output;
  }
}

void FetchExchange::start(Client& client) {
  if (context_.options.verbose) request_text_ = request_text(job_.request);
  response_ = &client.send(std::move(job_.request), *this);
  if (job_.upload) job_.upload->attach(*response_);
  if (sink_ == Sink::standard_output) {
    place_ = context_.output.open([this] {
      if (response_ != nullptr) response_->resume();
    });
  }
}

void FetchExchange::cancel(std::string reason) {
  if (cancelled_ || response_ == nullptr) return;
  cancelled_ = true;
  own_fault_ = std::move(reason);
  response_->cancel();
}

// put writes to where the body belongs; whatever goes wrong there ends the exchange.
void FetchExchange::put(Bytes bytes) {
  if (sink_ == Sink::file) {
    if (const int error = open_sink() ? file_.write(bytes) : 0) cancel(cannot_write(job_.output.file, error));
  } else if (sink_ == Sink::standard_output) {
    switch (context_.output.write(*place_, bytes)) {
      case OrderedOutput::Verdict::go_on:
        break;
      case OrderedOutput::Verdict::pause:
        response_->pause();
        break;
      case OrderedOutput::Verdict::broken:
        context_.output_broken();
        break;
    }
  }
}

// open_sink makes the file once a head is there, so that a failure to connect leaves an older one alone.
bool FetchExchange::open_sink() {
  if (sink_ != Sink::file || file_.is_open()) return true;
  if (cancelled_) return false;
  const int error = file_.open(job_.output.file);
  if (error != 0) cancel(cannot_write(job_.output.file, error));
  return error == 0;
}

void FetchExchange::show_head(int version, int status, std::string_view reason, const Headers& headers) {
  const FetchOptions& options = context_.options;
  const bool wanted = options.show_head || options.head_only;
  if (!options.verbose && !(wanted && (!options.json || sink_ == Sink::file))) return;
  const std::string text = head_text(version, status, reason, headers);
  if (options.verbose) context_.terminal.write(marked_lines('<', text));
  if (wanted) put(bytes_of(text));
}

void FetchExchange::tell_connection(Response& response) {
  if (!context_.options.verbose || std::exchange(connection_told_, true) || response.remote().empty()) return;
  std::string text = response.reused() ? "* reusing the connection to " : "* connected to ";
  text.append(response.remote()).append("\n");
  if (const TlsInfo* tls = response.tls()) {
    // Of a connection used before it has been told.
    if (!response.reused()) text += tls_text(*tls);
  }
  context_.terminal.write(text + marked_lines('>', request_text_));
}

// tell_refusal shows the certificates that no connection came of.
void FetchExchange::tell_refusal(Response& response) {
  if (!context_.options.verbose || response.tls() == nullptr || !response.tls()->version.empty()) return;
  context_.terminal.write(tls_text(*response.tls()));
}

// count_expected has the progress bar know how much will come.
void FetchExchange::count_expected(Response& response) {
  Totals& totals = context_.terminal.totals();
  const auto length = response.headers().get("Content-Length");
  if (!length || context_.options.head_only) return;
  const auto [end, error] = std::from_chars(length->data(), length->data() + length->size(), expected_);
  if (error != std::errc()) return;
  expected_known_ = true;
  totals.expected += expected_;
  if (totals.unknown > 0) --totals.unknown;
}

void FetchExchange::on_informational(Response& response, const InterimResponse& interim) {
  tell_connection(response);
  if (context_.options.json) interims_.push_back({interim.status, interim.headers});
  show_head(11, interim.status, interim.reason, interim.headers);
}

void FetchExchange::on_head(Response& response) {
  tell_connection(response);
  count_expected(response);
  const FetchOptions& options = context_.options;
  status_refused_ = options.fail && response.status() >= 400;
  if (status_refused_ && sink_ == Sink::file) sink_ = Sink::discard;
  if (!status_refused_) open_sink();
  show_head(response.version(), response.status(), response.reason(), response.headers());
  // With --json the body is counted all the same.
  if (status_refused_ && !options.json) response.cancel();
}

void FetchExchange::on_body(Response& response, Bytes block) {
  context_.terminal.totals().received += block.size();
  if (sink_ == Sink::hold) {
    if (response.body_bytes() > kMaxHeldBody) {
      cancel("the body is larger than the " + human_size(kMaxHeldBody) + " that --body base64 holds");
    } else {
      held_body_.append(block);
    }
  } else if (!status_refused_) {
    put(block);
  }
}

void FetchExchange::on_trailers(Response& response) {
  if (!context_.options.verbose) return;
  std::string text;
  for (const auto [name, value] : response.trailers()) {
    text.append(name).append(": ").append(value).append("\r\n");
  }
  context_.terminal.write(marked_lines('<', text));
}

void FetchExchange::on_done(Response& response, const Error& error) {
  tell_connection(response);
  tell_refusal(response);
  response_ = nullptr;
  std::string upload_fault;
  if (job_.upload) {
    job_.upload->detach();
    upload_fault = job_.upload->fault();
  }
  Totals& totals = context_.terminal.totals();
  ++totals.done;
  if (!expected_known_ && totals.unknown > 0) --totals.unknown;

  Error outcome = error;
  if (outcome.phase == Phase::body && expected_known_) outcome.expected = expected_;
  const bool refused = status_refused_ && !context_.options.json && own_fault_.empty() &&
                       (!error || error.code == Errc::cancelled);
  std::string message;
  if (refused) {
    message =
        "the server answered " + std::to_string(response.status()) + " " + std::string(response.reason());
    outcome = {};
  } else if (error) {
    const bool own = error.code == Errc::cancelled && !own_fault_.empty();
    const bool source = error.code == Errc::body_source_failed && !upload_fault.empty();
    message = describe(outcome, own ? own_fault_ : source ? upload_fault : response.diagnosis());
  }
  if (const int close_error = file_.close(); close_error != 0 && message.empty()) {
    outcome = {
        .code = Errc::cancelled, .phase = Phase::body, .sent = true, .received = response.body_bytes()};
    message = describe(outcome, cannot_write(job_.output.file, close_error));
  }
  failed_ = !message.empty() || status_refused_;

  if (context_.options.json) {
    report_json(response, outcome, message);
  } else if (!message.empty()) {
    report_failure(message);
  }
  if (place_ && context_.output.finish(*place_) == OrderedOutput::Verdict::broken) context_.output_broken();
  context_.ended(*this);
}

void FetchExchange::report_failure(const std::string& message) {
  const FetchOptions& options = context_.options;
  if (options.silent && !options.show_error) return;
  context_.terminal.write("godwit: " + printable(job_.url.value_or("")) + ": " + printable(message) + "\n");
}

void FetchExchange::report_json(Response& response, const Error& error, const std::string& message) {
  std::string body;
  ExchangeRecord record;
  if (job_.id) record.id = *job_.id;
  if (job_.url) record.url = *job_.url;
  record.effective_url = response.url();
  record.status = response.status();
  record.reason = response.reason();
  record.version = response.version();
  record.headers = &response.headers();
  record.trailers = &response.trailers();
  record.informational = &interims_;
  record.body_bytes = response.body_bytes();
  if (context_.options.hold_body) {
    body = held_body_.finish();
    record.body = body;
  }
  record.reused = response.reused();
  record.remote = response.remote();
  record.tls = response.tls();
  record.timing = response.timing();
  record.error = error;
  record.message = message;
  context_.write_json(json_line(record));
}

}  // namespace godwit::fetch
