// Shows the schemas of the API's description, and makes examples of what they allow.

import { make } from "./element.js";
import { say } from "./words.js";

/** How deep schemas are shown and examples are made; a schema may hold itself. */
const DEEPEST = 5;

const BOUNDS = [["minimum", "≥"], ["exclusiveMinimum", ">"], ["maximum", "≤"], ["exclusiveMaximum", "<"]];
const SIZES = [["minLength", "maxLength"], ["minItems", "maxItems"]];

/** The schemas of one description, found by the references to them. */
export class Schemas {
  constructor(description) {
    this.named = description.components.schemas;
  }

  /** Return the schema that a reference stands for, and any other as it is. */
  found(schema) {
    return schema.$ref ? this.named[schema.$ref.split("/").pop()] ?? {} : schema;
  }

  /** Return the schemas of which a value has to fit one; null is no alternative worth a line. */
  choices(schema) {
    const whole = this.found(schema);
    return (whole.anyOf ?? whole.oneOf ?? whole.allOf ?? [whole]).map((each) => this.found(each)).filter((each) => each.type !== "null");
  }

  /** Return what a value is, in a few words. */
  kind(schema) {
    const whole = this.found(schema);
    const options = whole.anyOf ?? whole.oneOf ?? whole.allOf;
    if (options) return options.map((each) => this.kind(each)).join(" | ");
    if (whole.enum) return whole.enum.map((each) => JSON.stringify(each)).join(" | ");
    if ("const" in whole) return JSON.stringify(whole.const);
    if (whole.type === "array") return `${whole.items ? this.kind(whole.items) : "any"}[]`;
    if (whole.type === "object" && typeof whole.additionalProperties === "object") return `{name: ${this.kind(whole.additionalProperties)}}`;
    return whole.properties ? whole.title ?? "object" : whole.format ?? whole.type ?? "any";
  }

  /** Return the bounds of a value, in a few signs. */
  bounds(schema) {
    const [whole = {}] = this.choices(schema);
    const said = BOUNDS.filter(([key]) => key in whole).map(([key, sign]) => `${sign} ${whole[key]}`);
    for (const [least, most] of SIZES) {
      if (least in whole || most in whole) said.push(`${say("reference.size")} ${whole[least] ?? 0} – ${whole[most] ?? "∞"}`);
    }
    const given = this.found(schema).default;
    if (given !== undefined && given !== null && given !== "") said.push(`${say("reference.default")} ${JSON.stringify(given)}`);
    return said.join(" · ");
  }

  /** Make a list of an object's fields; those that are objects themselves can be opened. */
  fields(schema, depth = 0) {
    const inside = this.objectOf(schema);
    if (!inside) return make("p", { class: "faint" }, make("code", {}, this.kind(schema)), " ", this.bounds(schema));
    const required = new Set(inside.required ?? []);
    return make("ul", { class: "plain fields" }, Object.entries(inside.properties).map(([name, each]) => make("li", {},
      field(name, this.kind(each), required.has(name), this.bounds(each), each.description),
      depth < DEEPEST && this.objectOf(each) && this.opened(each, depth))));
  }

  opened(schema, depth) {
    const details = make("details", {}, make("summary", {}, this.objectOf(schema).title ?? say("reference.fields")));
    details.addEventListener("toggle", () => details.children.length > 1 || details.append(this.fields(schema, depth + 1)));
    return details;
  }

  /** Return the object that a value is or holds, or nothing. */
  objectOf(schema) {
    for (const each of this.choices(schema)) {
      const inside = each.type === "array" && each.items ? this.objectOf(each.items) : each;
      if (inside?.properties) return inside;
    }
    return null;
  }

  /** Make the smallest value that fits. */
  example(schema, depth = 0) {
    const [whole = {}] = this.choices(schema);
    if (whole.enum) return whole.enum[0];
    if ("const" in whole) return whole.const;
    if (whole.properties) {
      const needed = depth < DEEPEST ? whole.required ?? [] : [];
      return Object.fromEntries(needed.map((name) => [name, whole.default ?? this.example(whole.properties[name], depth + 1)]));
    }
    if (whole.type === "array") return whole.items && depth < DEEPEST ? [this.example(whole.items, depth + 1)] : [];
    if (whole.type === "integer" || whole.type === "number") return whole.minimum ?? 1;
    if (whole.type === "boolean") return true;
    return whole.type === "object" ? {} : "…";
  }
}

/** Make one line: the name of a field, what it is, and what bounds it. */
export function field(name, kind, required, bounds, description = "") {
  return make("div", { class: "field" }, make("code", { class: "field-name" }, name), make("code", { class: "faint" }, kind),
    required && make("span", { class: "state" }, say("reference.required")), bounds && make("span", { class: "faint" }, bounds),
    description && make("span", { lang: "en" }, description));
}
