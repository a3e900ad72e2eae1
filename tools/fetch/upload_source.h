// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "godwit/core/body.h"
#include "godwit/core/loop.h"
#include "godwit/core/response.h"

namespace godwit::fetch {

// UploadSource streams the file of -T. A regular file is sent with its length and can be sent again; a
// pipe or a terminal is sent as its bytes come, without ever blocking the loop: a thread of its own waits
// for them.
class UploadSource final : public BodySource {
 public:
  // open opens the file, "-" being the standard input; on failure it gives null and a sentence.
  static std::unique_ptr<UploadSource> open(const std::string& name, Loop& loop, std::string& fault);

  ~UploadSource() override;

  // attach and detach say which exchange is to be told of new bytes; detach before on_done returns.
  void attach(Response& response);
  void detach();

  Pull pull(std::span<std::byte> out) override;
  std::optional<uint64_t> length() const override;
  bool rewind() override;

  // fault says why the last pull failed; empty if it did not.
  const std::string& fault() const { return fault_; }

 private:
  class Watcher;

  UploadSource(std::string name, int fd, Loop& loop);

  Pull pull_file(std::span<std::byte> out);
  Pull pull_stream(std::span<std::byte> out);
  Pull fail(const std::string& why);

  std::string name_;
  int fd_;
  Loop& loop_;
  std::optional<uint64_t> size_;  // of a regular file, from begin_ on
  uint64_t begin_ = 0;
  uint64_t at_ = 0;
  std::string fault_;
  std::unique_ptr<Watcher> watcher_;
};

}  // namespace godwit::fetch
