// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "godwit/core/ports/transport.h"

namespace godwit::net::testing {

// Recorder is a delegate that notes what it hears and may do something about it.
struct Recorder final : ports::Transport::Delegate {
  void expect_bytes() override { ++expected; }
  void on_bytes(Bytes bytes) override {
    received += text_of(bytes);
    ++deliveries;
    if (at_bytes) at_bytes();
  }
  void on_end(const Error& error, std::string_view text) override {
    EXPECT_FALSE(ended) << "on_end came twice";
    ended = error;
    diagnosis = text;
    if (at_end) at_end();
  }
  void on_writable() override {
    ++writable;
    if (at_writable) at_writable();
  }
  void on_write_failed(const Error& error) override {
    EXPECT_FALSE(write_failed) << "on_write_failed came twice";
    write_failed = error;
    if (at_write_failed) at_write_failed();
  }

  int expected = 0;
  std::string received;
  int deliveries = 0;
  int writable = 0;
  std::optional<Error> ended;
  std::optional<Error> write_failed;
  std::string diagnosis;
  std::function<void()> at_bytes, at_end, at_writable, at_write_failed;
};

}  // namespace godwit::net::testing
