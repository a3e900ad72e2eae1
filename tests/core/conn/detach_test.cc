// SPDX-License-Identifier: MIT
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "godwit/core/stream.h"
#include "godwit/tests/core/conn/rig.h"

namespace godwit {
namespace {

using testing::Recorder;
using testing::Rig;
using testing::Wire;

constexpr std::string_view kSwitch =
    "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n";

// What became of a stream.
struct Heard {
  std::string bytes;
  int writable = 0;
  std::vector<std::string> ends;
  std::vector<Errc> write_failures;

  void attach(Stream& stream) {
    stream.on_bytes([this](Bytes b) { bytes += text_of(b); })
        .on_end([this](const Error& e, std::string_view text) { ends.push_back(describe(e, text)); })
        .on_writable([this] { ++writable; })
        .on_write_failed([this](const Error& e) { write_failures.push_back(e.code); });
  }
};

class DetachTest : public ::testing::Test {
 protected:
  // What is closed is freed by the loop.
  ~DetachTest() override {
    stream.close();
    rig->run();
  }

  // Has the stream taken in that event, with reading on.
  void detach_at(std::string event) {
    recorder.hook = [this, event](Response& r, std::string_view what) {
      if (what != event) return;
      stream = r.detach();
      ASSERT_TRUE(stream);
      heard.attach(stream);
      stream.read(true);
      EXPECT_FALSE(r.detach()) << "given twice";
    };
  }

  std::shared_ptr<Wire> upgrade() {
    Request request;
    request.url = "http://a.example/";
    EXPECT_FALSE(request.headers.add("Connection", "upgrade"));
    EXPECT_FALSE(request.headers.add("Upgrade", "echo"));
    response = &rig->send(std::move(request), recorder);
    return rig->accept();
  }

  std::shared_ptr<Wire> connect() {
    Request request;
    request.method = "CONNECT";
    request.url = "http://proxy.example:3128";
    request.target = "a.example:443";
    response = &rig->send(std::move(request), recorder);
    return rig->accept();
  }

