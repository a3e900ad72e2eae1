// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "godwit/core/response.h"
#include "godwit/tools/load/measure/sha256.h"

namespace godwit::load {

class Worker;

// Slot is a place for one request under way: a connection's of a closed loop, or any of an open one.
class Slot final : public ResponseHandler {
 public:
  Slot(Worker& worker, size_t place) : index(place), worker_(worker) {}

  void on_body(Response&, Bytes block) override;
  void on_done(Response& response, const Error& error) override;

  const size_t index;            // in its worker
  uint64_t due = 0;              // when its request was to be sent
  uint64_t started = 0;          // when it was given to the client
  uint64_t rest_until = 0;       // of a slot that rests
  Response* response = nullptr;  // while its request is under way
  bool asleep = false;           // closed loop: there are to be fewer connections
  std::unique_ptr<Sha256> digest;

 private:
  Worker& worker_;
};

}  // namespace godwit::load
