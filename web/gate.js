// The sign-in. It stands over whatever was shown, which stays as it was and goes on afterwards.

import { Failure } from "./api.js";
import { fill, make } from "./element.js";
import { forget, keep } from "./session.js";
import { loadMe } from "./state.js";
import { say } from "./words.js";

/** Ask whoever is there to sign in, and return when somebody has. `notice` says why, where there is something to say. */
export function signedIn(notice = "") {
  return new Promise((resolve) => {
    const dialog = make("dialog", { class: "gate", "aria-labelledby": "gate-title" });
    let way = "password";
    const show = (trouble = "") => {
      fill(dialog, form(way, notice, trouble, submitted, (next) => { way = next; show(); }));
      dialog.querySelector("input").focus();
    };
    const submitted = async (given) => {
      try {
        await WAYS[way](given);
        await loadMe();
        dialog.close();
        dialog.remove();
        resolve();
      } catch (failure) {
        await forget();
        show(words(failure, way));
      }
    };
    dialog.addEventListener("cancel", (event) => event.preventDefault());
    document.body.append(dialog);
    dialog.showModal();
    show();
  });
}

const WAYS = {
  password: async ({ email, password }) => keep(await posted("auth/login", { email, password })),
  register: async ({ email, password }) => {
    await posted("auth/register", { email, password });
    keep(await posted("auth/login", { email, password }));
  },
  key: async ({ key }) => keep({ access_token: key }),
};

/** Post without a token: one that is no good any more must not stand in the way of a new one. */
async function posted(path, body) {
  const answer = await fetch(`/api/v1/${path}`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  const content = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(content.error.message), { status: answer.status, code: content.error.code, details: content.error.details });
  return content;
}

function words(failure, way) {
  if (failure.status === 401) return say(way === "key" ? "gate.wrong_key" : "gate.wrong_password");
  if (failure.code === "access_denied" && way === "register") return say("gate.no_sign_up");
  if (failure instanceof TypeError) return say("error.network");
  return new Failure(failure.status, failure.code, failure.message, failure.details).words;
}

function form(way, notice, trouble, onSubmit, onWay) {
  const field = (name, type, complete) => make("label", {}, say(`gate.${name}`),
    make("input", { name, type, autocomplete: complete, required: true, minlength: name === "password" && way === "register" ? 12 : undefined }));
  const fields = way === "key" ? [field("key", "password", "off")]
    : [field("email", "email", "username"), field("password", "password", way === "register" ? "new-password" : "current-password")];
  const button = make("button", { class: "main" }, say(`gate.${way}_button`));
  const made = make("form", { class: "stack" },
    make("p", { class: "brand" }, "Knowledge RAG"),
    make("h1", { id: "gate-title" }, say(`gate.${way}_title`)),
    notice && make("p", { class: "notice" }, notice),
    trouble && make("p", { class: "notice bad", role: "alert" }, trouble),
    fields, way === "register" && make("p", { class: "faint" }, say("gate.password_rule")), button,
    make("div", { class: "ways" }, Object.keys(WAYS).filter((each) => each !== way)
      .map((each) => make("button", { type: "button", class: "link", onclick: () => onWay(each) }, say(`gate.to_${each}`)))));
  made.addEventListener("submit", (event) => {
    event.preventDefault();
    button.disabled = true;
    onSubmit(Object.fromEntries(new FormData(made)));
  });
  return made;
}
