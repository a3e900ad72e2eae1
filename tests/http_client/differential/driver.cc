// SPDX-License-Identifier: MIT
// Runs scripts of calls on the blocking HttpConnection, one a line, and prints what each call gave: the half
// of the differential test that is godwit. Octets are written in hexadecimal.
#include <cstdio>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "godwit/core/blocking/http_connection.h"
#include "godwit/core/status.h"

namespace godwit::differential {
namespace {

using blocking::HttpConnection;
using blocking::HttpResponse;
using nlohmann::json;

std::string from_hex(const json& text) {
  const std::string& hex = text.get_ref<const std::string&>();
  std::string out;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    out.push_back(static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  }
  return out;
}

std::string to_hex(std::string_view octets) {
  std::string out;
  for (char c : octets) {
    char pair[3];
    std::snprintf(pair, sizeof pair, "%02x", static_cast<unsigned char>(c));
    out += pair;
  }
  return out;
}

json told(const Error& error) {
  return error ? json{{"error", name(error.code)}} : json::object();
}

// Pieces is a body that comes piece by piece, as Python's iterables do.
class Pieces final : public BodySource {
 public:
  explicit Pieces(const json& pieces) {
    for (const json& piece : pieces) pieces_.push_back(from_hex(piece));
  }

  Pull pull(std::span<std::byte> out) override {
    while (next_ < pieces_.size() && at_ == pieces_[next_].size()) {
      ++next_;
      at_ = 0;
    }
    if (next_ == pieces_.size()) return {0, State::end};
    const size_t size = std::min(out.size(), pieces_[next_].size() - at_);
    std::copy_n(bytes_of(pieces_[next_]).begin() + static_cast<std::ptrdiff_t>(at_), size, out.begin());
    at_ += size;
    return {size, State::more};
  }

 private:
  std::vector<std::string> pieces_;
  size_t next_ = 0;
  size_t at_ = 0;
};

class Script {
 public:
  explicit Script(const json& script) : connection_(from_hex(script["host"]), options(script)) {}

  json run(const json& call) {
    const std::string& op = call["op"].get_ref<const std::string&>();
    if (op == "request" || op == "putrequest" || op == "endheaders") return send(op, call);
    if (op == "putheader") return put(call["values"], from_hex(call["name"]));
    if (op == "send") return told(connection_.send(from_hex(call["body"])));
    if (op == "close") return connection_.close(), json::object();
    if (op == "getresponse") return respond();
    if (!response_) return {{"error", "no response"}};
    if (op == "getheader") return {{"value", to_hex(response_->getheader(from_hex(call["name"]), "-"))}};
    return read(op, call.value("size", size_t{0}));
  }

 private:
  static HttpConnectionOptions options(const json& script) {
    HttpConnectionOptions out;
    out.timeout = std::chrono::seconds(10);
    out.overrides.push_back({script["name"], script["port"], "127.0.0.1"});
    return out;
  }

  Body body_of(const json& call) {
    if (call.contains("pieces")) {
      pieces_ = std::make_unique<Pieces>(call["pieces"]);
      return Body::from(*pieces_);
    }
    return call.contains("body") ? Body(from_hex(call["body"])) : Body();
  }

  json send(const std::string& op, const json& call) {
    const BodyEncoding encoding{call.value("encode_chunked", false)};
    if (op == "endheaders") return told(connection_.endheaders(body_of(call), encoding));
    const std::string method = from_hex(call["method"]);
    const std::string url = from_hex(call["url"]);
    if (op == "putrequest") {
      return told(connection_.putrequest(
          method, url, {call.value("skip_host", false), call.value("skip_accept_encoding", false)}));
    }
    Headers headers;
    for (const json& field : call["headers"]) {
      if (const Error error = headers.add(from_hex(field[0]), from_hex(field[1]))) return told(error);
    }
    return told(connection_.request(method, url, body_of(call), headers, encoding));
  }

  json put(const json& values, const std::string& name) {
    if (values.size() == 1) return told(connection_.putheader(name, from_hex(values[0])));
    return told(connection_.putheader(name, from_hex(values[0]), from_hex(values[1])));
  }

  json respond() {
    HttpResponse r = connection_.getresponse();
    if (!r) return told(r.error());
    json headers = json::array();
    for (const auto [name, value] : r.headers()) headers.push_back({to_hex(name), to_hex(value)});
    const auto length = r.length();
    json out{{"status", r.status()},
             {"reason", to_hex(r.reason())},
             {"version", r.version()},
             {"headers", headers},
             {"chunked", r.chunked()},
             {"will_close", r.will_close()},
             {"length", length ? json(*length) : json(nullptr)}};
    response_.emplace(std::move(r));
    return out;
  }

  json read(const std::string& op, size_t size) {
    blocking::Result<std::string> got;
    if (op == "read") {
      got = response_->read();
    } else if (op == "read_n") {
      got = response_->read(size);
    } else if (op == "read1") {
      got = response_->read1(size);
    } else if (op == "peek") {
      got = response_->peek(size);
      got.value.resize(std::min<size_t>(got.value.size(), 1));  // how much more is there is a matter of luck
    } else if (op == "readline") {
      got = response_->readline(size);
    } else if (op == "readinto") {
      std::string memory(size, '\0');
      const auto filled =
          response_->readinto(std::as_writable_bytes(std::span<char>(memory.data(), memory.size())));
      got = {memory.substr(0, filled.value), filled.error};
    } else if (op == "isclosed") {
      return {{"value", response_->isclosed()}};
    } else {
      return {{"error", "no such call: " + op}};
    }
    json out = told(got.error);
    out["value"] = to_hex(got.value);
    return out;
  }

  std::unique_ptr<Pieces> pieces_;
  HttpConnection connection_;
  std::optional<HttpResponse> response_;
};

}  // namespace
}  // namespace godwit::differential

int main(int argc, char**) {
  if (argc > 1) {  // the status codes: number, constant and phrase of each
#define X(code, constant, phrase, description) std::printf("%d %s %s\n", code, #constant, phrase);
    GODWIT_STATUS_MAP(X)
#undef X
    return 0;
  }
  for (std::string line; std::getline(std::cin, line);) {
    const auto script = nlohmann::json::parse(line);
    auto results = nlohmann::json::array();
    {
      godwit::differential::Script run(script);
      for (const auto& call : script["calls"]) results.push_back(run.run(call));
    }
    std::cout << results.dump() << std::endl;
  }
}
