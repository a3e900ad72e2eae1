// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "godwit/core/body.h"
#include "godwit/core/callback.h"
#include "godwit/core/loop.h"

namespace godwit {

namespace net {
class FileReader;
}

// FileBody is a request body that is read from a file while it is sent. A regular file announces its length,
// is sent as long as that whatever becomes of it, and can be sent again. Pipes, sockets and terminals go out
// in chunks as their bytes come, and never hold the loop up.
//
//   auto file = FileBody::open(loop, "data.bin", fault);
//   file->on_more([&] { connection.resume_upload(); });     // what a pipe needs
//   connection.request("PUT", "/", Body::from(*file));
//
// It is borrowed as every BodySource is, and does not outlive its Loop.
class FileBody final : public BodySource {
 public:
  // open opens a file; on failure it gives null, and `fault` is a sentence.
  static std::unique_ptr<FileBody> open(Loop& loop, const std::string& path, std::string& fault);
  // adopt takes over an open descriptor, and closes it in the end; a regular file is sent from where it is
  // read next. After a failure the descriptor is still the caller's.
  static std::unique_ptr<FileBody> adopt(Loop& loop, int descriptor, std::string& fault);
  ~FileBody() override;

  // on_more is called, from the loop, when there are bytes again after a pull said `later`: the callee has
  // the upload resumed.
  void on_more(Callback<void()> f);

  Pull pull(std::span<std::byte> out) override;
  std::optional<uint64_t> length() const override;
  bool rewind() override;

  // fault says why the last pull failed; empty if it did not.
  const std::string& fault() const;

 private:
  explicit FileBody(std::unique_ptr<net::FileReader> reader);

  std::unique_ptr<net::FileReader> reader_;
};

}  // namespace godwit
