// SPDX-License-Identifier: MIT
#include "godwit/core/conn/request_memory.h"

namespace godwit::conn {

RequestMemory::~RequestMemory() {
  for (Outgoing* outgoing : places_) delete outgoing;
}

Outgoing& RequestMemory::make(const Request& request, Outgoing*& place) {
  const bool remembered = request.body.kind() == Body::Kind::none &&
                          request.url.size() + request.headers.wire().size() <= kLongest;
  Outgoing* outgoing = remembered ? place : nullptr;
  if (outgoing && outgoing->users != 0) {
    // It stays with those that send it.
    outgoing->remembered = false;
    outgoing = nullptr;
  }
  if (!outgoing) outgoing = spares_.take().release();
  outgoing->users = 1;
  outgoing->remembered = remembered;
  if (remembered) place = outgoing;
  return *outgoing;
}

void RequestMemory::put_away(Outgoing& outgoing) {
  outgoing.rest();
  spares_.give_back(std::unique_ptr<Outgoing>(&outgoing));
}

}  // namespace godwit::conn
