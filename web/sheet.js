// A sheet at the side of the page, which Escape, its button, a click beside it and the back button close.

import { icon, make } from "./element.js";
import { say } from "./words.js";

/** Open a sheet and return its dialog; `closed` is called when it is gone. The focus returns to where it was. */
export function openSheet(title, content, closed = () => {}) {
  const heading = make("h2", { id: "sheet-title", dir: "auto" }, title);
  const close = make("button", { class: "quiet square", "aria-label": say("close"), onclick: () => dialog.close() }, icon("close"));
  const dialog = make("dialog", { class: "sheet", "aria-labelledby": "sheet-title" },
    make("div", { class: "sheet-head" }, heading, close), make("div", { class: "sheet-body", tabindex: "0" }, content));
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  const back = () => dialog.close();
  dialog.addEventListener("close", () => {
    removeEventListener("popstate", back);
    dialog.remove();
    closed();
  });
  addEventListener("popstate", back);
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** Ask a question before something that cannot be undone; returns whether it was affirmed. */
export function confirmed(question, action) {
  return new Promise((resolve) => {
    let answer = false;
    const decide = (value) => () => { answer = value; dialog.close(); };
    const dialog = make("dialog", { class: "small", "aria-labelledby": "confirm-question" },
      make("p", { id: "confirm-question" }, question),
      make("div", { class: "buttons" },
        make("button", { class: "quiet", onclick: decide(false) }, say("cancel")),
        make("button", { class: "danger", onclick: decide(true) }, action)));
    dialog.addEventListener("close", () => { dialog.remove(); resolve(answer); });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** Ask for a few texts; returns them by name, or null.
 *
 * `fields` are `{name, label, value, hint, required, most}`, as a text area with `area`, a choice with `options`, which are
 * `[value, text]`, and a line otherwise, of which `type`, `least` and `greatest` say what may be written in it.
 */
export function asked(title, fields, action) {
  return new Promise((resolve) => {
    let answer = null;
    const inputs = fields.map(inputOf);
    const form = make("form", { class: "stack" },
      make("h2", { id: "asked-title" }, title),
      fields.map((field, index) => make("label", {}, field.label, inputs[index], field.hint && make("small", {}, field.hint))),
      make("div", { class: "buttons" },
        make("button", { type: "button", class: "quiet", onclick: () => dialog.close() }, say("cancel")),
        make("button", { class: "main" }, action)));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      answer = Object.fromEntries(inputs.map((each) => [each.name, each.type === "password" ? each.value : each.value.trim()]));
      dialog.close();
    });
    const dialog = make("dialog", { class: "small", "aria-labelledby": "asked-title" }, form);
    dialog.addEventListener("close", () => { dialog.remove(); resolve(answer); });
    document.body.append(dialog);
    dialog.showModal();
  });
}

function inputOf({ name, value = "", area, options, type, required, most, least, greatest }) {
  if (options) return make("select", { name }, options.map(([each, text]) => make("option", { value: each, selected: each === value }, text)));
  const bounds = { maxlength: most, min: least, max: greatest };
  return make(area ? "textarea" : "input", { name, value, required, rows: area && 3, type: area ? null : type, ...bounds });
}
