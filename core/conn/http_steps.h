// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "godwit/core/body.h"
#include "godwit/core/bytes.h"
#include "godwit/core/callback.h"
#include "godwit/core/conn/http_call.h"
#include "godwit/core/conn/http_channel.h"
#include "godwit/core/error.h"
#include "godwit/core/headers.h"
#include "godwit/core/http_connection_options.h"
#include "godwit/core/http_response.h"
#include "godwit/core/ports/connector.h"

namespace godwit::conn {

// HttpDestination is where requests go, and by which name; fault says why it is none.
struct HttpDestination {
  ports::Route route;
  std::string authority;
  Error fault;
  std::string fault_diagnosis;
};

// HttpStepsListener is told what is sent, before anything else comes of it; it outlives the steps.
struct HttpStepsListener {
  void (*on_request)(HttpStepsListener&, const HttpCall&);
  // on_send: a part of a body was pushed, from a source unless that is null; nullopt: nobody knows its size.
  void (*on_send)(HttpStepsListener&, std::optional<uint64_t> size, const BodySource* source);
};

// HttpSteps makes requests by the steps of http.client and in its three states, gives them to the channel,
// and asks that for their responses:
//
//   putrequest -> putheader* -> endheaders -> send* -> end? -> getresponse
//
// What each call does, and refuses, is HttpConnection's word; diagnosis() has the sentence to an error.
class HttpSteps final {
 public:
  using State = HttpConnectionState;

  // HttpSteps of a channel, options and a destination that outlive it.
  HttpSteps(HttpChannel& channel, const HttpConnectionOptions& options, const HttpDestination& destination,
            HttpStepsListener& listener)
      : channel_(channel), options_(options), destination_(destination), listener_(listener) {}

  Error request(std::string_view method, std::string_view url, Body&& body, const Headers& headers,
                BodyEncoding encoding);
  Error request(std::string_view method, std::string_view url);
  Error putrequest(std::string_view method, std::string_view url, SkipFields skip);
  Error putheader(std::string_view name, std::string_view value);
  Error endheaders(Body&& body, BodyEncoding encoding);

  Error send(Bytes data);
  Error send(BodySource& source);
  Error end(const Headers& trailers);
  size_t queued() const;
  Error on_drain(Callback<void()> f);
  void resume_upload();

  Error getresponse(HttpCall::Get&& f);

  // drop forgets all requests; those that were submitted are the channel's affair.
  void drop();

  // For a face that waits; see HttpConnection.
  bool connecting() const;
  Error connect_failure();
  bool draining() const;

  State state() const { return state_; }

  // refuse makes the error of a call that is not possible.
  Error refuse(Errc code, std::string_view why);
  // diagnosis is the sentence to the last error that a call returned; anybody may set it.
  std::string& diagnosis() { return diagnosis_; }

 private:
  Error wrong_state(Errc code);
  Error may_begin();
  // begins_freely: may_begin() has nothing to look at.
  bool begins_freely() const { return state_ == State::idle && !pushes_ && !destination_.fault; }
  bool repeat(std::string_view method, std::string_view url, const Headers& headers);
  void announce(Body& body, BodyEncoding encoding);
  Error begin(std::string_view method, std::string_view url, SkipFields skip);
  Error submit_draft();
  void drop_draft();
  HttpCall* pushed_call(Error& error);
  Error may_push(HttpCall& call, uint64_t size);
  Error wrong_length(std::string_view begin, uint64_t size, uint64_t announced);

  HttpChannel& channel_;
  const HttpConnectionOptions& options_;
  const HttpDestination& destination_;
  HttpStepsListener& listener_;
  State state_ = State::idle;
  HttpCall* draft_ = nullptr;  // in state request_started
  size_t sent_ = 0;            // how many were sent whose response was not asked for
  HttpCall* last_ = nullptr;   // the last one that was sent: only a later one can end its use
  bool pushes_ = false;        // its body is pushed
  bool encodes_ = false;       // its chunks are ours
  std::string diagnosis_;
};

}  // namespace godwit::conn
