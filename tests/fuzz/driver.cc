// SPDX-License-Identifier: MIT
// Runs a fuzz target without libFuzzer: over its seed corpus, and over a fixed number of mutants of it, the
// same ones each time. A crash prints the input that made it.
#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "godwit/tests/fuzz/fuzz.h"

// Where a sanitizer is linked, what it does before it ends the program.
extern "C" void __sanitizer_set_death_callback(void (*callback)()) __attribute__((weak));

namespace godwit::fuzz {
namespace {

using namespace std::string_view_literals;

constexpr size_t kMutants = GODWIT_FUZZ_MUTANTS;
constexpr size_t kMaxSize = 4096;  // as libFuzzer has it for a small corpus

std::string current;  // the input that is running

// print_current writes the input as a C string; it may run in a signal handler.
void print_current() {
  constexpr char kDigits[] = "0123456789abcdef";
  constexpr std::string_view kFront = "the input, as hexadecimal digits:\n";
  (void)!write(STDERR_FILENO, kFront.data(), kFront.size());
  for (char byte : current) {
    const auto octet = static_cast<uint8_t>(byte);
    const char digits[2] = {kDigits[octet >> 4], kDigits[octet & 15]};
    (void)!write(STDERR_FILENO, digits, sizeof digits);
  }
  (void)!write(STDERR_FILENO, "\n", 1);
}

void on_signal(int signal) {
  print_current();
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

void run(std::string input) {
  current = std::move(input);
  // Exactly as large as the input, so that a byte too far is seen by the sanitizers.
  const std::vector<uint8_t> exact(current.begin(), current.end());
  LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

std::vector<std::string> read_corpus() {
  std::vector<std::string> corpus;
  for (const auto& entry : std::filesystem::directory_iterator(GODWIT_FUZZ_CORPUS)) {
    std::ifstream file(entry.path(), std::ios::binary);
    corpus.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  // The order of a folder is nobody's promise.
  std::sort(corpus.begin(), corpus.end());
  return corpus;
}

// mutate makes one to four changes, of the kinds that break parsers.
std::string mutate(std::string input, const std::vector<std::string>& corpus, std::mt19937& random) {
  constexpr std::string_view kNasty = "\r\n\0 \t:;=,\"\\/%[]@?#\x01\x7f\x80\xff-+0189AFaf"sv;
  const auto below = [&random](size_t limit) { return static_cast<size_t>(random()) % limit; };
  for (size_t changes = 1 + below(4); changes > 0; --changes) {
    const size_t at = below(input.size() + 1);
    const char byte = below(4) == 0 ? static_cast<char>(random()) : kNasty[below(kNasty.size())];
    switch (below(7)) {
      case 0:
        input.erase(at, 1 + below(4));
        break;
      case 1:
        input.insert(at, 1 + below(2), byte);
        break;
      case 2:
        if (!input.empty()) input.insert(at, input.substr(below(input.size()), below(80)));
        break;
      case 3:
        input.resize(at);
        break;
      case 4: {
        const std::string& other = corpus[below(corpus.size())];
        input = input.substr(0, at) + other.substr(below(other.size() + 1));
        break;
      }
      default:
        if (at < input.size()) input[at] = byte;
    }
  }
  if (input.size() > kMaxSize) input.resize(kMaxSize);
  return input;
}

class Fuzz : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    for (int signal : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL}) std::signal(signal, on_signal);
    if (__sanitizer_set_death_callback != nullptr) __sanitizer_set_death_callback(print_current);
  }

  const std::vector<std::string> corpus_ = read_corpus();
};

TEST_F(Fuzz, TheSeedCorpus) {
  ASSERT_FALSE(corpus_.empty());
  run("");
  for (const std::string& input : corpus_) run(input);
}

// All that may be missing at the end of a read, of every seed.
TEST_F(Fuzz, EveryTruncationOfTheSeeds) {
  for (const std::string& input : corpus_) {
    const size_t step = 1 + input.size() / 512;
    for (size_t size = 0; size < input.size(); size += step) run(input.substr(0, size));
  }
}

TEST_F(Fuzz, MutantsOfTheSeeds) {
  std::mt19937 random(20260301);
  for (size_t i = 0; i < kMutants; ++i) run(mutate(corpus_[i % corpus_.size()], corpus_, random));
  ::testing::Test::RecordProperty("mutants", static_cast<int>(kMutants));
}

}  // namespace
}  // namespace godwit::fuzz
