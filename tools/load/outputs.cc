// SPDX-License-Identifier: MIT
#include "godwit/tools/load/outputs.h"

#include "godwit/tools/load/console.h"
#include "godwit/tools/load/report/csv.h"
#include "godwit/tools/load/report/hgrm.h"
#include "godwit/tools/load/report/html.h"
#include "godwit/tools/load/report/json_report.h"
#include "godwit/tools/load/report/judgement.h"
#include "godwit/tools/load/report/text_report.h"

namespace godwit::load {

int write_outputs(const Result& result, const LoadOptions& options) {
  const Judgement judgement = judge_with(result, options.thresholds);
  bool text = true;
  bool written = true;
  const auto write = [&](const Output& output, auto&& make) {
    if (!output.wanted) return;
    if (output.file.empty()) text = false;
    written &= write_text(output.file, make());
  };
  write(options.json, [&] { return json_report(result, judgement); });
  write(options.csv, [&] { return csv_report(result.measured.series); });
  write(options.hgrm, [&] { return hgrm_report(result.measured.from_due); });
  if (!options.html.empty()) written &= write_text(options.html, html_report(result, options.thresholds));
  if (!options.out.empty()) written &= write_text(options.out, save_result(result));
  if (text) written &= write_text({}, text_report(result, judgement));
  return written && judgement.passed() ? kStatusOk : kStatusFailed;
}

}  // namespace godwit::load
