// Ask questions and read answers as they are written.

import { fill, icon, make } from "../element.js";
import { basePath, may, state } from "../state.js";
import { call } from "../api.js";
import { ratingButtons } from "../rating.js";
import { Talk } from "../talk.js";
import { announce, say } from "../words.js";
import { AnswerElement, questionElement } from "./answer.js";

const DRAFT = "knowledge-rag.draft";
const MODE = "knowledge-rag.mode";
const MODES = ["simple", "balanced", "ultimate"];

/** How close to its end a page has to be for it to follow a growing answer, in pixels. */
const NEAR = 120;

/** The view of one conversation. */
export class AskView {
  constructor(app, talk) {
    this.app = app;
    this.talk = talk;
    this.shown = [];
    this.log = make("div", { class: "log" });
    this.follow = make("div", { class: "follow" });
    this.input = make("textarea", {
      id: "question", rows: 1, maxlength: 8000, dir: "auto", placeholder: say("ask.placeholder"),
      "aria-label": say("ask.question"), value: sessionStorage.getItem(DRAFT) ?? "",
      oninput: () => this.typed(), onkeydown: (event) => this.pressed(event),
    });
    this.button = make("button", { class: "main square", type: "submit" });
    this.mode = make("select", { class: "quiet", "aria-label": say("ask.mode"), onchange: () => localStorage.setItem(MODE, this.mode.value) },
      MODES.map((each) => make("option", { value: each }, say(`mode.${each}`))));
    this.mode.value = MODES.includes(localStorage.getItem(MODE)) ? localStorage.getItem(MODE) : "balanced";
    const form = make("form", { class: "composer", onsubmit: (event) => this.submitted(event) }, this.input,
      make("div", { class: "composer-row" }, this.mode, make("span", { class: "faint hint" }, say("ask.keys")), this.button));
    this.head = make("div", { class: "talk-head" });
    this.element = make("section", { class: "ask", "aria-label": say("nav.ask") }, this.head, this.log, make("div", { class: "dock" }, this.follow, form));
    this.update = () => this.refresh();
  }

  enter() {
    this.entered = true;
    if (!this.talk.messages.length) this.log.replaceChildren(); // what to do first may have changed meanwhile
    this.talk.addEventListener("change", this.update);
    this.refresh();
    this.fit();
    if (matchMedia("(hover: hover)").matches) this.input.focus({ preventScroll: true });
  }

  leave() {
    this.entered = false;
    this.talk.removeEventListener("change", this.update);
  }

  /** Show another conversation in place of this one. */
  turnTo(talk) {
    if (talk === this.talk) return;
    const { entered } = this;
    this.leave();
    this.talk = talk;
    this.shown = [];
    this.log.replaceChildren();
    if (entered) this.enter();
  }

  /** Show what has changed, at most once per frame. */
  refresh() {
    if (this.pending) return;
    this.pending = requestAnimationFrame(() => {
      this.pending = 0;
      this.draw();
    });
  }

  draw() {
    const { messages, isWriting } = this.talk;
    const following = innerHeight + scrollY > document.documentElement.scrollHeight - NEAR;
    while (this.shown.length && this.shown.at(-1).message !== messages[this.shown.length - 1]) {
      this.shown.pop();
      this.log.lastChild.remove();
    }
    for (const message of messages.slice(this.shown.length)) this.append(message);
    this.shown.at(-1)?.update?.();
    if (!messages.length) this.welcome();
    this.showHead();
    this.showButton(isWriting);
    this.showFollowing(messages.at(-1));
    if (following && messages.length) scrollTo(0, document.documentElement.scrollHeight);
    if (this.wasWriting !== isWriting && messages.length) announce(say(isWriting ? "ask.writing" : "ask.written"));
    this.wasWriting = isWriting;
  }

