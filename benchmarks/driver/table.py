# SPDX-License-Identifier: MIT
"""What was measured, as a table for people, as Markdown, and as JSON."""

import measure

HEADINGS = ["", "median", "lowest", "user", "ratio"]


def number(value):
    """Three digits that say something."""
    if value is None:
        return ""
    if abs(value) >= 100:
        return "{:,.0f}".format(value)
    return "%.*f" % (1 if abs(value) >= 10 else 2, value)


def rows_of(result):
    first = result["rows"][0]
    for measured in result["rows"]:
        if measured.problem:
            yield [measured.row, "failed", "", "", ""]
            continue
        compared = measure.ratio(measured, first)
        yield [measured.row, number(measure.median(measured.values)), number(min(measured.values)),
               number(measure.median(measured.user)), "%.2f" % compared if compared else ""]


def text(result):
    lines = [HEADINGS] + list(rows_of(result))
    widths = [max(len(line[i]) for line in lines) for i in range(len(HEADINGS))]
    out = ["%s (%s)" % (result["title"], result["unit"])]
    for line in lines:
        cells = [cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(line, widths))]
        out.append("  " + "  ".join(cells).rstrip())
    out += ["  %s: %s" % (m.row, m.problem) for m in result["rows"] if m.problem]
    return "\n".join(out)


def markdown(results):
    """A table for each task and unit: a line for each library, a column for each case."""
    out = []
    for task, unit in dict.fromkeys((r["task"], r["unit"]) for r in results):
        cases = [r for r in results if (r["task"], r["unit"]) == (task, unit)]
        names = list(dict.fromkeys(m.row for r in cases for m in r["rows"]))
        out.append("| %s: %s | %s |" % (task, unit, " | ".join(r["title"] for r in cases)))
        out.append("|---|" + "---:|" * len(cases))
        for name in names:
            cells = []
            for result in cases:
                found = next((line for line in rows_of(result) if line[0] == name), None)
                if found is None:
                    cells.append("")
                elif found[4]:
                    cells.append("%s (%sx)" % (found[1], found[4]))
                else:
                    cells.append(found[1])
            out.append("| %s | %s |" % (name, " | ".join(cells)))
        out.append("")
    return "\n".join(out)


def as_json(results, about):
    return {"about": about, "cases": [
        {"task": r["task"], "title": r["title"], "unit": r["unit"],
         "rows": [{"name": m.row, "values": m.values, "user": m.user, "median": measure.median(m.values),
                   "ratio": measure.ratio(m, r["rows"][0]), "problem": m.problem} for m in r["rows"]]}
        for r in results]}
