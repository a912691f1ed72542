// Makes elements. Text only ever becomes text nodes: the policy of the page forbids every way from a text to HTML.

const SVG = "http://www.w3.org/2000/svg";

// Characters that turn the direction of the text around them, or hide in it; they are shown by their number.
const DECEPTIVE = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;

/** Return a text in which nothing hides: controls of direction and others are written out as ⟨U+202E⟩. */
export function plain(text) {
  return String(text).replace(DECEPTIVE, (each) => `⟨U+${each.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`);
}

/** Make an HTML element. Functions become listeners (`onclick`), true and false set and leave out an attribute. */
export function make(name, attributes = {}, ...children) {
  return furnished(document.createElement(name), attributes, children);
}

/** Make an SVG element in the same way. */
export function draw(name, attributes = {}, ...children) {
  return furnished(document.createElementNS(SVG, name), attributes, children);
}

function furnished(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === "function") element.addEventListener(key.slice(2), value);
    else if (key === "value") element.value = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat(9).filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (child instanceof Node ? child : document.createTextNode(plain(child)))));
  return element;
}

/** Put these children, and no others, into an element. */
export function fill(element, ...children) {
  element.replaceChildren(...make("div", {}, ...children).childNodes);
  return element;
}

const PATHS = {
  ask: "M4 5.5h16v11H9l-5 4z",
  documents: "M7 3h7l4 4v14H7zM14 3v4h4M10 12h5M10 16h5",
  graph: "M12 8.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4zM6 20.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4zM18.5 17.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4zM11 8l-4 8M13.2 7.8l4 5.2",
  overview: "M4 20h16M7 16v-4M12 16V6M17 16V9",
  people: "M9 11a3.2 3.2 0 1 0 0-6.4A3.2 3.2 0 0 0 9 11zM3 19.5c.6-3.4 2.8-5 6-5s5.4 1.6 6 5M15.5 5a3 3 0 0 1 0 5.8M17.5 14.8c2 .6 3.1 2.2 3.5 4.7",
  reference: "M8.5 7.5L4 12l4.5 4.5M15.5 7.5L20 12l-4.5 4.5M13.5 5l-3 14",
  copy: "M9 9h11v11H9zM15 9V4H4v11h5",
  link: "M10 14a4 4 0 0 0 5.7 0l3-3a4 4 0 0 0-5.7-5.7l-1.2 1.2M14 10a4 4 0 0 0-5.7 0l-3 3a4 4 0 0 0 5.7 5.7l1.2-1.2",
  lock: "M6.5 11h11v9h-11zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  send: "M5 12h13M12 5.5l6.5 6.5-6.5 6.5",
  stop: "M7 7h10v10H7z",
  plus: "M12 5v14M5 12h14",
  close: "M6 6l12 12M18 6 6 18",
  menu: "M4 7h16M4 12h16M4 17h16",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10.5 11v5M13.5 11v5",
  pencil: "M5 19l1-4L16 5l3 3L9 18zM14 7l3 3",
  again: "M19 12a7 7 0 1 1-2-4.9M19 4v4h-4",
  up: "M7 11v9H4v-9zM7 11l4-7c2 0 2.5 1.5 2 3l-1 3h6l-1.5 9c-.2.7-.8 1-1.5 1H7",
  down: "M7 13V4H4v9zM7 13l4 7c2 0 2.5-1.5 2-3l-1-3h6l-1.5-9c-.2-.7-.8-1-1.5-1H7",
  save: "M12 4v11M7 10.5l5 5 5-5M5 20h14",
  upload: "M12 16V5M7 9.5l5-5 5 5M5 20h14",
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16 16l4.5 4.5",
  minus: "M5 12h14",
  fit: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
};

/** Draw one of the page's icons; it says nothing to a screen reader, the words beside it do. */
export function icon(name) {
  return draw("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" }, draw("path", { d: PATHS[name] }));
}
