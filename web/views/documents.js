// Documents of a knowledge base: bring them in, follow how they are read, and take them away.

import { changedAccess, changedBase, newBase } from "../base_form.js";
import { Failure, call, every, send, upload } from "../api.js";
import { fill, icon, make } from "../element.js";
import { follow } from "../following.js";
import { Reindexing } from "../reindexing.js";
import { asked, confirmed } from "../sheet.js";
import { basePath, choose, loadBases, may, state } from "../state.js";
import { announce, count, dollars, moment, named, percent, reasonOf, say } from "../words.js";

/** States in which a document waits for something. */
const UNDER_WAY = new Set(["received", "parsing", "indexing", "graph"]);

/** Files that are sent at once; more would only wait for each other. */
const AT_ONCE = 2;

/** The view of one base's documents. */
export class DocumentsView {
  constructor(app) {
    this.app = app;
    this.sending = [];
    this.documents = null;
    this.list = make("ul", { class: "documents", "aria-label": say("nav.documents") });
    this.head = make("div", { class: "view-head" });
    this.picker = make("input", { type: "file", multiple: true, id: "picker", class: "unseen", onchange: () => this.take(this.picker.files) });
    this.zone = make("label", { for: "picker", class: "drop" }, icon("upload"),
      make("strong", {}, say("documents.drop")), make("span", { class: "faint" }, say("documents.kinds")));
    this.byAddress = make("button", { class: "quiet by-address", onclick: () => this.addAddresses() }, icon("link"), say("fetch.title"));
    this.reindexing = new Reindexing(app);
    this.element = make("section", { class: "view", "aria-labelledby": "view-title" },
      this.head, this.picker, make("div", { class: "ways-in" }, this.zone, this.byAddress), this.reindexing.element, this.list);
    for (const kind of ["dragenter", "dragover"]) this.element.addEventListener(kind, (event) => this.dragged(event, true));
    for (const kind of ["dragleave", "drop"]) this.element.addEventListener(kind, (event) => this.dragged(event, false));
    this.element.addEventListener("drop", (event) => this.take(event.dataTransfer.files));
  }

  /** Show the documents, and follow what becomes of them as long as the view is open. */
  enter() {
    this.leaving = new AbortController();
    this.draw();
    this.reindexing.watch(this.leaving.signal);
    if (state.base) follow(state.base.id, this.leaving.signal, () => this.refresh(), (each) => this.changed(each));
  }

  leave() {
    this.leaving.abort();
  }

  /** Ask for the whole list. */
  async refresh() {
    const base = state.base.id;
    try {
      const documents = await every(`${basePath()}/documents`);
      if (base !== state.base?.id) return;
      this.documents = documents.sort(inOrder);
      this.trouble = null;
    } catch (failure) {
      this.trouble = failure.words ?? String(failure);
    }
    this.draw();
  }

  /** Take in what became of one document. */
  changed(document) {
    const others = (this.documents ?? []).filter((each) => each.document_id !== document.document_id);
    if (document.status !== "deleted") others.push(document);
    this.documents = others.sort(inOrder);
    if (!UNDER_WAY.has(document.status)) announce(`${document.name}: ${named("state", document.status)}`);
    this.draw();
  }

  draw() {
    const writable = may("embedding");
    this.zone.hidden = !writable || !state.base;
    this.byAddress.hidden = this.zone.hidden;
    this.picker.disabled = this.zone.hidden;
    this.drawHead(writable);
    const rows = [...this.sending.map((each) => each.row), ...(this.documents ?? []).map((each) => this.row(each, writable))];
    const held = document.activeElement?.dataset?.key;
    fill(this.list, this.trouble && make("li", { class: "notice bad" }, this.trouble), rows);
    if (held) this.list.querySelector(`[data-key="${CSS.escape(held)}"]`)?.focus();
    if (state.base && this.documents && !rows.length) this.list.append(make("li", { class: "empty" }, say("documents.empty")));
  }

