// Money and health: what was spent and what is left, how fast answers come, what the cache saves, what is up.

import { call, send } from "../api.js";
import { bars, columns, meter } from "../charts.js";
import { fill, icon, make } from "../element.js";
import { may } from "../state.js";
import { count, day, dollars, duration, named, percent, say } from "../words.js";

const SPANS = ["weekly", "monthly"];

/** Milliseconds between two looks at the figures while the view is open. */
const EVERY = 30_000;

/** The view for those who run the service; others see what they themselves have used. */
export class OverviewView {
  constructor(app) {
    this.app = app;
    this.span = "weekly";
    this.cards = make("div", { class: "cards" });
    this.element = make("section", { class: "view overview", "aria-labelledby": "view-title" },
      make("div", { class: "view-head" }, make("h1", { id: "view-title" }, say("nav.overview")),
        make("button", { class: "quiet", onclick: () => this.refresh() }, icon("again"), say("overview.refresh"))), this.cards);
  }

  enter() {
    this.refresh();
    this.timer = setInterval(() => document.hidden || this.refresh(), EVERY);
  }

  leave() {
    clearInterval(this.timer);
  }

  /** Ask for every figure at once; a part that cannot be had says so and leaves the others alone. */
  async refresh() {
    const runs = may("operations");
    const left = [this.card("budgets", this.usage())];
    const right = [];
    if (runs) {
      left.push(this.card("performance", this.performance()));
      right.push(this.card("spend", this.spend(), this.spanChoice()), this.card("cache", this.cache()), this.card("health", this.health()));
    }
    const below = runs ? [this.card("models", this.models())] : [];
    const sides = await Promise.all([left, right, below].map((each) => Promise.all(each)));
    const held = document.activeElement?.id;
    fill(this.cards, sides.filter((each) => each.length).map((each) => make("div", {}, each)));
    if (held) document.getElementById(held)?.focus();
  }

  async card(name, content, tools = null) {
    let inside;
    try {
      inside = await content;
    } catch (failure) {
      inside = make("p", { class: "notice bad" }, failure.words ?? String(failure));
    }
    return make("section", { class: `card ${name}`, "aria-labelledby": `card-${name}` },
      make("div", { class: "card-head" }, make("h2", { id: `card-${name}` }, say(`overview.${name}`)), tools), inside);
  }

  spanChoice() {
    return make("select", { id: "span", class: "quiet", "aria-label": say("overview.span"), value: this.span, onchange: (event) => { this.span = event.target.value; this.refresh(); } },
      SPANS.map((each) => make("option", { value: each, selected: each === this.span }, say(`overview.${each}`))));
  }

  async usage() {
    const { own, shared } = await call("GET", "usage");
    const row = (each, family) => {
      const label = say(`usage.${family}_${each.period}`);
      if (each.cap_usd === null) return make("p", { class: "pair" }, make("span", {}, label), make("strong", {}, dollars(each.spent_usd)));
      return meter(label, each.cap_usd ? (each.spent_usd + each.reserved_usd) / each.cap_usd : 0, say("usage.of", { spent: dollars(each.spent_usd), cap: dollars(each.cap_usd) }));
    };
    const everybody = shared.filter((each) => !each.account.startsWith("tenant"));
    const tenant = shared.filter((each) => each.account.startsWith("tenant") && each.cap_usd !== null);
    return [everybody.map((each) => row(each, "all")), tenant.map((each) => row(each, "tenant")), own.map((each) => row(each, "own"))];
  }

  async spend() {
    const [report, { shared }] = await Promise.all([call("GET", `costs/report?period=${this.span}`), call("GET", "usage")]);
    const spent = (period) => shared.find((each) => each.period === period && !each.account.startsWith("tenant"))?.spent_usd ?? 0;
    const month = dayAfter(report.last).slice(0, 7);
    // The report ends yesterday: on the first day of a month it is still about the month before.
    const begins = !report.last.startsWith(month);
    const days = report.days.filter((each) => this.span !== "monthly" || each.name.startsWith(month))
      .map((each) => [day(each.name), each.cost_usd, dollars(each.cost_usd)]);
    days.push([say("overview.today"), spent("daily"), dollars(spent("daily"))]);
    const forecast = Math.max(report.month_forecast_usd, spent("monthly"));
    return [
      columns(say("overview.spend"), days.slice(-32)),
      make("p", { class: "faint" }, say(begins ? "overview.month_begins" : "overview.forecast", { spent: dollars(spent("monthly")), forecast: dollars(forecast) })),
      make("h3", {}, say("overview.by_model")),
      this.byModel(report, begins),
    ];
  }

