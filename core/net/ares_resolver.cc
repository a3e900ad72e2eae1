// SPDX-License-Identifier: MIT
#include "godwit/core/net/ares_resolver.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include <ares.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>
#include <uv.h>

#include "godwit/core/net/dns_denial.h"
#include "godwit/core/net/endpoint.h"
#include "godwit/core/net/member_node.h"

namespace godwit::net {

namespace {

bool ends_with_label(std::string_view host, std::string_view label) {
  if (host.size() < label.size()) return false;
  std::string_view tail = host.substr(host.size() - label.size());
  for (size_t i = 0; i < tail.size(); ++i) {
    char c = tail[i] >= 'A' && tail[i] <= 'Z' ? static_cast<char>(tail[i] - 'A' + 'a') : tail[i];
    if (c != label[i]) return false;
  }
  return host.size() == label.size() || host[host.size() - label.size() - 1] == '.';
}

bool is_localhost(std::string_view host) {
  if (!host.empty() && host.back() == '.') host.remove_suffix(1);
  return ends_with_label(host, "localhost");
}

// The functions c-ares calls the system by. They are ours for the sake of one flag: it writes to TCP
// servers with writev(2), which raises SIGPIPE on a reset connection.
// What it receives is looked at for what it does not tell: how long "no such name" may be believed.
struct SocketEvents {
  int resource_error = 0;  // of the last socket that c-ares asked for
  void* context = nullptr;
  void (*on_message)(void* context, std::span<const uint8_t> message) = nullptr;
};

ares_socket_t open_socket(int family, int type, int protocol, void* events) {
  int fd = socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
  static_cast<SocketEvents*>(events)->resource_error = fd < 0 ? uv_translate_sys_error(errno) : 0;
  return fd;
}

int close_socket(ares_socket_t fd, void*) {
  return ::close(fd);
}

int connect_socket(ares_socket_t fd, const sockaddr* address, ares_socklen_t size, void*) {
  return ::connect(fd, address, size);
}

ares_ssize_t receive(ares_socket_t fd, void* out, size_t size, int flags, sockaddr* from,
                     ares_socklen_t* from_size, void* context) {
  const ssize_t got = ::recvfrom(fd, out, size, flags, from, from_size);
  // A stream of TCP has no sender, and its messages come in pieces.
  if (from && got > 0) {
    const auto* events = static_cast<SocketEvents*>(context);
    events->on_message(events->context, {static_cast<const uint8_t*>(out), static_cast<size_t>(got)});
  }
  return got;
}

ares_ssize_t send_parts(ares_socket_t fd, const iovec* parts, int count, void*) {
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(parts);
  message.msg_iovlen = static_cast<size_t>(count);
  return ::sendmsg(fd, &message, MSG_NOSIGNAL);
}

constexpr uint32_t kNeverDenied = UINT32_MAX;

uint64_t nanoseconds(uint32_t seconds) {
  return uint64_t{seconds} * 1'000'000'000;
}

const ares_socket_functions kSocketFunctions = {open_socket, close_socket, connect_socket, receive,
                                                send_parts};

}  // namespace

struct AresResolver::Impl {
  // Lookup is one name for one sink. Once c-ares has it, only c-ares' answer frees it.
  struct Lookup {
    Lookup(Impl& i, std::string_view h, ports::ResolveSink& s) : impl(i), host(h), sink(&s) {}
    void deliver();

    Impl& impl;
    std::string host;
    ports::ResolveSink* sink;  // null: cancelled
    std::vector<ports::Address> addresses;
    uint64_t ttl = 0;
    uint32_t denied_for = kNeverDenied;  // seconds
    Error error;
    std::string diagnosis;
    MemberTask<Lookup, &Lookup::deliver> answer{*this};
  };

  // Socket is one that c-ares waits for.
  struct Socket {
    uv_poll_t poll;
    Impl* impl;
    LoopImpl* loop;
    ares_socket_t fd;
  };

  Impl(LoopImpl& l, AresOptions o) : loop(l), options(std::move(o)) {}
  ~Impl();

  int open();
  void watch(ares_socket_t fd, int events);
  void set_timer();
  void on_timer();
  void process(ares_socket_t readable, ares_socket_t writable);
  static void on_poll(uv_poll_t* handle, int status, int events);
  static void on_answer(void* context, int status, int timeouts, ares_addrinfo* result);
  void fail(Lookup& lookup, int status);
  void on_message(std::span<const uint8_t> message);
  void forget(Lookup& lookup);

