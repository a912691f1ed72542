// Draws a graph whose nodes can be chosen with the mouse, a finger or the keyboard, and moved about and enlarged.

import { draw, plain } from "./element.js";
import { Layout } from "./layout.js";

/** Characters of a line below a node, and how many lines a name may take. */
const LINE = 20;
const LINES = 3;

/** Break a name into lines, between words where there are any; what does not fit is cut off. */
function linesOf(name) {
  const pieces = plain(name).match(/\S+\s*|\s+/g)?.flatMap((word) => word.match(new RegExp(`.{1,${LINE}}`, "gs"))) ?? [];
  const lines = [""];
  for (const piece of pieces) {
    if (lines.at(-1) && lines.at(-1).length + piece.trimEnd().length > LINE) lines.push("");
    lines[lines.length - 1] += piece;
  }
  return lines.slice(0, LINES);
}

/** A drawing of entities `{id, name, type, mention_count}` and relations `{source, target, type}`. */
export class Canvas {
  constructor(label, onChoose) {
    this.onChoose = onChoose;
    this.layout = new Layout();
    this.edges = draw("g", { class: "edges" });
    this.dots = draw("g", { class: "dots" });
    this.element = draw("svg", { class: "canvas", role: "group", "aria-label": label }, this.edges, this.dots);
    this.nodes = new Map();
    this.view = { x: -400, y: -280, width: 800, height: 560 };
    this.element.addEventListener("wheel", (event) => this.wheeled(event), { passive: false });
    this.element.addEventListener("pointerdown", (event) => this.grabbed(event));
  }

  /** Show these entities and relations; those that were there keep their places. */
  show(entities, relations, chosen) {
    const nodes = entities.map((entity) => this.nodes.get(entity.id) ?? { entity, origin: this.nodes.get(chosen) });
    nodes.forEach((node, index) => { node.entity = entities[index]; });
    const grown = nodes.length !== this.nodes.size;
    this.nodes = new Map(nodes.map((node) => [node.entity.id, node]));
    this.relations = relations.filter((each) => this.nodes.has(each.source) && this.nodes.has(each.target));
    this.chosen = chosen;
    this.paint(nodes);
    if (!grown) return this.place();
    const places = new Map(nodes.map((node, index) => [node.entity.id, index]));
    this.layout.take(nodes, this.relations.map((each) => [places.get(each.source), places.get(each.target)]));
    this.settle();
  }

  /** Show everything there is. */
  fit() {
    const all = [...this.nodes.values()];
    if (!all.length) return;
    const [left, right] = [Math.min(...all.map((each) => each.x)), Math.max(...all.map((each) => each.x))];
    const [top, bottom] = [Math.min(...all.map((each) => each.y)), Math.max(...all.map((each) => each.y))];
    const width = Math.max(360, right - left + 150);
    const height = Math.max(260, bottom - top + 90);
    this.look({ x: (left + right - width) / 2, y: (top + bottom - height) / 2, width, height });
  }

  /** Enlarge, or make smaller with a factor above 1. */
  zoom(factor) {
    const { x, y, width, height } = this.view;
    if (width * factor < 120 || width * factor > 8000) return;
    this.look({ x: x + (width * (1 - factor)) / 2, y: y + (height * (1 - factor)) / 2, width: width * factor, height: height * factor });
  }

  look(view) {
    this.view = view;
    this.element.setAttribute("viewBox", `${view.x} ${view.y} ${view.width} ${view.height}`);
  }

  /** Let the layout come to rest: before our eyes, or at once for those who do not like things to move. */
  settle() {
    cancelAnimationFrame(this.frame);
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
      while (this.layout.step());
      this.place();
      this.fit();
      return;
    }
    const next = () => {
      let more = true;
      for (let count = 0; count < 4 && more; count += 1) more = this.layout.step();
      this.place();
      this.fit();
      if (more) this.frame = requestAnimationFrame(next);
    };
    next();
  }

  paint(nodes) {
    this.edges.replaceChildren(...this.relations.map((each) => draw("line", { class: each.type === "SAME_AS" ? "edge same" : "edge" })));
    const held = document.activeElement?.dataset?.entity;
    this.dots.replaceChildren(...nodes.map((node) => this.dot(node)));
    if (held) this.dots.querySelector(`[data-entity="${CSS.escape(held)}"]`)?.focus();
  }

  dot(node) {
    const { id, name, type, mention_count: mentions } = node.entity;
    const size = 7 + Math.min(9, Math.sqrt(mentions));
    const lines = linesOf(name);
    const choose = () => this.onChoose(id);
    return draw("g", {
      class: `dot type-${type.toLowerCase()}${id === this.chosen ? " chosen" : ""}`, tabindex: "0", role: "button", "data-entity": id, "aria-label": lines.join(""),
      "aria-pressed": String(id === this.chosen), onclick: choose,
      onkeydown: (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); choose(); } },
    }, draw("title", {}, name), draw("circle", { r: size }),
    draw("text", { y: size, "text-anchor": "middle" }, lines.map((line) => draw("tspan", { x: 0, dy: 14 }, line))));
  }

  place() {
    [...this.dots.children].forEach((dot) => {
      const node = this.nodes.get(dot.dataset.entity);
      dot.setAttribute("transform", `translate(${node.x.toFixed(1)} ${node.y.toFixed(1)})`);
    });
    this.relations.forEach((relation, index) => {
      const [from, to] = [this.nodes.get(relation.source), this.nodes.get(relation.target)];
      const line = this.edges.children[index];
      line.setAttribute("x1", from.x);
      line.setAttribute("y1", from.y);
      line.setAttribute("x2", to.x);
      line.setAttribute("y2", to.y);
      line.classList.toggle("near", relation.source === this.chosen || relation.target === this.chosen);
    });
  }

  wheeled(event) {
    event.preventDefault();
    this.zoom(event.deltaY > 0 ? 1.12 : 0.89);
  }

  grabbed(event) {
    if (event.target.closest(".dot")) return;
    const scale = this.view.width / this.element.clientWidth;
    let { clientX, clientY } = event;
    const moved = (move) => {
      this.look({ ...this.view, x: this.view.x - (move.clientX - clientX) * scale, y: this.view.y - (move.clientY - clientY) * scale });
      ({ clientX, clientY } = move);
    };
    const released = () => {
      removeEventListener("pointermove", moved);
      removeEventListener("pointerup", released);
      removeEventListener("pointercancel", released);
    };
    addEventListener("pointermove", moved);
    addEventListener("pointerup", released);
    addEventListener("pointercancel", released);
  }
}
