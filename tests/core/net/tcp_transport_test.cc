// SPDX-License-Identifier: MIT
#include "godwit/core/net/tcp_transport.h"

#include <functional>
#include <optional>
#include <string>

#include <gtest/gtest.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/wait.h>

#include "godwit/tests/core/net/loopback.h"
#include "godwit/tests/core/net/recorder.h"

namespace godwit::net {
namespace {

using testing::Listener;
using testing::LoopDriver;
using testing::Peer;
using testing::Recorder;

class TcpTransportTest : public ::testing::Test {
 protected:
  // Connects to the listener; null on failure, with the error in status.
  ports::TransportPtr connect(const Endpoint& remote, const ports::Address* source = nullptr) {
    struct Result {
      std::optional<int> status;
      TcpTransport* transport = nullptr;
    } result;
    TcpTransport::Done done{[](void* context, TcpTransport& t, int s) {
                              static_cast<Result*>(context)->status = s;
                              static_cast<Result*>(context)->transport = &t;
                            },
                            &result};
    TcpTransport::Started started = TcpTransport::connect(loop, remote, source, done);
    EXPECT_FALSE(result.status) << "told from inside connect()";
    if (!started.transport) {
      status = started.error;
      return nullptr;
    }
    EXPECT_TRUE(driver.until([&] { return result.status.has_value(); }));
    status = *result.status;
    ports::TransportPtr transport(started.transport);
    if (status != 0) transport.reset();
    return transport;
  }

  // A connected pair, delegate attached, reading.
  struct Pair {
    ports::TransportPtr transport;
    Peer peer;
  };
  Pair make_pair(int receive_buffer = 0) {
    Listener listener("127.0.0.1", 16, receive_buffer);
    ports::TransportPtr transport = connect(listener.endpoint());
    EXPECT_TRUE(transport);
    Pair pair{std::move(transport), listener.accept()};
    EXPECT_TRUE(pair.peer.ok());
    pair.transport->attach(recorder);
    pair.transport->read(true);
    return pair;
  }

