// SPDX-License-Identifier: MIT
#include <cstring>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "godwit/benchmarks/parse_head/corpus.h"
#include "godwit/parser/exact_head.h"
#include "godwit/parser/kernel/dispatch.h"
#include "godwit/parser/response_head.h"
#include "godwit/tests/parser/malformed_heads.h"
#include "godwit/tests/support/guard_page.h"

namespace godwit::parser {
namespace {

using godwit::testing::GuardPage;

constexpr size_t kStorage = 300;
constexpr unsigned kMutants = 40'000;

constexpr std::string_view kSeeds[] = {
    "HTTP/1.1 200 OK\r\nServer: nginx\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Type: text/html\r\n"
    "Content-Length: 612\r\nConnection: keep-alive\r\n\r\n",
    "HTTP/1.1 302 Found\r\nLocation: /\r\nSet-Cookie: a=b; Path=/; "
    "HttpOnly\r\nX-Empty:\r\nTransfer-Encoding: "
    "chunked\r\nContent-Security-Policy: default-src 'self'; script-src 'self' 'unsafe-inline' "
    "https://cdn.example\r\nA-Very-Long-Name-Beyond-Thirty-Two-Bytes-Of-A-Vector: \t padded \t\r\n\r\nbody",
    "HTTP/1.0 404 Not Found\r\n\r\n",
    "HTTP/1.1 206 Partial Content\r\nSet-Cookie: a=b\r\nAge: 1\r\nset-cookie: c=d\r\nConnection: "
    "close\r\nSET-COOKIE: "
    "e\r\n\r\n",
    "\r\nHTTP/1.1 100\r\n\r\nHTTP/1.1 200 OK\r\nA: b\r\n\r\n",
    "HTTP/1.1 200 O\tK\r\nA:\tb\r\nC: \td\te\t\r\nVia: 1.1 a,\t1.1 b\r\nUpgrade: \t\r\nTrailer: "
    "f\t\t\r\n\r\n",
};

struct Parsed {
  HeadResult result;
  ResponseHead head;
  std::vector<FieldSpan> spans = std::vector<FieldSpan>(kStorage);

