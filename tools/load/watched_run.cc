// SPDX-License-Identifier: MIT
#include "godwit/tools/load/watched_run.h"

#include "godwit/tools/fetch/interrupt.h"
#include "godwit/tools/load/console.h"
#include "godwit/tools/load/measure/duration_text.h"
#include "godwit/tools/load/report/live.h"
#include "godwit/tools/load/run/run.h"

namespace godwit::load {

std::optional<Result> watched_run(const LoadOptions& options, const RequestSet& requests,
                                  std::string& fault) {
  Run run(options, requests);
  std::optional<Result> result;
  {
    Live live(options);
    fetch::Interrupt interrupt([&run] { run.interrupt(); });
    result = run.run([&live](const Progress& progress) { live.show(progress); }, fault);
  }
  if (run.gave_up()) {
    complain("no connection could be made for " + duration_text(options.give_up) +
                 ": the run ended early (--give-up 0 goes on)",
             kStatusFailed);
  }
  return result;
}

}  // namespace godwit::load
