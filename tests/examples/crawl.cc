// SPDX-License-Identifier: MIT
// A crawler's heart: URLs on standard input, one a line; a line for each page on standard output.
//
//   printf 'http://localhost:8080/\nhttps://example.com/\n' | crawl [CA_FILE]
#include <cstdio>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "godwit/core/godwit.h"
#include "godwit/parser/url.h"

namespace {

constexpr size_t kOpen = 200;            // pages under way at once, over all hosts
constexpr uint64_t kLargest = 16 << 20;  // bytes of a page that are worth having
constexpr int kRedirects = 10;           // how often a page may send us elsewhere

class Crawler;

// Page is one place of those that are under way. It is used again for the next URL.
class Page final : public godwit::ResponseHandler {
 public:
  explicit Page(Crawler& crawler) : crawler_(crawler) {}
  void fetch(std::string url);

  void on_head(godwit::Response& response) override;
  void on_body(godwit::Response& response, godwit::Bytes block) override;
  void on_done(godwit::Response& response, const godwit::Error& error) override;

 private:
  void send();

  Crawler& crawler_;
  std::string asked_;  // as it was read
  std::string next_;   // where a redirect leads
  godwit::Request request_;
  int redirects_ = 0;
  uint64_t sum_ = 0;  // what a parser would do with the bytes
};

class Crawler {
 public:
  Crawler(godwit::Loop& loop, godwit::ClientOptions options) : client(loop, std::move(options)) {
    for (size_t i = 0; i < kOpen; ++i) pages_.push_back(std::make_unique<Page>(*this));
    for (auto& page : pages_) give_work(*page);
  }

  // give_work has the page fetch the next URL. No more of standard input is read than can be fetched.
  void give_work(Page& page) {
    std::string line;
    while (std::getline(std::cin, line)) {
      if (!line.empty()) return page.fetch(std::move(line));
    }
  }

  godwit::Client client;

 private:
  std::vector<std::unique_ptr<Page>> pages_;
};

void Page::fetch(std::string url) {
  asked_ = std::move(url);
  redirects_ = 0;
  request_.url = asked_;
  send();
}

void Page::send() {
  next_.clear();
  sum_ = 0;
  crawler_.client.send(request_, *this);
}

void Page::on_head(godwit::Response& response) {
  const auto location = response.headers().get_single("Location");
  if (response.status() / 100 != 3 || !location) return;
  // A Location may be relative (RFC 9110, 10.2.2).
  godwit::parser::Url base, target;
  if (!parse_url(response.url(), base) && !parse_url(*location, base, target)) next_ = target.href();
}

void Page::on_body(godwit::Response& response, godwit::Bytes block) {
  for (const std::byte b : block) sum_ += std::to_integer<uint64_t>(b);
  if (response.body_bytes() > kLargest) response.cancel();
}

void Page::on_done(godwit::Response& response, const godwit::Error& error) {
  if (!error && !next_.empty() && redirects_++ < kRedirects) {
    request_.url = next_;
    return send();
  }
  std::printf("%s %d %llu bytes, sum %llu, %.1f ms: %s\n", asked_.c_str(), response.status(),
              static_cast<unsigned long long>(response.body_bytes()), static_cast<unsigned long long>(sum_),
              static_cast<double>(response.timing().total) / 1e6,
              describe(error, response.diagnosis()).c_str());
  crawler_.give_work(*this);
}

}  // namespace

int main(int argc, char** argv) {
  godwit::ClientOptions options;
  options.max_connections_per_host = 6;
  options.timeouts.total = std::chrono::seconds(60);
  options.min_rate = 1000;
  if (argc > 1) options.tls.ca_file = argv[1];
  godwit::Loop loop;
  Crawler crawler(loop, std::move(options));
  if (!crawler.client.problem().empty()) {
    std::fprintf(stderr, "crawl: %s\n", std::string(crawler.client.problem()).c_str());
    return 2;
  }
  loop.run();
}
