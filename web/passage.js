// A passage of a document with what matters in it highlighted.

import { make } from "./element.js";
import { openSheet } from "./sheet.js";
import { say } from "./words.js";

/** Open a cited passage with what is quoted of it highlighted; `quotes` are sources of one number. */
export function openCitation(quotes) {
  const [{ title, page, content, number }] = quotes;
  return openPassage(title, page, content, spansOf(content, quotes.map((each) => each.quote)), number);
}

/** Open a passage with the given spans `[start, end)` highlighted, and bring the first of them into view. */
export function openPassage(title, page, text, spans, number) {
  const where = [number && say("passage.number", { number }), page > 0 && say("passage.page", { page })].filter(Boolean);
  const dialog = openSheet(title, [
    where.length ? make("p", { class: "faint" }, where.join(" · ")) : null,
    make("div", { class: "passage", dir: "auto" }, highlighted(text, spans)),
  ]);
  dialog.querySelector("mark")?.scrollIntoView({ block: "center" });
  return dialog;
}

/** Find where any of the given texts stand in a text: the longest first, none inside another. */
export function spansOf(text, wanted) {
  const spans = [];
  const lower = text.toLowerCase();
  for (const each of [...wanted].filter(Boolean).sort((one, other) => other.length - one.length)) {
    const start = lower.indexOf(each.toLowerCase());
    const end = start + each.length;
    if (start >= 0 && !spans.some((span) => start < span[1] && span[0] < end)) spans.push([start, end]);
  }
  return spans.sort((one, other) => one[0] - other[0]);
}

function highlighted(text, spans) {
  const pieces = [];
  let at = 0;
  for (const [start, end] of spans) {
    pieces.push(text.slice(at, start), make("mark", {}, text.slice(start, end)));
    at = end;
  }
  return [...pieces, text.slice(at)];
}
