// Charts made of elements: a table a screen reader can read, drawn as bars.

import { make } from "./element.js";

/** Columns side by side, one per label; rows are `[label, value, text]`. */
export function columns(caption, rows) {
  const most = Math.max(...rows.map((each) => each[1]), 0);
  return make("table", { class: "columns" }, make("caption", { class: "unseen" }, caption),
    make("tbody", {}, rows.map(([label, value, text]) => make("tr", { title: `${label}: ${text}` },
      make("th", { scope: "row" }, label),
      make("td", {}, bar("height", most ? value / most : 0), make("span", { class: "figure" }, text))))));
}

/** Bars one below the other; rows are `[label, value, text]`. */
export function bars(caption, rows) {
  const most = Math.max(...rows.map((each) => each[1]), 0);
  return make("table", { class: "bars" }, make("caption", { class: "unseen" }, caption),
    make("tbody", {}, rows.map(([label, value, text]) => make("tr", {},
      make("th", { scope: "row" }, make("bdi", {}, label)),
      make("td", {}, bar("width", most ? value / most : 0)),
      make("td", { class: "figure" }, text)))));
}

/** How much of something is used up: a share in [0, 1], or above where it is overdrawn. */
export function meter(label, share, text) {
  const level = share >= 1 ? "over" : share >= 0.8 ? "near" : "";
  const gauge = make("div", { class: `gauge ${level}`, role: "meter", "aria-label": label, "aria-valuemin": 0, "aria-valuemax": 100,
    "aria-valuenow": Math.round(Math.min(1, share) * 100), "aria-valuetext": text }, bar("width", Math.min(1, share)));
  return make("div", { class: "meter" }, make("div", { class: "meter-words" }, make("span", {}, label), make("span", { class: "figure" }, text)), gauge);
}

function bar(side, share) {
  const drawn = make("div", { class: "bar" });
  drawn.style[side] = `${(share * 100).toFixed(2)}%`;
  return drawn;
}
