// SPDX-License-Identifier: MIT
// Fault row A1: everything is legal in every callback. Each action is done at each event of a response
// that has them all, the bytes arriving whole and one by one, and the invariants are checked.
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "godwit/tests/core/conn/rig.h"

namespace godwit::testing {
namespace {

constexpr std::string_view kMessage =
    "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    "a\r\n0123456789\r\n0\r\nX-T: 1\r\n\r\n";

// With a blocksize of 4: three blocks of body, the last of them delivered when the stream has ended.
const std::vector<std::string> kEvents = {"informational 103", "head 200", "body 0123", "body 4567",
                                          "body 89",           "trailers", "done ok"};

enum class Action {
  kPause,
  kPauseResume,
  kCancel,
  kPauseCancel,
  kCancelResume,
  kSendAnother,
  kResume,
  kUpload
};
constexpr Action kActions[] = {Action::kPause,       Action::kPauseResume,  Action::kCancel,
                               Action::kPauseCancel, Action::kCancelResume, Action::kSendAnother,
                               Action::kResume,      Action::kUpload};

bool cancels(Action a) {
  return a == Action::kCancel || a == Action::kPauseCancel || a == Action::kCancelResume;
}

struct Case {
  size_t event;
  Action action;
  size_t step;  // bytes per arrival
};

class Reentrancy : public ::testing::TestWithParam<Case> {};

TEST_P(Reentrancy, A1_EveryActionAtEveryEvent) {
  const auto [event_index, action, step] = GetParam();
  const bool at_done = event_index + 1 == kEvents.size();
  Recorder r, another;
  Rig rig({.blocksize = 4});
  r.hook = [&, action = action, event_index = event_index](Response& response, std::string_view event) {
    if (event != kEvents[event_index]) return;
    switch (action) {
      case Action::kPause:
        response.pause();
        break;
      case Action::kPauseResume:
        response.pause();
        response.resume();
        break;
      case Action::kCancel:
        response.cancel();
        break;
      case Action::kPauseCancel:
        response.pause();
        response.cancel();
        break;
      case Action::kCancelResume:
        response.cancel();
        response.pause();
        response.resume();
        break;
      case Action::kSendAnother:
        rig.get("http://a.example/another", another);
        break;
      case Action::kResume:
        response.resume();
        break;
      case Action::kUpload:
        response.resume_upload();
        break;
    }
  };
  Response& response = rig.get("http://a.example/", r);
  auto wire = rig.accept();
  bool held = false;
  for (size_t at = 0; at < kMessage.size(); at += step) {
    if (wire->closed) break;
    if (!wire->reading || (action == Action::kPause && response.paused() && r.done == 0)) {
      // Paused: nothing may happen until it is resumed, however often the loop turns.
      held = true;
      const auto before = r.log;
      rig.run();
      rig.scheduler.advance(1000);
      EXPECT_EQ(r.log, before) << "an event came while paused";
      response.resume();
      rig.run();
    }
    rig.deliver(*wire, kMessage.substr(at, step));
  }
  if (action == Action::kPause && r.done == 0) {
    held = true;
    const auto before = r.log;
    rig.run();
    EXPECT_EQ(r.log, before);
    response.resume();
    rig.run();
  }
  if (action == Action::kPause && !at_done) {
    EXPECT_TRUE(held);
  }

  EXPECT_EQ(r.done, 1);
  std::vector<std::string> expected(kEvents);
  if (cancels(action) && !at_done) {
    expected.resize(event_index + 1);
    expected.push_back("done cancelled");
  }
  EXPECT_EQ(r.log, expected);

  if (action == Action::kSendAnother) {
    rig.run();
    // It went out on the connection that came free, or on one of its own.
    if (wire->sent.find("/another") == std::string::npos) wire = rig.accept();
    rig.deliver(*wire, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(another.error.code, Errc::ok);
    EXPECT_EQ(another.done, 1);
  }
  rig.run();
  EXPECT_EQ(rig.table.open_count(), 0u);
  EXPECT_EQ(rig.scheduler.holds, 0);
}

std::vector<Case> all_cases() {
  std::vector<Case> cases;
  for (size_t event = 0; event < kEvents.size(); ++event) {
    for (Action action : kActions) {
      for (size_t step : {size_t{1}, size_t{7}, kMessage.size()}) cases.push_back({event, action, step});
    }
  }
  return cases;
}

INSTANTIATE_TEST_SUITE_P(All, Reentrancy, ::testing::ValuesIn(all_cases()));

}  // namespace
}  // namespace godwit::testing
