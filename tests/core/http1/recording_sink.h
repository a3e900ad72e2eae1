// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdio>
#include <functional>
#include <string>
#include <string_view>

#include "godwit/core/bytes.h"
#include "godwit/core/error.h"
#include "godwit/core/ports/stream_sink.h"
#include "godwit/parser/field.h"
#include "godwit/tests/support/outcome_text.h"

namespace godwit::http1::testing {

// escape shows bytes as a C string would.
inline std::string escape(std::string_view bytes) {
  std::string out;
  for (unsigned char byte : bytes) {
    if (byte == '\r') {
      out += "\\r";
    } else if (byte == '\n') {
      out += "\\n";
    } else if (byte == '\t') {
      out += "\\t";
    } else if (byte == '\\' || byte == '"') {
      out += {'\\', static_cast<char>(byte)};
    } else if (byte < 0x20 || byte >= 0x7f) {
      char hex[8];
      std::snprintf(hex, sizeof hex, "\\x%02X", byte);
      out += hex;
    } else {
      out += static_cast<char>(byte);
    }
  }
  return out;
}

// RecordingSink writes the events of a stream down, a line each. Runs of data are joined, so that the
// record does not tell how the bytes were split. on_sent is counted apart: it depends on the room.
class RecordingSink final : public ports::StreamSink {
 public:
  // on_event is called after each event was written down, with its name.
  std::function<void(std::string_view)> on_event;

  // take_at_most is how many bytes on_data takes at a time.
  size_t take_at_most = SIZE_MAX;

  int ends = 0;
  int sent_events = 0;
  bool sent_complete = false;
  Error error;
  std::string diagnosis;
  std::string body;

  std::string record() const { return log_ + (run_.empty() ? "" : "data \"" + escape(run_) + "\"\n"); }

  void on_sent(bool complete) override {
    ++sent_events;
    sent_complete = complete;
    notify("sent");
  }
  void on_informational(const ports::MessageHead& head) override {
    line("informational " + status_line(head));
    fields(head);
    notify("informational");
  }
  void on_head(const ports::MessageHead& head) override {
    line("head " + status_line(head));
    fields(head);
    notify("head");
  }
  size_t on_data(Bytes data) override {
    const std::string_view taken = text_of(data).substr(0, take_at_most);
    run_ += taken;
    body += taken;
    notify("data");
    return taken.size();
  }
  void on_trailers(const ports::MessageHead& trailers) override {
    line("trailers");
    fields(trailers);
    notify("trailers");
  }
  void on_end(const Error& outcome, std::string_view why) override {
    ++ends;
    error = outcome;
    diagnosis = why;
    line("end " + test::outcome_text(outcome, why));
    notify("end");
  }

 private:
  static std::string status_line(const ports::MessageHead& head) {
    const std::string_view reason = head.text.substr(head.reason, head.reason_size);
    return std::string(head.version == 10 ? "1.0 " : "1.1 ") + std::to_string(head.status) + " \"" +
           escape(reason) + "\"";
  }
  void fields(const ports::MessageHead& head) {
    for (const auto [name, value] : parser::Fields(head.text.data(), head.fields)) {
      line("  " + escape(name) + ": " + escape(value));
    }
  }
  void line(const std::string& text) {
    log_ = record() + text + "\n";
    run_.clear();
  }
  void notify(std::string_view event) {
    if (on_event) on_event(event);
  }

  std::string log_;
  std::string run_;
};

}  // namespace godwit::http1::testing
