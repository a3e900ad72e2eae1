// SPDX-License-Identifier: MIT
#include "godwit/tls/read_file.h"

#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

namespace godwit::tls {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

}  // namespace

std::string read_file(const std::string& path, std::string& out) {
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rbe"));
  if (!file) return path + ": " + std::generic_category().message(errno);
  char chunk[8192];
  for (;;) {
    const size_t size = std::fread(chunk, 1, sizeof(chunk), file.get());
    out.append(chunk, size);
    if (out.size() > kMaxFile) return path + ": larger than " + std::to_string(kMaxFile) + " bytes";
    if (size == sizeof(chunk)) continue;
    if (std::ferror(file.get())) return path + ": " + std::generic_category().message(errno);
    return {};
  }
}

}  // namespace godwit::tls
