// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace godwit::tools {

// OptionRow is one option of a sub-command, for the parser and for the help alike. A row without names
// is a heading of the help.
template <class Options>
struct OptionRow {
  char short_name;        // 'X' for -X; 0 for none
  std::string_view name;  // "request" for --request; empty for none
  // value is what the help calls its value, "METHOD"; empty for an option without one. "[FILE]" may be left
  // out: it is then empty, and given as --name=VALUE alone.
  std::string_view value;
  std::string_view help;
  // apply stores the option; it returns what is wrong with the value, empty if nothing is.
  std::string (*apply)(Options&, std::string_view value);
};

// heading is a row that begins a group of the help.
template <class Options>
constexpr OptionRow<Options> heading(std::string_view text) {
  return {0, {}, {}, text, nullptr};
}

// join_rows makes one table of several.
template <class Options, size_t... kSizes>
constexpr auto join_rows(const OptionRow<Options> (&... tables)[kSizes]) {
  std::array<OptionRow<Options>, (kSizes + ...)> all{};
  size_t end = 0;
  ((std::copy(tables, tables + kSizes, all.begin() + end), end += kSizes), ...);
  return all;
}

// OptionParser reads arguments as getopt_long does: `-X GET`, `-XGET`, `-sS`, `--request GET`,
// `--request=GET`; operands may stand anywhere, and everything behind `--` is one; `-` is one too. A
// value is taken as it is, whatever it begins with. Names are not abbreviated.
template <class Options>
class OptionParser {
 public:
  OptionParser(std::span<const OptionRow<Options>> rows, Options& options) : rows_(rows), options_(options) {}

  // parse gives a sentence about the first fault, empty if there is none.
  std::string parse(std::span<const std::string> arguments) {
    arguments_ = arguments;
    for (next_ = 0; next_ < arguments_.size();) {
      const std::string_view argument = arguments_[next_++];
      std::string fault;
      if (argument == "--") {
        operands_.insert(operands_.end(), arguments_.begin() + next_, arguments_.end());
        break;
      }
      if (argument.starts_with("--")) {
        fault = parse_long(argument.substr(2));
      } else if (argument.size() > 1 && argument[0] == '-') {
        fault = parse_cluster(argument.substr(1));
      } else {
        operands_.emplace_back(argument);
      }
      if (!fault.empty()) return fault;
    }
    return {};
  }

  std::vector<std::string>& operands() { return operands_; }

 private:
  std::string parse_long(std::string_view text) {
    const size_t equals = text.find('=');
    const std::string_view name = text.substr(0, equals);
    const std::string spelled = "--" + std::string(name);
    const OptionRow<Options>* row = nullptr;
    for (const OptionRow<Options>& candidate : rows_) {
      if (!name.empty() && candidate.name == name) row = &candidate;
    }
    if (row == nullptr) return "unknown option " + spelled;
    if (row->value.empty() && equals != text.npos) return spelled + " takes no value";
    if (row->value.empty()) return apply(*row, spelled, {});
    if (equals != text.npos) return apply(*row, spelled, text.substr(equals + 1));
    if (row->value.starts_with('[')) return apply(*row, spelled, {});
    return apply_next(*row, spelled);
  }

  std::string parse_cluster(std::string_view letters) {
    for (size_t i = 0; i < letters.size(); ++i) {
      const std::string spelled = {'-', letters[i]};
      const OptionRow<Options>* row = nullptr;
      for (const OptionRow<Options>& candidate : rows_) {
        if (candidate.short_name != 0 && candidate.short_name == letters[i]) row = &candidate;
      }
      if (row == nullptr) return "unknown option " + spelled;
      if (!row->value.empty()) {
        const std::string_view rest = letters.substr(i + 1);
        return rest.empty() ? apply_next(*row, spelled) : apply(*row, spelled, rest);
      }
      if (std::string fault = apply(*row, spelled, {}); !fault.empty()) return fault;
    }
    return {};
  }

  std::string apply_next(const OptionRow<Options>& row, const std::string& spelled) {
    if (next_ == arguments_.size()) return spelled + " needs a value: " + std::string(row.value);
    return apply(row, spelled, arguments_[next_++]);
  }

  std::string apply(const OptionRow<Options>& row, const std::string& spelled, std::string_view value) {
    std::string fault = row.apply(options_, value);
    return fault.empty() ? fault : spelled + ": " + fault;
  }

  std::span<const OptionRow<Options>> rows_;
  Options& options_;
  std::span<const std::string> arguments_;
  size_t next_ = 0;
  std::vector<std::string> operands_;
};

// option_help lists the options in groups, one or more lines each.
template <class Options>
std::string option_help(std::span<const OptionRow<Options>> rows) {
  constexpr size_t kColumn = 34;
  std::string out;
  for (const OptionRow<Options>& row : rows) {
    if (row.apply == nullptr) {
      out.append("\n").append(row.help).append(":\n");
      continue;
    }
    std::string line = "  ";
    line += row.short_name != 0 ? std::string{'-', row.short_name} : "  ";
    line += row.short_name != 0 && !row.name.empty() ? ", " : row.name.empty() ? "" : "  ";
    if (!row.name.empty()) line.append("--").append(row.name);
    if (row.value.starts_with('[')) {
      line.append("[=").append(row.value.substr(1));
    } else if (!row.value.empty()) {
      line.append(" ").append(row.value);
    }
    line.resize(line.size() < kColumn - 1 ? kColumn : line.size() + 2, ' ');
    for (char c : row.help) {
      line += c;
      if (c == '\n') line.append(kColumn, ' ');
    }
    out += line + "\n";
  }
  return out;
}

}  // namespace godwit::tools
