// The page: its rail, its views, and which of them an address shows.

import { Failure } from "./api.js";
import { Conversations } from "./conversations.js";
import { fill, icon, make } from "./element.js";
import { signedIn } from "./gate.js";
import { accessToken, forget, sessionEvents, takeUp } from "./session.js";
import { asked, confirmed } from "./sheet.js";
import { choose, lesserRoles, loadBases, loadMe, may, state, stateEvents, takeRole } from "./state.js";
import { nextTheme, showTheme, theme } from "./theme.js";
import { AskView, newTalk } from "./views/ask.js";
import { DocumentsView } from "./views/documents.js";
import { GraphView } from "./views/graph.js";
import { OverviewView } from "./views/overview.js";
import { PeopleView } from "./views/people.js";
import { ReferenceView } from "./views/reference.js";
import { announce, loadWords, say, switchLanguage } from "./words.js";

const VIEWS = [
  { path: "/", name: "ask", make: (app) => new AskView(app, newTalk()) },
  { path: "/documents", name: "documents", make: (app) => new DocumentsView(app) },
  { path: "/graph", name: "graph", make: (app) => new GraphView(app), needs: "graphrag" },
  { path: "/overview", name: "overview", make: (app) => new OverviewView(app) },
  { path: "/people", name: "people", make: (app) => new PeopleView(app), needs: "operations" },
  { path: "/reference", name: "reference", make: (app) => new ReferenceView(app) },
];

class App {
  constructor() {
    this.rail = document.querySelector(".rail");
    this.main = document.getElementById("main");
    this.views = new Map();
    this.kept = new Conversations();
    this.talks = make("div", { class: "talks" });
  }

  /** Find out who is there, then show what the address asks for. */
  async start() {
    showTheme();
    await Promise.all([loadWords(), takeUp()]);
    await this.enter();
    document.addEventListener("click", (event) => this.clicked(event));
    addEventListener("popstate", () => this.show());
    stateEvents.addEventListener("base", () => this.baseChanged());
    stateEvents.addEventListener("bases", () => this.drawRail());
    this.kept.addEventListener("change", () => this.drawTalks());
    sessionEvents.addEventListener("ended", () => this.ended());
    sessionEvents.addEventListener("change", () => this.changedElsewhere());
    this.drawRail();
    this.show();
    if (may("chat")) this.tried(() => this.kept.load());
  }

  /** Load who is signed in and what they may read, after a sign-in where one is needed. */
  async enter() {
    for (;;) {
      try {
        await loadMe();
        await loadBases();
        return;
      } catch (failure) {
        if (failure.status === 401) await signedIn();
        else await this.unreachable(failure);
      }
    }
  }

  unreachable(failure) {
    return new Promise((resolve) => {
      fill(this.main, make("section", { class: "view" }, make("h1", {}, say("unreachable")),
        make("p", { class: "lead" }, failure.words ?? String(failure)),
        make("button", { class: "main", onclick: resolve }, icon("again"), say("again"))));
    });
  }

  /** A session ended: whoever signs in goes on where it was, anybody else begins anew. */
  async ended() {
    const before = state.me?.id;
    await signedIn(say("gate.ended"));
    if (state.me.id !== before) location.assign("/");
    else this.view?.enter?.();
  }

  async changedElsewhere() {
    if (!accessToken()) return location.reload();
    const before = state.me?.id;
    await this.tried(loadMe);
    if (state.me?.id !== before) location.assign("/");
  }

  async signOut() {
    await forget();
    location.assign("/");
  }

  clicked(event) {
    const link = event.target.closest?.("a[data-view]");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    this.go(link.getAttribute("href"));
  }

  go(address) {
    if (address !== location.pathname + location.search) history.pushState(null, "", address);
    this.show();
    this.main.focus({ preventScroll: true });
  }

