// Draws the report from the JSON in #data. Whatever goes wrong is shown, not swallowed.
"use strict";
window.addEventListener("error", (event) => {
  const fault = document.getElementById("fault");
  fault.hidden = false;
  fault.textContent = "This report could not be drawn: " + event.message;
});

(() => {
  const data = JSON.parse(byId("data").textContent);

  // ---- words and tables ----

  function head() {
    document.title = "godwit load: " + (data.urls[0] || "");
    byId("target").textContent = data.urls.join(", ");
    byId("about").textContent = data.about.join(" · ");
    byId("verdict").textContent = data.verdict;
    byId("verdict").className = data.valid ? "valid" : "invalid";
    for (const reason of [...data.reasons, ...data.notes.map((note) => "mind: " + note)]) {
      add(byId("reasons"), "li", {}, reason);
    }
    for (const [name, value] of data.summary) {
      const card = add(byId("summary"), "div");
      add(card, "b", {}, value);
      add(card, "span", {}, name);
    }
    table("thresholds", ["Threshold", "Measured", ""],
          data.thresholds.map((t) => [t.text, t.value, t.holds ? ["held", "held"] : ["broken", "broken"]]));
    if (data.thresholds.length > 0) byId("thresholds").parentNode.hidden = false;
  }

  function tables() {
    const counted = data.latencies.filter((l) => l.count > 0);
    table("latencies", ["", "count", "min", "50 %", "90 %", "99 %", "99.9 %", "99.99 %", "99.999 %", "max"],
          counted.map((l) => [l.name, count(l.count), ...l.values.map(duration)]));
    table("parts", ["", "count", "median", "99 %", "max"],
          data.phases.filter((p) => p.count > 0)
              .map((p) => [p.name, count(p.count), duration(p.p50), duration(p.p99), duration(p.max)]));
    table("statuses", ["Status", "count"], data.statuses.map(([status, n]) => [String(status), count(n)]));
    table("causes", ["Failure", "count", "the first one"],
          data.causes.map((c) => [[c.name, "words"], count(c.count), [c.example, "words"]]));
    table("generator", ["", ""], data.generator.map(([name, value]) => [name, value]));
  }

  // ---- plots ----

  const COLORS = {"from due": "due", "from sent": "sent", "generator lag": "lag", "failed": "failed"};

  function percentiles() {
    const series = data.percentiles.filter((s) => s.points.length > 0);
    if (series.length === 0) return nothing("percentiles", "No request came to an end.");
    const all = series.flatMap((s) => s.points.map((p) => p[1])).filter((v) => v > 0);
    const low = Math.min(...all, 1e6) * 0.8, high = Math.max(...all, low * 10) * 1.15;
    const depth = (p) => -Math.log10(1 - p / 100);
    const deepest = Math.max(1, ...series.map((s) => depth(s.points[s.points.length - 1][0])));
    const plot = frame("percentiles", 360, "Latency by percentile");
    const x = linear(0, deepest, plot.left, plot.right), y = logarithmic(low, high, plot.bottom, TOP);
    rows(plot, decades(low, high), y, mark);
    columns(plot, [0, 50, 90, 99, 99.9, 99.99, 99.999].filter((p) => depth(p) <= deepest + 0.01), (p) => x(depth(p)),
            percent, "of requests took no longer →");
    // The latency from due is what counts, and lies on top.
    for (const s of [...series].reverse()) {
      curve(plot, s.points.map(([p, v]) => [x(depth(p)), y(v)]), COLORS[s.name], s.name);
    }
    legend(plot, series.map((s) => [s.name, COLORS[s.name]]));
    const longest = series.reduce((a, b) => (b.points.length > a.points.length ? b : a)).points;
    hover(plot, longest.map(([p]) => x(depth(p))), (i) => percent(longest[i][0]) + series.map((s) => {
      const point = s.points.find(([p]) => p >= longest[i][0]) || s.points[s.points.length - 1];
      return "\n" + s.name + ": " + duration(point[1]);
    }).join(""));
  }

  const {width, slots} = data.series, length = slots.length * width;
  const time = (seconds) => clock(seconds, length);
  const moment = (slot) => time(slot * width) + " to " + time((slot + 1) * width);

  function timeAxis(plot) {
    const x = linear(0, Math.max(length, width), plot.left, plot.right);
    columns(plot, steps(length, Math.min(10, plot.width / 80), length >= 180), x, time, "since the measuring began →");
    return {x: (slot) => x(slot * width), places: slots.map((_, i) => x((i + 0.5) * width))};
  }

  function heat() {
    const cells = slots.flatMap((s) => s.cells);
    if (cells.length === 0) return nothing("heat", "No request went well.");
    const plot = frame("heat", 320, "Latency over time");
    // A power of ten at least, so that the axis has marks.
    const lowest = Math.min(...cells.map((c) => c[0])), highest = Math.max(...cells.map((c) => c[1]));
    const wider = Math.max(1, Math.sqrt(10 * lowest / highest)), low = lowest / wider, high = highest * wider;
    const y = logarithmic(low, high, plot.bottom, TOP);
    rows(plot, decades(low, high), y, mark);
    const {x, places} = timeAxis(plot);
    const most = Math.max(...cells.map((c) => c[2]));
    slots.forEach((slot, i) => {
      for (const [from, to, n] of slot.cells) {
        // The root of the root, so that a single slow request among thousands is seen.
        const shade = (0.12 + 0.88 * Math.sqrt(Math.sqrt(n / most))).toFixed(2);
        add(plot.svg, "rect", {class: "cell", x: x(i).toFixed(1), width: (x(i + 1) - x(i)).toFixed(1), y: y(to).toFixed(1),
                               height: Math.max(1, y(from) - y(to)).toFixed(1), style: `fill:rgba(var(--heat),${shade})`});
      }
    });
    const filled = slots.map((s, i) => [places[i], s]).filter(([, s]) => s.good > 0);
    curve(plot, filled.map(([at, s]) => [at, y(s.p99)]), "sent", "p99");
    legend(plot, [[most > 1 ? `one request to ${count(most)}` : "one request", "due", "area"], ["99th percentile", "sent"]]);
    hover(plot, places, (i) => moment(i) + "\np50 " + duration(slots[i].p50) + "\np99 " + duration(slots[i].p99) +
                               "\nslowest " + duration(slots[i].slowest) + "\n" + count(slots[i].good) + " good, " +
                               count(slots[i].failed) + " failed");
  }

  function rate() {
    if (slots.length === 0) return nothing("rate", "No request came to an end.");
    const plot = frame("rate", 240, "Requests a second over time");
    const highest = Math.max(1, ...slots.map((s) => Math.max(s.good_rate, s.failed_rate, s.asked_rate))) * 1.05;
    const y = linear(0, highest, plot.bottom, TOP);
    rows(plot, steps(highest, 5), y, (v) => amount(v) + "/s");
    const {places} = timeAxis(plot);
    const entries = [["went well", "due"]];
    if (data.open_loop) {
      curve(plot, slots.map((s, i) => [places[i], y(s.asked_rate)]), "lag", "asked").setAttribute("stroke-dasharray", "6 4");
      entries.push(["asked for", "lag", "dashed"]);
    }
    curve(plot, slots.map((s, i) => [places[i], y(s.good_rate)]), "due", "good");
    if (slots.some((s) => s.failed > 0)) {
      curve(plot, slots.map((s, i) => [places[i], y(s.failed_rate)]), "failed", "failed");
      entries.push(["failed", "failed"]);
    }
    legend(plot, entries);
    hover(plot, places, (i) => moment(i) + "\n" + (data.open_loop ? amount(slots[i].asked_rate) + "/s asked for\n" : "") +
                               amount(slots[i].good_rate) + "/s good\n" + amount(slots[i].failed_rate) + "/s failed");
  }

  function phases() {
    const parts = data.phases.filter((p) => p.count > 0);
    if (parts.length === 0) return nothing("phases", "No request went well.");
    const line = 30, plot = frame("phases", TOP + parts.length * line + BOTTOM, "Parts of a request", 104);
    const low = Math.max(1000, Math.min(...parts.map((p) => p.p50)) * 0.5);
    const high = Math.max(...parts.map((p) => p.max), low * 10) * 1.1;
    const x = logarithmic(low, high, plot.left, plot.right);
    columns(plot, decades(low, high), x, mark, "duration →");
    parts.forEach((part, i) => {
      const middle = TOP + (i + 0.5) * line;
      add(plot.svg, "text", {x: plot.left - 10, y: middle + 4, "text-anchor": "end"}, part.name);
      // Nothing has no place on this scale.
      if (part.max === 0) return add(plot.svg, "text", {x: plot.left + 6, y: middle + 4}, "0");
      add(plot.svg, "line", {x1: x(part.p50), x2: x(part.max), y1: middle, y2: middle, style: "stroke:var(--due)"});
      const bar = add(plot.svg, "rect", {class: "bar", x: x(part.p50), y: middle - 6, height: 12, rx: 1, "data-name": part.name,
                                         width: Math.max(2, x(part.p99) - x(part.p50)), style: "fill:var(--due)"});
      add(bar, "title", {}, `${part.name}: ${count(part.count)} times, median ${duration(part.p50)}, ` +
                            `99 % ${duration(part.p99)}, slowest ${duration(part.max)}`);
    });
  }

  let drawn = 0;
  function draw() {
    if (drawn === document.body.clientWidth) return;
    drawn = document.body.clientWidth;
    for (const figure of document.querySelectorAll("figure")) figure.replaceChildren();
    percentiles();
    heat();
    rate();
    phases();
  }

  head();
  tables();
  draw();
  window.addEventListener("resize", draw);
})();
