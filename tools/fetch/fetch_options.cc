// SPDX-License-Identifier: MIT
#include "godwit/tools/fetch/fetch_options.h"

#include <cerrno>
#include <cstring>
#include <set>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "godwit/tools/fetch/option_value.h"
#include "godwit/tools/fetch/proxy_settings.h"
#include "godwit/tools/fetch/tls_option_rows.h"
#include "godwit/tools/option_table.h"

namespace godwit::fetch {

namespace {

using tools::OptionRow;
using Row = OptionRow<FetchOptions>;
using Value = std::string_view;

// kMaxBlocksize keeps a single block from being a download by itself.
constexpr uint64_t kMaxBlocksize = 64 << 20;
// kMaxParallel: above the number of ports there is nothing to gain.
constexpr uint32_t kMaxParallel = 65535;

// flag makes a row's apply of a member.
template <bool FetchOptions::*kMember>
std::string flag(FetchOptions& options, Value) {
  options.*kMember = true;
  return {};
}

std::string add_header(FetchOptions& options, Value text) {
  const size_t colon = text.find(':');
  if (colon == text.npos && text.ends_with(';')) {
    const Value name = text.substr(0, text.size() - 1);
    return options.headers.add(name, "") ? Headers::explain_fault(name, "") : std::string();
  }
  if (colon == text.npos) return "'" + std::string(text) + "' has no colon; 'Name: value' is meant";
  const Value name = text.substr(0, colon);
  const Value value = text.substr(colon + 1);
  if (value.find_first_not_of(" \t") != value.npos) {
    return options.headers.add(name, value) ? Headers::explain_fault(name, value) : std::string();
  }
  Headers probe;
  if (probe.add(name, "")) return Headers::explain_fault(name, "");
  for (const char* framing : {"Host", "Accept-Encoding", "Content-Length", "Transfer-Encoding"}) {
    if (probe.contains(framing)) return std::string(framing) + " can be changed, but not left out";
  }
  options.without.emplace_back(name);
  return {};
}

std::string add_data(FetchOptions& options, Value text, bool strip, bool may_name_file) {
  if (options.data) {
    *options.data += '&';
  } else {
    options.data.emplace();
  }
  if (!may_name_file) {
    *options.data += text;
    return {};
  }
  if (text == "@-") ++options.stdin_readers;
  if (options.stdin_readers > 1) return "the standard input can be read only once";
  return read_data(text, strip, *options.data);
}

std::string add_output(FetchOptions& options, Value file) {
  if (file.empty()) return "the value is empty";
  OutputTarget target;
  if (file != "-") target = {OutputTarget::Kind::file, std::string(file)};
  options.outputs.push_back(std::move(target));
  return {};
}

std::string add_resolve(FetchOptions& options, Value text) {
  return parse_resolve(text, options.client.overrides.emplace_back());
}

std::string add_source_address(FetchOptions& options, Value text) {
  if (!is_ip_address(text)) return "'" + std::string(text) + "' is not an IP address";
  options.client.source_addresses.emplace_back(text);
  return {};
}

std::string set_connect_timeout(FetchOptions& options, Value text) {
  Timeouts& timeouts = options.client.timeouts;
  std::string fault = parse_seconds(text, timeouts.connect);
  timeouts.resolve = timeouts.connect;
  timeouts.tls = timeouts.connect;
  return fault;
}

std::string set_blocksize(FetchOptions& options, Value text) {
  uint64_t size = 0;
  std::string fault = parse_size(text, kMaxBlocksize, size);
  options.client.blocksize = size;
  return fault;
}

std::string set_speed_limit(FetchOptions& options, Value text) {
  uint64_t rate = 0;
  std::string fault = parse_size(text, UINT32_MAX, rate);
  options.client.min_rate = static_cast<uint32_t>(rate);
  return fault;
}

std::string set_proxy(FetchOptions& options, Value text) {
  options.proxy_given = true;
  options.client.proxy.url = text.empty() ? std::string() : complete_proxy(text);
  return {};
}

std::string set_no_proxy(FetchOptions& options, Value text) {
  add_no_proxy(text, options.client.proxy);
  return {};
}

std::string add_proxy_header(FetchOptions& options, Value text) {
  const size_t colon = text.find(':');
  if (colon == text.npos) return "'" + std::string(text) + "' has no colon; 'Name: value' is meant";
  const Value name = text.substr(0, colon);
  const Value value = text.substr(colon + 1);
  return options.client.proxy.headers.add(name, value) ? Headers::explain_fault(name, value) : std::string();
}

std::string set_body(FetchOptions& options, Value text) {
  options.hold_body = true;
  return text == "base64" ? "" : "'" + std::string(text) + "' is not known; base64 is";
}

constexpr Row kRequestRows[] = {
    tools::heading<FetchOptions>("Request"),
    {'X', "request", "METHOD", "the method; without it GET, POST with -d, PUT with -T",
     [](FetchOptions& o, Value v) { return not_empty(v, o.method); }},
    {'H', "header", "LINE",
     "adds 'Name: value'; 'Name;' sends an empty field,\n'Name:' leaves out one that we would add",
     add_header},
    {'d', "data", "DATA",
     "the body, as application/x-www-form-urlencoded; several are\njoined by '&'; @FILE reads a file, @- the "
     "standard input,\nboth without CR, LF and NUL",
     [](FetchOptions& o, Value v) { return add_data(o, v, true, true); }},
    {0, "data-binary", "DATA", "as -d, but a file is sent as it is",
     [](FetchOptions& o, Value v) { return add_data(o, v, false, true); }},
    {0, "data-raw", "DATA", "as -d, but '@' has no meaning",
     [](FetchOptions& o, Value v) { return add_data(o, v, false, false); }},
    {'T', "upload-file", "FILE",
     "sends a file of any size; - is the standard input. A URL that\nends in '/' gets the file's name",
     [](FetchOptions& o, Value v) { return not_empty(v, o.upload); }},
    {'I', "head", "", "asks for the head alone, and shows it", flag<&FetchOptions::head_only>},
    {0, "http1.0", "", "speaks HTTP/1.0", flag<&FetchOptions::http10>},
    {0, "path-as-is", "", "keeps /../ and /./ in the path", flag<&FetchOptions::path_as_is>},

    tools::heading<FetchOptions>("Output"),
    {'o', "output", "FILE", "writes the body to FILE; the n-th -o or -O is for the n-th URL", add_output},
    {'O', "remote-name", "",
     "writes the body to a file named as the last part of the\nURL's path; one -O alone holds for every URL",
     [](FetchOptions& o, Value) {
       o.outputs.push_back({OutputTarget::Kind::remote_name, {}});
       return std::string();
     }},
    {'i', "include", "", "shows the head before the body", flag<&FetchOptions::show_head>},
    {'f', "fail", "", "a status of 400 or more is a failure, and its body is not shown",
     flag<&FetchOptions::fail>},
    {'v', "verbose", "", "tells on the standard error what is sent and received",
     flag<&FetchOptions::verbose>},
    {'s', "silent", "", "no progress bar and no messages", flag<&FetchOptions::silent>},
    {'S', "show-error", "", "with -s: messages all the same", flag<&FetchOptions::show_error>},
    {0, "json", "", "one JSON object a line for each exchange, as it ends", flag<&FetchOptions::json>},
    {0, "body", "base64", "with --json: the body is part of the object", set_body},
};

constexpr Row kTransferRows[] = {
    tools::heading<FetchOptions>("Proxy"),
    {'x', "proxy", "URL",
     "goes through [http[s]://][USER:PASSWORD@]HOST[:PORT] (port 1080,\nfor https 443); '' for none. Without "
     "it: "
     "http_proxy,\nhttps_proxy, all_proxy and no_proxy of the environment",
     set_proxy},
    {'U', "proxy-user", "USER:PASSWORD", "who we are for the proxy (Basic)",
     [](FetchOptions& o, Value v) { return not_empty(v, o.client.proxy.credentials); }},
    {0, "proxy-header", "LINE", "adds 'Name: value' to what the proxy alone is told", add_proxy_header},
    {0, "noproxy", "LIST",
     "hosts reached directly: names and all below them, addresses,\nnetworks (10.0.0.0/8), or *",
     set_no_proxy},
    {'p', "proxytunnel", "", "tunnels http through the proxy as well",
     [](FetchOptions& o, Value) {
       o.client.proxy.tunnel_http = true;
       return std::string();
     }},
    {0, "proxy-insecure", "", "trusts any certificate of an https proxy",
     [](FetchOptions& o, Value) {
       o.client.proxy.tls.verify = false;
       return std::string();
     }},
    {0, "proxy-cacert", "FILE", "trusts the roots in FILE (PEM) for an https proxy",
     [](FetchOptions& o, Value v) { return not_empty(v, o.client.proxy.tls.ca_file); }},

    tools::heading<FetchOptions>("Connection"),
    {0, "resolve", "HOST:PORT:ADDR", "dials ADDR for HOST:PORT", add_resolve},
    {0, "source-address", "ADDR", "connects from ADDR; several are used in turn", add_source_address},
    {'m', "max-time", "SECONDS", "limits each exchange as a whole; 0.5 is half a second, 0 no limit",
     [](FetchOptions& o, Value v) { return parse_seconds(v, o.client.timeouts.total); }},
    {0, "connect-timeout", "SECONDS", "limits the look-up, the connect and the handshake, each",
     set_connect_timeout},
    {'Y', "speed-limit", "SIZE", "ends a body that arrives, over 10 seconds, at fewer bytes a second",
     set_speed_limit},
    {0, "blocksize", "SIZE", "bytes that are written at a time (as they arrive); suffixes k, m",
     set_blocksize},
    {0, "parallel", "N", "exchanges that run at once (50)",
     [](FetchOptions& o, Value v) { return parse_count(v, kMaxParallel, o.parallel); }},

    tools::heading<FetchOptions>("Input"),
    {0, "from", "FILE", "reads one request a line, - is the standard input; implies --json",
     [](FetchOptions& o, Value v) { return not_empty(v, o.from); }},
    {0, "embedded", "",
     "starts the embedded server; a URL that is a path is fetched\nfrom it ('/' lists what it answers)",
     flag<&FetchOptions::embedded>},
    {0, "embedded-tls", "", "the same over https; its CA is trusted, and no other",
     flag<&FetchOptions::embedded_tls>},
    {'h', "help", "", "this text", flag<&FetchOptions::help>},
};

constexpr auto kRows = tools::join_rows(kRequestRows, kTlsRows<FetchOptions>, kTransferRows);

// check_upload opens and closes the file of -T, so that a name that can't be read is told before anything
// is sent.
std::string check_upload(const std::string& name) {
  if (name == "-") return {};
  struct stat status;
  const int fd = open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  int error = fd < 0 || fstat(fd, &status) != 0 ? errno : 0;
  if (error == 0 && S_ISDIR(status.st_mode)) error = EISDIR;
  if (fd >= 0) close(fd);
  return error == 0 ? std::string() : "can't read " + name + ": " + std::strerror(error);
}

std::string check_outputs(const FetchOptions& o) {
  if (!o.from.empty() && !o.outputs.empty()) return "-o and -O do not go with --from";
  if (o.outputs.size() > o.urls.size()) return "there are more -o and -O than URLs";
  std::set<std::string> files;
  for (const OutputTarget& output : o.outputs) {
    if (output.kind == OutputTarget::Kind::file && output.file != "/dev/null" &&
        !files.insert(output.file).second) {
      return "two URLs would be written to " + output.file;
    }
    if (output.kind == OutputTarget::Kind::standard_output && o.json) {
      return "-o - does not go with --json, which writes there itself";
    }
  }
  return {};
}

// check_together finds what does not go together.
std::string check_together(FetchOptions& o) {
  if (!o.from.empty()) {
    o.json = true;
    if (!o.urls.empty()) return "with --from, URLs come from it alone";
    if (o.from == "-") ++o.stdin_readers;
  } else if (o.urls.empty()) {
    return "no URL given";
  }
  if (o.upload == "-") ++o.stdin_readers;
  if (o.stdin_readers > 1) return "the standard input can be read only once";
  if (o.upload == "-" && (o.urls.size() > 1 || !o.from.empty())) return "-T - serves one URL only";
  if (o.data && !o.upload.empty()) return "-d and -T do not go together";
  if (o.head_only && (o.data || !o.upload.empty())) return "-I does not go with -d or -T";
  if (o.head_only && !o.method.empty() && o.method != "HEAD") return "-I does not go with -X " + o.method;
  if (o.hold_body && !o.json) return "--body is for --json";
  if (o.hold_body && !o.outputs.empty()) return "--body does not go with -o or -O";
  if (std::string fault = check_tls_options(o.client.tls, o.cert_form); !fault.empty()) return fault;
  if (o.embedded_tls) {
    if (std::string fault = check_embedded_tls(o.client.tls); !fault.empty()) return fault;
  }
  if (std::string fault = check_outputs(o); !fault.empty()) return fault;
  return o.upload.empty() ? std::string() : check_upload(o.upload);
}

}  // namespace

const OutputTarget& FetchOptions::output_of(size_t n) const {
  static const OutputTarget kStandardOutput;
  if (outputs.size() == 1 && outputs[0].kind == OutputTarget::Kind::remote_name) return outputs[0];
  return n < outputs.size() ? outputs[n] : kStandardOutput;
}

std::string parse_fetch_options(std::span<const std::string> arguments, FetchOptions& options) {
  // Help wins over whatever else is wrong, as long as it is asked for by itself.
  if (arguments.size() == 1 && (arguments[0] == "--help" || arguments[0] == "-h")) {
    options.help = true;
    return {};
  }
  tools::OptionParser<FetchOptions> parser(kRows, options);
  if (std::string fault = parser.parse(arguments); !fault.empty()) return fault;
  options.urls = std::move(parser.operands());
  return options.help ? std::string() : check_together(options);
}

std::string fetch_help() {
  return "usage: godwit fetch [options] URL...\n"
         "\n"
         "Fetches URLs over HTTP and HTTPS, several at once. A URL without a scheme is taken as http. Bodies "
         "go to\n"
         "the standard output in the order of the URLs, those whose turn has not come wait.\n" +
         tools::option_help<FetchOptions>(kRows) +
         "\n"
         "Lines of --from: a URL, or a JSON object with the keys id, url, method, headers ([[name, value], "
         "...]),\n"
         "body (base64) and timeout (seconds); all but url may be missing. Each line is started as it is "
         "read, its\n"
         "result has its id and is written as the exchange ends. Options given beside hold for every line.\n"
         "\n"
         "JSON: header names, values and other texts of the peer that are not UTF-8 are shown as Latin-1, "
         "one code\n"
         "point for each byte. Times are milliseconds; 0 is what did not happen.\n"
         "\n"
         "Exit status: 0 all went well, 1 an exchange failed or was interrupted, 2 usage.\n"
         "\n"
         "Examples:\n"
         "  godwit fetch -i https://example.com/\n"
         "  godwit fetch -O https://example.com/a.iso https://example.com/b.iso\n"
         "  godwit fetch -d name=value -d @more.txt http://localhost:8080/form\n"
         "  godwit fetch -T backup.tar https://example.com/upload/\n"
         "  godwit fetch --json --embedded /bytes/1m '/status/404?reason=Gone' | jq .status\n"
         "  printf '%s\\n' http://a.example/ http://b.example/ | godwit fetch --from - --parallel 200\n";
}

}  // namespace godwit::fetch
