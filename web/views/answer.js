// One message of a conversation: the text, the passages it cites, what it took, and what to do with it.

import { icon, make } from "../element.js";
import { forgetMarkdown, showMarkdown } from "../markdown.js";
import { openCitation } from "../passage.js";
import { count, dollars, duration, named, percent, say } from "../words.js";

/** Show a question. */
export function questionElement(message) {
  return make("article", { class: "question", "aria-label": say("ask.you") }, make("p", { dir: "auto" }, message.text));
}

/** Shows one answer, and shows it again whenever `update` is called. `onAgain` asks the question once more. */
export class AnswerElement {
  constructor(message, onAgain, extras) {
    this.message = message;
    this.onAgain = onAgain;
    this.extras = extras;
    this.text = make("div", { class: "prose" });
    this.foot = make("div", { class: "answer-foot" });
    this.element = make("article", { class: "answer", "aria-label": say("ask.answer"), "aria-live": "polite" }, this.text, this.foot);
    this.update();
  }

  update() {
    const { message } = this;
    const writing = message.state === "writing";
    this.element.setAttribute("aria-busy", String(writing));
    this.element.classList.toggle("writing", writing);
    if (this.cited !== message.sources) forgetMarkdown(this.text);
    this.cited = message.sources;
    showMarkdown(this.text, message.text, (number) => this.mark(number));
    if (this.shownState === message.state) return;
    this.shownState = message.state;
    this.foot.replaceChildren(...this.footOf(message));
  }

  /** Make the mark of a citation; until the passages are known it opens nothing. */
  mark(number) {
    if (!this.message.sources.length && this.message.state === "writing") return make("sup", { class: "cite" }, String(number));
    const quotes = this.message.sources.filter((each) => each.number === number);
    if (!quotes.length) return null;
    const label = say("ask.open_citation", { number, title: quotes[0].title });
    const open = (event) => openCitation(this.quoted(quotes, event.currentTarget));
    return make("button", { class: "cite", "data-number": number, "aria-label": label, title: quotes[0].title, onclick: open }, String(number));
  }

  /** Return the quote of the passage that one of its marks stands for: every mark has its own, in the same order. */
  quoted(quotes, mark) {
    const marks = [...this.text.querySelectorAll(`[data-number="${mark.dataset.number}"]`)];
    return marks.length === quotes.length ? [quotes[marks.indexOf(mark)]] : quotes;
  }

  footOf(message) {
    if (message.state === "writing") return [];
    return [
      message.state === "stopped" && make("p", { class: "notice" }, say("ask.stopped")),
      message.state === "failed" && make("p", { class: "notice bad", role: "alert" }, message.failure),
      message.sources.length > 0 && sourceList(message.sources),
      message.hidden > 0 && make("p", { class: "faint" }, say("ask.hidden", { count: count(message.hidden) })),
      message.done?.metrics && figures(message.done),
      message.kept && make("p", { class: "faint" }, [message.kept.model_used, dollars(message.kept.cost_usd),
        say("ask.confidence", { percent: percent(message.kept.confidence) })].filter(Boolean).join(" · ")),
      make("div", { class: "answer-tools" },
        message.state !== "done" && message.question && make("button", { class: "quiet", onclick: () => this.onAgain(message) }, icon("again"), say("ask.again")),
        this.extras(message)),
    ].filter(Boolean);
  }
}

function sourceList(sources) {
  const passages = [...Map.groupBy(sources, (each) => each.number).values()];
  return make("section", { class: "sources", "aria-label": say("ask.sources") },
    make("h3", {}, say("ask.sources")),
    make("ol", {}, passages.map((quotes) => make("li", {},
      make("button", { class: "source", onclick: () => openCitation(quotes) },
        make("span", { class: "number" }, String(quotes[0].number)),
        make("bdi", { class: "name" }, quotes[0].title),
        quotes[0].page > 0 && make("span", { class: "faint" }, say("passage.page", { page: quotes[0].page })))))));
}

/** Say in one line what the answer took, and in a table behind it what each step did. */
function figures(done) {
  const { metrics } = done;
  const short = [
    metrics.cache_hit ? say("ask.from_cache") : null,
    duration(metrics.total_latency),
    dollars(metrics.cost_usd),
    say("ask.confidence", { percent: percent(done.confidence) }),
  ].filter(Boolean).join(" · ");
  const rows = [
    ["retrieval", duration(metrics.retrieval_latency)],
    ["rerank", duration(metrics.rerank_latency)],
    ["generation", duration(metrics.generation_latency)],
    ["total", duration(metrics.total_latency)],
    ["tokens", count(metrics.tokens_used)],
    ["cost", dollars(metrics.cost_usd)],
    ["model", done.model_used],
    ["strategy", done.query_classifier.strategy],
    ["features", done.features_used.map((each) => named("feature", each)).join(", ") || "–"],
  ];
  return make("details", { class: "figures" }, make("summary", {}, short),
    make("dl", {}, rows.map(([key, value]) => make("div", {}, make("dt", {}, say(`figure.${key}`)), make("dd", {}, value)))));
}
