// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace godwit::benchmarks {

// Work is what a peer is told to do: the same command line for every library.
//
//   PEER URL CONNECTIONS REQUESTS [OPTION...]
//
// Not every peer knows every option: the driver asks each for what it can do.
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
  // no_resume: no TLS session is resumed.
  bool no_resume = false;
  // sources: connects from so many loopback addresses in turn, from 127.1.0.1 on; 0 leaves it to the system.
  size_t sources = 0;
  // upload: bytes of body of each request, which is a PUT then. pull: the library asks for them piece by
  // piece and gets a copy, instead of being lent all of them at once.
  uint64_t upload = 0;
  bool pull = false;
  // rest: milliseconds for which all lies idle before the heap is looked at: a library that gives memory back
  // after a while has its loop run meanwhile.
  uint64_t rest = 0;
  // hold: keeps the connections after the report until standard input ends, so that those of several
  // processes are there together.
  bool hold = false;

  // address_of gives the address that connection `i` goes to, url_of its URL.
  std::string address_of(size_t i) const;
  std::string url_of(size_t i) const;
  // head_of is the whole head for a peer that writes its own: what godwit sends, byte for byte.
  std::string head_of(size_t i) const;
  // body_to_send is `upload` bytes.
  std::string_view body_to_send() const;
};

// parse_work reads the command line; what is wrong with it goes to standard error.
std::optional<Work> parse_work(int argc, char** argv);

}  // namespace godwit::benchmarks
