// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <utility>

#include "godwit/core/conn/outgoing.h"
#include "godwit/core/conn/spares.h"
#include "godwit/core/request.h"

namespace godwit::conn {

// RequestMemory remembers requests with what was decided about them. The next one that is the same shares
// that, as many as are open at once: what they send is the same memory, in use all the time. One with a body
// is never the same as another, since its length counts and a source may have become another.
class RequestMemory final {
 public:
  // kPlaces: so many requests are remembered, each until another one that has its place by its URL.
  static constexpr size_t kPlaces = 64;
  // kLongest: of what is longer, URL and fields together, nothing is remembered.
  static constexpr size_t kLongest = 2048;
  // kSpares: requests whose memory is kept for others.
  static constexpr size_t kSpares = 64;

  RequestMemory() = default;
  RequestMemory(const RequestMemory&) = delete;
  RequestMemory& operator=(const RequestMemory&) = delete;
  // ~RequestMemory: all are given back.
  ~RequestMemory();

  // take gives an Outgoing of this request, moved in or copied; for as long as its users have not all given
  // it back.
  template <class R>
  Outgoing& take(R&& request) {
    Outgoing*& place = places_[place_of(request)];
    if (!place || !place->shares(request)) return take_new(std::forward<R>(request), place);
    ++place->users;
    return *place;
  }

  // give_back is for one that take() gave. Others are left alone: they have no users.
  void give_back(Outgoing& outgoing) {
    if (outgoing.users == 0 || --outgoing.users != 0 || outgoing.remembered) return;
    put_away(outgoing);
  }

 private:
  // place_of goes by the end of the URL, in which those that one client asks for differ most often.
  static size_t place_of(const Request& request) {
    constexpr uint64_t kSpread = 0x9E3779B97F4A7C15;
    static_assert(kPlaces == 64);
    uint64_t end[2] = {};
    if (request.url.size() >= sizeof end) {
      std::memcpy(end, request.url.data() + request.url.size() - sizeof end, sizeof end);
    }
    return ((end[0] * kSpread ^ end[1]) * kSpread) >> 58;
  }

  template <class R>
  Outgoing& take_new(R&& request, Outgoing*& place) {
    Outgoing& outgoing = make(request, place);
    outgoing.take(std::forward<R>(request));
    return outgoing;
  }
  Outgoing& make(const Request& request, Outgoing*& place);
  void put_away(Outgoing& outgoing);

  Outgoing* places_[kPlaces] = {};  // owned here while remembered, by their users after that
  Spares<Outgoing, kSpares> spares_;
};

}  // namespace godwit::conn
