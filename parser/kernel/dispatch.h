// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "godwit/parser/head.h"
#include "godwit/parser/parse_options.h"

namespace godwit::parser {

// Scan is what a kernel found.
struct Scan {
  enum class Outcome : uint8_t {
    complete,  // the head ends at `size`
    partial,   // it has not ended; every control character so far is part of a CR LF
    unusual,   // not for a kernel: ask the exact parser
  };
  Outcome outcome;
  size_t size = 0;
};

// ParseHead is parse_response_head, or what does its work for some heads.
using ParseHead = HeadResult(std::string_view buffer, size_t scanned, const ParseOptions& options,
                             ResponseHead& head);

// Kernel is the head parser built for one kind of CPU. All kernels give the same answers. No function of a
// kernel reads a byte outside [data, data + size), and none judges limits other than that of fields.
struct Kernel {
  std::string_view name;

  // supported tells whether this CPU can run it.
  bool (*supported)();

  // parse_response takes a head that has a status line and nothing unusual about it; `head` is set
  // if the outcome is complete. At most `max_fields` are stored, and what the storage holds.
  Scan (*parse_response)(const char* data, size_t size, size_t max_fields, ResponseHead& head);

  // parse_fields does the same without a status line. There is one field line at least.
  Scan (*parse_fields)(const char* data, size_t size, size_t max_fields, FieldLines& lines);

  // parse_short is parse_response_head for heads that are short and have nothing unusual about them, and for
  // all others a call of `otherwise` with the same arguments.
  HeadResult (*parse_short)(std::string_view buffer, size_t scanned, const ParseOptions& options,
                            ResponseHead& head, ParseHead& otherwise);

  // search looks for the end of a head from offset `from` on; what lies before was searched already.
  Scan (*search)(const char* data, size_t from, size_t size);
};

// parse_no_short is the parse_short of a kernel that has no way of its own for them.
inline HeadResult parse_no_short(std::string_view buffer, size_t scanned, const ParseOptions& options,
                                 ResponseHead& head, ParseHead& otherwise) {
  return otherwise(buffer, scanned, options, head);
}

// all_kernels gives the kernels that this CPU can run, the one chosen by default first.
std::span<const Kernel* const> all_kernels();

// kernel_in_use is where the parser calls: at first a stand-in, whose functions make the choice and go on
// with the kernel chosen. So a call needs no test of whether it is the first. Kernels are constants: the
// order in which threads see the pointer change does not matter.
extern constinit std::atomic<const Kernel*> kernel_in_use;

// active_kernel gives the kernel in use. The choice is made at the first call, from the CPU alone.
const Kernel& active_kernel();

// use_kernel puts the kernel named `name` in use for the whole process, for tests and measurements.
// False if this CPU can't run it or there is none.
bool use_kernel(std::string_view name);

}  // namespace godwit::parser
