// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <uv.h>

#include "godwit/core/callback.h"
#include "godwit/core/net/family_memory.h"
#include "godwit/core/net/handshake_queue.h"
#include "godwit/core/net/tls_profile.h"
#include "godwit/core/net/uv_scheduler.h"
#include "godwit/core/ports/resolver.h"
#include "godwit/core/write_buffer.h"

namespace godwit::net {

// LoopImpl is what everything on one libuv loop shares: the loop, its scheduler, the resolver, the slabs that
// sockets are read into, the buffer that they are written from, and the queue of posted work. Its rules are
// those of godwit::Loop.
//
// A system without a descriptor left for a loop can't run one: the constructors end the process by
// std::terminate then, as running out of memory does.
class LoopImpl final {
 public:
  // kSlabSize: bytes of a slab; a read takes at most so much at once.
  static constexpr size_t kSlabSize = 64 * 1024;

  // Slab lends a block of memory for the length of a callback. Layers that are stacked in one callback
  // (TCP, TLS above it) get different ones, which are used again for ever.
  class Slab {
   public:
    explicit Slab(LoopImpl& loop) : loop_(loop), memory_(loop.take_slab()) {}
    ~Slab() { --loop_.slabs_lent_; }
    Slab(const Slab&) = delete;
    Slab& operator=(const Slab&) = delete;

    std::span<std::byte> bytes() const { return {memory_, kSlabSize}; }

   private:
    LoopImpl& loop_;
    std::byte* const memory_;
  };

  LoopImpl();
  explicit LoopImpl(uv_loop_t& borrowed);
  ~LoopImpl();
  LoopImpl(const LoopImpl&) = delete;
  LoopImpl& operator=(const LoopImpl&) = delete;

  void run();
  bool run_once();
  void stop();
  void post(Callback<void()> f);

  uv_loop_t* uv() { return loop_; }
  UvScheduler& scheduler() { return *scheduler_; }
  HandshakeQueue& handshakes() { return *handshakes_; }

  // write_buffer is for whoever produces bytes to send: empty between calls.
  WriteBuffer& write_buffer() { return write_buffer_; }

  // share_resolver has all that connect on this loop use one resolver; resolver() is that one. It goes when
  // nothing is left on the loop that could ask it.
  void share_resolver(std::unique_ptr<ports::Resolver> resolver) { resolver_ = std::move(resolver); }
  ports::Resolver& resolver() { return *resolver_; }

  // families is what connecting has found out about the two address families.
  FamilyMemory& families() { return families_; }

  // tls_profile is that of TlsOptions as they come, which many on one loop want.
  const std::shared_ptr<TlsProfile>& tls_profile();

  // opened and closed count the handles of transports and resolvers; a handle is counted until its
  // close callback has run.
  void opened() { ++handles_; }
  void closed() { --handles_; }

 private:
  void open();
  bool run_posted();
  // take_slab lends the next; the one that was lent last comes back first.
  std::byte* take_slab() {
    if (slabs_lent_ == slabs_.size()) make_slab();
    return slabs_[slabs_lent_++].get();
  }
  void make_slab();

  uv_loop_t own_;
  uv_loop_t* loop_;
  uv_async_t async_;
  std::optional<UvScheduler> scheduler_;
  std::optional<HandshakeQueue> handshakes_;
  std::unique_ptr<ports::Resolver> resolver_;
  FamilyMemory families_;
  std::shared_ptr<TlsProfile> tls_profile_;
  std::vector<std::unique_ptr<std::byte[]>> slabs_;
  size_t slabs_lent_ = 0;  // the first so many of them
  WriteBuffer write_buffer_;
  size_t handles_ = 0;
  bool stopped_ = false;

  std::mutex mutex_;
  std::vector<Callback<void()>> posted_;   // guarded by mutex_
  std::vector<Callback<void()>> running_;  // keeps its capacity
};

}  // namespace godwit::net
