// SPDX-License-Identifier: MIT
#include <string>

#include "godwit/tests/fuzz/fuzz.h"
#include "godwit/tls/context.h"
#include "godwit/tls/session_cache.h"

namespace godwit::fuzz {
namespace {

using tls::SessionCache;

// kBegin is before any session can have ended.
constexpr int64_t kBegin = 0;

const tls::Context& context() {
  static const auto made = tls::Context::make({.system_roots = false, .verify = false}).context;
  check(made != nullptr, "a context can be made");
  return *made;
}

}  // namespace
}  // namespace godwit::fuzz

// The input is what SessionCache::save() gave, or is said to have.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace godwit::fuzz;
  SessionCache cache;
  const std::string problem = cache.load(as_text(data, size), context(), kBegin);
  check(cache.bytes() <= SessionCache::kMaxBytes, "what is loaded is bounded");
  check((cache.size() == 0) == (cache.bytes() == 0), "sessions and their memory are counted together");
  check(!problem.empty() || cache.size() <= size / 8, "a session takes octets");

  const std::string saved = cache.save(kBegin);
  SessionCache again;
  check(again.load(saved, context(), kBegin).empty(), "what was saved can be loaded");
  check(again.size() == cache.size() && again.bytes() == cache.bytes(), "and is the same");
  check(again.save(kBegin) == saved, "to the octet");
  return 0;
}
