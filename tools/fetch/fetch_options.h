// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "godwit/core/headers.h"
#include "godwit/core/options.h"
#include "godwit/tools/fetch/tls_option_rows.h"

namespace godwit::fetch {

// OutputTarget is where a body goes.
struct OutputTarget {
  enum class Kind : uint8_t { standard_output, file, remote_name };
  Kind kind = Kind::standard_output;
  std::string file;
};

// FetchOptions is what the command line of `godwit fetch` asks for.
struct FetchOptions {
  // A person who watches a slow body wants to see what there is: blocks come as they arrive by default.
  ClientOptions client = {.blocksize = 0};
  std::vector<std::string> urls;

  std::string method;                // empty: GET, or what goes with the body
  Headers headers;                   // of -H
  std::vector<std::string> without;  // -H 'Name:': fields not to be added by ourselves
  std::optional<std::string> data;   // of every -d, joined
  std::string upload;                // -T; empty: none
  bool http10 = false;
  bool path_as_is = false;

  std::vector<OutputTarget> outputs;  // the n-th is the n-th URL's
  bool show_head = false;
  bool head_only = false;
  bool fail = false;
  bool verbose = false;
  bool silent = false;
  bool show_error = false;
  bool json = false;
  bool hold_body = false;  // --body base64

  CertificateForm cert_form = CertificateForm::pem;

  uint32_t parallel = 50;
  std::string from;          // empty: none
  bool proxy_given = false;  // -x: the environment is not looked at
  bool embedded = false;
  bool embedded_tls = false;
  bool help = false;

  // stdin_readers counts the options that read the standard input: one at most.
  int stdin_readers = 0;

  // output_of tells where the body of the n-th URL goes. A single -O holds for every URL.
  const OutputTarget& output_of(size_t n) const;
};

// parse_fetch_options reads the arguments behind `fetch`; files of -d are read here. It returns what is
// wrong with them, in one sentence, empty if nothing is.
std::string parse_fetch_options(std::span<const std::string> arguments, FetchOptions& options);

// fetch_help is the text of `godwit fetch --help`.
std::string fetch_help();

}  // namespace godwit::fetch