  Parsed() { head.storage = spans; }
};

void expect_same(const Parsed& kernel, const Parsed& exact, std::string_view bytes) {
  ASSERT_EQ(kernel.result, exact.result) << ::testing::PrintToString(bytes);
  if (exact.result.status != HeadStatus::complete) return;
  ASSERT_EQ(kernel.head.status, exact.head.status);
  ASSERT_EQ(kernel.head.minor_version, exact.head.minor_version);
  ASSERT_EQ(kernel.head.reason, exact.head.reason);
  ASSERT_EQ(kernel.head.reason_size, exact.head.reason_size);
  ASSERT_EQ(kernel.head.field_count, exact.head.field_count);
  ASSERT_EQ(std::memcmp(kernel.spans.data(), exact.spans.data(), exact.head.field_count * sizeof(FieldSpan)),
            0)
      << ::testing::PrintToString(bytes);
  for (size_t i = 0; i < kKnownFieldCount; ++i) {
    const auto field = static_cast<KnownField>(i);
    ASSERT_EQ(kernel.head.known.first(field), exact.head.known.first(field));
    ASSERT_EQ(kernel.head.known.repeated(field), exact.head.known.repeated(field));
  }
}

// mutate makes one to three small changes of the kinds that break heads.
std::string mutate(std::string head, std::mt19937& random) {
  constexpr std::string_view kNasty = "\r\n\0 \t:\x01\x7f\x80\xff;AaZ0\x1f\x08\x0b"sv;
  for (unsigned changes = 1 + random() % 3; changes > 0 && !head.empty(); --changes) {
    const size_t at = random() % head.size();
    const char byte = random() % 4 == 0 ? static_cast<char>(random()) : kNasty[random() % kNasty.size()];
    switch (random() % 5) {
      case 0:
        head.erase(at, 1 + random() % 3);
        break;
      case 1:
        head.insert(at, 1, byte);
        break;
      case 2:
        head.insert(at, head.substr(random() % head.size(), random() % 70));
        break;
      case 3:
        head.resize(at);
        break;
      default:
        head[at] = byte;
    }
  }
  return head;
}

// A kernel may say `partial` of a head that the exact parser, looking at every byte, refuses already.
// Never the other way round, and never anything else.
void compare(std::string_view bytes, const ParseOptions& options) {
  Parsed kernel;
  Parsed exact;
  kernel.result = parse_response_head(bytes, 0, options, kernel.head);
  exact.result = parse_response_head_exactly(bytes, options, exact.head);
  if (kernel.result.status == HeadStatus::partial && exact.result.status == HeadStatus::bad) return;
  expect_same(kernel, exact, bytes);
}

// DifferentialHeads runs once for each kernel.
class DifferentialHeads : public ::testing::TestWithParam<const Kernel*> {
 protected:
  void SetUp() override { ASSERT_TRUE(use_kernel(GetParam()->name)); }
  void TearDown() override { use_kernel(all_kernels().front()->name); }
};

TEST_P(DifferentialHeads, AgreeOnMutants) {
  GuardPage page(8192);
  std::mt19937 random(20260101);
  for (unsigned i = 0; i < kMutants && !HasFatalFailure(); ++i) {
    const std::string head = mutate(std::string(kSeeds[i % std::size(kSeeds)]), random);
    compare(page.place(head), {});
    if (i % 8 == 0) compare(page.place(head), {.max_line = 30, .max_head = 200, .max_fields = 4});
  }
}

TEST_P(DifferentialHeads, AgreeOnMutantsOfRealHeads) {
  GuardPage page(16384);
  std::mt19937 random(20260103);
  for (std::string_view name : benchmarks::kCorpora) {
    const benchmarks::Corpus corpus(name);
    for (const std::string& head : corpus.heads()) {
      compare(page.place(head), {});
      for (int i = 0; i < 8; ++i) compare(page.place(mutate(head, random)), {});
      if (HasFatalFailure()) return;
    }
  }
}

// One odd byte, in each place of a head of several blocks, with names that end before, at and after a
// vector's end.
TEST_P(DifferentialHeads, AgreeOnAnOddByteInEveryPlace) {
  GuardPage page(8192);
  for (size_t name_size : {31u, 32u, 33u, 64u}) {
    const std::string head = "HTTP/1.1 200 OK\r\n" + std::string(name_size, 'n') + ": " +
                             std::string(70, 'v') + "\r\nContent-Length: 5\r\nVia:\r\n\r\n";
    for (size_t at = 0; at < head.size(); ++at) {
      for (char byte : "\r\n\0\t\x7f\x80: "sv) {
        std::string odd = head;
        odd[at] = byte;
        compare(page.place(odd), {});
        odd = head;
        odd.insert(at, 1, byte);
        compare(page.place(odd), {});
        ASSERT_FALSE(HasFatalFailure());
      }
    }
  }
}

// Heads of every size about one to three blocks, alone or with something after them, whose lines and names
// end in every place of a block; in each of them, one odd byte somewhere.
TEST_P(DifferentialHeads, AgreeOnShortHeadsOfEverySize) {
  GuardPage page(8192);
  std::mt19937 random(20260104);
  for (size_t value = 0; value <= 110; ++value) {
    for (std::string_view line :
         {"ETag: 1\r\n"sv, "Content-Length: 5\r\n"sv, "Upgrade:\r\nAge: 7\r\nUPGRADE: x\r\n"sv}) {
      const std::string head = "HTTP/1.1 200 OK\r\nVia: " + std::string(value, 'v') + "\r\n" +
                               std::string(line) + std::string(value / 5, 'n') + "Location: /\r\n\r\n";
      for (std::string_view after :
           {""sv, "\r"sv, "\r\n\r\n\x01 \x7f"sv, "{\"a\": [1, 2, 3], \"b\": \"a body of some length\"}"sv}) {
        const std::string whole = head + std::string(after);
        compare(page.place(whole), {});
        compare(page.place(whole), {.max_line = 20, .max_head = 100, .max_fields = 3});
        for (size_t at = 0; at < head.size(); ++at) {
          std::string odd = whole;
          odd[at] = "\r\n\0\t\x7f\x80: "sv[random() % 8];
          compare(page.place(odd), {});
        }
        ASSERT_FALSE(HasFatalFailure());
      }
    }
  }
}

// A limit met exactly, missed by one, and by the kernels' own limit on lines.
TEST_P(DifferentialHeads, AgreeAtTheirLimits) {
  GuardPage page(16384);
  std::string head = "HTTP/1.1 200 OK\r\n";
  for (uint32_t fields = 1; fields <= 140; ++fields) {
    head += fields % 50 == 0 ? "Set-Cookie: a=b; Path=/; Secure\r\n" : "A: b\r\n";
    const std::string whole = head + "\r\n";
    for (uint32_t more = 0; more < 3; ++more) {
      compare(page.place(whole), {.max_fields = fields - 1 + more});
      compare(page.place(whole), {.max_head = static_cast<uint32_t>(whole.size()) - 1 + more});
      compare(page.place(whole), {.max_line = 16 + more});
      compare(page.place(whole), {.max_line = 32 + more});
      ASSERT_FALSE(HasFatalFailure());
    }
  }
}

// Any length, wherever the first byte lies; nothing is read beyond the last one.
TEST_P(DifferentialHeads, AgreeOnEveryTruncationAtTheEndOfMemory) {
  GuardPage page(8192);
  for (std::string_view seed : kSeeds) {
    for (size_t size = 0; size <= seed.size() && !HasFatalFailure(); ++size) {
      compare(page.place(seed.substr(0, size)), {});
    }
  }
}

// At every distance from the start of a block of 64, with what would change the answer on either side.
TEST_P(DifferentialHeads, AgreeAtEveryAlignmentAndLookAtNothingElse) {
  alignas(64) static char memory[2048];
  for (std::string_view seed : kSeeds) {
    for (size_t alignment = 0; alignment < 64; ++alignment) {
      for (size_t size = 0; size <= seed.size() && !HasFatalFailure(); ++size) {
        std::memset(memory, '\n', sizeof memory);
        std::memcpy(memory + 64 + alignment, seed.data(), size);
        std::memcpy(memory + 64 + alignment + size, "\r\n\r\n\0", 5);
        compare({memory + 64 + alignment, size}, {});
      }
    }
  }
}

// However a mutant arrives, the answer is the same, and the same as of the whole.
TEST_P(DifferentialHeads, TwoReadsGiveWhatOneGives) {
  GuardPage page(8192);
  std::mt19937 random(20260102);
  for (unsigned i = 0; i < kMutants; ++i) {
    const std::string head = mutate(std::string(kSeeds[i % std::size(kSeeds)]), random);
    const ParseOptions options{
        .allow_obs_fold = i % 7 == 0, .allow_bare_lf = i % 5 == 0, .skip_bad_lines = i % 3 == 0};
    Parsed whole;
    whole.result = parse_response_head(page.place(head), 0, options, whole.head);
    Parsed split;
    const size_t cut = random() % (head.size() + 1);
    split.result = parse_response_head(page.place(head.substr(0, cut)), 0, options, split.head);
    if (split.result.status == HeadStatus::partial) {
      ASSERT_EQ(split.result.offset, cut);
      split.result = parse_response_head(page.place(head), cut, options, split.head);
    }
    ASSERT_NO_FATAL_FAILURE(expect_same(split, whole, head));
  }
}

INSTANTIATE_TEST_SUITE_P(Kernels, DifferentialHeads,
                         ::testing::ValuesIn(all_kernels().begin(), all_kernels().end()),
                         [](const auto& param) { return std::string(param.param->name); });

// A kernel that left ordinary heads to the exact parser would be right, and slow.
TEST(Kernels, TakeOrdinaryHeadsThemselves) {
  for (const Kernel* kernel : all_kernels()) {
    for (std::string_view seed : {kSeeds[0], kSeeds[1], kSeeds[2], kSeeds[3], kSeeds[5]}) {
      Parsed parsed;
      const Scan scan = kernel->parse_response(seed.data(), seed.size(), kStorage, parsed.head);
      EXPECT_EQ(scan.outcome, Scan::Outcome::complete) << seed;
      // Whatever follows in the same block, be it full of control characters, is none of its business.
      const std::string more = std::string(seed) + "\r\nbody\n\x01\r\n\r\n";
      EXPECT_EQ(kernel->parse_response(more.data(), more.size(), kStorage, parsed.head).outcome,
                Scan::Outcome::complete);
      const Scan found = kernel->search(seed.data(), 0, seed.size());
      EXPECT_EQ(found.outcome, Scan::Outcome::complete) << seed;
      EXPECT_EQ(found.size, scan.size);
      const size_t line = seed.find('\n') + 1;
      const Scan fields = kernel->parse_fields(seed.data() + line, seed.size() - line, kStorage, parsed.head);
      // No field at all is the caller's to see.
      EXPECT_EQ(fields.outcome == Scan::Outcome::complete, seed != kSeeds[2]) << seed;
    }
  }
}

constexpr HeadResult kLeft{HeadStatus::bad, ParseError::none, 0};

HeadResult leave(std::string_view, size_t, const ParseOptions&, ResponseHead&) {
  return kLeft;
}

// Wherever a line or a name ends, whatever follows the head.
TEST(Kernels, TakeShortHeadsThemselves) {
  const auto parse = [](const Kernel* kernel, std::string_view bytes, size_t scanned,
                        const ParseOptions& options) {
    Parsed parsed;
    return kernel->parse_short(bytes, scanned, options, parsed.head, leave);
  };
  for (const Kernel* kernel : all_kernels()) {
    if (kernel->parse_short == parse_no_short) continue;
    for (size_t value = 1; value <= 100; ++value) {
      const std::string head = "HTTP/1.1 200 OK\r\nServer: " + std::string(value, 'v') +
                               "\r\nAge: 0\r\nContent-Length: 0\r\nX: 1\r\n\r\n";
      const size_t size = head.size();
      const HeadResult taken = size <= 142 ? HeadResult{HeadStatus::complete, ParseError::none, size} : kLeft;
      if (size > 77) {
        EXPECT_EQ(parse(kernel, head, 0, {}), taken) << kernel->name << ' ' << size;
      }
      EXPECT_EQ(parse(kernel, head + "\r\na longer body\n\x01\r\n\r\n", 0, {}), taken)
          << kernel->name << ' ' << size;
      EXPECT_EQ(parse(kernel, head + std::string(256, 'b'), 0, {}), kLeft);
      EXPECT_EQ(parse(kernel, head, 1, {}), kLeft);
      for (const ParseOptions& options :
           {ParseOptions{.max_line = 141}, ParseOptions{.max_head = 141}, ParseOptions{.max_fields = 20},
            ParseOptions{.allow_obs_fold = true}, ParseOptions{.allow_bare_lf = true},
            ParseOptions{.skip_bad_lines = true}})
        EXPECT_EQ(parse(kernel, head, 0, options), kLeft);
    }
  }
}

TEST(Kernels, SearchLooksAtNothingBeforeItsBuffer) {
  constexpr std::string_view kBytes = "\r\n\r\n";
  for (const Kernel* kernel : all_kernels()) {
    EXPECT_EQ(kernel->search(kBytes.data() + 1, 0, 1).outcome, Scan::Outcome::unusual);
    EXPECT_EQ(kernel->search(kBytes.data() + 2, 0, 2).outcome, Scan::Outcome::partial);
  }
}

TEST(Kernels, AreListedAndChosenByName) {
  ASSERT_FALSE(all_kernels().empty());
  EXPECT_FALSE(use_kernel("no such kernel"));
  for (const Kernel* kernel : all_kernels()) {
    ASSERT_TRUE(use_kernel(kernel->name));
    EXPECT_EQ(active_kernel().name, kernel->name);
  }
  EXPECT_EQ(all_kernels().back()->name, "scalar");
  use_kernel(all_kernels().front()->name);
}

}  // namespace
}  // namespace godwit::parser