  Recorder recorder;
  Heard heard;
  std::unique_ptr<Rig> rig = std::make_unique<Rig>();
  Stream stream;
  Response* response = nullptr;
};

TEST_F(DetachTest, AfterAnUpgradeTheTransportAndWhatCameWithItAreHandedOver) {
  for (const char* event : {"head 101", "done ok"}) {
    detach_at(event);
    auto wire = upgrade();
    wire->deliver(std::string(kSwitch) + "early");
    EXPECT_EQ(heard.bytes, "") << "delivered from inside on_done";
    rig->run();
    EXPECT_EQ(heard.bytes, "early");
    EXPECT_EQ(recorder.error.code, Errc::ok);
    EXPECT_EQ(stream.remote(), "192.0.2.1:80");
    EXPECT_TRUE(wire->reading);
    wire->deliver(" and late");
    EXPECT_EQ(heard.bytes, "early and late");
    wire->sent.clear();
    EXPECT_EQ(stream.write(bytes_of("hello")), 5u);
    EXPECT_EQ(wire->sent, "hello");
    EXPECT_EQ(rig->pool.idle_connections(), 0u);
    EXPECT_EQ(rig->scheduler.holds, 1) << "an open stream keeps the loop running";
    stream.close();
    EXPECT_TRUE(wire->closed);
    EXPECT_FALSE(stream);
    EXPECT_EQ(rig->scheduler.holds, 0);
    rig->run();
    recorder = {};
    heard = {};
  }
}

TEST_F(DetachTest, AfterConnectToo) {
  detach_at("done ok");
  auto wire = connect();
  EXPECT_TRUE(wire->sent.starts_with("CONNECT a.example:443 HTTP/1.1\r\n"));
  rig->deliver(*wire, "HTTP/1.1 200 Connection established\r\nContent-Length: 3\r\n\r\n");
  rig->deliver(*wire, "abc");
  EXPECT_EQ(heard.bytes, "abc");
  EXPECT_EQ(recorder.log, (std::vector<std::string>{"head 200", "done ok"}));
}

TEST_F(DetachTest, WhatNobodyTakesIsClosed) {
  auto wire = upgrade();
  rig->deliver(*wire, kSwitch);
  EXPECT_EQ(recorder.error.code, Errc::ok);
  EXPECT_TRUE(wire->closed);
  EXPECT_EQ(rig->scheduler.holds, 0);
}

TEST_F(DetachTest, AnOrdinaryExchangeHasNothingToGive) {
  recorder.hook = [](Response& r, std::string_view) { EXPECT_FALSE(r.detach()); };
  rig->get("http://a.example/", recorder);
  rig->deliver(*rig->accept(), "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  EXPECT_EQ(recorder.done, 1);
  recorder.done = 0;
  auto refused = connect();
  rig->deliver(*refused, "HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(recorder.done, 1);
}

TEST_F(DetachTest, NothingIsDeliveredWhileReadingIsOff) {
  detach_at("done ok");
  auto wire = upgrade();
  wire->deliver(std::string(kSwitch) + "early");
  stream.read(false);
  rig->run();
  EXPECT_EQ(heard.bytes, "");
  EXPECT_FALSE(wire->reading);
  stream.read(true);
  EXPECT_EQ(heard.bytes, "") << "delivered from inside read()";
  rig->run();
  EXPECT_EQ(heard.bytes, "early");
}

TEST_F(DetachTest, WritingBeforeTheHandOverWaits) {
  size_t taken = 99;
  recorder.hook = [&](Response& r, std::string_view what) {
    if (what != "head 101") return;
    stream = r.detach();
    heard.attach(stream);
    EXPECT_EQ(stream.remote(), "");
    EXPECT_EQ(stream.tls(), nullptr);
    EXPECT_EQ(stream.native_handle(), -1);
    taken = stream.write(bytes_of("too soon"));
  };
  auto wire = upgrade();
  rig->deliver(*wire, kSwitch);
  EXPECT_EQ(taken, 0u);
  EXPECT_EQ(heard.writable, 1);
  wire->write_limit = 2;
  EXPECT_EQ(stream.write(bytes_of("now")), 2u);
  wire->open_window(10);
  EXPECT_EQ(heard.writable, 2);
}

TEST_F(DetachTest, TheEndAndAFailedWriteAreTold) {
  detach_at("done ok");
  auto wire = upgrade();
  rig->deliver(*wire, kSwitch);
  wire->delegate->on_write_failed({.code = Errc::send_failed});
  EXPECT_EQ(heard.write_failures, (std::vector<Errc>{Errc::send_failed}));
  wire->end({.code = Errc::receive_failed}, "connection reset by peer");
  EXPECT_EQ(heard.ends, (std::vector<std::string>{"receive-failed: connection reset by peer"}));
}

TEST_F(DetachTest, AnEndThatCameBeforeTheHandOverFollowsWhatCameEarly) {
  recorder.hook = [&](Response& r, std::string_view what) {
    if (what != "head 101") return;
    stream = r.detach();
    heard.attach(stream);
    stream.read(true);
    r.pause();
  };
  auto wire = upgrade();
  rig->deliver(*wire, std::string(kSwitch) + "early");
  wire->end();
  rig->run();
  EXPECT_EQ(recorder.done, 0);
  EXPECT_EQ(heard.bytes, "");
  response->resume();
  rig->run();
  EXPECT_EQ(recorder.error.code, Errc::ok) << recorder.message;
  EXPECT_EQ(heard.bytes, "early");
  EXPECT_EQ(heard.ends, (std::vector<std::string>{"ok"}));
}

TEST_F(DetachTest, A1_CancelBeforeTheHandOverEndsTheStream) {
  recorder.hook = [&](Response& r, std::string_view what) {
    if (what != "head 101") return;
    stream = r.detach();
    heard.attach(stream);
    r.cancel();
  };
  auto wire = upgrade();
  rig->deliver(*wire, kSwitch);
  EXPECT_EQ(recorder.error.code, Errc::cancelled);
  EXPECT_TRUE(wire->closed);
  EXPECT_EQ(
      heard.ends,
      (std::vector<std::string>{"cancelled: the exchange ended before its connection was handed over"}));
}

TEST_F(DetachTest, A1_ClosedInEveryCallback) {
  for (const std::string where : {"head", "bytes", "writable", "end", "write_failed"}) {
    SCOPED_TRACE(where);
    recorder.hook = [&](Response& r, std::string_view what) {
      if (what != "head 101") return;
      const auto close_in = [this, &where](std::string_view callback) {
        EXPECT_EQ(where, callback);
        stream.close();
      };
      stream = r.detach();
      stream.on_bytes([=](Bytes) { close_in("bytes"); })
          .on_writable([=] { close_in("writable"); })
          .on_end([=](const Error&, std::string_view) { close_in("end"); })
          .on_write_failed([=](const Error&) { close_in("write_failed"); });
      stream.read(true);
      if (where == "writable") (void)stream.write(bytes_of("x"));
      if (where == "head") stream.close();
    };
    auto wire = upgrade();
    rig->deliver(*wire, std::string(kSwitch) + (where == "bytes" ? "early" : ""));
    if (where == "end") wire->end();
    if (where == "write_failed") wire->delegate->on_write_failed({.code = Errc::send_failed});
    rig->run();
    EXPECT_TRUE(wire->closed);
    EXPECT_FALSE(stream);
    EXPECT_EQ(recorder.error.code, Errc::ok);
    EXPECT_EQ(rig->scheduler.holds, 0);
    recorder = {};
  }
}

TEST_F(DetachTest, ACallbackMayReplaceItself) {
  detach_at("done ok");
  auto wire = upgrade();
  rig->deliver(*wire, kSwitch);
  std::string second;
  stream.on_bytes([&](Bytes) { stream.on_bytes([&](Bytes b) { second += text_of(b); }); });
  wire->deliver("one");
  wire->deliver("two");
  EXPECT_EQ(second, "two");
}

TEST_F(DetachTest, AStreamMovesWithItsCallbacks) {
  detach_at("done ok");
  auto wire = upgrade();
  rig->deliver(*wire, kSwitch);
  Stream other = std::move(stream);
  EXPECT_FALSE(stream);
  wire->deliver("x");
  EXPECT_EQ(heard.bytes, "x");
  other = Stream();
  rig->run();
  EXPECT_TRUE(wire->closed);
}

}  // namespace
}  // namespace godwit
