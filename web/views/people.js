// People who sign in, and the trail of what was done to them, for administrators.

import { call, every } from "../api.js";
import { fill, icon, make } from "../element.js";
import { asked, confirmed } from "../sheet.js";
import { state } from "../state.js";
import { announce, moment, named, say } from "../words.js";

const ROLES = ["admin", "user", "guest"];

/** Rows of the trail that are shown at first, and with every press of its button. */
const PAGE = 20;

/** The view that lists people, changes their role and groups, and lets them in or not. */
export class PeopleView {
  constructor(app) {
    this.app = app;
    this.people = [];
    this.list = make("div");
    this.trail = make("tbody");
    this.more = make("button", { class: "quiet", onclick: () => this.readOn() }, say("audit.more"));
    this.trouble = make("p", { class: "notice bad", hidden: true });
    this.content = make("div", { class: "stack", hidden: true }, this.list,
      make("h2", { id: "audit-title" }, say("audit.title")),
      table("audit-title", ["at", "who", "deed", "about", "request"].map((each) => say(`audit.${each}`)), this.trail),
      make("div", { class: "buttons" }, this.more));
    this.element = make("section", { class: "view people", "aria-labelledby": "view-title" },
      make("div", { class: "view-head" }, make("h1", { id: "view-title" }, say("nav.people")),
        make("button", { class: "main", onclick: () => this.add() }, icon("plus"), say("people.add"))), this.trouble, this.content);
  }

  async enter() {
    if (!(await this.refresh())) return;
    this.after = "";
    this.trail.replaceChildren();
    await this.readOn();
  }

  leave() {}

  /** Ask for the people again; returns whether they are there. */
  async refresh() {
    try {
      this.people = await every("users");
      this.trouble.hidden = true;
    } catch (failure) {
      this.trouble.textContent = failure.words ?? String(failure);
      this.trouble.hidden = false;
    }
    this.content.hidden = !this.trouble.hidden;
    const held = document.activeElement?.dataset?.key;
    fill(this.list, table("view-title", ["email", "role", "groups", "since", "state", ""].map((each) => each && say(`people.${each}`)),
      make("tbody", {}, this.people.map((each) => this.row(each)))));
    if (held) this.list.querySelector(`[data-key="${CSS.escape(held)}"]`)?.focus();
    return this.trouble.hidden;
  }

  row(each) {
    const own = each.id === state.me.id;
    const groups = each.groups.join(", ") || "–";
    const role = make("select", { class: "quiet", "data-key": `role ${each.id}`, "aria-label": say("people.role_of", { name: each.email }), disabled: own,
      onchange: (event) => this.change(each, { role: event.target.value }) },
      ROLES.map((name) => make("option", { value: name, selected: name === each.role }, say(`role.${name}`))));
    return make("tr", { "data-person": each.email },
      make("th", { scope: "row" }, make("bdi", {}, each.email), own && make("small", { class: "faint" }, ` ${say("people.you")}`)),
      make("td", {}, role),
      make("td", {}, make("button", { class: "quiet", "data-key": `groups ${each.id}`, "aria-label": `${groups} ${say("people.groups_of", { name: each.email })}`, onclick: () => this.regroup(each) },
        groups, icon("pencil"))),
      make("td", { class: "faint" }, moment(each.created_at)),
      make("td", {}, make("span", { class: `state ${each.disabled ? "failed" : "ready"}` }, say(each.disabled ? "people.disabled" : "people.enabled"))),
      make("td", {}, !own && make("button", { class: "quiet", "data-key": `disabled ${each.id}`, onclick: () => this.let(each),
        "aria-label": say(each.disabled ? "people.enable_name" : "people.disable_name", { name: each.email }) }, say(each.disabled ? "people.enable" : "people.disable"))));
  }

  async change(person, body) {
    const changed = await this.app.tried(() => call("PATCH", `users/${encodeURIComponent(person.id)}`, body));
    if (changed) announce(say("people.changed", { name: person.email }));
    await this.enter();
  }

  /** Let somebody in again, or no longer, which ends their sessions. */
  async let(person) {
    if (!person.disabled && !(await confirmed(say("people.disable_question", { name: person.email }), say("people.disable")))) return;
    await this.change(person, { disabled: !person.disabled });
  }

  async regroup(person) {
    const fields = [{ name: "groups", label: say("people.groups"), value: person.groups.join(", "), hint: say("people.groups_hint"), most: 2000 }];
    const given = await asked(say("people.groups_of", { name: person.email }), fields, say("save"));
    if (given) await this.change(person, { groups: given.groups.split(/[,，\s]+/).filter(Boolean) });
  }

  async add() {
    const fields = [
      { name: "email", label: say("gate.email"), type: "email", required: true, most: 254 },
      { name: "password", label: say("gate.password"), type: "password", hint: say("gate.password_rule"), required: true, most: 1024 },
      { name: "role", label: say("role"), value: "user", options: ROLES.map((each) => [each, say(`role.${each}`)]) },
    ];
    const given = await asked(say("people.add"), fields, say("people.add"));
    if (given && (await this.app.tried(() => call("POST", "users", given)))) await this.enter();
  }

  /** Show the next rows of the trail; people are named by their address as long as they have an account. */
  async readOn() {
    const page = await this.app.tried(() => call("GET", `audit?limit=${PAGE}&after=${encodeURIComponent(this.after)}`));
    if (!page) return;
    const name = (id) => make("bdi", {}, this.people.find((each) => each.id === id)?.email ?? id);
    this.trail.append(...page.items.map((each) => make("tr", {},
      make("td", {}, moment(each.at)), make("td", {}, name(each.who)), make("td", {}, named("deed", each.deed)),
      make("td", {}, name(each.about)), make("td", { class: "faint" }, make("code", {}, each.request_id)))));
    this.after = page.next;
    this.more.hidden = !page.next;
    if (!this.trail.children.length) this.trail.append(make("tr", {}, make("td", { colspan: 5, class: "faint" }, say("audit.empty"))));
  }
}

function table(labelled, heads, body) {
  return make("div", { class: "wide", tabindex: "0", role: "region", "aria-labelledby": labelled }, make("table", { class: "people-table" },
    make("thead", {}, make("tr", {}, heads.map((each) => (each ? make("th", { scope: "col" }, each) : make("td"))))), body));
}
