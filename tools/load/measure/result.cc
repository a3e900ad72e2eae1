// SPDX-License-Identifier: MIT
#include "godwit/tools/load/measure/result.h"

#include <algorithm>
#include <utility>

namespace godwit::load {

void Result::merge(const Result& other) {
  for (const std::string& url : other.urls) {
    if (std::find(urls.begin(), urls.end(), url) == urls.end()) urls.push_back(url);
  }
  open_loop = open_loop || other.open_loop;
  rate += other.rate;
  connections += other.connections;
  pipeline = std::max(pipeline, other.pipeline);
  warmup = std::max(warmup, other.warmup);
  // The form of the text makes the earlier one the smaller.
  if (started.empty() || (!other.started.empty() && other.started < started)) started = other.started;
  seconds = std::max(seconds, other.seconds);
  interrupted = interrupted || other.interrupted;
  generators += other.generators;
  threads.insert(threads.end(), other.threads.begin(), other.threads.end());
  measured.merge(other.measured);
}

}  // namespace godwit::load
