// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>

#include "godwit/core/request.h"

namespace godwit {

namespace conn {
class Outgoing;
}

// PreparedRequest is a request that is sent many times, to poll or to measure: what there is to find out
// about one before its first byte (its URL, whether it can be sent, by which way, the bytes of its head) was
// found out by Client::prepare. A request like the one that was sent before it costs little more; one among
// many that take turns does.
//
// It may be sent while earlier sendings of it are under way, but for one with a BodySource, which serves one
// exchange at a time: its length() was asked for when it was prepared and holds for all, and its next bytes
// are taken for the whole body. It lives until the last on_done has returned, or its Client is gone.
class PreparedRequest {
 public:
  PreparedRequest(PreparedRequest&&) noexcept;
  PreparedRequest& operator=(PreparedRequest&&) noexcept;
  ~PreparedRequest();

  const Request& request() const;

 private:
  friend class Client;
  PreparedRequest(std::unique_ptr<conn::Outgoing> outgoing, uint64_t client);

  std::unique_ptr<conn::Outgoing> outgoing_;
  uint64_t client_;
};

}  // namespace godwit
