// SPDX-License-Identifier: MIT
#include "godwit/tools/load/watched_run.h"

#include "godwit/tools/fetch/interrupt.h"
#include "godwit/tools/load/report/live.h"
#include "godwit/tools/load/run/run.h"

namespace godwit::load {

std::optional<Result> watched_run(const LoadOptions& options, const RequestSet& requests,
                                  std::string& fault) {
  Run run(options, requests);
  Live live(options);
  fetch::Interrupt interrupt([&run] { run.interrupt(); });
  return run.run([&live](const Progress& progress) { live.show(progress); }, fault);
}

}  // namespace godwit::load
