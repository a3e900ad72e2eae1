// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "godwit/core/net/connector.h"
#include "godwit/core/net/endpoint.h"
#include "godwit/tests/core/net/loopback.h"

namespace godwit::net::testing {

// Names is a resolver with answers written down; a name without one is never answered.
struct Names final : ports::Resolver {
  struct Pending final : ports::Task {
    explicit Pending(Names& n) : Task([](Task& t) { static_cast<Pending&>(t).tell(); }), names(n) {}
    void tell() {
      ports::ResolveSink& to = *std::exchange(sink, nullptr);
      if (addresses.empty()) {
        Error error;
        error.code = Errc::name_not_found;
        to.on_resolved({.error = error, .diagnosis = "no such name"});
      } else {
        to.on_resolved({.addresses = addresses});
      }
    }
    Names& names;
    ports::ResolveSink* sink = nullptr;
    std::vector<ports::Address> addresses;
  };

  explicit Names(LoopImpl& l) : loop(l), pending(*this) {}
  void resolve(const ports::Query& query, ports::ResolveSink& sink) override {
    ++asked;
    max_age = query.max_age;
    auto found = answers.find(std::string(query.host));
    if (found == answers.end()) return;
    pending.sink = &sink;
    pending.addresses.clear();
    for (const std::string& text : found->second) pending.addresses.push_back(*parse_address(text));
    loop.scheduler().defer(pending);
  }
  void cancel(ports::ResolveSink&) override {
    ++cancelled;
    loop.scheduler().remove(pending);
  }
  void doubt(std::string_view host) override { doubted = host; }

  LoopImpl& loop;
  std::map<std::string, std::vector<std::string>> answers;
  Pending pending;
  int asked = 0;
  int cancelled = 0;
  uint64_t max_age = 0;
  std::string doubted;
};

struct Sink final : ports::ConnectSink {
  void on_connected(ports::TransportPtr t, const ports::ConnectTiming& time) override {
    ++calls;
    transport = std::move(t);
    timing = time;
    if (then) then();
  }
  void on_connect_failed(const Error& e, std::string_view text) override {
    ++calls;
    error = e;
    diagnosis = text;
    if (then) then();
  }
  int calls = 0;
  ports::TransportPtr transport;
  ports::ConnectTiming timing;
  Error error;
  std::string diagnosis;
  std::function<void()> then;
};

// A listener whose queue is full: it neither accepts nor refuses.
class FullListener {
 public:
  FullListener() : listener_("127.0.0.1", 0) {
    sockaddr_storage address;
    const socklen_t size = to_sockaddr(listener_.endpoint(), address);
    for (int i = 0; i < 4; ++i) {
      const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
      (void)::connect(fd, reinterpret_cast<sockaddr*>(&address), size);
      fds_.push_back(fd);
    }
  }
  ~FullListener() {
    for (int fd : fds_) ::close(fd);
  }
  uint16_t port() const { return listener_.port(); }

 private:
  Listener listener_;
  std::vector<int> fds_;
};

class ConnectorTest : public ::testing::Test {
 protected:
  ~ConnectorTest() override { driver.turns(); }

  // Connects and waits for the outcome.
  void connect(Connector& connector, const ports::Route& route, Sink& sink) {
    connector.connect(route, sink);
    EXPECT_EQ(sink.calls, 0) << "told from inside connect()";
    EXPECT_TRUE(driver.until([&] { return sink.calls != 0; }));
    EXPECT_EQ(sink.calls, 1);
  }

  static ports::Route http(std::string host, uint16_t port) {
    return {.origin = {false, port, std::move(host)}};
  }
  static ports::Route https(std::string host, uint16_t port) {
    return {.origin = {true, port, std::move(host)}};
  }

  LoopImpl loop;
  LoopDriver driver{loop};
  Names names{loop};
  ConnectorOptions options;
  TlsProfiles plain{TlsOptions(), {}};
};

}  // namespace godwit::net::testing
