// SPDX-License-Identifier: MIT
#include "godwit/tools/load/measure/measurements.h"

#include <algorithm>

namespace godwit::load {

void Measurements::merge(const Measurements& other) {
  for (Histogram Measurements::*member :
       {&Measurements::from_due, &Measurements::from_sent, &Measurements::lag, &Measurements::connect,
        &Measurements::tls, &Measurements::first_byte, &Measurements::transfer, &Measurements::failed,
        &Measurements::open_age, &Measurements::loop_delay}) {
    (this->*member).merge(other.*member);
  }
  sent += other.sent;
  unsent += other.unsent;
  oldest_unsent = std::max(oldest_unsent, other.oldest_unsent);
  connections += other.connections;
  body_bytes += other.body_bytes;
  for (const auto& [status, count] : other.statuses) statuses[status] += count;
  for (const auto& [name, cause] : other.causes) {
    Cause& mine = causes[name];
    mine.count += cause.count;
    if (mine.example.empty()) mine.example = cause.example;
  }
  series.merge(other.series);
}

}  // namespace godwit::load
