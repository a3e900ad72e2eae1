// SPDX-License-Identifier: MIT
#include "godwit/core/file_body.h"

#include <utility>

#include "godwit/core/net/file_reader.h"
#include "godwit/core/net/loop_impl.h"

namespace godwit {

std::unique_ptr<FileBody> FileBody::open(Loop& loop, const std::string& path, std::string& fault) {
  auto reader = net::FileReader::open(loop.impl(), path, fault);
  return std::unique_ptr<FileBody>(reader ? new FileBody(std::move(reader)) : nullptr);
}

std::unique_ptr<FileBody> FileBody::adopt(Loop& loop, int descriptor, std::string& fault) {
  auto reader = net::FileReader::adopt(loop.impl(), descriptor, fault);
  return std::unique_ptr<FileBody>(reader ? new FileBody(std::move(reader)) : nullptr);
}

FileBody::FileBody(std::unique_ptr<net::FileReader> reader) : reader_(std::move(reader)) {}
FileBody::~FileBody() = default;

void FileBody::on_more(Callback<void()> f) {
  reader_->on_more(std::move(f));
}
BodySource::Pull FileBody::pull(std::span<std::byte> out) {
  return reader_->pull(out);
}
std::optional<uint64_t> FileBody::length() const {
  return reader_->length();
}
bool FileBody::rewind() {
  return reader_->rewind();
}
const std::string& FileBody::fault() const {
  return reader_->fault();
}

}  // namespace godwit
