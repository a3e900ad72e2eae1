// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace godwit::benchmarks {

// Work is what a peer is told to do: the same command line for every library.
//
//   PEER URL CONNECTIONS REQUESTS [--hosts=N] [--think=MS] [--fresh] [--ca=FILE]
struct Work {
  bool https = false;
  std::string host;  // an IPv4 address
  uint16_t port = 0;
  std::string path;
  size_t connections = 1;
  uint64_t requests = 1;  // over all connections
  // hosts: so many consecutive loopback addresses from `host` on, each a host of its own.
  size_t hosts = 1;
  // think: milliseconds between an answer and the next request of the same connection.
  uint64_t think = 0;
  // fresh: a connection for each request.
  bool fresh = false;
  // ca: file of the root to trust.
  std::string ca;

  // address_of gives the address that connection `i` goes to, url_of its URL.
  std::string address_of(size_t i) const;
  std::string url_of(size_t i) const;
  // head_of is the whole request for a peer that writes its own: what godwit sends, byte for byte.
  std::string head_of(size_t i) const;
};

// parse_work reads the command line; what is wrong with it goes to standard error.
std::optional<Work> parse_work(int argc, char** argv);

}  // namespace godwit::benchmarks
