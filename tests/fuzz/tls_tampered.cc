// SPDX-License-Identifier: MIT
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <openssl/ssl.h>

#include "godwit/tests/fuzz/fuzz.h"
#include "godwit/tests/support/tls_peer.h"
#include "godwit/tls/engine.h"

namespace godwit::fuzz {
namespace {

using tls::Engine;
using tls::Status;

constexpr size_t kPlaintext = 3000;

// World is what all connections have in common.
struct World {
  test::Certificate root = test::make_ca("Godwit Root");
  test::Certificate leaf = test::make_certificate(test::leaf_spec("a.example"), &root);
  std::shared_ptr<const tls::Context> context = [this] {
    tls::ContextOptions options;
    options.system_roots = false;
    options.roots = {tls::Pem::from_text(root.pem())};
    return tls::Context::make(options).context;
  }();
  std::string plaintext = [] {
    std::string text(kPlaintext, '\0');
    for (size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>(i * 31 + i / 256);
    return text;
  }();
};

// Tamperer is a man in the middle. Its input is a list of edits of three octets: what to do, and how many
// octets of the server's stream further on.
class Tamperer {
 public:
  explicit Tamperer(std::string_view edits) : edits_(edits) { next_edit(); }

  std::string pass(std::string stream) {
    std::string out;
    for (char byte : stream) {
      if (cut_) break;
      if (!at_ || *at_ != position_++) {
        out += byte;
        continue;
      }
      switch (what_ % 4) {
        case 0:  // a bit
          out += static_cast<char>(static_cast<uint8_t>(byte) ^ (1u << (what_ >> 2) % 8));
          break;
        case 1:  // left out
          break;
        case 2:  // twice
          out += byte;
          out += byte;
          break;
        default:
          cut_ = true;
      }
      next_edit();
    }
    return out;
  }

 private:
  void next_edit() {
    at_.reset();
    if (edits_.size() < 3) return;
    const auto octet = [this](size_t i) { return static_cast<uint8_t>(edits_[i]); };
    what_ = octet(0);
    at_ = position_ + (size_t{octet(1)} << 8 | octet(2)) % 8192;
    edits_.remove_prefix(3);
  }

  std::string_view edits_;
  std::optional<size_t> at_;
  size_t position_ = 0;
  uint8_t what_ = 0;
  bool cut_ = false;
};

// Connection is a sound server, a man in the middle, and the engine under test.
class Connection {
 public:
  Connection(const World& world, uint16_t version, bool ask, std::string_view edits)
      : world_(world),
        tamperer_(edits),
        engine_(*world.context, {.server_name = "a.example", .ask = ask}),
        peer_({.chain = {&world.leaf}, .max_version = version}) {}

  void run(bool untouched) {
    engine_.handshake();
    for (bool wrote = false;;) {
      const std::string up = test::take_output(engine_);
      if (!up.empty()) peer_.feed(up);
      if (peer_.established() && !wrote) {
        wrote = true;
        peer_.write(world_.plaintext);
        peer_.close();
      }
      std::string down = tamperer_.pass(peer_.take());
      if (!down.empty()) {
        deliver(down);
      } else if (engine_.verdict() != nullptr) {
        // Whatever came before the answer has been kept.
        check(plaintext_.empty() && !engine_.established(), "nothing is read before the answer");
        engine_.answer(true);
        deliver({});
      } else {
        break;
      }
    }
    Status last = engine_.end_of_input();
    if (last == Status::ok) last = read();
    check(world_.plaintext.starts_with(plaintext_), "only what the server wrote is read, in its order");
    check(last == Status::closed || last == Status::failed, "a stream has an end");
    if (last == Status::closed) check(plaintext_ == world_.plaintext, "a clean end comes after all of it");
    if (untouched) check(last == Status::closed, "a stream that nobody touched ends cleanly");
  }

 private:
  Status read() {
    const Status status = test::read_all(engine_, plaintext_, 700);
    check(status != Status::want_input || engine_.verdict() != nullptr || engine_.unread() == 0,
          "an engine that wants input borrows none");
    return status;
  }

  void deliver(const std::string& down) {
    engine_.feed(test::bytes(down));
    read();
    engine_.hold();
  }

  const World& world_;
  Tamperer tamperer_;
  Engine engine_;
  test::TlsPeer peer_;
  std::string plaintext_;
};

}  // namespace
}  // namespace godwit::fuzz

// The input is what a man in the middle does to a server's stream: see Tamperer.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace godwit::fuzz;
  static const World world;
  for (uint16_t version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    for (const bool ask : {false, true}) Connection(world, version, ask, as_text(data, size)).run(size < 3);
  }
  return 0;
}
