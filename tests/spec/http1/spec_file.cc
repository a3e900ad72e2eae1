// SPDX-License-Identifier: MIT
#include "godwit/tests/spec/http1/spec_file.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace godwit::http1::testing {

namespace {

class Reader {
 public:
  explicit Reader(const std::string& path) : path_(path), in_(path) {
    if (!in_) fail("can't be read");
  }

  std::vector<SpecCase> read() {
    std::string line;
    while (next(line)) {
      if (line.starts_with("## ")) {
        cases_.push_back(
            {.name = line.substr(3), .file = path_, .line = at_, .limits = {}, .steps = {}, .events = {}});
      } else if (line.starts_with("```")) {
        if (cases_.empty()) fail("a block before the first case");
        block(line.substr(3));
      }
    }
    for (const SpecCase& c : cases_) {
      if (c.steps.empty() || c.events.empty()) fail("`" + c.name + "` has no request or no events");
    }
    return std::move(cases_);
  }

 private:
  [[noreturn]] void fail(const std::string& what) {
    std::fprintf(stderr, "%s:%d: %s\n", path_.c_str(), at_, what.c_str());
    std::abort();
  }

  bool next(std::string& line) {
    ++at_;
    return static_cast<bool>(std::getline(in_, line));
  }

  void block(const std::string& info) {
    std::istringstream words(info);
    std::string kind;
    words >> kind;
    std::vector<std::string> lines;
    for (std::string line; next(line) && line != "```";) lines.push_back(line);
    SpecCase& c = cases_.back();
    if (kind == "request") {
      for (std::string word; words >> word;) limit(c.limits, word);
      c.steps.emplace_back();
      request(c.steps.back(), lines);
      return;
    }
    if (c.steps.empty()) fail("a block before the first request");
    SpecStep& step = c.steps.back();
    if (kind == "sent") {
      step.checks_sent = true;
      step.sent = wire(lines, 0);
    } else if (kind == "response") {
      step.responses.push_back({wire(lines, 0), ""});
      for (std::string word; words >> word;) {
        if (word == "unsent") {
          step.unsent = true;
        } else {
          step.responses.back().ending = word;
        }
      }
    } else if (kind == "events") {
      for (const std::string& line : lines) c.events += line + "\n";
    } else {
      fail("unknown block `" + kind + "`");
    }
  }

  void limit(Limits& limits, const std::string& word) {
    const size_t eq = word.find('=');
    const std::string key = word.substr(0, eq);
    const auto value = static_cast<uint32_t>(std::stoul(word.substr(eq + 1)));
    if (key == "max_head") {
      limits.max_head = value;
    } else if (key == "max_line") {
      limits.max_line = value;
    } else if (key == "max_fields") {
      limits.max_fields = value;
    } else if (key == "max_informational") {
      limits.max_informational = value;
    } else {
      fail("unknown limit `" + key + "`");
    }
  }

  void request(SpecStep& step, const std::vector<std::string>& lines) {
    if (lines.empty()) fail("an empty request");
    std::istringstream first(lines[0]);
    std::string version;
    first >> step.method >> step.target >> version;
    step.http10 = version == "HTTP/1.0";
    size_t i = 1;
    for (; i < lines.size() && !lines[i].empty(); ++i) {
      const size_t colon = lines[i].find(": ");
      if (colon == std::string::npos ||
          step.headers.add(lines[i].substr(0, colon), lines[i].substr(colon + 2))) {
        fail("bad field `" + lines[i] + "`");
      }
    }
    step.has_body = i < lines.size();
    if (step.has_body) step.body = wire(lines, i + 1);
  }

  std::string wire(const std::vector<std::string>& lines, size_t from) {
    std::string bytes;
    for (size_t n = from; n < lines.size(); ++n) {
      const std::string& line = lines[n];
      bool line_end = true;
      for (size_t i = 0; i < line.size(); ++i) {
        if (line[i] != '\\') {
          bytes += line[i];
        } else if (++i == line.size()) {
          line_end = false;
        } else {
          bytes += escaped(line, i);
        }
      }
      if (line_end) bytes += "\r\n";
    }
    return bytes;
  }

  char escaped(const std::string& line, size_t& i) {
    switch (line[i]) {
      case 'r':
        return '\r';
      case 'n':
        return '\n';
      case 't':
        return '\t';
      case '\\':
        return '\\';
      case 'x':
        i += 2;
        return static_cast<char>(std::stoi(line.substr(i - 1, 2), nullptr, 16));
      default:
        fail("unknown escape");
    }
  }

  std::string path_;
  std::ifstream in_;
  int at_ = 0;
  std::vector<SpecCase> cases_;
};

}  // namespace

std::vector<SpecCase> read_spec(const std::string& path) {
  return Reader(path).read();
}

}  // namespace godwit::http1::testing