  LoopImpl& loop;
  AresOptions options;
  ares_channel channel = nullptr;
  SocketEvents seen{.context = this, .on_message = [](void* context, std::span<const uint8_t> message) {
                      static_cast<Impl*>(context)->on_message(message);
                    }};
  MemberTimer<Impl, &Impl::on_timer> timer{*this};
  std::unordered_map<ports::ResolveSink*, Lookup*> lookups;
  std::unordered_multimap<std::string_view, Lookup*> asked;  // those that c-ares has, by host
  std::unordered_map<ares_socket_t, Socket*> sockets;
};

AresResolver::AresResolver(LoopImpl& loop, AresOptions options)
    : impl_(std::make_unique<Impl>(loop, std::move(options))) {}
AresResolver::~AresResolver() = default;

void AresResolver::resolve(const ports::Query& query, ports::ResolveSink& sink) {
  UvScheduler& scheduler = impl_->loop.scheduler();
  auto* lookup = new Impl::Lookup(*impl_, query.host, sink);
  impl_->lookups.emplace(&sink, lookup);
  if (is_localhost(query.host)) {
    lookup->addresses = {*parse_address("::1"), *parse_address("127.0.0.1")};
    scheduler.defer(lookup->answer);
    return;
  }
  if (int status = impl_->open()) {
    impl_->fail(*lookup, status);
    scheduler.defer(lookup->answer);
    return;
  }
  ares_addrinfo_hints hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  impl_->asked.emplace(lookup->host, lookup);
  ares_getaddrinfo(impl_->channel, lookup->host.c_str(), nullptr, &hints, Impl::on_answer, lookup);
  impl_->set_timer();
}

void AresResolver::cancel(ports::ResolveSink& sink) {
  auto found = impl_->lookups.find(&sink);
  if (found == impl_->lookups.end()) return;
  Impl::Lookup* lookup = found->second;
  impl_->lookups.erase(found);
  lookup->sink = nullptr;
  if (lookup->answer.queued) {
    impl_->loop.scheduler().remove(lookup->answer);
    delete lookup;
  }
}

AresResolver::Impl::~Impl() {
  for (auto [sink, lookup] : lookups) {
    lookup->sink = nullptr;
    if (!lookup->answer.queued) continue;
    loop.scheduler().remove(lookup->answer);
    delete lookup;
  }
  if (channel) ares_destroy(channel);
  loop.scheduler().cancel(timer);
}

// open makes the channel at the first use. Returns c-ares' status.
int AresResolver::Impl::open() {
  if (channel) return ARES_SUCCESS;
  static const int library = ares_library_init(ARES_LIB_INIT_ALL);
  if (library != ARES_SUCCESS) return library;

  ares_options settings{};
  settings.timeout = options.timeout;
  settings.tries = options.tries;
  settings.lookups = options.lookups.data();
  settings.sock_state_cb = [](void* context, ares_socket_t fd, int readable, int writable) {
    int events = (readable ? int{UV_READABLE} : 0) | (writable ? int{UV_WRITABLE} : 0);
    static_cast<Impl*>(context)->watch(fd, events);
  };
  settings.sock_state_cb_data = this;
  int mask = ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS | ARES_OPT_SOCK_STATE_CB;
  if (int status = ares_init_options(&channel, &settings, mask)) {
    channel = nullptr;
    return status;
  }
  ares_set_socket_functions(channel, &kSocketFunctions, &seen);
  if (options.servers.empty()) return ARES_SUCCESS;
  int status = ares_set_servers_ports_csv(channel, options.servers.c_str());
  if (status != ARES_SUCCESS) ares_destroy(std::exchange(channel, nullptr));
  return status;
}

void AresResolver::Impl::watch(ares_socket_t fd, int events) {
  Socket*& socket = sockets[fd];
  if (events == 0) {
    // c-ares closes the descriptor right after this: the poll must be off by then.
    if (socket) {
      uv_close(reinterpret_cast<uv_handle_t*>(&socket->poll), [](uv_handle_t* handle) {
        auto* closed = static_cast<Socket*>(handle->data);
        closed->loop->closed();
        delete closed;
      });
    }
    sockets.erase(fd);
    return;
  }
  if (!socket) {
    auto* fresh = new Socket{{}, this, &loop, fd};
    if (uv_poll_init_socket(loop.uv(), &fresh->poll, fd) != 0) {
      // Left unwatched: the query ends by its timeout.
      delete fresh;
      sockets.erase(fd);
      return;
    }
    fresh->poll.data = fresh;
    uv_unref(reinterpret_cast<uv_handle_t*>(&fresh->poll));
    loop.opened();
    socket = fresh;
  }
  uv_poll_start(&socket->poll, events, on_poll);
}

void AresResolver::Impl::on_poll(uv_poll_t* handle, int status, int events) {
  auto* socket = static_cast<Socket*>(handle->data);
  Impl& impl = *socket->impl;
  UvScheduler::Batch batch(impl.loop.scheduler());
  // On an error both directions have something to say.
  bool both = status != 0;
  ares_socket_t fd = socket->fd;
  impl.process(both || (events & UV_READABLE) ? fd : ARES_SOCKET_BAD,
               both || (events & UV_WRITABLE) ? fd : ARES_SOCKET_BAD);
}

void AresResolver::Impl::process(ares_socket_t readable, ares_socket_t writable) {
  ares_process_fd(channel, readable, writable);
  set_timer();
}

void AresResolver::Impl::set_timer() {
  timeval wait;
  if (!ares_timeout(channel, nullptr, &wait)) {
    loop.scheduler().cancel(timer);
    return;
  }
  auto nanoseconds =
      static_cast<uint64_t>(wait.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(wait.tv_usec) * 1000;
  loop.scheduler().arm(timer, loop.scheduler().now() + nanoseconds);
}

void AresResolver::Impl::on_timer() {
  process(ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}

void AresResolver::Impl::on_answer(void* context, int status, int, ares_addrinfo* result) {
  auto* lookup = static_cast<Lookup*>(context);
  lookup->impl.forget(*lookup);
  if (!lookup->sink) {
    ares_freeaddrinfo(result);
    delete lookup;
    return;
  }
  if (status == ARES_SUCCESS && result) {
    // Names of the hosts file come with a time to live of 0.
    int ttl = INT_MAX;
    for (ares_addrinfo_cname* alias = result->cnames; alias; alias = alias->next) {
      ttl = std::min(ttl, alias->ttl);
    }
    for (ares_addrinfo_node* node = result->nodes; node; node = node->ai_next) {
      ttl = std::min(ttl, node->ai_ttl);
      if (lookup->addresses.size() == kMaxAddresses) continue;
      if (std::optional<Endpoint> endpoint = from_sockaddr(*node->ai_addr)) {
        lookup->addresses.push_back(endpoint->address);
      }
    }
    lookup->ttl = nanoseconds(static_cast<uint32_t>(std::max(ttl, 0)));
    if (lookup->addresses.empty()) status = ARES_ENODATA;
  }
  ares_freeaddrinfo(result);
  if (status != ARES_SUCCESS) lookup->impl.fail(*lookup, status);
  // The sink may do anything, so it is told when c-ares is not on the stack.
  lookup->impl.loop.scheduler().defer(lookup->answer);
}

void AresResolver::Impl::forget(Lookup& lookup) {
  const auto [from, to] = asked.equal_range(lookup.host);
  const auto found = std::find_if(from, to, [&](const auto& entry) { return entry.second == &lookup; });
  if (found != to) asked.erase(found);
}

// A message is not proof: c-ares alone knows what it asked. It can only shorten how long c-ares' own "no such
// name" is kept, and a look-up that ends in another way has no use for it.
void AresResolver::Impl::on_message(std::span<const uint8_t> message) {
  const std::optional<DnsDenial> denial = read_dns_denial(message);
  if (!denial) return;
  // c-ares may have put a domain of its search list behind the host.
  const std::string_view name = denial->name;
  for (size_t end = name.find('.');; end = name.find('.', end + 1)) {
    const auto [from, to] = asked.equal_range(name.substr(0, end));
    for (auto entry = from; entry != to; ++entry) {
      Lookup& lookup = *entry->second;
      lookup.denied_for = std::min(lookup.denied_for, denial->ttl);
    }
    if (end == std::string_view::npos) break;
  }
}

void AresResolver::Impl::fail(Lookup& lookup, int status) {
  lookup.addresses.clear();
  const bool denied = status == ARES_ENOTFOUND || status == ARES_ENODATA;
  lookup.ttl = denied && lookup.denied_for != kNeverDenied ? nanoseconds(lookup.denied_for) : 0;
  Error& error = lookup.error;
  error.phase = Phase::resolve;
  error.detail = static_cast<uint32_t>(status);
  error.code = status == ARES_ENOTFOUND ? Errc::name_not_found : Errc::resolve_failed;
  lookup.diagnosis = lookup.host + ": " + ares_strerror(status);
  // c-ares calls a socket that could not be had a server that refuses.
  if (status == ARES_ECONNREFUSED && seen.resource_error != 0) {
    error.code = Errc::out_of_resources;
    error.sys = seen.resource_error;
    lookup.diagnosis = lookup.host + ": no socket for the look-up: " + uv_strerror(seen.resource_error);
  }
}

void AresResolver::Impl::Lookup::deliver() {
  impl.lookups.erase(sink);
  std::unique_ptr<Lookup> self(this);
  sink->on_resolved({.addresses = addresses, .error = error, .diagnosis = diagnosis, .ttl = ttl});
}

}  // namespace godwit::net
