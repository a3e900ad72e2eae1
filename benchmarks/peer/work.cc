// SPDX-License-Identifier: MIT
#include "godwit/benchmarks/peer/work.h"

#include <charconv>
#include <cstdio>
#include <string_view>

#include <arpa/inet.h>

namespace godwit::benchmarks {

namespace {

template <class Number>
bool parse_number(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

bool parse_url(std::string_view url, Work& work) {
  work.https = url.starts_with("https://");
  if (!work.https && !url.starts_with("http://")) return false;
  url.remove_prefix(url.find("//") + 2);
  const size_t slash = url.find('/');
  const size_t colon = url.find(':');
  if (slash == std::string_view::npos || colon > slash) return false;
  work.host = url.substr(0, colon);
  work.path = url.substr(slash);
  in_addr address;
  return inet_pton(AF_INET, work.host.c_str(), &address) == 1 &&
         parse_number(url.substr(colon + 1, slash - colon - 1), work.port);
}

bool parse_option(std::string_view option, Work& work) {
  if (option == "--fresh") return work.fresh = true;
  if (option == "--no-resume") return work.no_resume = true;
  if (option == "--pull") return work.pull = true;
  if (option == "--hold") return work.hold = true;
  const size_t equals = option.find('=');
  if (equals == std::string_view::npos) return false;
  const std::string_view name = option.substr(0, equals);
  const std::string_view value = option.substr(equals + 1);
  if (name == "--hosts") return parse_number(value, work.hosts) && work.hosts != 0;
  if (name == "--think") return parse_number(value, work.think);
  if (name == "--rest") return parse_number(value, work.rest);
  if (name == "--sources") return parse_number(value, work.sources);
  if (name == "--upload") return parse_number(value, work.upload);
  if (name == "--ca") {
    work.ca = value;
    return true;
  }
  return false;
}

}  // namespace

std::string Work::address_of(size_t i) const {
  in_addr address;
  inet_pton(AF_INET, host.c_str(), &address);
  address.s_addr = htonl(static_cast<uint32_t>(ntohl(address.s_addr) + i % hosts));
  char text[INET_ADDRSTRLEN];
  return inet_ntop(AF_INET, &address, text, sizeof text);
}

std::string Work::url_of(size_t i) const {
  return (https ? "https://" : "http://") + address_of(i) + ":" + std::to_string(port) + path;
}

std::string Work::head_of(size_t i) const {
  std::string head = upload != 0 ? "PUT " : "GET ";
  head += path + " HTTP/1.1\r\nHost: " + address_of(i) + ":" + std::to_string(port) +
          "\r\nAccept-Encoding: identity\r\n";
  if (upload != 0) head += "Content-Length: " + std::to_string(upload) + "\r\n";
  if (fresh) head += "Connection: close\r\n";
  return head + "\r\n";
}

std::string_view Work::body_to_send() const {
  static const std::string kBody(upload, 'x');
  return kBody;
}

std::optional<Work> parse_work(int argc, char** argv) {
  Work work;
  bool good = argc >= 4 && parse_url(argv[1], work) && parse_number(argv[2], work.connections) &&
              parse_number(argv[3], work.requests) && work.connections != 0;
  for (int i = 4; good && i < argc; ++i) good = parse_option(argv[i], work);
  if (good) return work;
  std::fprintf(
      stderr,
      "usage: %s http[s]://ADDRESS:PORT/PATH CONNECTIONS REQUESTS [--hosts=N] [--sources=N]\n"
      "  [--think=MS] [--fresh] [--ca=FILE] [--no-resume] [--upload=BYTES [--pull]] [--rest=MS] [--hold]\n",
      argv[0]);
  return std::nullopt;
}

}  // namespace godwit::benchmarks
