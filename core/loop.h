// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "godwit/core/callback.h"

struct uv_loop_s;

namespace godwit {

namespace net {
class LoopImpl;
}
namespace ports {
class SessionFactory;
}

// Loop is the event loop that connections live on: one per thread. Only post() may be called from
// other threads. It must outlive every Client and HttpConnection made on it.
class Loop {
 public:
  // Loop with a libuv loop of its own.
  Loop();
  // Loop inside a program that runs its own libuv loop, which must outlive this object. Run that one
  // as ever (uv_run): godwit's handles stay in it until ~Loop, without keeping it running; ~Loop runs
  // it until they are closed.
  explicit Loop(uv_loop_s& loop);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // run dispatches events until nothing is left to wait for (no exchange is open; idle pooled
  // connections do not count), or stop() was called. Not from inside a callback.
  void run() noexcept { run_events(); }

  // run_once waits for at least one event and dispatches it; false when nothing is left to wait for.
  bool run_once() noexcept { return run_some_events(); }

  // stop makes run() return as soon as the current callbacks are done; what is open stays open.
  void stop();

  // hold keeps run() from ending though nothing is open, until release() was called as often: for a
  // program whose next request comes from elsewhere, a pipe or another thread. Idle connections are
  // watched meanwhile. On the loop's thread.
  void hold();
  void release();

  // post runs f on the loop's thread, soon. From any thread. Keeps run() from ending until it ran; a
  // program that runs its own uv_loop_t has to keep that one going by itself.
  void post(Callback<void()> f);

  // For the library's own parts: what all on this loop share. sessions() are those within Limits as they
  // come.
  net::LoopImpl& impl() { return *impl_; }
  ports::SessionFactory& sessions();

 private:
  struct Sessions;

  // What users' code throws must not go on through these into a program that would catch it: they are called
  // from where exceptions may be known, and noexcept has a meaning.
  void run_events();
  bool run_some_events();

  std::unique_ptr<Sessions> sessions_;  // outlives what ends with impl_
  std::unique_ptr<net::LoopImpl> impl_;
};

}  // namespace godwit
