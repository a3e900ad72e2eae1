// SPDX-License-Identifier: MIT
// Sends what a program makes while it makes it: a body of unknown length, in chunks, with a sum behind it.
//
//   upload http://localhost:8080/upload 100000
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "godwit/core/godwit.h"

namespace {

// Counting is "1\n2\n3\n..." up to a number; whoever receives it learns from a trailer whether it is whole.
class Counting final : public godwit::BodySource {
 public:
  explicit Counting(unsigned long last) : last_(last) { rewind(); }

  Pull pull(std::span<std::byte> out) override {
    size_t size = 0;
    while (next_ <= last_ || !line_.empty()) {
      if (line_.empty()) {
        line_ = std::to_string(next_++) + '\n';
        ++lines_;
      }
      const size_t part = std::min(line_.size(), out.size() - size);
      if (part == 0) return {size, State::more};
      std::transform(line_.begin(), line_.begin() + static_cast<std::ptrdiff_t>(part),
                     out.begin() + static_cast<std::ptrdiff_t>(size),
                     [](char c) { return static_cast<std::byte>(c); });
      line_.erase(0, part);
      size += part;
    }
    return {size, State::end};
  }

  // A kept connection may turn out to be dead: then the request is sent once more, from the beginning.
  bool rewind() override {
    next_ = 1;
    lines_ = 0;
    line_.clear();
    return true;
  }

  const godwit::Headers* trailers() override {
    (void)trailers_.set("X-Lines", std::to_string(lines_));
    return &trailers_;
  }

 private:
  const unsigned long last_;
  unsigned long next_ = 1;
  unsigned long lines_ = 0;
  std::string line_;  // what is left of the line that did not fit
  godwit::Headers trailers_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: upload URL NUMBER\n");
    return 2;
  }
  godwit::Loop loop;
  godwit::Client client(loop);
  Counting body(std::strtoul(argv[2], nullptr, 10));
  godwit::Request request{.method = "POST", .url = argv[1], .body = godwit::Body::from(body)};
  (void)request.headers.add("Content-Type", "text/plain");
  (void)request.headers.add("Trailer", "X-Lines");
  // A server that would refuse it says so before it is sent (RFC 9110, 10.1.1).
  (void)request.headers.add("Expect", "100-continue");
  bool good = false;
  client.send(std::move(request))
      .on_body(
          [](godwit::Response&, godwit::Bytes block) { std::fwrite(block.data(), 1, block.size(), stdout); })
      .on_done([&good](godwit::Response& response, const godwit::Error& error) {
        good = !error && response.status() / 100 == 2;
        if (!good)
          std::fprintf(stderr, "upload: %d %s\n", response.status(),
                       describe(error, response.diagnosis()).c_str());
      });
  loop.run();
  return good ? 0 : 1;
}