  drawHead(writable) {
    const { base } = state;
    const drawn = JSON.stringify([base, writable]);
    if (this.drawnHead === drawn) return;
    this.drawnHead = drawn;
    if (!base) {
      fill(this.head, make("div", {}, make("h1", { id: "view-title" }, say("documents.first_base")),
        make("p", { class: "lead" }, say("documents.what_base"))),
        writable && make("button", { class: "main", onclick: () => this.create() }, icon("plus"), say("base.create")));
      return;
    }
    fill(this.head,
      make("div", {}, make("h1", { id: "view-title", dir: "auto" }, base.name), base.description && make("p", { class: "lead", dir: "auto" }, base.description)),
      writable && make("div", { class: "buttons" },
        make("button", { class: "quiet", onclick: () => this.create() }, icon("plus"), say("base.create")),
        make("button", { class: "quiet", onclick: () => this.changeBase() }, icon("pencil"), say("base.change")),
        make("button", { class: "quiet", onclick: () => this.reindexing.ask(this.leaving.signal) }, icon("again"), say("reindex.title")),
        make("button", { class: "quiet", onclick: () => this.removeBase() }, icon("trash"), say("base.delete"))));
  }

  row(each, writable) {
    const waiting = UNDER_WAY.has(each.status);
    const figures = [
      each.pages > 1 && say("documents.pages", { count: count(each.pages) }),
      each.chunk_count > 0 && say("documents.passages", { count: count(each.chunk_count) }),
      each.entity_count > 0 && say("documents.entities", { count: count(each.entity_count) }),
      each.cost_usd > 0 && say("documents.cost", { cost: dollars(each.cost_usd) }),
      each.status === "ready" && say("documents.seconds", { count: count(Math.max(0.1, Math.round(each.processing_time * 10) / 10)) }),
    ].filter(Boolean).join(" · ");
    return make("li", { class: "document", "data-status": each.status },
      make("div", { class: "document-name" }, make("bdi", {}, each.name), make("span", { class: `state ${each.status}` }, named("state", each.status))),
      waiting && progressBar(each.progress, each.name),
      make("p", { class: "faint" }, waiting ? percent(each.progress) : figures || moment(each.updated_at)),
      each.reason && make("p", { class: each.status === "failed" ? "reason bad" : "reason", title: each.reason }, reasonOf(each.reason_code, each.reason)),
      !isForAll(each) && make("p", { class: "faint" }, say("documents.readers", { labels: each.access.join(", ") })),
      writable && this.toolsOf(each, waiting));
  }

  toolsOf(document, waiting) {
    const { document_id: id, name, status } = document;
    const tool = (key, sign, label, deed) => make("button", {
      class: "quiet square", "data-key": `${key} ${id}`, title: say(label, { name }), "aria-label": say(label, { name }), onclick: deed,
    }, icon(sign));
    return make("div", { class: "document-tools" },
      waiting && tool("cancel", "close", "documents.cancel", () => this.act(`${id}/cancel`)),
      status === "failed" && tool("retry", "again", "documents.retry", () => this.act(`${id}/retry`)),
      tool("access", "lock", "documents.access", () => this.changeAccess(document)),
      tool("delete", "trash", "documents.delete", () => this.remove(id, name)));
  }

  async act(path) {
    await this.app.tried(() => call("POST", `knowledge/documents/${path}`));
    await this.refresh();
  }

  dragged(event, over) {
    event.preventDefault();
    this.zone.classList.toggle("over", over);
  }

