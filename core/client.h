// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "godwit/core/loop.h"
#include "godwit/core/options.h"
#include "godwit/core/prepared_request.h"
#include "godwit/core/request.h"
#include "godwit/core/response.h"

namespace godwit {

// Client fetches from many hosts over a pool of connections. It lives on one Loop and one thread. Its
// rules of lifetime, threads, errors and backpressure are those of core/README.md.
class Client {
 public:
  explicit Client(Loop& loop, ClientOptions options = {});
  // ~Client ends every open exchange with Errc::client_closed: each on_done runs inside it. Not to be
  // called from a callback.
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // send starts an exchange. The response is valid until its on_done has returned. Whatever is wrong
  // with the request is told in on_done, never here. A request that is not moved in is copied, unless it is
  // as the one that was sent before it.
  Response& send(Request&& request, ResponseHandler& handler);
  Response& send(Request&& request);
  Response& send(const Request& request, ResponseHandler& handler);
  Response& send(const Request& request);

  // prepare makes a request ready to be sent by this Client, as often as you like. What is wrong with it is
  // told in each on_done. Sent by another Client it costs what any request does.
  PreparedRequest prepare(Request request) const;
  Response& send(const PreparedRequest& request, ResponseHandler& handler);
  Response& send(const PreparedRequest& request);

  // get and the others are send() for one line.
  Response& get(std::string url);
  Response& head(std::string url);
  Response& post(std::string url, Body body);
  Response& put(std::string url, Body body);
  Response& del(std::string url);

  // problem says what is wrong with the options (a CA file that can't be read); empty if nothing is.
  // Every exchange that needs the option at fault (https, a proxy) then ends with Errc::invalid_option and
  // this sentence.
  std::string_view problem() const;

  // save_tls_sessions gives the TLS sessions that could be resumed, as octets for load_tls_sessions of a
  // later Client. They hold secrets: guard them as private keys. Use them once: two clients that go on with
  // the same tickets can be linked. What is wrong with octets is returned as a sentence, empty if nothing is.
  // Each server's certificates are verified again, by this Client's options, before its session is resumed.
  // Each TLS profile has sessions of its own; without a name, those of ClientOptions::tls are meant.
  std::string save_tls_sessions(std::string_view profile = {}) const;
  std::string load_tls_sessions(std::string_view octets, std::string_view profile = {});

  // open_exchanges counts exchanges whose on_done has not yet run.
  size_t open_exchanges() const;
  // idle_connections counts connections that wait in the pool.
  size_t idle_connections() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace godwit
