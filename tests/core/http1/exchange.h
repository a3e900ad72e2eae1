// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "godwit/core/http1/http1_session.h"
#include "godwit/core/http1/session_memory.h"
#include "godwit/tests/core/http1/recording_sink.h"

namespace godwit::http1::testing {

// Peer is a session with the bytes on both its sides: what it sent, and what it has not taken yet.
class Peer {
 public:
  explicit Peer(const Limits& limits = {}, size_t room = WriteBuffer::kSize, uint32_t pipeline_depth = 1)
      : memory(limits, pipeline_depth), session(memory), out_(room) {}

  // send lets the session write all it wants to.
  void send() {
    while (session.wants_write()) {
      out_.clear();
      session.send(out_);
      if (out_.empty() && session.lent().empty()) return;
      sent += text_of(out_.bytes());
      if (out_.empty()) take_lent();
    }
  }

  // recv offers bytes behind those left over, and keeps what is not taken.
  void recv(std::string_view bytes) {
    left.append(bytes);
    left.erase(0, session.recv(bytes_of(left)));
    send();
  }

  void end(const Error& error = {}, std::string_view diagnosis = {}) {
    session.recv_end(error, diagnosis);
    send();
  }

  SessionMemory memory;
  Http1Session session;
  std::string sent;
  std::string left;

 private:
  // As a transport does that takes a part at a time.
  void take_lent() {
    const Bytes piece = session.lent().first(std::min<size_t>(session.lent().size(), 50'000));
    sent += text_of(piece);
    session.took(piece.size());
  }

  WriteBuffer out_;
};

// Exchange is one request on a peer, with all that a RequestHead points to.
struct Exchange {
  explicit Exchange(std::string_view method = "GET", Body content = {}) : body(std::move(content)) {
    head.method = method;
    head.target = "/";
    head.authority = "example.com";
    head.headers = &headers;
    head.body = &body;
  }
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  void submit(Peer& peer) { id = peer.session.submit(head, sink); }

  Headers headers;
  Body body;
  ports::RequestHead head;
  RecordingSink sink;
  ports::StreamId id = 0;
};

// get runs one GET against a whole response, and leaves the peer as it is after it.
inline std::string get(Peer& peer, std::string_view response, bool end = false) {
  Exchange exchange;
  exchange.submit(peer);
  peer.send();
  peer.recv(response);
  if (end) peer.end();
  std::string record = exchange.sink.record();
  peer.session.cancel(exchange.id);
  return record;
}

}  // namespace godwit::http1::testing
