// SPDX-License-Identifier: MIT
// The floor of the kernel: epoll_wait, recv, send, and the end of the response found.
#include <cerrno>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "godwit/benchmarks/floor/answer.h"
#include "godwit/benchmarks/peer/turns.h"
#include "godwit/benchmarks/peer/work.h"

namespace {

using godwit::benchmarks::Turns;
using godwit::benchmarks::Work;

struct Connection {
  std::string head;
  size_t seen = 0;
  int fd = -1;
  bool connecting = true;
};

void require(bool good) {
  if (!good) std::abort();
}

// Waits for the connection to be made: only then is the request sent.
void connect_to(const Work& work, size_t i, int poll, Connection& connection) {
  connection.head = work.head_of(i);
  connection.fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  require(connection.fd >= 0);
  const int on = 1;
  setsockopt(connection.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(work.port);
  inet_pton(AF_INET, work.address_of(i).c_str(), &address.sin_addr);
  const int made = connect(connection.fd, reinterpret_cast<sockaddr*>(&address), sizeof address);
  require(made == 0 || errno == EINPROGRESS);
  epoll_event event = {.events = EPOLLOUT, .data = {.u64 = i}};
  require(epoll_ctl(poll, EPOLL_CTL_ADD, connection.fd, &event) == 0);
}

void send_head(const Connection& connection) {
  const ssize_t sent = send(connection.fd, connection.head.data(), connection.head.size(), MSG_NOSIGNAL);
  require(sent == static_cast<ssize_t>(connection.head.size()));
}

}  // namespace

int main(int argc, char** argv) {
  const auto work = godwit::benchmarks::parse_work(argc, argv);
  if (!work) return 2;
  Turns turns(*work);
  godwit::benchmarks::Answer answer;
  std::vector<Connection> connections(work->connections);
  const int poll = epoll_create1(EPOLL_CLOEXEC);
  const auto send = [&](size_t i) {
    if (connections[i].fd < 0) {
      connect_to(*work, i, poll, connections[i]);
    } else {
      send_head(connections[i]);
    }
  };
  turns.due(send);

  static char slab[64 * 1024];
  epoll_event events[1024];
  while (!turns.done()) {
    const int count = epoll_wait(poll, events, 1024, work->think != 0 ? static_cast<int>(Turns::kTick) : -1);
    require(count >= 0 || errno == EINTR);
    for (int e = 0; e < count; ++e) {
      const size_t i = events[e].data.u64;
      Connection& connection = connections[i];
      if (connection.connecting) {
        connection.connecting = false;
        epoll_event event = {.events = EPOLLIN, .data = {.u64 = i}};
        require(epoll_ctl(poll, EPOLL_CTL_MOD, connection.fd, &event) == 0);
        send_head(connection);
        continue;
      }
      const ssize_t got = recv(connection.fd, slab, sizeof slab, 0);
      require(got > 0);
      if (!answer.feed(std::string_view(slab, static_cast<size_t>(got)), connection.seen)) continue;
      if (turns.answered(i, true, answer.body())) send_head(connection);
    }
    if (work->think != 0) turns.due(send);
  }
  const int status = turns.report();
  for (const Connection& connection : connections) {
    if (connection.fd >= 0) close(connection.fd);
  }
  close(poll);
  return status;
}
