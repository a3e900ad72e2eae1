// SPDX-License-Identifier: MIT
#pragma once

#include <cstring>
#include <string_view>
#include <vector>

#include "godwit/parser/exact_head.h"
#include "godwit/parser/kernel/dispatch.h"
#include "godwit/parser/response_head.h"
#include "godwit/tests/fuzz/fuzz.h"
#include "godwit/tests/support/guard_page.h"

namespace godwit::fuzz {

// kHeadOptions are the strict rules, each relaxation alone, all of them, and limits that small inputs reach.
inline constexpr parser::ParseOptions kHeadOptions[] = {
    {},
    {.max_line = 40, .max_head = 200, .max_fields = 4},
    {.allow_obs_fold = true},
    {.allow_bare_lf = true},
    {.skip_bad_lines = true},
    {.max_line = 60, .allow_obs_fold = true, .allow_bare_lf = true, .skip_bad_lines = true},
};

// The two kinds of head, by what they are parsed into.
inline parser::HeadResult parse(std::string_view bytes, size_t scanned, const parser::ParseOptions& options,
                                parser::ResponseHead& head) {
  return parser::parse_response_head(bytes, scanned, options, head);
}
inline parser::HeadResult parse(std::string_view bytes, size_t scanned, const parser::ParseOptions& options,
                                parser::FieldLines& lines) {
  return parser::parse_field_lines(bytes, scanned, options, lines);
}
inline parser::HeadResult parse_exactly(std::string_view bytes, const parser::ParseOptions& options,
                                        parser::ResponseHead& head) {
  return parser::parse_response_head_exactly(bytes, options, head);
}
inline parser::HeadResult parse_exactly(std::string_view bytes, const parser::ParseOptions& options,
                                        parser::FieldLines& lines) {
  return parser::parse_field_lines_exactly(bytes, options, lines);
}

inline bool same_status_line(const parser::ResponseHead& a, const parser::ResponseHead& b) {
  return a.status == b.status && a.minor_version == b.minor_version && a.reason == b.reason &&
         a.reason_size == b.reason_size;
}
inline bool same_status_line(const parser::FieldLines&, const parser::FieldLines&) {
  return true;
}

// HeadComparison holds a parser's kernels, and all ways in which a head may arrive, to the exact parser's
// answer. The bytes end at a guard page.
template <typename Head>
class HeadComparison {
 public:
  void run(std::string_view bytes) {
    if (bytes.size() > kCapacity) return;
    Random random(bytes);
    for (const parser::ParseOptions& options : kHeadOptions) {
      exact_.result = parse_exactly(page_.place(bytes), options, exact_.head);
      for (const parser::Kernel* kernel : parser::all_kernels()) {
        check(parser::use_kernel(kernel->name), "a listed kernel can be used");
        whole_.result = parse(page_.place(bytes), 0, options, whole_.head);
        // A malformed field line is reported when the head has ended; the exact parser sees it at once.
        const bool early = whole_.result.status == parser::HeadStatus::partial &&
                           exact_.result.status == parser::HeadStatus::bad;
        if (!early) expect_same(whole_, exact_, bytes, "every kernel agrees with the exact parser");
        for (Arrival arrival : {Arrival::byte_by_byte, Arrival::in_pieces}) {
          arrive(bytes, arrival, options, random);
          expect_same(split_, whole_, bytes, "how the bytes arrive does not matter");
        }
      }
    }
  }

 private:
  static constexpr size_t kCapacity = 64 * 1024;

  struct Parsed {
    Parsed() { head.storage = spans; }
    std::vector<parser::FieldSpan> spans = std::vector<parser::FieldSpan>(300);
    Head head;
    parser::HeadResult result{};
  };

  void arrive(std::string_view bytes, Arrival arrival, const parser::ParseOptions& options, Random& random) {
    size_t scanned = 0;
    size_t size = 0;
    do {
      if (size < bytes.size()) size += next_read(arrival, bytes.size() - size, random);
      split_.result = parse(page_.place(bytes.substr(0, size)), scanned, options, split_.head);
      if (split_.result.status != parser::HeadStatus::partial) return;
      check(split_.result.offset == size, "a partial head was looked at to its end");
      scanned = size;
    } while (size < bytes.size());
  }

  static void expect_same(const Parsed& a, const Parsed& b, std::string_view bytes, const char* promise) {
    check(a.result == b.result, promise);
    if (a.result.status == parser::HeadStatus::bad) {
      check(a.result.error != parser::ParseError::none, "what is bad has a reason");
      check(a.result.offset < bytes.size(), "the offending byte is one of those given");
    }
    if (a.result.status != parser::HeadStatus::complete) return;
    check(a.result.offset <= bytes.size(), "a head ends within its bytes");
    check(a.head.field_count == b.head.field_count && a.head.skipped_lines == b.head.skipped_lines &&
              a.head.folded == b.head.folded && same_status_line(a.head, b.head),
          promise);
    check(std::memcmp(a.spans.data(), b.spans.data(), a.head.field_count * sizeof(parser::FieldSpan)) == 0,
          promise);
    for (size_t i = 0; i < parser::kKnownFieldCount; ++i) {
      const auto field = static_cast<parser::KnownField>(i);
      check(a.head.known.first(field) == b.head.known.first(field), promise);
      check(a.head.known.repeated(field) == b.head.known.repeated(field), promise);
    }
    for (const auto [name, value] : a.head.fields(bytes.data())) {
      check(parser::is_token(name), "a field name is a token");
      check(name.data() >= bytes.data() && value.data() >= name.data() + name.size() &&
                value.data() + value.size() <= bytes.data() + a.result.offset,
            "fields lie within their head");
      check(parser::trim_blanks(value) == value, "values are trimmed");
      check(value.find('\0') == value.npos, "no value holds a NUL");
    }
  }

  testing::GuardPage page_{kCapacity};
  Parsed exact_;
  Parsed whole_;
  Parsed split_;
};

}  // namespace godwit::fuzz