  append(message) {
    if (!this.shown.length) this.log.replaceChildren();
    if (message.role === "user") {
      this.log.append(questionElement(message));
      this.shown.push({ message });
      return;
    }
    const answer = new AnswerElement(message, (again) => this.talk.askAgain(again, this.mode.value), (each) => ratingButtons(this.app, each, this.talk));
    this.log.append(answer.element);
    this.shown.push(answer);
  }

  /** Show what the conversation is called and what can be done with it. */
  showHead() {
    const { id, title, messages } = this.talk;
    const shown = id && messages.length ? `${id} ${title}` : "";
    if (this.shownHead === shown) return;
    this.shownHead = shown;
    const tool = (name, label, deed) => make("button", { class: "quiet square", title: say(label), "aria-label": say(label), onclick: () => deed.call(this.app, this.talk) }, icon(name));
    fill(this.head, shown && [make("h1", { dir: "auto" }, title || say("ask.untitled")),
      make("div", { class: "talk-tools" }, tool("pencil", "ask.rename", this.app.renameTalk), tool("save", "ask.export", this.app.exportTalk),
        tool("trash", "ask.delete", this.app.deleteTalk))]);
  }

  showButton(isWriting) {
    if (this.button.dataset.writing === String(isWriting)) return;
    this.button.dataset.writing = String(isWriting);
    this.button.replaceChildren(icon(isWriting ? "stop" : "send"));
    this.button.setAttribute("aria-label", say(isWriting ? "ask.stop" : "ask.send"));
  }

  showFollowing(last) {
    const questions = last?.state === "done" ? last.done?.follow_ups ?? [] : [];
    if (this.following === last && this.follow.childNodes.length === questions.length) return;
    this.following = last;
    this.follow.replaceChildren(...questions.map((each) => make("button", { class: "suggestion", dir: "auto", onclick: () => this.ask(each) }, each)));
  }

  /** Teach the first step: a base, then a document, then a question. */
  async welcome() {
    if (this.log.childNodes.length) return;
    const heading = make("h1", {}, say("welcome.title"));
    const holder = make("div", { class: "welcome" }, heading);
    this.log.append(holder);
    const { talk } = this;
    const first = state.base ? await call("GET", `${basePath()}/documents?limit=1`) : { items: [] };
    if (talk !== this.talk || !holder.isConnected) return;
    if (first.items.length) {
      const examples = ["about", "people", "dates"].map((each) => say(`welcome.example_${each}`));
      holder.append(make("p", { class: "lead" }, say("welcome.ready", { name: state.base.name })),
        make("div", { class: "suggestions" }, examples.map((each) => make("button", { class: "suggestion", onclick: () => this.ask(each) }, each))));
    } else if (may("embedding")) {
      holder.append(make("p", { class: "lead" }, say("welcome.empty")),
        make("ol", { class: "steps" }, ["upload", "wait", "ask"].map((each) => make("li", {}, say(`welcome.step_${each}`)))),
        make("p", {}, make("a", { class: "button main", href: "/documents", "data-view": "" }, icon("upload"), say("welcome.begin"))));
    } else {
      holder.append(make("p", { class: "lead" }, say("welcome.nothing")));
    }
  }

  typed() {
    sessionStorage.setItem(DRAFT, this.input.value);
    this.fit();
  }

  fit() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, innerHeight / 3)}px`;
  }

  pressed(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (!this.talk.isWriting) this.ask(this.input.value);
  }

  submitted(event) {
    event.preventDefault();
    if (this.talk.isWriting) this.talk.stop();
    else this.ask(this.input.value);
  }

  async ask(text) {
    const question = text.trim();
    if (!question || this.talk.isWriting) return;
    if (!state.base) return this.app.go("/documents");
    this.input.value = "";
    this.typed();
    await this.app.begun(this.talk);
    await this.talk.ask(question, this.mode.value);
    if (this.talk.messages.at(-1).code === "not_signed_in") this.input.value ||= question;
    this.app.answered(this.talk);
  }
}

/** Begin a conversation about the chosen knowledge base. */
export const newTalk = () => new Talk(state.base?.id ?? "");
