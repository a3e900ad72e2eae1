// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <openssl/base.h>

#include "godwit/tls/status.h"

namespace godwit::tls {

class Context;

// SavedSession is a session to offer to a server; null when there is none.
struct SavedSession {
  bssl::UniquePtr<SSL_SESSION> session;

  // verified_until is the moment, in seconds since 1970, up to which the chain in the session passes the
  // verification that it passed when the session began: the end of the first certificate of its path to
  // end. 0: it was never verified here (it was imported), so it must be before the session is used.
  int64_t verified_until = 0;

  // ocsp is what the OCSP response in the session came to then.
  OcspStatus ocsp = OcspStatus::none;
};

// SessionCache keeps what lets the next connection to a server skip the certificates and their signatures:
// tickets of TLS 1.3, each given out once, so that nobody on the path can link two connections by them
// (RFC 8446 C.4), and sessions of TLS 1.2, given out until they end. Keys name the server: host and port.
//
// One cache serves the connections of one set of verification settings, on one thread: a session is only
// worth the verification that its first connection passed. It must not outlive their context.
class SessionCache final {
 public:
  // kPerKey: sessions kept for one key. Servers send one to four tickets at a time; the oldest goes first.
  static constexpr size_t kPerKey = 4;

  // kMaxBytes bounds the memory of all sessions, in octets, counted as if no two of them shared a
  // certificate or OCSP response. The keys used longest ago go first.
  static constexpr size_t kMaxBytes = 16 * 1024 * 1024;

  // kMaxSessionBytes: a larger session, which a peer can make with a long ticket or chain, is not kept.
  static constexpr size_t kMaxSessionBytes = 32 * 1024;

  // kMaxAge is how long a session is kept at most, in seconds, whatever the peer says (RFC 8446 4.6.1).
  static constexpr int64_t kMaxAge = 7 * 24 * 3600;

  SessionCache();
  ~SessionCache();
  SessionCache(const SessionCache&) = delete;
  SessionCache& operator=(const SessionCache&) = delete;

  // put keeps a session for `key`. `now` is in seconds since 1970, here and below.
  void put(std::string_view key, SavedSession saved, int64_t now);

  // take gives the newest session of `key` that has not ended, null without one.
  SavedSession take(std::string_view key, int64_t now);

  // forget drops all sessions of `key`: those of a connection that failed must not be used
  // (RFC 5246 7.2.2).
  void forget(std::string_view key);

  size_t size() const { return size_; }
  size_t bytes() const { return bytes_; }

  // save writes all sessions that have not ended as octets, for load(), the key used longest ago first.
  // They hold the secrets of connections past and to come: guard them as private keys. They stay here as
  // well, so a ticket would be used twice if both went on.
  std::string save(int64_t now) const;

  // load puts what save() wrote, as newer than what is here. The chain of each is verified anew, with the
  // settings of the connection that is to use it. Returns what is wrong with the octets, empty if nothing is;
  // sessions before the fault are kept.
  std::string load(std::string_view octets, const Context& context, int64_t now);

 private:
  struct Entry {
    SavedSession saved;
    int64_t ends;
    size_t cost;
  };

  struct Host {
    std::string key;
    std::vector<Entry> entries;  // the newest last
  };

  using Hosts = std::list<Host>;

  Host& host(std::string_view key);
  void drop(Hosts::iterator host);
  void drop_first(Host& host, size_t count);

  Hosts hosts_;  // the one used longest ago first
  std::unordered_map<std::string_view, Hosts::iterator> by_key_;
  size_t size_ = 0;
  size_t bytes_ = 0;
};

}  // namespace godwit::tls