  // Writes until the transport takes no more; returns how much it took.
  size_t fill(ports::Transport& transport) {
    const std::string block(100'000, 'x');
    size_t total = 0;
    for (int i = 0; i < 1000; ++i) {
      const size_t taken = transport.write(bytes_of(block));
      total += taken;
      if (taken < block.size()) return total;
    }
    ADD_FAILURE() << "the socket takes without end";
    return total;
  }

  LoopImpl loop;
  LoopDriver driver{loop};
  Recorder recorder;
  int status = 0;
};

TEST_F(TcpTransportTest, BytesBothWays) {
  Pair pair = make_pair();
  EXPECT_EQ(pair.transport->write(bytes_of("hello")), 5u);
  EXPECT_EQ(pair.peer.receive(), "hello");
  EXPECT_EQ(pair.transport->write({}), 0u);
  pair.peer.send("world");
  EXPECT_TRUE(driver.until([&] { return recorder.received == "world"; }));
  EXPECT_EQ(pair.transport->tls(), nullptr);
}

TEST_F(TcpTransportTest, BytesAreExpectedBeforeTheyAreRead) {
  Pair pair = make_pair();
  int expected = 0;
  recorder.at_bytes = [&] { expected = recorder.expected; };
  pair.peer.send("hello");
  EXPECT_TRUE(driver.until([&] { return recorder.received == "hello"; }));
  EXPECT_EQ(expected, 1);
}

TEST_F(TcpTransportTest, RemoteIsTextOfBothFamilies) {
  for (const char* address : {"127.0.0.1", "::1"}) {
    Listener listener(address);
    if (!listener.good()) continue;  // a machine without IPv6
    ports::TransportPtr transport = connect(listener.endpoint());
    ASSERT_TRUE(transport);
    EXPECT_EQ(transport->remote(), to_text(listener.endpoint()));
  }
}

TEST_F(TcpTransportTest, N1_ARefusedConnectionSaysSo) {
  const testing::ClosedPort closed;
  EXPECT_FALSE(connect({*parse_address("127.0.0.1"), closed.number()}));
  EXPECT_EQ(status, UV_ECONNREFUSED);
}

TEST_F(TcpTransportTest, ConnectsFromTheAddressGiven) {
  Listener listener;
  const auto source = parse_address("127.0.0.9");
  ports::TransportPtr transport = connect(listener.endpoint(), &*source);
  ASSERT_TRUE(transport);
  // 192.0.2.1 is nobody's (RFC 5737).
  const auto foreign = parse_address("192.0.2.1");
  EXPECT_FALSE(connect(listener.endpoint(), &*foreign));
  EXPECT_EQ(status, UV_EADDRNOTAVAIL);
}

TEST_F(TcpTransportTest, ClosedWhileConnectingIsSilent) {
  Listener listener;
  TcpTransport::Done done{[](void*, TcpTransport&, int) { ADD_FAILURE(); }, nullptr};
  TcpTransport::Started started = TcpTransport::connect(loop, listener.endpoint(), nullptr, done);
  ASSERT_TRUE(started.transport);
  started.transport->close();
  driver.turns();
}

TEST_F(TcpTransportTest, NothingIsReadBeforeReadIsOn) {
  Listener listener;
  ports::TransportPtr transport = connect(listener.endpoint());
  Peer peer = listener.accept();
  transport->attach(recorder);
  peer.send("early");
  driver.turns();
  EXPECT_EQ(recorder.deliveries, 0);
  transport->read(true);
  transport->read(true);
  EXPECT_EQ(recorder.deliveries, 0);
  EXPECT_TRUE(driver.until([&] { return recorder.received == "early"; }));
}

TEST_F(TcpTransportTest, ReadOffInsideOnBytesHoldsAtOnce) {
  Pair pair = make_pair();
  // More than a slab: the second read must not happen.
  const std::string much(3 * LoopImpl::kSlabSize, 'y');
  recorder.at_bytes = [&] { pair.transport->read(false); };
  std::thread sender([&] { pair.peer.send(much); });
  EXPECT_TRUE(driver.until([&] { return recorder.deliveries == 1; }));
  driver.turns(10);
  EXPECT_EQ(recorder.deliveries, 1);
  for (int i = 2; recorder.received.size() < much.size(); ++i) {
    pair.transport->read(true);
    ASSERT_TRUE(driver.until([&] { return recorder.deliveries == i; }));
  }
  sender.join();
  EXPECT_EQ(recorder.received, much);
}

TEST_F(TcpTransportTest, AnEndComesOnceAfterAllBytes) {
  Pair pair = make_pair();
  pair.peer.send("last words");
  pair.peer.close();
  EXPECT_TRUE(driver.until([&] { return recorder.ended.has_value(); }));
  EXPECT_EQ(recorder.received, "last words");
  EXPECT_FALSE(*recorder.ended);
  driver.turns();
}

TEST_F(TcpTransportTest, N9_AfterAHalfCloseThePeerStillReads) {
  Pair pair = make_pair();
  pair.peer.shutdown_write();
  EXPECT_TRUE(driver.until([&] { return recorder.ended.has_value(); }));
  EXPECT_EQ(pair.transport->write(bytes_of("still here")), 10u);
  EXPECT_EQ(pair.peer.receive(), "still here");
  pair.transport.reset();
  EXPECT_EQ(pair.peer.receive(), "");
}

TEST_F(TcpTransportTest, N4_AResetIsAnErrorWithItsNumber) {
  Pair pair = make_pair();
  pair.peer.reset();
  EXPECT_TRUE(driver.until([&] { return recorder.ended.has_value(); }));
  EXPECT_EQ(recorder.ended->code, Errc::receive_failed);
  EXPECT_EQ(recorder.ended->sys, UV_ECONNRESET);
  EXPECT_EQ(recorder.diagnosis, "connection reset by peer");
}

TEST_F(TcpTransportTest, BytesBeforeAResetAreDelivered) {
  Pair pair = make_pair();
  pair.peer.send("before");
  pair.peer.reset();
  EXPECT_TRUE(driver.until([&] { return recorder.ended.has_value(); }));
  EXPECT_EQ(recorder.received, "before");
  EXPECT_EQ(recorder.ended->sys, UV_ECONNRESET);
}

// The failed send takes the socket's error with it, so that recv alone would see a clean end, which
// would make a cut body look whole.
TEST_F(TcpTransportTest, AResetFoundByWritingIsStillAResetToTheReader) {
  Pair pair = make_pair();
  pair.peer.reset();
  EXPECT_EQ(pair.transport->write(bytes_of("request")), 0u);
  EXPECT_FALSE(recorder.write_failed) << "told from inside write()";
  EXPECT_TRUE(driver.until([&] { return recorder.ended && recorder.write_failed; }));
  EXPECT_EQ(recorder.write_failed->code, Errc::send_failed);
  EXPECT_EQ(recorder.write_failed->sys, UV_ECONNRESET);
  EXPECT_EQ(recorder.ended->code, Errc::receive_failed);
  EXPECT_EQ(recorder.ended->sys, UV_ECONNRESET);
  EXPECT_EQ(pair.transport->write(bytes_of("more")), 0u);
  driver.turns();
}

TEST_F(TcpTransportTest, N11_APeerThatDoesNotReadStopsTheWriter) {
  Pair pair = make_pair(4096);
  const size_t taken = fill(*pair.transport);
  EXPECT_GT(taken, 0u);
  EXPECT_EQ(pair.transport->write(bytes_of("x")), 0u);
  driver.turns(10);
  EXPECT_EQ(recorder.writable, 0);

  size_t read = 0;
  EXPECT_TRUE(driver.spin([&] {
    read += pair.peer.receive_now();
    return recorder.writable != 0;
  }));
  EXPECT_EQ(recorder.writable, 1);
  EXPECT_GT(pair.transport->write(bytes_of("x")), 0u);
  while (read < taken + 1) {
    const size_t n = pair.peer.receive().size();
    ASSERT_GT(n, 0u);
    read += n;
  }
  EXPECT_EQ(read, taken + 1);
}

TEST_F(TcpTransportTest, BlockedWriterHearsOfAReset) {
  Pair pair = make_pair(4096);
  pair.transport->read(false);
  fill(*pair.transport);
  recorder.at_writable = [&] { pair.transport->write(bytes_of("more")); };
  pair.peer.reset();
  EXPECT_TRUE(driver.until([&] { return recorder.write_failed.has_value(); }));
  // Paused all the while, the reader hears of it as soon as it looks.
  EXPECT_FALSE(recorder.ended);
  pair.transport->read(true);
  EXPECT_TRUE(driver.until([&] { return recorder.ended.has_value(); }));
  EXPECT_EQ(recorder.ended->sys, UV_ECONNRESET);
}

TEST_F(TcpTransportTest, AnIdleTransportDoesNotKeepTheLoop) {
  LoopImpl own;
  Listener listener;
  struct Result {
    LoopImpl& loop;
    TcpTransport* transport;
  } result{own, nullptr};
  own.scheduler().hold();
  TcpTransport::connect(own, listener.endpoint(), nullptr,
                        {[](void* context, TcpTransport& t, int) {
                           auto* r = static_cast<Result*>(context);
                           r->transport = &t;
                           r->loop.scheduler().release();
                         },
                         &result});
  own.run();
  ASSERT_TRUE(result.transport);
  result.transport->attach(recorder);
  result.transport->read(true);
  own.run();  // returns
  result.transport->close();
}

TEST_F(TcpTransportTest, CloseInsideEveryEventIsTheLastOne) {
  for (int which = 0; which < 4; ++which) {
    recorder = Recorder();
    Pair pair = make_pair(4096);
    int closed = 0;
    const auto close = [&] {
      ++closed;
      pair.transport.reset();
    };
    switch (which) {
      case 0:
        recorder.at_bytes = close;
        pair.peer.send(std::string(2000, 'z'));
        pair.peer.close();
        break;
      case 1:
        recorder.at_end = close;
        pair.peer.close();
        break;
      case 2:
        recorder.at_writable = close;
        fill(*pair.transport);
        break;
      default:
        recorder.at_write_failed = close;
        pair.transport->read(false);
        pair.peer.reset();
        pair.transport->write(bytes_of("x"));
    }
    EXPECT_TRUE(driver.spin([&] {
      if (which == 2) pair.peer.receive_now();
      return closed != 0;
    })) << which;
    driver.turns();
    EXPECT_EQ(closed, 1);
    EXPECT_EQ(recorder.deliveries, which == 0 ? 1 : 0);
    EXPECT_EQ(recorder.ended.has_value(), which == 1);
  }
}

// N16: the host has neither ignored nor handled SIGPIPE. A child process is that host.
TEST(TcpTransportDeathTest, N16_WritingToAResetSocketDoesNotKillTheHost) {
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    signal(SIGPIPE, SIG_DFL);
    alarm(20);
    Listener listener;
    LoopImpl loop;
    LoopDriver driver(loop);
    struct Result {
      TcpTransport* transport = nullptr;
    } result;
    TcpTransport::connect(
        loop, listener.endpoint(), nullptr,
        {[](void* context, TcpTransport& t, int) { static_cast<Result*>(context)->transport = &t; },
         &result});
    if (!driver.until([&] { return result.transport != nullptr; })) _exit(1);
    Recorder recorder;
    result.transport->attach(recorder);
    Peer peer = listener.accept();
    peer.reset();
    result.transport->write(bytes_of("first"));  // ECONNRESET; from now on EPIPE
    if (!driver.until([&] { return recorder.write_failed.has_value(); })) _exit(2);
    result.transport->write(bytes_of("second"));
    result.transport->close();

    // A plain half-closed socket gives EPIPE at the first write.
    Result other;
    TcpTransport::connect(
        loop, listener.endpoint(), nullptr,
        {[](void* context, TcpTransport& t, int) { static_cast<Result*>(context)->transport = &t; }, &other});
    if (!driver.until([&] { return other.transport != nullptr; })) _exit(3);
    Recorder second;
    other.transport->attach(second);
    Peer gone = listener.accept();
    gone.close();
    other.transport->read(true);
    if (!driver.until([&] { return second.ended.has_value(); })) _exit(4);
    other.transport->write(bytes_of("x"));  // the peer answers with a reset, in CLOSE_WAIT: EPIPE
    for (int i = 0; i < 50 && !second.write_failed; ++i) {
      other.transport->write(bytes_of("y"));
      driver.turns();
    }
    if (!second.write_failed || second.write_failed->sys != UV_EPIPE) _exit(5);
    other.transport->close();
    driver.turns();
    _exit(0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_FALSE(WIFSIGNALED(status)) << "killed by signal " << WTERMSIG(status);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace godwit::net
