// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "godwit/core/client.h"
#include "godwit/tools/fetch/base64.h"
#include "godwit/tools/fetch/body_output.h"
#include "godwit/tools/fetch/fetch_job.h"
#include "godwit/tools/fetch/fetch_options.h"
#include "godwit/tools/fetch/json_line.h"
#include "godwit/tools/fetch/terminal.h"

namespace godwit::fetch {

class FetchExchange;

// FetchContext is what the exchanges of one run share.
struct FetchContext {
  const FetchOptions& options;
  OrderedOutput& output;  // the standard output
  Terminal& terminal;
  // write_json writes a line to the standard output.
  std::function<void(const std::string& line)> write_json;
  // output_broken: `output` takes no more.
  std::function<void()> output_broken;
  // ended: nothing more comes of this exchange. It must not be destroyed before the call returns.
  std::function<void(FetchExchange&)> ended;
};

// FetchExchange makes the exchange of one job, brings its body where it belongs, and reports the outcome.
class FetchExchange final : public ResponseHandler {
 public:
  // kMaxHeldBody limits what --body base64 holds of one body.
  static constexpr uint64_t kMaxHeldBody = 256 << 20;

  FetchExchange(FetchContext& context, FetchJob job);

  void start(Client& client);

  // cancel ends the exchange, and gives the reason.
  void cancel(std::string reason);

  bool failed() const { return failed_; }
  bool cancelled() const { return cancelled_; }

  void on_informational(Response& response, const InterimResponse& interim) override;
  void on_head(Response& response) override;
  void on_body(Response& response, Bytes block) override;
  void on_trailers(Response& response) override;
  void on_done(Response& response, const Error& error) override;

 private:
  // Sink is what becomes of the body.
  enum class Sink : uint8_t { discard, hold, file, standard_output };

  bool open_sink();
  void put(Bytes bytes);
  void show_head(int version, int status, std::string_view reason, const Headers& headers);
  void tell_connection(Response& response);
  void tell_refusal(Response& response);
  void count_expected(Response& response);
  bool refused_by_status() const;
  std::string close_file(const Error& error);
  void report_failure(const std::string& message);
  void report_json(Response& response, const Error& error, const std::string& message);

  FetchContext& context_;
  FetchJob job_;
  Response* response_ = nullptr;
  Sink sink_ = Sink::discard;
  OutputFile file_;
  std::optional<size_t> place_;  // in the standard output
  std::string request_text_;     // for -v
  std::vector<ExchangeRecord::Interim> interims_;
  Base64Encoder held_body_;
  std::string own_fault_;  // why we ended the exchange ourselves
  uint64_t expected_ = 0;
  bool expected_known_ = false;
  bool connection_told_ = false;
  bool status_refused_ = false;
  bool cancelled_ = false;
  bool failed_ = false;
};

}  // namespace godwit::fetch
