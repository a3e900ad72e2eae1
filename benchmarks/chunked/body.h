// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <cstdio>
#include <random>
#include <string>
#include <string_view>

namespace godwit::benchmarks {

// Body is a chunked body of about a megabyte, in chunks of the sizes that its name says. `size` counts
// its data, `chunks` its chunks but the last.
struct Body {
  std::string bytes;
  size_t size = 0;
  size_t chunks = 0;

  explicit Body(std::string_view name) {
    const bool tiny = name == "tiny";
    const bool small = name == "small";
    std::mt19937 random(20260104);
    while (size < (1u << 20)) {
      const size_t chunk = tiny ? 1 + random() % 16 : small ? 64 + random() % 1024 : 8192 + random() % 8192;
      char line[20];
      bytes.append(line, static_cast<size_t>(std::snprintf(line, sizeof line, "%zx\r\n", chunk)));
      bytes.append(chunk, 'x');
      bytes += "\r\n";
      size += chunk;
      ++chunks;
    }
    bytes += "0\r\n\r\n";
  }
};

// kBodies names the bodies: chunks of 1 to 16 bytes, of 64 to 1,087, and of 8 to 16 KiB.
inline constexpr std::string_view kBodies[] = {"tiny", "small", "large"};

}  // namespace godwit::benchmarks