  /** Show the view of the address; views keep what they hold while another is shown. */
  show() {
    const found = VIEWS.find((each) => each.path === location.pathname) ?? VIEWS[0];
    this.rail.classList.remove("open");
    if (!this.views.has(found.name)) this.views.set(found.name, found.make(this));
    const view = this.views.get(found.name);
    document.title = `${say(`nav.${found.name}`)} · Knowledge RAG`;
    if (this.view !== view) {
      this.view?.leave();
      this.view = view;
      this.main.replaceChildren(view.element);
      scrollTo(0, 0);
      view.enter();
    }
    if (found.name === "ask") this.openTalk();
    for (const link of this.rail.querySelectorAll("nav a")) {
      if (link.getAttribute("href") === found.path) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  }

  /** Show the conversation that the address names. */
  async openTalk() {
    const view = this.views.get("ask");
    const id = new URLSearchParams(location.search).get("conversation") ?? "";
    this.drawTalks();
    if (id === view.talk.id) return;
    const talk = id ? await this.tried(() => this.kept.open(id)) : newTalk();
    if (id !== (new URLSearchParams(location.search).get("conversation") ?? "")) return;
    if (!talk) return this.go("/");
    view.turnTo(talk);
    if (talk.base !== state.base?.id && state.bases.some((each) => each.id === talk.base)) choose(talk.base);
  }

  baseChanged() {
    this.drawRail();
    const view = this.views.get("ask");
    if (view && view.talk.base !== state.base?.id) {
      if (location.pathname === "/" && location.search) history.pushState(null, "", "/");
      view.turnTo(newTalk());
    }
    for (const name of ["documents", "graph"]) this.views.delete(name);
    if (this.view && location.pathname !== "/") {
      this.view.leave();
      this.view = null;
      this.show();
    }
  }

  /** Make every text anew in the other language. */
  async otherLanguage() {
    await switchLanguage();
    this.renewed();
  }

  /** Make every view anew; conversations go on. */
  renewed() {
    const talk = this.views.get("ask")?.talk;
    this.view?.leave();
    this.view = null;
    this.views.clear();
    if (talk) this.views.set("ask", new AskView(this, talk));
    this.drawRail();
    this.show();
  }

  drawRail() {
    const open = (event) => event.currentTarget.setAttribute("aria-expanded", String(this.rail.classList.toggle("open")));
    fill(this.rail,
      make("a", { class: "skip", href: "#main", onclick: (event) => { event.preventDefault(); this.main.focus(); } }, say("skip")),
      make("div", { class: "rail-head" }, make("a", { class: "brand", href: "/", "data-view": "" }, make("img", { src: "/web/icon.svg", alt: "", width: 26, height: 26 }), "Knowledge RAG"),
        make("button", { class: "quiet square only-narrow", "aria-label": say("menu"), "aria-expanded": "false", onclick: open }, icon("menu"))),
      make("nav", { "aria-label": say("nav") }, VIEWS.filter((each) => !each.needs || may(each.needs)).map((each) =>
        make("a", { href: each.path, "data-view": "" }, icon(each.name), make("span", {}, say(`nav.${each.name}`))))),
      make("div", { class: "rail-more" }, this.baseChoice(), this.conversations(), this.foot()));
    if (this.view) this.show();
  }

  baseChoice() {
    if (!state.bases.length) return null;
    return make("label", { class: "base" }, make("span", {}, say("base")),
      make("select", { onchange: (event) => choose(event.target.value) },
        state.bases.map((each) => make("option", { value: each.id, selected: each.id === state.base?.id }, each.name))));
  }

  conversations() {
    this.drawTalks();
    return this.talks;
  }

  drawTalks() {
    const open = new URLSearchParams(location.search).get("conversation");
    fill(this.talks, make("a", { class: "button quiet new", href: "/", "data-view": "" }, icon("plus"), say("ask.new")),
      make("ul", { class: "plain", "aria-label": say("ask.conversations") }, this.kept.shown.map((each) => make("li", {},
        make("a", { href: `/?conversation=${encodeURIComponent(each.id)}`, "data-view": "", "aria-current": each.id === open ? "page" : null, dir: "auto", title: each.title },
          each.title || say("ask.untitled"))))));
  }

  async renameTalk(talk) {
    const given = await asked(say("ask.rename"), [{ name: "title", label: say("ask.title"), value: talk.title, required: true, most: 200 }], say("save"));
    if (given?.title) await this.tried(() => this.kept.rename(talk, given.title));
  }

  async deleteTalk(talk) {
    if (!(await confirmed(say("ask.delete_question", { title: talk.title }), say("delete")))) return;
    await this.tried(() => this.kept.remove(talk));
    this.go("/");
  }

  async exportTalk(talk) {
    const file = await this.tried(() => this.kept.exported(talk));
    if (!file) return;
    const address = URL.createObjectURL(file);
    make("a", { href: address, download: `${talk.title || "conversation"}.md` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  }

  foot() {
    const { me } = state;
    const signsIn = Boolean(accessToken());
    return make("div", { class: "rail-foot" },
      make("div", { class: "who" }, make("span", { dir: "auto" }, me.email || me.id), this.roleChoice()),
      make("div", { class: "switches" },
        make("button", { class: "quiet", lang: say("other_language_tag"), onclick: () => this.otherLanguage() }, say("other_language")),
        make("button", { class: "quiet", onclick: () => { nextTheme(); this.drawRail(); } }, say(`theme.${theme()}`)),
        signsIn && make("button", { class: "quiet", onclick: () => this.signOut() }, say("sign_out"))));
  }

  /** Show the caller's role, and let them act in a lesser one to see what others see. */
  roleChoice() {
    const roles = lesserRoles();
    if (roles.length < 2) return make("span", { class: "faint" }, say(`role.${state.me.role}`));
    return make("select", { class: "quiet role", "aria-label": say("role"), title: say("role.hint"), onchange: (event) => this.turnRole(event.target.value) },
      roles.map((each) => make("option", { value: each, selected: each === state.me.role }, say(`role.${each}`))));
  }

  async turnRole(role) {
    await this.tried(() => takeRole(role));
    this.renewed();
  }

  /** Called before the first question of a conversation is sent. */
  async begun(talk) {
    if (talk.id) return;
    await this.tried(() => this.kept.begin(talk));
    const isShown = location.pathname === "/" && this.views.get("ask")?.talk === talk;
    if (talk.id && isShown) history.replaceState(null, "", `/?conversation=${encodeURIComponent(talk.id)}`);
    this.drawTalks();
  }

  /** Called when an answer has come, or has not: the first one gives its conversation a title. */
  async answered(talk) {
    if (talk.id && !talk.title) await this.tried(() => this.kept.renew(talk));
  }

  /** Do something that may fail; says so where it does, and returns nothing then. */
  async tried(deed) {
    try {
      return await deed();
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      this.complain(failure.words);
      return undefined;
    }
  }

  complain(text) {
    announce(text);
    const toast = make("div", { class: "toast" }, make("p", {}, text),
      make("button", { class: "quiet square", "aria-label": say("close"), onclick: () => toast.remove() }, icon("close")));
    document.querySelector(".toast")?.remove();
    document.body.append(toast);
  }
}

new App().start();
