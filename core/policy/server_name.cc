// SPDX-License-Identifier: MIT
#include "godwit/core/policy/server_name.h"

#include <algorithm>

#include "godwit/parser/hostport.h"
#include "godwit/parser/url_host.h"

namespace godwit::policy {

Error parse_server_name(std::string_view text, std::optional<uint16_t> port, uint16_t default_port,
                        ServerName& out, std::string& diagnosis) {
  parser::HostPort parsed;
  parser::UrlError bad = parser::parse_hostport(text, default_port, parsed);
  if (!bad) {
    out.host = out.dialled = out.shown = parsed.host;
    out.port = port.value_or(parsed.port);
    // An IPv6 address keeps its zone, which only the system understands.
    if (!parsed.bracketed) {
      out.dialled.clear();
      bad = parser::append_host(parsed.host, out.dialled).error;
      const bool ascii = std::all_of(parsed.host.begin(), parsed.host.end(), [](char c) { return c >= 0; });
      if (!ascii) out.shown = out.dialled;
    }
  }
  if (!bad) return {};
  diagnosis = parser::describe(bad);
  if (text.find("://") != std::string_view::npos) diagnosis += "; this is a URL, not the name of a server";
  return {.code = Errc::invalid_url, .detail = static_cast<uint32_t>(bad.offset)};
}

}  // namespace godwit::policy
