// SPDX-License-Identifier: MIT
#pragma once

#include <cstdio>
#include <cstring>
#include <fstream>
#include <functional>

#include <gtest/gtest.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

// For what a test must not do to the machine's own network.
namespace godwit::testing {

// set_loopback brings the loopback interface up or takes it down; false if that may not be done.
inline bool set_loopback(bool up) {
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  ifreq loopback{};
  std::strcpy(loopback.ifr_name, "lo");
  loopback.ifr_flags = up ? IFF_UP : 0;
  const bool done = ioctl(fd, SIOCSIFFLAGS, &loopback) == 0;
  close(fd);
  return done;
}

// set_local_ports says from which ports connections are made.
inline bool set_local_ports(int first, int last) {
  std::ofstream range("/proc/sys/net/ipv4/ip_local_port_range");
  range << first << ' ' << last << std::flush;
  return range.good();
}

// in_own_network runs a test's body in a child process that has a network of its own, with loopback alone,
// and fails if it did; it is skipped where the system makes no such network. Called before there is a thread.
inline void in_own_network(const std::function<void()>& body) {
  constexpr int kNotAllowed = 77;
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    if (unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0 || !set_loopback(true)) _exit(kNotAllowed);
    body();
    std::fflush(nullptr);
    _exit(::testing::Test::HasFailure() ? 1 : 0);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status)) << status;
  if (WEXITSTATUS(status) == kNotAllowed) GTEST_SKIP() << "no network of our own may be made here";
  EXPECT_EQ(WEXITSTATUS(status), 0) << "see above";
}

}  // namespace godwit::testing
