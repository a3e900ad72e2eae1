// SPDX-License-Identifier: MIT
// What BoringSSL alone costs, used in the leanest way: its own verification, a BIO that lends what was
// received and one that appends, SSL_read into one buffer of a record's size.
#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include <arpa/inet.h>
#include <benchmark/benchmark.h>
#include <netinet/in.h>
#include <openssl/bio.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <unistd.h>

#include "godwit/benchmarks/tls/server.h"
#include "godwit/tools/embedded_server/server.h"

namespace godwit::benchmarks {
namespace {

struct Pipe {
  std::string_view in;
  std::string out;
};

const BIO_METHOD* pipe_method() {
  static const BIO_METHOD* const kMethod = [] {
    BIO_METHOD* method = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "benchmark");
    BIO_meth_set_read(method, [](BIO* bio, char* out, int size) {
      auto* pipe = static_cast<Pipe*>(BIO_get_data(bio));
      BIO_clear_retry_flags(bio);
      if (pipe->in.empty()) {
        BIO_set_retry_read(bio);
        return -1;
      }
      const size_t taken = std::min(static_cast<size_t>(size), pipe->in.size());
      std::memcpy(out, pipe->in.data(), taken);
      pipe->in.remove_prefix(taken);
      return static_cast<int>(taken);
    });
    BIO_meth_set_write(method, [](BIO* bio, const char* data, int size) {
      static_cast<Pipe*>(BIO_get_data(bio))->out.append(data, static_cast<size_t>(size));
      return size;
    });
    BIO_meth_set_ctrl(method,
                      [](BIO*, int command, long, void*) -> long { return command == BIO_CTRL_FLUSH; });
    return method;
  }();
  return kMethod;
}

// Client is one connection of bare BoringSSL.
struct Client {
  Client(SSL_CTX* ctx, SSL_SESSION* session) : ssl(SSL_new(ctx)) {
    BIO* bio = BIO_new(pipe_method());
    BIO_set_data(bio, &pipe);
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl.get(), bio, bio);
    SSL_set_connect_state(ssl.get());
    SSL_set_tlsext_host_name(ssl.get(), "a.example");
    X509_VERIFY_PARAM_set1_host(SSL_get0_param(ssl.get()), "a.example", 9);
    if (session != nullptr) SSL_set_session(ssl.get(), session);
  }

  Pipe pipe;
  bssl::UniquePtr<SSL> ssl;
};

bssl::UniquePtr<SSL_SESSION> newest;  // of the last connection

bssl::UniquePtr<SSL_CTX> make_context(const TlsServer& server) {
  bssl::UniquePtr<SSL_CTX> ctx(SSL_CTX_new(TLS_method()));
  static const uint8_t kAlpn[] = "\x08http/1.1";
  SSL_CTX_set_alpn_protos(ctx.get(), kAlpn, sizeof kAlpn - 1);
  SSL_CTX_set_verify(ctx.get(), SSL_VERIFY_PEER, nullptr);
  X509_STORE_add_cert(SSL_CTX_get_cert_store(ctx.get()), server.root().x509.get());
  SSL_CTX_set_session_cache_mode(ctx.get(), SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(ctx.get(), [](SSL*, SSL_SESSION* session) {
    newest.reset(session);
    return 1;
  });
  return ctx;
}

bool shake(TlsServer& server, Client& client, ClientTime& timed) {
  for (;;) {
    const int result = timed([&] { return SSL_do_handshake(client.ssl.get()); });
    if (!client.pipe.out.empty()) server.peer().feed(std::exchange(client.pipe.out, {}));
    if (result == 1) return true;
    const std::string down = server.peer().take();
    if (down.empty()) return false;
    client.pipe.in = down;
    const int again = timed([&] { return SSL_do_handshake(client.ssl.get()); });
    if (!client.pipe.out.empty()) server.peer().feed(std::exchange(client.pipe.out, {}));
    if (again == 1) return true;
  }
}

void handshake(benchmark::State& state, bool resumed) {
  TlsServer server;
  const auto ctx = make_context(server);
  newest.reset();
  ClientTime timed;
  for (auto _ : state) {
    server.accept();
    auto client =
        timed([&] { return std::make_unique<Client>(ctx.get(), resumed ? newest.get() : nullptr); });
    if (!shake(server, *client, timed)) state.SkipWithError("the handshake failed");
    if (resumed && state.iterations() > 1 && !SSL_session_reused(client->ssl.get()))
      state.SkipWithError("not resumed");
    if (resumed) {
      server.peer().write("tickets come with the first record");
      const std::string down = server.peer().take();
      client->pipe.in = down;
      char plaintext[64];
      SSL_read(client->ssl.get(), plaintext, sizeof plaintext);
    }
    timed([&] { client.reset(); });
    timed.report(state);
  }
}

void bulk(benchmark::State& state) {
  TlsServer server;
  const auto ctx = make_context(server);
  Client client(ctx.get(), nullptr);
  ClientTime timed;
  if (!shake(server, client, timed)) state.SkipWithError("the handshake failed");
  static char plaintext[16384];
  for (auto _ : state) {
    timed = {};
    const std::string down = server.batch();
    size_t size = 0;
    each_feed(down, [&](std::string_view bytes) {
      timed([&] {
        client.pipe.in = bytes;
        int got;
        while ((got = SSL_read(client.ssl.get(), plaintext, sizeof plaintext)) > 0)
          size += static_cast<size_t>(got);
      });
    });
    if (size != kBatch) state.SkipWithError("octets are missing");
    timed.report(state);
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * kBatch));
}