  byModel({ models }, begins) {
    if (begins && this.span === "monthly") return make("p", { class: "faint" }, say("overview.models_tomorrow"));
    if (!models.length) return make("p", { class: "faint" }, say("overview.nothing_spent"));
    return bars(say("overview.by_model"), models.map((each) => [each.name, each.cost_usd, dollars(each.cost_usd)]));
  }

  async performance() {
    const summary = await call("GET", "performance/summary?hours=24");
    if (!summary.requests) return make("p", { class: "faint" }, say("overview.no_requests"));
    const slowest = summary.endpoints.filter((each) => summary.slowest.includes(each.endpoint)).sort((one, other) => other.p95_ms - one.p95_ms);
    return [
      tiles([
        [say("overview.requests"), count(summary.requests)], ["p50", duration(summary.p50_ms)], ["p95", duration(summary.p95_ms)],
        ["p99", duration(summary.p99_ms)], [say("overview.errors"), percent(summary.error_rate)],
      ]),
      summary.models.length > 0 && [make("h3", {}, say("overview.answers")),
        bars(say("overview.answers"), summary.models.map((each) => [each.model, each.p95_ms, duration(each.p95_ms)]))],
      make("h3", {}, say("overview.slowest")),
      bars(say("overview.slowest"), slowest.map((each) => [breakable(each.endpoint.replace("/api/v1", "")), each.p95_ms, duration(each.p95_ms)])),
    ];
  }

  async cache() {
    const { levels, misses, hit_rate: rate } = await call("GET", "cache");
    const hits = levels.reduce((sum, each) => sum + each.hits, 0);
    const saved = levels.reduce((sum, each) => sum + each.saved_usd, 0);
    return [
      meter(say("overview.hit_rate"), 0, percent(rate)).firstChild,
      make("div", { class: "gauge calm" }, share(rate)),
      tiles([[say("overview.hits"), count(hits)], [say("overview.misses"), count(misses)], [say("overview.saved"), dollars(saved)],
        [say("overview.kept"), count(levels.reduce((sum, each) => Math.max(sum, each.entries), 0))]]),
    ];
  }

  async models() {
    const { items } = await call("GET", "models/stats");
    if (!items.length) return make("p", { class: "faint" }, say("overview.no_calls"));
    return make("div", { class: "wide", tabindex: "0" }, make("table", { class: "figures-table" },
      make("thead", {}, make("tr", {}, ["model", "calls", "errors", "latency", "tokens", "cost", "circuit"].map((each) => make("th", { scope: "col" }, say(`model.${each}`))))),
      make("tbody", {}, items.map((each) => make("tr", {},
        make("th", { scope: "row" }, each.id), make("td", {}, count(each.calls)),
        make("td", {}, count(Object.values(each.errors).reduce((sum, one) => sum + one, 0))),
        make("td", {}, each.latency_ms.p95 === null ? "–" : duration(each.latency_ms.p95)),
        make("td", {}, count(each.input_tokens + each.output_tokens)), make("td", {}, dollars(each.cost_usd)),
        make("td", {}, each.circuit === null ? "–" : make("span", { class: `state ${each.circuit === "closed" ? "ready" : "failed"}` }, named("circuit", each.circuit))))))));
  }

  async health() {
    const { dependencies } = await ready();
    return make("ul", { class: "plain health" }, Object.entries(dependencies).map(([name, problem]) => make("li", {},
      make("span", { class: `state ${problem === "ok" ? "ready" : "failed"}` }, problem === "ok" ? say("overview.up") : say("overview.down")),
      make("span", {}, named("port", name), problem === "ok" ? null : make("small", { class: "reason bad" }, problem)))));
  }
}

/** Ask what is up; what is not is told with a status of its own, and in the same form. */
async function ready() {
  try {
    return await (await send("GET", "ready")).json();
  } catch (failure) {
    if (failure.status !== 503 || !failure.answer?.dependencies) throw failure;
    return failure.answer;
  }
}

/** Let a path be broken into lines behind its slashes. */
function breakable(path) {
  return path.split("/").flatMap((piece, index) => (index ? ["/", make("wbr"), piece] : [piece]));
}

function tiles(pairs) {
  return make("dl", { class: "tiles" }, pairs.map(([label, value]) => make("div", {}, make("dt", {}, label), make("dd", {}, value))));
}

function share(value) {
  const drawn = make("div", { class: "bar" });
  drawn.style.width = `${(value * 100).toFixed(1)}%`;
  return drawn;
}

/** Return the day that follows one of the calendar. */
function dayAfter(text) {
  const next = new Date(`${text}T00:00:00Z`);
  next.setUTCDate(next.getUTCDate() + 1);
  return next.toISOString().slice(0, 10);
}
