// SPDX-License-Identifier: MIT
#include "godwit/parser/url_host.h"

#include <algorithm>
#include <memory>
#include <optional>

#include <idn2.h>

#include "godwit/parser/byte_class.h"
#include "godwit/parser/url_byte.h"
#include "godwit/parser/url_ip.h"
#include "godwit/parser/url_percent.h"

namespace godwit::parser {
namespace {

// An international domain may be this many octets: four times what DNS can carry. libidn2 is slow
// enough for a name of megabytes to hold a loop up.
constexpr size_t kMaxInternationalDomain = 1024;

struct Idn2Free {
  void operator()(void* memory) const { idn2_free(memory); }
};
template <typename T>
using Idn2Ptr = std::unique_ptr<T, Idn2Free>;

bool is_ascii(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](unsigned char byte) { return byte >= 0x80; });
}

void append_lower(std::string_view text, std::string& out) {
  const size_t begin = out.size();
  out.resize(begin + text.size());
  std::transform(text.begin(), text.end(), out.begin() + static_cast<ptrdiff_t>(begin), to_lower);
}

bool is_a_label(std::string_view label) {
  return label.size() >= 4 && to_lower(label[0]) == 'x' && to_lower(label[1]) == 'n' && label[2] == '-' &&
         label[3] == '-';
}

// separator_at gives the size of the full stop at `at`, or 0: UTS 46 maps three others to ".".
size_t separator_at(std::string_view domain, size_t at) {
  if (domain[at] == '.') return 1;
  const std::string_view next = domain.substr(at, 3);
  return next == "\u3002" || next == "\uff0e" || next == "\uff61" ? 3 : 0;
}

// depends_on_mode tells whether libidn2's transitional mode could treat `code_point` otherwise than
// UTS 46 without transitional processing: a deviation character, or one that is, or lies among, those
// that make the Bidi rule apply, which that mode doesn't check.
bool depends_on_mode(uint32_t code_point) {
  struct Range {
    uint32_t first, last;
  };
  constexpr Range kRanges[] = {
      {0xdf, 0xdf},     {0x3c2, 0x3c2},   {0x200c, 0x200d},   {0x590, 0x8ff},
      {0xfb1d, 0xfdff}, {0xfe70, 0xfeff}, {0x10800, 0x10fff}, {0x1e800, 0x1efff},
  };
  return std::any_of(std::begin(kRanges), std::end(kRanges), [code_point](const Range& range) {
    return code_point >= range.first && code_point <= range.last;
  });
}

int lookup(const std::string& label, int mode, Idn2Ptr<uint8_t>& ascii) {
  uint8_t* result = nullptr;
  const int code =
      idn2_lookup_u8(reinterpret_cast<const uint8_t*>(label.c_str()), &result, mode | IDN2_NFC_INPUT);
  ascii.reset(result);
  return code;
}

// is_idna2008_objection: the label passed UTS 46, but not IDNA 2008, which the standard doesn't ask
// for: symbols and emoji, and code points that libidn2's table for IDNA 2008 is too old to know.
bool is_idna2008_objection(int code) {
  return code == IDN2_DISALLOWED || code == IDN2_UNASSIGNED;
}

bool may_retry_without_idna2008(const std::string& label) {
  uint32_t* result = nullptr;
  if (idn2_to_unicode_8z4z(label.c_str(), &result, 0) != IDN2_OK) return false;
  const Idn2Ptr<uint32_t> unicode(result);
  for (const uint32_t* at = unicode.get(); *at != 0; ++at)
    if (depends_on_mode(*at)) return false;
  return true;
}

