// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "godwit/tests/support/certificates.h"

namespace godwit::testing {

// ServerFolder is where everything of a real server goes: in html/ what it serves, chain.pem and key.pem for
// a server at 127.0.0.1, and ca.pem, which issued that.
class ServerFolder {
 public:
  explicit ServerFolder(std::string path);

  const std::string& path() const { return path_; }
  const test::Certificate& ca() const { return ca_; }
  const test::Certificate& leaf() const { return leaf_; }
  void write(const std::string& name, std::string_view content) const;
  std::string read(const std::string& name) const;

 private:
  const std::string path_;
  const test::Certificate ca_ = test::make_ca("Test Root");
  const test::Certificate leaf_;
};

// replace_all puts `by` wherever `what` stands: servers' configurations are written that way.
void replace_all(std::string& text, std::string_view what, const std::string& by);

// ServerProcess is a program that can't be given its sockets. It gets two ports that were free a moment ago,
// and others if they are somebody else's by then; it is ended by its process id.
class ServerProcess {
 public:
  // Configure writes what the program reads for these ports and gives its arguments, its path first.
  using Configure = std::function<std::vector<std::string>(uint16_t plain, uint16_t tls)>;

  ServerProcess() = default;
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  // start returns when the program takes connections on the first of the ports, or with a sentence about why
  // it does not. `package` is the one that has the program; what it prints goes to `log`.
  std::string start(std::string_view package, const std::string& log, const Configure& configure);
  // end sends it a signal and waits for its end.
  void end(int signal);

  uint16_t plain() const { return plain_; }
  uint16_t tls() const { return tls_; }

 private:
  bool run(std::vector<std::string> arguments, const std::string& log);
  bool listens();

  uint16_t plain_ = 0;
  uint16_t tls_ = 0;
  pid_t pid_ = -1;
};

}  // namespace godwit::testing
