// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "godwit/tests/e2e/server_process.h"

namespace godwit::testing {

// Dnsmasq is a real name server on a loopback port, the authority for zone.test: `records` are its names
// below that, all with `ttl` seconds to live; of any other it says that there is none, for as long. It serves
// from the moment that the constructor returns.
class Dnsmasq {
 public:
  struct Record {
    std::string name;
    std::string address;
  };

  Dnsmasq(const std::string& folder, const std::vector<Record>& records, int ttl)
      : log_(folder + "/dnsmasq_" + std::to_string(ttl) + ".log") {
    std::filesystem::create_directories(folder);
    problem_ = process_.start("dnsmasq-base", log_ + ".output", [&](uint16_t port, uint16_t) {
      const std::string file = log_ + ".conf";
      std::ofstream conf(file);
      conf << "port=" << port << "\nlisten-address=127.0.0.1\nbind-interfaces\nno-resolv\nno-hosts\n"
           << "keep-in-foreground\npid-file\nuser=\nlog-queries\nlog-facility=" << log_
           << "\nauth-server=ns.zone.test,127.0.0.1\nauth-zone=zone.test,127.0.0.0/8\nauth-ttl=" << ttl
           << '\n';
      for (const Record& record : records)
        conf << "host-record=" << record.name << ',' << record.address << '\n';
      return std::vector<std::string>{"/usr/sbin/dnsmasq", "--conf-file=" + file};
    });
  }

  // problem is a sentence about why it does not run; empty if it does.
  const std::string& problem() const { return problem_; }
  // name is what a resolver calls it by: "127.0.0.1:5353".
  std::string name() const { return "127.0.0.1:" + std::to_string(process_.plain()); }

  // queries counts those for addresses of a name, of both families together.
  size_t queries(const std::string& host) const {
    std::ifstream file(log_);
    const std::string text(std::istreambuf_iterator<char>(file), {});
    size_t count = 0;
    for (const char* type : {"auth[A] ", "auth[AAAA] "}) {
      const std::string line = type + host + ' ';
      for (size_t at = text.find(line); at != text.npos; at = text.find(line, at + 1)) ++count;
    }
    return count;
  }

 private:
  const std::string log_;
  ServerProcess process_;
  std::string problem_;
};

}  // namespace godwit::testing
