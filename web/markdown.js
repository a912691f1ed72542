// Shows Markdown. The parser gives tokens and every token is made into elements here, so HTML of an answer stays text.

import { lexer } from "./vendor/marked.js";
import { make, plain } from "./element.js";

/** Rows of the largest table that is laid out; a longer one is shown as the text that it is. */
export const LARGEST_TABLE = 500;

/** Characters of the longest text that is parsed; a longer one is shown as the text that it is. */
export const LONGEST_TEXT = 500_000;

const SAFE_LINK = /^(https?:\/\/|mailto:)/i;
const CITATION = /\[(\d{1,3})\]/;

/** Show a text in an element; `cite(number)` makes the mark of a citation, or returns null where there is none.
 *
 * Called again with more of the same text, blocks that did not change keep their elements, and so what is selected.
 */
export function showMarkdown(element, text, cite) {
  const blocks = blocksOf(text);
  const before = element.blocks ?? [];
  let same = 0;
  while (same < blocks.length && same < before.length && before[same] === blocks[same].raw) same += 1;
  while (element.childNodes.length > same) element.lastChild.remove();
  element.append(...blocks.slice(same).map((token) => block(token, cite)));
  element.blocks = blocks.map((token) => token.raw);
}

/** Forget what an element shows, so that all of it is made anew: its citations have changed. */
export function forgetMarkdown(element) {
  element.blocks = [];
}

function blocksOf(text) {
  if (text.length > LONGEST_TEXT) return [{ type: "plain", raw: text }];
  try {
    return lexer(text).filter((token) => token.type !== "space" && token.type !== "def");
  } catch {
    return [{ type: "plain", raw: text }]; // nested deeper than the parser can go
  }
}

function block(token, cite) {
  const inside = (tokens) => inlines(tokens ?? [], cite);
  switch (token.type) {
    case "heading":
      return make(`h${Math.min(6, token.depth + 2)}`, { dir: "auto" }, inside(token.tokens));
    case "paragraph":
      return make("p", { dir: "auto" }, inside(token.tokens));
    case "text":
      return make("span", {}, token.tokens ? inside(token.tokens) : marked(token.text, cite));
    case "blockquote":
      return make("blockquote", {}, token.tokens.filter(shown).map((each) => block(each, cite)));
    case "list":
      return make(token.ordered ? "ol" : "ul", token.ordered && token.start > 1 ? { start: token.start } : {},
        token.items.map((item) => make("li", { dir: "auto" }, item.tokens.filter(shown).map((each) => block(each, cite)))));
    case "code":
      return make("pre", { tabindex: "0" }, make("code", {}, token.text));
    case "hr":
      return make("hr");
    case "table":
      return token.rows.length > LARGEST_TABLE ? asText(token.raw) : table(token, inside);
    case "plain":
      return asText(token.raw);
    default:
      return make("p", { dir: "auto" }, token.raw);
  }
}

const shown = (token) => token.type !== "space" && token.type !== "def" && token.type !== "checkbox";

function asText(text) {
  return make("pre", { class: "as-text", tabindex: "0" }, text);
}

function table(token, inside) {
  const aligned = (name, cell) => make(name, cell.align ? { class: `to-${cell.align}` } : {}, inside(cell.tokens));
  return make("div", { class: "wide", tabindex: "0" }, make("table", {},
    make("thead", {}, make("tr", {}, token.header.map((cell) => aligned("th", cell)))),
    make("tbody", {}, token.rows.map((row) => make("tr", {}, row.map((cell) => aligned("td", cell)))))));
}

function inlines(tokens, cite) {
  return tokens.map((token) => inline(token, cite));
}

function inline(token, cite) {
  switch (token.type) {
    case "strong":
    case "em":
    case "del":
      return make(token.type, {}, inlines(token.tokens, cite));
    case "codespan":
      return make("code", {}, token.text);
    case "br":
      return make("br");
    case "escape":
      return token.text;
    case "link":
      return link(token, cite);
    case "text":
      return token.tokens ? inlines(token.tokens, cite) : marked(token.text, cite);
    default:
      return marked(token.raw, cite); // HTML, images and whatever a later version of the parser may know
  }
}

/** Make a link that leads to the web or to a mailbox; every other one is shown as it was written. */
function link(token, cite) {
  if (!SAFE_LINK.test(token.href)) return token.raw;
  const title = plain(token.href);
  return make("a", { href: token.href, title, rel: "noopener noreferrer nofollow", target: "_blank" }, inlines(token.tokens, cite));
}

/** Put the marks of citations into a text. */
function marked(text, cite) {
  return text.split(CITATION).map((piece, index) => (index % 2 ? cite(Number(piece)) ?? `[${piece}]` : piece));
}
