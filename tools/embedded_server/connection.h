// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <openssl/sha.h>
#include <uv.h>

#include "godwit/tools/embedded_server/request_body.h"
#include "godwit/tools/embedded_server/response_plan.h"
#include "godwit/tools/embedded_server/service.h"
#include "godwit/tools/embedded_server/tls_session.h"

namespace godwit::embedded {

// Connection serves one client: it reads requests, asks the routes for a plan, and acts it out. It owns
// itself: close() silences it at once, and its memory goes in libuv's close callback.
class Connection {
 public:
  // accept takes a connection off `listener`; a null context means plain HTTP.
  static void accept(Service& service, uv_stream_t& listener, SSL_CTX* context);

  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void close();

  // idle tells whether nothing is owed to the client; last_active when it last sent something (loop time).
  bool idle() const { return writing_ == Writing::idle; }
  uint64_t last_active() const { return last_active_; }

  // The links of the service's list.
  Connection* next = nullptr;
  Connection* previous = nullptr;

 private:
  enum class Reading : uint8_t { head, body, discard, held, echo };
  enum class Writing : uint8_t { idle, sending, waiting, ending, ended };

  Connection(Service& service, SSL_CTX* context);
  ~Connection() = default;

  static void on_alloc(uv_handle_t* handle, size_t suggested, uv_buf_t* buffer);
  static void on_read(uv_stream_t* stream, ssize_t size, const uv_buf_t* buffer);
  static void on_written(uv_write_t* request, int status);
  static void on_timer(uv_timer_t* timer);
  static void on_turn(uv_idle_t* turn);
  static void on_closed(uv_handle_t* handle);

  void receive_ciphertext(std::string_view bytes);
  void receive_end();

  // pump moves everything as far as it goes: input first, then output, until neither makes progress.
  void pump(std::string_view fresh);
  bool advance_reading(std::string_view& input);
  bool advance_writing();

  bool take_head(std::string_view& input);
  bool take_body(std::string_view& input);
  bool echo(std::string_view& input);
  void take_content(std::string_view content);
  void finish_body();
  void refuse(int status, std::string_view reason);
  void begin_response();

  void send_bytewise(const Step& step);
  bool end_response();
  void send_interim(std::string_view bytes);
  void flush();
  void transmit(std::string_view bytes);
  void submit();
  void wait(uint32_t milliseconds);
  // yield lets the other connections have their turn before this one goes on.
  void yield();
  void resume();
  void update_reading();

  Service& service_;
  uv_tcp_t tcp_;
  uv_timer_t timer_;
  uv_idle_t turn_;  // a timer of no time would run again before the loop looks at any socket
  uv_write_t write_;
  uv_shutdown_t shutdown_;
  std::optional<TlsSession> tls_;

  Reading reading_ = Reading::head;
  Writing writing_ = Writing::idle;
  bool blocked_ = false;  // a write is under way; nothing more is produced until it is done
  bool closed_ = false;
  bool peer_ended_ = false;
  bool socket_reading_ = false;
  uint8_t open_handles_ = 3;
  int writes_this_turn_ = 0;

  ResponsePlan plan_;
  Cursor cursor_;
  RequestBody body_;
  std::string content_;  // of a body to be echoed
  SHA256_CTX digest_;
  uint64_t body_bytes_ = 0;

  std::string input_;      // received, not yet used
  size_t searched_ = 0;    // how much of an incomplete head has been searched
  std::string in_flight_;  // what the write under way holds
  std::string queued_;     // what comes after it
  uint64_t requests_ = 0;
  uint64_t last_active_ = 0;
};

}  // namespace godwit::embedded