  /** Send files, a few at once; each stays on top of the list until the service has it. */
  async take(files) {
    if (!state.base || !may("embedding")) return;
    const waiting = [...files].map((file) => this.prepared(file));
    this.picker.value = "";
    this.sending.unshift(...waiting);
    this.draw();
    const send = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) await this.send(next);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, send));
  }

  prepared(file) {
    const sent = { file, base: state.base.id, stopping: new AbortController(), bar: progressBar(0, file.name) };
    sent.said = make("p", { class: "faint" }, say("documents.sending", { percent: percent(0) }));
    sent.tools = make("div", { class: "document-tools" }, make("button", {
      class: "quiet square", "aria-label": say("documents.stop", { name: file.name }), onclick: () => sent.stopping.abort(),
    }, icon("close")));
    sent.row = make("li", { class: "document", "data-status": "sending" },
      make("div", { class: "document-name" }, make("bdi", {}, file.name), make("span", { class: "state" }, named("state", "sending"))), sent.bar, sent.said, sent.tools);
    return sent;
  }

  async send(sent) {
    const progress = (share) => {
      sent.bar.value = share;
      sent.said.textContent = say("documents.sending", { percent: percent(share) });
    };
    try {
      sent.stopping.signal.throwIfAborted();
      const items = await upload(sent.base, sent.file, progress, sent.stopping.signal);
      const refused = items.filter((each) => !each.document_id);
      if (refused.length) throw new Failure(0, "refused", refused.map(refusalOf).join(" · "));
      this.sending = this.sending.filter((each) => each !== sent);
    } catch (failure) {
      this.unsent(sent, failure);
    }
    if (sent.base === state.base?.id) await this.refresh();
  }

  /** Keep what could not be sent in the list, with the reason and a way to send it again. */
  unsent(sent, failure) {
    const drop = () => { this.sending = this.sending.filter((each) => each !== sent); this.draw(); };
    if (failure.name === "AbortError") return drop();
    sent.row.dataset.status = "failed";
    sent.row.querySelector(".state").replaceWith(make("span", { class: "state failed" }, named("state", "failed")));
    sent.bar.remove();
    sent.said.className = "reason bad";
    sent.said.textContent = failure.words ?? String(failure);
    fill(sent.tools,
      make("button", { class: "quiet", onclick: () => { drop(); this.take([sent.file]); } }, icon("again"), say("again")),
      make("button", { class: "quiet square", "aria-label": say("close"), onclick: drop }, icon("close")));
    announce(`${sent.file.name}: ${sent.said.textContent}`);
  }

  async remove(id, name) {
    if (!(await confirmed(say("documents.delete_question", { name }), say("delete")))) return;
    await this.app.tried(() => call("DELETE", `knowledge/documents/${id}`));
    await this.refresh();
    this.zone.focus();
  }

  async create() {
    const given = await newBase();
    if (!given) return;
    const made = await this.app.tried(() => call("POST", "knowledge/bases", given));
    if (!made) return;
    await loadBases();
    choose(made.id);
  }

  /** Change what the base is called, who may read it and how it is read, unless somebody else did so meanwhile. */
  async changeBase() {
    const headers = { "if-match": state.base.etag };
    const body = await changedBase(state.base);
    if (!body || !(await keptInSight(body.name, body.access))) return;
    await this.app.tried(() => send("PATCH", basePath(), { body, headers }));
    await loadBases();
    this.draw();
    await this.reindexing.watch(this.leaving.signal);
  }

  /** Change who may read a document, unless somebody else did so meanwhile. */
  async changeAccess({ document_id: id, name, access, etag }) {
    const given = await changedAccess(say("documents.access", { name }), access);
    if (!given || !(await keptInSight(name, given))) return;
    const headers = { "if-match": etag };
    const changed = await this.app.tried(() => send("PATCH", `knowledge/documents/${id}`, { body: { access: given }, headers }));
    if (changed) announce(say("documents.access_kept", { name }));
    await this.refresh();
  }

  /** Let the service fetch documents from the web; what it may not fetch is said with its reason. */
  async addAddresses() {
    const fields = [{ name: "urls", label: say("fetch.addresses"), hint: say("fetch.hint"), area: true, required: true, most: 40_000 }];
    const given = await asked(say("fetch.title"), fields, say("fetch.start"));
    const urls = given?.urls.split(/\s+/).filter(Boolean) ?? [];
    if (!urls.length) return;
    const taken = await this.app.tried(() => call("POST", `${basePath()}/urls`, { urls }));
    const refused = taken?.items.filter((each) => !each.document_id) ?? [];
    if (refused.length) this.app.complain(say("fetch.refused", { reasons: refused.map(refusalOf).join(" · ") }));
    await this.refresh();
  }

  async removeBase() {
    if (!(await confirmed(say("base.delete_question", { name: state.base.name }), say("delete")))) return;
    await this.app.tried(() => call("DELETE", basePath()));
    await loadBases();
  }
}

/** Say whether whoever reads the base may read a document. */
const isForAll = ({ access }) => JSON.stringify([...access].sort()) === JSON.stringify([...state.base.access].sort());

/** What is under way comes first, then what came last. */
function inOrder(one, other) {
  return UNDER_WAY.has(other.status) - UNDER_WAY.has(one.status) || other.created_at.localeCompare(one.created_at);
}

function progressBar(share, name) {
  return make("progress", { max: 1, value: share, "aria-label": say("documents.progress", { name }) });
}

/** Say whether whoever changes labels carries one of them, or loses sight of the thing knowingly. */
async function keptInSight(name, access) {
  return access.some((each) => state.me.labels.includes(each)) || confirmed(say("documents.hidden_question", { name }), say("documents.hide"));
}

/** Say why a file was not taken. */
const refusalOf = (each) => `${each.name}: ${reasonOf(each.reason_code, each.reason)}`;