int dial(uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0 ? fd : -1;
}

// Receives over a blocking socket until `wanted` octets of plaintext have come, the head among them.
bool receive(int fd, Client& client, size_t wanted) {
  static char ciphertext[kFeed];
  static char plaintext[16384];
  size_t size = 0;
  while (size < wanted) {
    const ssize_t got = recv(fd, ciphertext, sizeof ciphertext, 0);
    if (got <= 0) return false;
    client.pipe.in = {ciphertext, static_cast<size_t>(got)};
    int read;
    while ((read = SSL_read(client.ssl.get(), plaintext, sizeof plaintext)) > 0)
      size += static_cast<size_t>(read);
  }
  return true;
}

void loopback(benchmark::State& state) {
  std::string error;
  const auto server = embedded::Server::start({}, error);
  const bssl::UniquePtr<SSL_CTX> ctx(SSL_CTX_new(TLS_method()));
  Client client(ctx.get(), nullptr);
  const int fd = server ? dial(server->https_port()) : -1;
  char bytes[8192];
  while (SSL_do_handshake(client.ssl.get()) != 1) {
    send(fd, client.pipe.out.data(), client.pipe.out.size(), MSG_NOSIGNAL);
    client.pipe.out.clear();
    const ssize_t got = recv(fd, bytes, sizeof bytes, 0);
    if (got <= 0) return state.SkipWithError("the handshake failed");
    client.pipe.in = {bytes, static_cast<size_t>(got)};
  }
  constexpr std::string_view kRequest = "GET /bytes/64m HTTP/1.1\r\nHost: localhost\r\n\r\n";
  for (auto _ : state) {
    const double from = thread_cpu();
    SSL_write(client.ssl.get(), kRequest.data(), kRequest.size());
    send(fd, client.pipe.out.data(), client.pipe.out.size(), MSG_NOSIGNAL);
    client.pipe.out.clear();
    // The head, of which nobody here knows the length, comes in the first record or with the next response.
    if (!receive(fd, client, kBody)) state.SkipWithError("the connection ended");
    state.SetIterationTime(thread_cpu() - from);
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * kBody));
  close(fd);
}

BENCHMARK_CAPTURE(handshake, full, false)->Name("Handshake/full/boringssl")->UseManualTime();
BENCHMARK_CAPTURE(handshake, resumed, true)->Name("Handshake/resumed/boringssl")->UseManualTime();
BENCHMARK(bulk)->Name("Bulk/boringssl")->UseManualTime();
BENCHMARK(loopback)->Name("Loopback/boringssl")->UseManualTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace godwit::benchmarks
