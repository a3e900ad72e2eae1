// SPDX-License-Identifier: MIT
#pragma once

#include "godwit/core/ports/scheduler.h"

namespace godwit::net {

// MemberTask is a task that runs a member function of what it is embedded in.
template <class Owner, void (Owner::*kRun)()>
struct MemberTask final : ports::Task {
  explicit MemberTask(Owner& o)
      : Task([](Task& task) { (static_cast<MemberTask&>(task).owner.*kRun)(); }), owner(o) {}
  Owner& owner;
};

// MemberTimer is a deadline that calls a member function of what it is embedded in.
template <class Owner, void (Owner::*kFire)()>
struct MemberTimer final : ports::Timer {
  explicit MemberTimer(Owner& o)
      : Timer([](Timer& timer) { (static_cast<MemberTimer&>(timer).owner.*kFire)(); }), owner(o) {}
  Owner& owner;
};

}  // namespace godwit::net
