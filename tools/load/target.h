// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <span>
#include <string>

#include "godwit/tools/embedded_server/server.h"
#include "godwit/tools/load/plan/load_options.h"
#include "godwit/tools/load/plan/request_set.h"

namespace godwit::load {

// EmbeddedTarget is the server of --embedded, as long as it lives.
class EmbeddedTarget {
 public:
  // start starts it, and makes URLs on it of the paths among the options' (those of a file become so when it
  // is read). It returns what is wrong, empty if nothing is.
  std::string start(LoadOptions& options);

 private:
  std::unique_ptr<embedded::Server> server_;
};

// fill_requests makes the set of what is sent to these URLs, or of what --requests-file says. It returns what
// is wrong, empty if nothing is.
std::string fill_requests(const LoadOptions& options, std::span<const std::string> urls, RequestSet& set);

}  // namespace godwit::load
