// SPDX-License-Identifier: MIT
// A loop for each core, fed from elsewhere: work comes to a loop by post(), and never touches another's.
//
//   threads http://localhost:8080/ 1000
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "godwit/core/godwit.h"

namespace {

// Worker is a thread with a loop of its own, which waits for work until it is destroyed.
class Worker {
 public:
  Worker() {
    std::promise<Parts*> ready;
    std::future<Parts*> made = ready.get_future();
    thread_ = std::thread([ready = std::move(ready)]() mutable {
      Parts parts;  // made, used and destroyed on this thread
      parts.loop.hold();
      ready.set_value(&parts);
      parts.loop.run();
    });
    parts_ = made.get();
  }

  // ~Worker waits for what is under way.
  ~Worker() {
    parts_->loop.post([parts = parts_] { parts->loop.release(); });
    thread_.join();
  }

  // get may be called from any thread; `done` runs on the worker's.
  void get(std::string url, godwit::Callback<void(godwit::Response&, const godwit::Error&)> done) {
    auto job = std::make_unique<Job>(std::move(url), std::move(done));
    parts_->loop.post([parts = parts_, job = std::move(job)] {
      parts->client.get(std::move(job->url)).on_done(std::move(job->done));
    });
  }

 private:
  struct Parts {
    godwit::Loop loop;
    godwit::Client client{loop};
  };
  struct Job {
    Job(std::string u, godwit::Callback<void(godwit::Response&, const godwit::Error&)> d)
        : url(std::move(u)), done(std::move(d)) {}
    std::string url;
    godwit::Callback<void(godwit::Response&, const godwit::Error&)> done;
  };

  Parts* parts_ = nullptr;
  std::thread thread_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: threads URL NUMBER\n");
    return 2;
  }
  const unsigned long number = std::strtoul(argv[2], nullptr, 10);
  std::atomic<unsigned long> good = 0;
  std::atomic<unsigned long> bad = 0;
  {
    std::vector<std::unique_ptr<Worker>> workers(std::max(1u, std::thread::hardware_concurrency()));
    for (auto& worker : workers) worker = std::make_unique<Worker>();
    for (unsigned long i = 0; i < number; ++i) {
      workers[i % workers.size()]->get(argv[1], [&](godwit::Response& response, const godwit::Error& error) {
        ++(!error && response.status() == 200 ? good : bad);
      });
    }
  }
  std::printf("%lu good, %lu bad\n", good.load(), bad.load());
  return bad == 0 ? 0 : 1;
}