// append_label appends the A-label of `label`, which holds no NUL.
UrlErrc append_label(std::string_view label, std::string& out) {
  if (is_ascii(label) && !is_a_label(label)) {
    append_lower(label, out);
    return UrlErrc::none;
  }
  std::string mapped(label);
  // Unicode 15.1 maps the capital sharp s to the small one; the tables of libidn2 2.3 still say "ss".
  constexpr std::string_view kCapitalSharpS = "\u1e9e";
  for (size_t at = 0; (at = mapped.find(kCapitalSharpS, at)) != mapped.npos;)
    mapped.replace(at, kCapitalSharpS.size(), "\u00df");

  Idn2Ptr<uint8_t> ascii;
  int code = lookup(mapped, IDN2_NONTRANSITIONAL, ascii);
  // Only its transitional mode leaves IDNA 2008's own rules out.
  if (is_idna2008_objection(code) && may_retry_without_idna2008(mapped))
    code = lookup(mapped, IDN2_TRANSITIONAL, ascii);
  if (code == IDN2_ENCODING_ERROR) return UrlErrc::bad_host_encoding;
  if (code != IDN2_OK) return UrlErrc::bad_idn;
  out.append(reinterpret_cast<const char*>(ascii.get()));
  return UrlErrc::none;
}

// append_international appends the ASCII form of `domain`, decoded, of which some byte is not ASCII.
UrlError append_international(std::string_view domain, std::string& out) {
  if (domain.size() > kMaxInternationalDomain) return {UrlErrc::bad_idn, kMaxInternationalDomain};
  for (size_t at = 0, begin = 0;;) {
    const size_t separator = at == domain.size() ? 0 : separator_at(domain, at);
    if (at < domain.size() && separator == 0) {
      ++at;
      continue;
    }
    const UrlErrc code = append_label(domain.substr(begin, at - begin), out);
    if (code != UrlErrc::none) return {code, begin};
    if (at == domain.size()) return {};
    out += '.';
    begin = at += separator;
  }
}

// append_decoded appends the domain that `host`, with escapes or international, stands for.
UrlError append_decoded(std::string_view host, std::string& out) {
  const std::string domain = percent_decode(host);
  const auto failed = [host](UrlErrc code, size_t index) {
    return UrlError{code, percent_decoded_origin(host, index)};
  };
  const bool international = !is_ascii(domain);
  size_t forbidden = find_url(domain, kUrlForbiddenInDomain);
  // "<" and ">" may be half of a character that is allowed: U+0338 after them makes it one.
  while (international && forbidden < domain.size() && (domain[forbidden] == '<' || domain[forbidden] == '>'))
    forbidden = find_url(domain, kUrlForbiddenInDomain, forbidden + 1);
  if (forbidden < domain.size()) return failed(UrlErrc::forbidden_host_byte, forbidden);
  if (!international) {
    append_lower(domain, out);
    return {};
  }
  const size_t begin = out.size();
  const UrlError error = append_international(domain, out);
  if (error) return failed(error.code, error.offset);
  if (find_url(out, kUrlForbiddenInDomain, begin) < out.size()) return {UrlErrc::forbidden_host_byte, 0};
  if (out.size() == begin) return {UrlErrc::missing_host, 0};
  return {};
}

HostResult append_bracketed(std::string_view host, std::string& out) {
  if (!host.ends_with(']')) return {{UrlErrc::unclosed_bracket, 0}};
  const std::optional<Ipv6> address = parse_ipv6(host.substr(1, host.size() - 2));
  if (!address) return {{UrlErrc::bad_ipv6, 0}};
  out += '[';
  append_ipv6(*address, out);
  out += ']';
  return {{}, HostKind::ipv6};
}

}  // namespace

HostResult append_host(std::string_view host, std::string& out) {
  if (host.starts_with('[')) return append_bracketed(host, out);

  const size_t begin = out.size();
  const size_t unusual = find_url(host, kUrlForbiddenInDomain | kUrlNeedsHostDecoding);
  if (unusual == host.size()) {
    append_lower(host, out);
  } else if (find_url(host, kUrlNeedsHostDecoding, unusual) == host.size()) {
    return {{UrlErrc::forbidden_host_byte, unusual}};
  } else if (const UrlError error = append_decoded(host, out)) {
    return {error};
  }

  const std::string_view ascii = std::string_view(out).substr(begin);
  if (!ends_in_number(ascii)) return {};
  const std::optional<uint32_t> address = parse_ipv4(ascii);
  if (!address) return {{UrlErrc::bad_ipv4, 0}};
  out.resize(begin);
  append_ipv4(*address, out);
  return {{}, HostKind::ipv4};
}

}  // namespace godwit::parser
