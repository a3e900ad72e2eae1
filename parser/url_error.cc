// SPDX-License-Identifier: MIT
#include "godwit/parser/url_error.h"

namespace godwit::parser {
namespace {

constexpr std::string_view kNames[] = {
#define GODWIT_NAME(symbol, name, sentence) name,
    GODWIT_URL_ERRORS(GODWIT_NAME)
#undef GODWIT_NAME
};

constexpr std::string_view kSentences[] = {
#define GODWIT_SENTENCE(symbol, name, sentence) sentence,
    GODWIT_URL_ERRORS(GODWIT_SENTENCE)
#undef GODWIT_SENTENCE
};

}  // namespace

std::string_view to_string(UrlErrc code) {
  return kNames[static_cast<uint8_t>(code)];
}

std::string describe(const UrlError& error) {
  const auto index = static_cast<uint8_t>(error.code);
  std::string line(kNames[index]);
  if (error) line.append(" at byte ").append(std::to_string(error.offset));
  return line.append(": ").append(kSentences[index]);
}

}  // namespace godwit::parser
