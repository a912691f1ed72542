// Look around in the knowledge graph: find an entity, open its neighbours, read what supports a relation.

import { call } from "../api.js";
import { Canvas } from "../canvas.js";
import { fill, icon, make } from "../element.js";
import { openPassage, spansOf } from "../passage.js";
import { openSheet } from "../sheet.js";
import { basePath, may, state } from "../state.js";
import { announce, count, named, percent, say } from "../words.js";

/** Entities on the canvas at most; what was looked at longest ago makes room. */
const MOST = 120;

/** Neighbours that are drawn around an entity, those of the surest relations; the list beside names every one. */
const MOST_NEIGHBOURS = 32;

/** Relations that are listed at first. */
const FIRST_ROWS = 12;

/** Supporting passages of one relation that are shown. */
const MOST_EVIDENCE = 5;

/** The view of one base's graph. */
export class GraphView {
  constructor(app) {
    this.app = app;
    this.canvas = new Canvas(say("graph.canvas"), (id) => this.expand(id));
    this.input = make("input", { type: "search", id: "entity", placeholder: say("graph.placeholder"), "aria-label": say("graph.search"), dir: "auto", maxlength: 200 });
    const search = make("form", { class: "search", role: "search", onsubmit: (event) => { event.preventDefault(); this.search(this.input.value.trim()); } },
      this.input, make("button", { class: "main square", "aria-label": say("graph.search") }, icon("search")));
    const tool = (name, act) => make("button", { class: "quiet square", "aria-label": say(`graph.${name}`), title: say(`graph.${name}`), onclick: act }, icon(name));
    this.tools = make("div", { class: "canvas-tools" },
      tool("plus", () => this.canvas.zoom(0.8)), tool("minus", () => this.canvas.zoom(1.25)), tool("fit", () => this.canvas.fit()));
    this.side = make("aside", { class: "graph-side", "aria-label": say("graph.details") });
    this.stage = make("div", { class: "stage" }, this.canvas.element, this.tools);
    this.element = make("section", { class: "view graph", "aria-labelledby": "view-title" },
      make("div", { class: "view-head" }, make("h1", { id: "view-title" }, say("nav.graph")), search),
      make("div", { class: "graph-body" }, this.stage, this.side));
    this.clear();
  }

  clear() {
    this.entities = new Map();
    this.relations = new Map();
    this.chosen = null;
  }

  enter() {
    if (this.base === state.base?.id && this.entities.size) return;
    this.base = state.base?.id;
    this.clear();
    this.begin();
  }

  leave() {}

  /** Show the communities, and the largest of them. */
  async begin() {
    if (!state.base || !may("graphrag")) return this.empty(say(state.base ? "graph.forbidden" : "graph.no_base"));
    this.communities = await this.app.tried(() => call("GET", `${basePath()}/communities?limit=50`));
    const part = await this.app.tried(() => call("GET", `${basePath()}/graph`));
    if (!part?.entities.length) return this.empty(say("graph.empty"));
    this.take(part);
    this.showCommunities();
  }

  empty(text) {
    this.stage.hidden = true;
    fill(this.side, make("p", { class: "empty" }, text),
      state.base && may("embedding") && make("p", {}, make("a", { class: "button main", href: "/documents", "data-view": "" }, say("welcome.begin"))));
  }

  /** Take in a part of the graph beside what is there already. */
  take(part, chosen = null) {
    this.stage.hidden = false;
    for (const each of part.entities) {
      this.entities.delete(each.id);
      this.entities.set(each.id, each);
    }
    while (this.entities.size > MOST) this.entities.delete(this.entities.keys().next().value);
    for (const each of part.relations) this.relations.set(`${each.source} ${each.type} ${each.target}`, each);
    this.chosen = chosen;
    this.canvas.show([...this.entities.values()], [...this.relations.values()], chosen);
  }

  async search(query) {
    if (!query || !state.base) return;
    const body = { kb_id: state.base.id, query, search_type: "graph", graph_options: { max_hops: 1 } };
    const found = await this.app.tried(() => call("POST", "search/graph", body));
    if (!found) return;
    const { entities } = found.graph_context;
    if (!entities.length) {
      fill(this.side, this.backButton(), make("p", { class: "empty", role: "status" }, say("graph.not_found", { query })));
      return;
    }
    this.clear();
    await this.expand(entities[0].id);
  }

  /** Show an entity with its neighbours. */
  async expand(id) {
    const part = await this.app.tried(() => call("GET", `${basePath()}/graph?entity=${encodeURIComponent(id)}`));
    if (!part) return;
    this.take(nearest(part, id), id);
    this.showEntity(part);
    announce(say("graph.expanded", { name: part.entities[0].name, count: count(part.entities.length - 1) }));
  }

  async openCommunity(id) {
    const part = await this.app.tried(() => call("GET", `${basePath()}/graph?community=${encodeURIComponent(id)}`));
    if (!part) return;
    this.clear();
    this.take(part);
    const [community] = part.communities;
    fill(this.side, this.backButton(), make("h2", { dir: "auto" }, community.title),
      make("p", { class: "report", dir: "auto" }, community.report),
      make("h3", {}, say("graph.entities")), this.entityList(part.entities));
  }

