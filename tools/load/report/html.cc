// SPDX-License-Identifier: MIT
#include "godwit/tools/load/report/html.h"

#include <string_view>

#include "godwit/tools/load/report/html_data.h"
#include "godwit/tools/load/report/page_text.h"

namespace godwit::load {

namespace {

// insert puts a text in the place of a mark that occurs once.
void insert(std::string& page, std::string_view mark, std::string_view text) {
  page.replace(page.find(mark), mark.size(), text);
}

}  // namespace

std::string html_report(const Result& result, std::span<const Threshold> thresholds) {
  std::string page(kPageHtml);
  insert(page, "%STYLE%", kPageCss);
  insert(page, "%PLOT%", kPlotJs);
  insert(page, "%SCRIPT%", kPageJs);
  // Last, since it holds texts of strangers.
  insert(page, "%DATA%", html_data(result, thresholds));
  return page;
}

}  // namespace godwit::load
