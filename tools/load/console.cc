// SPDX-License-Identifier: MIT
#include "godwit/tools/load/console.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

#include "godwit/tools/fetch/body_output.h"
#include "godwit/tools/fetch/json_text.h"

namespace godwit::load {

int complain(std::string_view fault, int status) {
  const std::string text = "godwit load: " + fetch::printable(fault) + "\n";
  (void)fetch::write_all(STDERR_FILENO, bytes_of(text));
  return status;
}

bool write_text(const std::string& file, std::string_view text) {
  fetch::OutputFile output;
  int error = 0;
  if (file.empty()) {
    error = fetch::write_all(STDOUT_FILENO, bytes_of(text));
  } else {
    error = output.open(file);
    if (error == 0) error = output.write(bytes_of(text));
    if (const int closing = output.close(); error == 0) error = closing;
  }
  if (error == 0) return true;
  complain("can't write " + (file.empty() ? "the standard output" : file) + ": " + std::strerror(error),
           kStatusFailed);
  return false;
}

std::string read_text(const std::string& file, size_t limit, std::string& out) {
  const bool standard_input = file == "-";
  const int fd = standard_input ? STDIN_FILENO : open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return "can't read " + file + ": " + std::strerror(errno);
  std::string fault;
  char block[65536];
  while (true) {
    const ssize_t n = read(fd, block, sizeof block);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fault = "can't read " + file + ": " + std::strerror(errno);
    if (n <= 0) break;
    out.append(block, static_cast<size_t>(n));
    if (out.size() <= limit) continue;
    fault = file + " is larger than " + std::to_string(limit) + " bytes";
    break;
  }
  if (!standard_input) close(fd);
  return fault;
}

}  // namespace godwit::load
