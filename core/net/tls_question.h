// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "godwit/core/net/tls_profile.h"
#include "godwit/core/verify_request.h"

namespace godwit::net {

// TlsQuestion puts TlsOptions::on_verify's question for one connection: it keeps whom it is about, and has
// the answer find the connection as long as this lives. A connection that asks nobody has none.
class TlsQuestion final {
 public:
  // Answer is told what the answer was. Called at most once a question, perhaps from inside of ask(), and
  // from anywhere in the program later.
  struct Answer {
    void (*call)(void* context, bool accept, std::string why);
    void* context;
  };

  // TlsQuestion about the server of `host` and `port`. The profile outlives it.
  TlsQuestion(const TlsProfile& profile, std::string_view host, uint16_t port, Answer answer)
      : profile_(profile), host_(host), answer_(answer), port_(port) {}
  ~TlsQuestion() { withdraw(); }
  TlsQuestion(const TlsQuestion&) = delete;
  TlsQuestion& operator=(const TlsQuestion&) = delete;

  // open says that the answer is waited for; withdraw, that it is no more.
  bool open() const { return open_ != nullptr; }
  void withdraw() {
    if (open_) open_->connection = nullptr;
    open_.reset();
  }

  // ask calls on_verify; whom it is about is filled in.
  void ask(VerifyRequest::Question question) {
    question.host = host_;
    question.port = port_;
    const auto answer = [](void* self, bool accept, std::string why) {
      auto* const asked = static_cast<TlsQuestion*>(self);
      asked->open_.reset();
      asked->answer_.call(asked->answer_.context, accept, std::move(why));
    };
    open_ = std::make_shared<VerifyRequest::Link>(VerifyRequest::Link{answer, this});
    profile_.ask(VerifyRequest(std::move(question), open_));
  }

 private:
  const TlsProfile& profile_;
  const std::string host_;
  const Answer answer_;
  std::shared_ptr<VerifyRequest::Link> open_;
  const uint16_t port_;
};

}  // namespace godwit::net
