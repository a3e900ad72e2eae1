// SPDX-License-Identifier: MIT
#include "godwit/tools/load/run/slot.h"

#include "godwit/tools/load/run/worker.h"

namespace godwit::load {

void Slot::on_body(Response&, Bytes block) {
  if (digest) digest->update(block);
}

void Slot::on_done(Response& done, const Error& error) {
  response = nullptr;
  worker_.finished(*this, done, error);
}

}  // namespace godwit::load