  showCommunities() {
    fill(this.side, make("h2", {}, say("graph.communities")), make("p", { class: "faint" }, say("graph.hint")),
      make("ul", { class: "plain" }, (this.communities?.items ?? []).map((each) => make("li", {},
        make("button", { class: "row", onclick: () => this.openCommunity(each.id) },
          make("bdi", {}, each.title), make("span", { class: "faint" }, say("graph.entity_count", { count: count(each.entity_count) })))))));
  }

  showEntity({ entities, relations, communities }) {
    const [entity] = entities;
    const own = relations.filter((each) => entity.id === each.source || entity.id === each.target);
    fill(this.side, this.backButton(),
      make("h2", { dir: "auto" }, entity.name),
      make("p", {}, make("span", { class: `chip type-${entity.type.toLowerCase()}` }, named("type", entity.type)), " ",
        make("span", { class: "faint" }, say("graph.mentions", { count: count(entity.mention_count) }))),
      entity.aliases.length > 0 && make("p", { class: "faint", dir: "auto" }, say("graph.aliases", { names: entity.aliases.join(" · ") })),
      make("h3", {}, say("graph.relations")),
      own.length
        ? shortened(own.map((each) => this.relationRow(each, entities)))
        : make("p", { class: "faint" }, say("graph.no_relations")),
      communities.length > 0 && [make("h3", {}, say("graph.communities")), make("ul", { class: "plain" }, communities.map((each) => make("li", {},
        make("button", { class: "row", onclick: () => this.openCommunity(each.id) }, make("bdi", {}, each.title)))))]);
  }

  relationRow(relation, entities) {
    const name = (id) => entities.find((each) => each.id === id)?.name ?? "…";
    return make("li", {}, make("button", { class: "row relation", title: say("graph.evidence"), onclick: () => this.openEvidence(relation, entities) },
      make("span", {}, make("bdi", {}, name(relation.source)), make("small", { class: "verb" }, named("relation", relation.type)), make("bdi", {}, name(relation.target))),
      make("span", { class: "faint" }, percent(relation.confidence))));
  }

  entityList(entities) {
    return make("ul", { class: "plain" }, entities.map((each) => make("li", {},
      make("button", { class: "row", onclick: () => this.expand(each.id) }, make("bdi", {}, each.name),
        make("span", { class: "faint" }, named("type", each.type))))));
  }

  backButton() {
    return make("button", { class: "quiet back", onclick: () => this.showCommunities() }, say("graph.back"));
  }

  /** Show the passages that support a relation; one alone is opened at once. */
  async openEvidence(relation, entities) {
    const ids = relation.chunk_ids.slice(0, MOST_EVIDENCE);
    const passages = await this.app.tried(() => Promise.all(ids.map((id) => call("GET", `${basePath()}/passages/${encodeURIComponent(id)}`))));
    if (!passages) return;
    const ends = [relation.source, relation.target].map((id) => entities.find((each) => each.id === id)).filter(Boolean);
    const spans = (text) => ends.flatMap((each) => spansOf(text, [each.name, ...each.aliases]).slice(0, 1));
    const show = (each) => openPassage(each.title, each.page, each.content, ordered(spans(each.content)));
    if (passages.length === 1) return show(passages[0]);
    openSheet(`${ends.map((each) => each.name).join(" – ")}`, passages.length
      ? make("ul", { class: "plain" }, passages.map((each) => make("li", {}, make("button", { class: "row", onclick: () => show(each) },
        make("bdi", {}, each.title), each.page > 0 && make("span", { class: "faint" }, say("passage.page", { page: each.page }))))))
      : make("p", {}, say("graph.no_evidence")));
  }
}

/** Make a list of rows of which the first few are seen before the rest is asked for. */
function shortened(rows) {
  const list = make("ul", { class: "plain" }, rows.slice(0, FIRST_ROWS));
  if (rows.length <= FIRST_ROWS) return list;
  const rest = make("button", { class: "quiet", onclick: () => { list.append(...rows.slice(FIRST_ROWS)); rest.remove(); } },
    say("graph.show_all", { count: count(rows.length) }));
  return [list, rest];
}

/** Return the part of a neighbourhood that is drawn. */
function nearest({ entities, relations }, id) {
  const touching = relations.filter((each) => each.source === id || each.target === id).sort((one, other) => other.confidence - one.confidence);
  const near = new Set([id]);
  for (const each of touching) if (near.size <= MOST_NEIGHBOURS) near.add(each.source).add(each.target);
  return { entities: entities.filter((each) => near.has(each.id)), relations };
}

/** Put spans in order, without those that overlap. */
function ordered(spans) {
  const sorted = spans.sort((one, other) => one[0] - other[0]);
  return sorted.filter((span, index) => index === 0 || span[0] >= sorted[index - 1][1]);
}
