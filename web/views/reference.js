// The API as the service describes it: every operation with its parameters, bodies, answers and a call of curl.

import { call } from "../api.js";
import { fill, icon, make } from "../element.js";
import { field, Schemas } from "../schemas.js";
import { announce, count, say } from "../words.js";

/** The view of `/api/v1/openapi.json`. */
export class ReferenceView {
  constructor(app) {
    this.app = app;
    this.groups = make("div", { class: "reference-groups" });
    this.found = make("p", { class: "faint", role: "status" });
    this.wanted = make("input", { type: "search", id: "operation", placeholder: say("reference.placeholder"), oninput: () => this.sift() });
    this.element = make("section", { class: "view reference", "aria-labelledby": "view-title" },
      make("div", { class: "view-head" }, make("div", {}, make("h1", { id: "view-title" }, say("reference.title")), make("p", { class: "lead" }, say("reference.lead"))),
        make("label", { class: "search-label", for: "operation" }, make("span", { class: "unseen" }, say("reference.search")), this.wanted)),
      this.found, this.groups);
  }

  /** Ask for the description once; it changes with a new version of the service alone. */
  async enter() {
    if (this.operations) return;
    const description = await this.app.tried(() => call("GET", "openapi.json"));
    if (!description) return;
    this.schemas = new Schemas(description);
    this.operations = Object.entries(description.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, each]) => this.operation(path, method.toUpperCase(), each)));
    const byTag = Map.groupBy(this.operations, (each) => each.tag);
    this.sections = [...byTag].sort(([one], [other]) => one.localeCompare(other)).map(([tag, members]) => ({
      members, element: make("section", { "aria-labelledby": `tag-${tag}` }, make("h2", { id: `tag-${tag}` }, tag), members.map((each) => each.element)),
    }));
    fill(this.groups, this.sections.map((each) => each.element));
    this.sift();
  }

  leave() {}

  /** Leave only what the search names, by path, method or summary. */
  sift() {
    if (!this.operations) return;
    const words = this.wanted.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const each of this.operations) each.element.hidden = !words.every((word) => each.text.includes(word));
    for (const { members, element } of this.sections) element.hidden = members.every((each) => each.element.hidden);
    this.found.textContent = say("reference.count", { count: count(this.operations.filter((each) => !each.element.hidden).length) });
  }

  operation(path, method, described) {
    const element = make("details", { class: "operation", "data-operation": described.operationId },
      make("summary", {}, make("span", { class: `method ${method.toLowerCase()}` }, method),
        make("code", {}, path), make("span", { class: "faint", lang: "en" }, described.summary)));
    element.addEventListener("toggle", () => element.children.length > 1 || element.append(this.inside(path, method, described)));
    return { element, tag: described.tags[0], text: `${method} ${path} ${described.summary} ${described.operationId}`.toLowerCase() };
  }

  /** Make what an operation shows once it is opened. */
  inside(path, method, described) {
    const { parameters = [], requestBody, responses, security = [] } = described;
    return make("div", { class: "stack operation-inside" },
      !security.length && make("p", { class: "faint" }, say("reference.open")),
      parameters.length > 0 && part("reference.parameters", make("ul", { class: "plain fields" }, parameters.map((each) => make("li", {},
        field(each.name, `${say(`reference.in_${each.in}`)} · ${this.schemas.kind(each.schema)}`, each.required, this.schemas.bounds(each.schema)))))),
      Object.entries(requestBody?.content ?? {}).map(([type, { schema }]) => part("reference.body", make("p", { class: "faint" }, make("code", {}, type)), this.schemas.fields(schema))),
      part("reference.answers", Object.entries(responses).map(([status, each]) => this.answer(status, each))),
      part("reference.curl", curlBlock(curl(this.schemas, path, method, described))));
  }

  answer(status, { content = {} }) {
    const types = Object.entries(content);
    const label = make("code", {}, status === "default" ? "4xx, 5xx" : status);
    if (!types.length) return make("p", {}, label, " ", make("span", { class: "faint" }, say("reference.no_content")));
    const details = make("details", {}, make("summary", {}, label, " ", make("span", { class: "faint" }, types.map(([type]) => type).join(", "))));
    details.addEventListener("toggle", () => details.children.length > 1 || details.append(...types.map(([, { schema }]) => this.schemas.fields(schema))));
    return details;
  }
}

function part(title, ...content) {
  return make("div", { class: "operation-part" }, make("h3", {}, say(title)), content);
}

/** Write how curl calls an operation: with what it needs, and no more. */
function curl(schemas, path, method, { parameters = [], requestBody, responses, security = [] }) {
  const options = [`curl${method === "GET" ? "" : ` -X ${method}`} ${quoted(location.origin + path)}`];
  if (security.length) options.push('-H "Authorization: Bearer $TOKEN"');
  if (Object.values(responses).some((each) => each.content?.["text/event-stream"])) options.push("-N");
  for (const [type, { schema }] of Object.entries(requestBody?.content ?? {})) {
    if (type === "application/json") options.push('-H "Content-Type: application/json"', `-d ${quoted(JSON.stringify(schemas.example(schema)))}`);
    else options.push(...Object.entries(schema.properties).map(([name, each]) => `-F ${name}=${each.type === "string" && !each.format ? "…" : "@document.pdf"}`));
  }
  const names = parameters.filter((each) => each.in === "path").map((each) => `{${each.name}}`);
  const comment = names.length ? `# ${say("reference.fill_in", { names: names.join(", ") })}\n` : "";
  return comment + options.join(" \\\n  ");
}

const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;

function curlBlock(text) {
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    announce(say("reference.copied"));
  };
  return make("div", { class: "curl" }, make("pre", { tabindex: "0" }, make("code", {}, text)),
    navigator.clipboard && make("button", { class: "quiet", onclick: copy }, icon("copy"), say("reference.copy")));
}
