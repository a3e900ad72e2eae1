// Draws the report from the JSON in #data. Whatever goes wrong is shown, not swallowed.
"use strict";
window.addEventListener("error", (event) => {
  const fault = document.getElementById("fault");
  fault.hidden = false;
  fault.textContent = "This report could not be drawn: " + event.message;
});

(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const byId = (id) => document.getElementById(id);
  const WIDTH = 960, LEFT = 68, RIGHT = 16, TOP = 10, BOTTOM = 38;

  function add(parent, name, attributes = {}, text = null) {
    const svg = name === "svg" || parent.namespaceURI.endsWith("svg");
    const node = svg ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    if (text !== null) node.textContent = text;
    parent.appendChild(node);
    return node;
  }

  // ---- figures for people ----

  const digits = (value) => value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);

  function duration(ns) {
    if (ns === 0) return "0";
    for (const [size, unit] of [[1e9, "s"], [1e6, "ms"], [1e3, "us"]]) {
      if (ns >= size) return digits(ns / size) + " " + unit;
    }
    return ns.toFixed(0) + " ns";
  }

  function amount(value) {
    for (const [size, unit] of [[1e9, "G"], [1e6, "M"], [1e4, "k"]]) {
      if (value >= size) return digits(value / (unit === "k" ? 1e3 : size)) + " " + unit;
    }
    return value === Math.round(value) ? String(value) : digits(value);
  }

  // mark is a duration on an axis: round by itself.
  const mark = (ns) => duration(ns).replace(/\.?0+ /, " ");
  const percent = (p) => String(Number(p.toFixed(5))) + " %";

  // ---- scales and axes ----

  const linear = (from, to, low, high) => (v) => low + (v - from) / (to - from || 1) * (high - low);
  const logarithmic = (from, to, low, high) => {
    const scale = linear(Math.log(from), Math.log(to), low, high);
    return (v) => scale(Math.log(Math.max(v, from)));
  };

  function steps(highest, count) {
    const rough = highest / count, power = 10 ** Math.floor(Math.log10(rough || 1));
    const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough) || power;
    const out = [];
    for (let i = 0; i * step <= highest * 1.0001; ++i) out.push(i * step);
    return out;
  }

  // decades gives 1, 2 and 5 of each power of ten; the ones alone where that would be crowded.
  function decades(from, to) {
    const out = [];
    const marks = to / from > 1e4 ? [1] : [1, 2, 5];
    for (let power = 10 ** Math.floor(Math.log10(from)); power <= to; power *= 10) {
      for (const m of marks) if (m * power >= from && m * power <= to) out.push(m * power);
    }
    return out;
  }

  function frame(id, height, label) {
    const figure = byId(id);
    const svg = add(figure, "svg", {viewBox: `0 0 ${WIDTH} ${height}`, role: "img", "aria-label": label});
    return {figure, svg, height, right: WIDTH - RIGHT, bottom: height - BOTTOM};
  }

  function rows(plot, values, y, text) {
    for (const v of values) {
      add(plot.svg, "line", {class: "grid", x1: LEFT, x2: plot.right, y1: y(v), y2: y(v)});
      add(plot.svg, "text", {x: LEFT - 8, y: y(v) + 4, "text-anchor": "end"}, text(v));
    }
  }

  function columns(plot, values, x, text) {
    for (const v of values) {
      add(plot.svg, "line", {class: "grid", x1: x(v), x2: x(v), y1: TOP, y2: plot.bottom});
      add(plot.svg, "text", {x: x(v), y: plot.bottom + 18, "text-anchor": "middle"}, text(v));
    }
  }

  function curve(plot, points, color, name) {
    const path = points.map(([x, y], i) => (i ? "L" : "M") + x.toFixed(1) + " " + y.toFixed(1)).join("");
    add(plot.svg, "path", {class: "curve", d: path, style: `stroke:var(--${color})`, "data-name": name,
                           "data-points": points.length});
  }

  function legend(plot, entries) {
    const list = document.createElement("div");
    list.className = "legend";
    for (const [name, color] of entries) {
      const entry = add(list, "span");
      add(entry, "i", {style: `background:var(--${color})`});
      entry.append(name);
    }
    plot.figure.prepend(list);
  }

  // hover shows what `text` says of the nearest of `places`, x coordinates in rising order.
  function hover(plot, places, text) {
    if (places.length === 0) return;
    const hair = add(plot.svg, "line", {class: "hair", y1: TOP, y2: plot.bottom});
    const tip = add(plot.figure, "div", {class: "tip"});
    plot.svg.addEventListener("mousemove", (event) => {
      const box = plot.svg.getBoundingClientRect();
      const at = (event.clientX - box.left) / box.width * WIDTH;
      let best = 0;
      places.forEach((x, i) => { if (Math.abs(x - at) < Math.abs(places[best] - at)) best = i; });
      hair.setAttribute("x1", places[best]);
      hair.setAttribute("x2", places[best]);
      tip.textContent = text(best);
      const x = places[best] / WIDTH * box.width;
      tip.style.left = Math.max(0, x > box.width / 2 ? x - tip.offsetWidth - 12 : x + 12) + "px";
      tip.style.top = (event.clientY - plot.figure.getBoundingClientRect().top + 12) + "px";
      hair.style.visibility = tip.style.visibility = "visible";
    });
    plot.svg.addEventListener("mouseleave", () => { hair.style.visibility = tip.style.visibility = "hidden"; });
  }

  const nothing = (id, text) => add(byId(id), "p", {class: "note"}, text);

  function table(id, heads, lines) {
    const node = byId(id);
    if (lines.length === 0) return node.remove();
    const head = add(add(node, "thead"), "tr");
    for (const text of heads) add(head, "th", {scope: "col"}, text);
    const body = add(node, "tbody");
    for (const line of lines) {
      const row = add(body, "tr");
      for (const cell of line) {
        const [text, kind] = Array.isArray(cell) ? cell : [cell, ""];
        add(row, "td", kind ? {class: kind} : {}, text);
      }
    }
  }

  // ---- the parts of the page ----

  function head() {
    document.title = "godwit load: " + (data.urls[0] || "");
    byId("target").textContent = data.urls.join(", ") + " · " + data.about.join(" · ");
    byId("verdict").textContent = data.verdict;
    byId("verdict").className = data.valid ? "valid" : "invalid";
    for (const reason of data.reasons) add(byId("reasons"), "li", {}, reason);
    for (const [name, value] of data.summary) {
      const card = add(byId("summary"), "div");
      add(card, "b", {}, value);
      add(card, "span", {}, name);
    }
    table("thresholds", ["Threshold", "Measured", ""],
          data.thresholds.map((t) => [t.text, t.value, t.holds ? ["held", "held"] : ["broken", "broken"]]));
    if (data.thresholds.length > 0) byId("thresholds").parentNode.hidden = false;
  }

  const COLORS = {"from due": "due", "from sent": "sent", "generator lag": "lag", "failed": "failed"};

  function percentiles() {
    const series = data.percentiles.filter((s) => s.points.length > 0);
    table("latencies", ["", "count", "min", "50 %", "90 %", "99 %", "99.9 %", "99.99 %", "99.999 %", "max"],
          data.latencies.map((l) => [l.name, String(l.count), ...l.values.map(duration)]));
    if (series.length === 0) return nothing("percentiles", "No request came to an end.");
    const all = series.flatMap((s) => s.points.map((p) => p[1])).filter((v) => v > 0);
    const low = Math.min(...all, 1e6) * 0.8, high = Math.max(...all, low * 10) * 1.15;
    const depth = (p) => -Math.log10(1 - p / 100);
    const deepest = Math.max(1, ...series.map((s) => depth(s.points[s.points.length - 1][0])));
    const plot = frame("percentiles", 360, "Latency by percentile");
    const x = linear(0, deepest, LEFT, plot.right), y = logarithmic(low, high, plot.bottom, TOP);
    rows(plot, decades(low, high), y, mark);
    columns(plot, [0, 50, 90, 99, 99.9, 99.99, 99.999].filter((p) => depth(p) <= deepest + 0.01), (p) => x(depth(p)), percent);
    for (const s of series) curve(plot, s.points.map(([p, v]) => [x(depth(p)), y(v)]), COLORS[s.name], s.name);
    legend(plot, series.map((s) => [s.name, COLORS[s.name]]));
    const longest = series.reduce((a, b) => (b.points.length > a.points.length ? b : a)).points;
    hover(plot, longest.map(([p]) => x(depth(p))), (i) => percent(longest[i][0]) + series.map((s) => {
      const point = s.points.find(([p]) => p >= longest[i][0]) || s.points[s.points.length - 1];
      return "\n" + s.name + ": " + duration(point[1]);
    }).join(""));
  }

  const time = (slot) => (slot * data.series.width).toFixed(1).replace(/\.0$/, "") + " s";

  function timeAxis(plot) {
    const slots = data.series.slots.length;
    const x = linear(0, Math.max(slots, 1), LEFT, plot.right);
    const marks = steps(slots * data.series.width, 10).map((s) => s / data.series.width);
    return {x, marks, places: data.series.slots.map((_, i) => x(i + 0.5))};
  }

  function heat() {
    const slots = data.series.slots, cells = slots.flatMap((s) => s.cells);
    if (cells.length === 0) return nothing("heat", "No request went well.");
    const plot = frame("heat", 320, "Latency over time");
    const low = Math.min(...cells.map((c) => c[0])), high = Math.max(...cells.map((c) => c[1]));
    const {x, marks, places} = timeAxis(plot), y = logarithmic(low, high, plot.bottom, TOP);
    rows(plot, decades(low, high), y, mark);
    columns(plot, marks, x, time);
    const most = Math.max(...cells.map((c) => c[2]));
    slots.forEach((slot, i) => {
      for (const [from, to, count] of slot.cells) {
        // The root of the root, so that a single slow request among thousands is seen.
        const shade = (0.12 + 0.88 * Math.sqrt(Math.sqrt(count / most))).toFixed(2);
        add(plot.svg, "rect", {class: "cell", x: x(i).toFixed(1), width: (x(i + 1) - x(i)).toFixed(1), y: y(to).toFixed(1),
                               height: Math.max(1, y(from) - y(to)).toFixed(1), style: `fill:rgba(var(--heat),${shade})`});
      }
    });
    const filled = slots.map((s, i) => [places[i], s]).filter(([, s]) => s.good > 0);
    curve(plot, filled.map(([at, s]) => [at, y(s.p99)]), "sent", "p99");
    legend(plot, [["requests", "due"], ["99th percentile", "sent"]]);
    hover(plot, places, (i) => time(i) + "\np50 " + duration(slots[i].p50) + "\np99 " + duration(slots[i].p99) +
                               "\nslowest " + duration(slots[i].slowest) + "\n" + slots[i].good + " good, " +
                               slots[i].failed + " failed");
  }

  function rate() {
    const slots = data.series.slots;
    if (slots.length === 0) return nothing("rate", "No request came to an end.");
    const plot = frame("rate", 240, "Requests a second over time");
    const highest = Math.max(1, data.rate, ...slots.map((s) => Math.max(s.good_rate, s.failed_rate))) * 1.05;
    const {x, marks, places} = timeAxis(plot), y = linear(0, highest, plot.bottom, TOP);
    rows(plot, steps(highest, 5), y, (v) => amount(v) + "/s");
    columns(plot, marks, x, time);
    const entries = [["went well", "due"]];
    if (data.rate > 0) {
      add(plot.svg, "line", {x1: LEFT, x2: plot.right, y1: y(data.rate), y2: y(data.rate), "stroke-dasharray": "6 4",
                             style: "stroke:var(--lag)", "data-name": "asked"});
      entries.push(["mean of the rate asked for", "lag"]);
    }
    curve(plot, slots.map((s, i) => [places[i], y(s.good_rate)]), "due", "good");
    if (slots.some((s) => s.failed > 0)) {
      curve(plot, slots.map((s, i) => [places[i], y(s.failed_rate)]), "failed", "failed");
      entries.push(["failed", "failed"]);
    }
    legend(plot, entries);
    hover(plot, places, (i) => time(i) + "\n" + amount(slots[i].good_rate) + "/s good\n" +
                               amount(slots[i].failed_rate) + "/s failed");
  }

  function phases() {
    const parts = data.phases.filter((p) => p.count > 0);
    if (parts.length === 0) return nothing("phases", "No request went well.");
    const line = 34, plot = frame("phases", TOP + parts.length * line + BOTTOM, "Parts of a request");
    const low = Math.max(100, Math.min(...parts.map((p) => p.p50)) * 0.5);
    const high = Math.max(...parts.map((p) => p.max), low * 10) * 1.1, left = 150;
    const x = logarithmic(low, high, left, plot.right);
    columns(plot, decades(low, high), x, mark);
    parts.forEach((part, i) => {
      const middle = TOP + (i + 0.5) * line;
      add(plot.svg, "text", {x: left - 10, y: middle + 4, "text-anchor": "end"}, part.name);
      add(plot.svg, "line", {x1: x(part.p50), x2: x(part.max), y1: middle, y2: middle, style: "stroke:var(--due)"});
      const bar = add(plot.svg, "rect", {class: "bar", x: x(part.p50), y: middle - 8, height: 16, rx: 2, "data-name": part.name,
                                         width: Math.max(2, x(part.p99) - x(part.p50)), style: "fill:var(--due)"});
      add(bar, "title", {}, `${part.name}: ${part.count} times, median ${duration(part.p50)}, 99 % ${duration(part.p99)}, ` +
                            `slowest ${duration(part.max)}`);
    });
  }

  function rest() {
    table("statuses", ["Status", "count"], data.statuses.map(([status, count]) => [String(status), String(count)]));
    table("causes", ["Failure", "count", ["the first one"]],
          data.causes.map((c) => [[c.name, "words"], String(c.count), [c.example, "words"]]));
    table("generator", ["", ""], data.generator.map(([name, value]) => [name, value]));
  }

  head();
  percentiles();
  heat();
  rate();
  phases();
  rest();
})();
