// Figures for people, scales, axes and curves: what the page's plots are made of.
"use strict";

const byId = (id) => document.getElementById(id);

function add(parent, name, attributes = {}, text = null) {
  const svg = name === "svg" || parent.namespaceURI.endsWith("svg");
  const node = svg ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== null) node.textContent = text;
  parent.appendChild(node);
  return node;
}

// ---- figures ----

// digits gives three of them.
const digits = (value) => value >= 99.95 ? value.toFixed(0) : value >= 9.995 ? value.toFixed(1) : value.toFixed(2);
const round = (value) => String(Number(digits(value)));

function unitOf(ns) {
  // The next unit begins where three digits of this one would be rounded to 1000.
  return [[1e9, "s"], [1e6, "ms"], [1e3, "us"]].find(([size]) => ns >= size * 0.9995) || [1, "ns"];
}

function duration(ns) {
  if (ns === 0) return "0";
  const [size, unit] = unitOf(ns);
  return (size === 1 ? ns.toFixed(0) : digits(ns / size)) + " " + unit;
}

// mark is a duration on an axis: round by itself, without the zeros behind its point.
function mark(ns) {
  const [size, unit] = unitOf(ns);
  return round(ns / size) + " " + unit;
}

function amount(value) {
  for (const [size, unit] of [[1e9, " G"], [1e6, " M"]]) if (value >= size) return round(value / size) + unit;
  return value === Math.round(value) ? count(value) : round(value);
}

const count = (value) => value.toLocaleString("en-US");
const percent = (p) => String(Number(p.toFixed(5))) + " %";

// clock is a moment of the run: seconds, or minutes and seconds of a long one.
function clock(seconds, length) {
  if (length < 180) return String(Number(seconds.toFixed(length < 1 ? 2 : 1))) + " s";
  return Math.floor(seconds / 60) + ":" + String(Math.floor(seconds % 60)).padStart(2, "0");
}

// ---- scales ----

const linear = (from, to, low, high) => (v) => low + (v - from) / (to - from || 1) * (high - low);
const logarithmic = (from, to, low, high) => {
  const scale = linear(Math.log(from), Math.log(to), low, high);
  return (v) => scale(Math.log(Math.max(v, from)));
};

// steps gives about `wanted` round numbers from 0 to `highest`; of minutes, with sixty to an hour, if so asked.
function steps(highest, wanted, sixties = false) {
  const rough = highest / wanted, power = 10 ** Math.floor(Math.log10(rough || 1));
  const sizes = sixties ? [15, 30, 60, 120, 300, 600, 900, 1800, 3600] : [1, 2, 5, 10].map((m) => m * power);
  const step = sizes.find((s) => s >= rough) || rough;
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

// ---- a plot ----

const RIGHT = 24, TOP = 10, BOTTOM = 44, SIGN = 7;  // SIGN: about as wide as a sign of the labels is

// frame makes an empty drawing in a figure, in the pixels of the screen, so that its words are as large as the page's.
function frame(id, height, label, left = 68) {
  const figure = byId(id), width = Math.max(figure.clientWidth, 280);
  const svg = add(figure, "svg", {viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label});
  return {figure, svg, height, width, left, right: width - RIGHT, bottom: height - BOTTOM};
}

function rows(plot, values, y, text) {
  for (const v of values) {
    add(plot.svg, "line", {class: "grid", x1: plot.left, x2: plot.right, y1: y(v), y2: y(v)});
    add(plot.svg, "text", {x: plot.left - 8, y: y(v) + 4, "text-anchor": "end"}, text(v));
  }
}

// columns draws the lines of an axis below, whose title says what it counts. A label that would touch the one before it
// is left out.
function columns(plot, values, x, text, title) {
  let free = -Infinity;
  for (const v of values) {
    add(plot.svg, "line", {class: "grid", x1: x(v), x2: x(v), y1: TOP, y2: plot.bottom});
    const label = text(v), half = label.length * SIGN / 2;
    if (x(v) - half < free) continue;
    free = x(v) + half + SIGN;
    add(plot.svg, "text", {x: Math.min(x(v), plot.width - half), y: plot.bottom + 17, "text-anchor": "middle"}, label);
  }
  add(plot.svg, "text", {class: "title", x: plot.right, y: plot.bottom + 36, "text-anchor": "end"}, title);
}

// curve draws a line through points; one alone is a dash.
function curve(plot, points, color, name) {
  const [one] = points;
  const path = points.length === 1 ? `M${(one[0] - 6).toFixed(1)} ${one[1].toFixed(1)}h12` : points.map(([x, y], i) => (i ? "L" : "M") + x.toFixed(1) + " " + y.toFixed(1)).join("");
  return add(plot.svg, "path", {class: "curve", d: path, style: `stroke:var(--${color})`, "data-name": name,
                                "data-points": points.length});
}

// legend names what is drawn: pairs of a text and a colour, and the kind of the third, "dashed" or "area", if it is no line.
function legend(plot, entries) {
  const list = document.createElement("div");
  list.className = "legend";
  for (const [name, color, kind] of entries) {
    const entry = add(list, "span");
    add(entry, "i", {style: `color:var(--${color})`, class: kind || "line"});
    entry.append(name);
  }
  plot.figure.prepend(list);
}

// hover shows what `text` says of the nearest of `places`, x coordinates in rising order.
function hover(plot, places, text) {
  if (places.length === 0) return;
  const hair = add(plot.svg, "line", {class: "hair", y1: TOP, y2: plot.bottom});
  const tip = add(plot.figure, "div", {class: "tip"});
  plot.svg.addEventListener("pointermove", (event) => {
    const box = plot.svg.getBoundingClientRect();
    const at = (event.clientX - box.left) / box.width * plot.width;
    let best = 0;
    places.forEach((x, i) => { if (Math.abs(x - at) < Math.abs(places[best] - at)) best = i; });
    hair.setAttribute("x1", places[best]);
    hair.setAttribute("x2", places[best]);
    tip.textContent = text(best);
    const x = places[best] / plot.width * box.width;
    tip.style.left = Math.max(0, x > box.width / 2 ? x - tip.offsetWidth - 12 : x + 12) + "px";
    tip.style.top = (event.clientY - plot.figure.getBoundingClientRect().top + 12) + "px";
    hair.style.visibility = tip.style.visibility = "visible";
  });
  plot.svg.addEventListener("pointerleave", () => { hair.style.visibility = tip.style.visibility = "hidden"; });
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
