// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include <dirent.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace godwit::testing {

// open_descriptors gives the numbers of all descriptors of this process.
inline std::vector<int> open_descriptors() {
  std::vector<int> found;
  DIR* folder = opendir("/proc/self/fd");
  while (const dirent* entry = folder ? readdir(folder) : nullptr) {
    if (entry->d_name[0] == '.') continue;
    const int fd = std::atoi(entry->d_name);
    if (fd != dirfd(folder)) found.push_back(fd);
  }
  if (folder) closedir(folder);
  return found;
}

// sockets_to gives the descriptors of this process that are connected to a port of 127.0.0.1.
inline std::vector<int> sockets_to(uint16_t port) {
  std::vector<int> found;
  for (const int fd : open_descriptors()) {
    sockaddr_in address = {};
    socklen_t size = sizeof address;
    if (getpeername(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0 && address.sin_family == AF_INET &&
        ntohs(address.sin_port) == port) {
      found.push_back(fd);
    }
  }
  return found;
}

}  // namespace godwit::testing
