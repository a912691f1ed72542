// Reads a whole knowledge base anew, as a job that can be watched and ended.

import { call } from "./api.js";
import { fill, icon, make } from "./element.js";
import { asked } from "./sheet.js";
import { basePath, may, state } from "./state.js";
import { announce, count, say } from "./words.js";

/** Milliseconds between two looks at a job that runs. */
const EVERY = 1000;

/** One line about the job of the chosen base: how far it is, or what it would be good for. */
export class Reindexing {
  constructor(app) {
    this.app = app;
    this.element = make("div", { class: "job", hidden: true });
  }

  /** Look at the job until it has ended or the signal comes; a job that ended before is not told of. */
  async watch(signal) {
    let seen = false;
    while (state.base && !signal.aborted) {
      const base = state.base.id;
      const job = await this.app.tried(() => call("GET", `${basePath()}/reindex`));
      const whole = job && (await this.app.tried(() => call("GET", `knowledge/status/${encodeURIComponent(base)}`)));
      if (!whole || signal.aborted || base !== state.base?.id) return;
      const runs = job.status === "running";
      this.draw(job, whole.outdated_documents, seen || runs, signal);
      if (!runs && seen) announce(this.element.textContent);
      if (!runs) return;
      seen = true;
      await new Promise((resolve) => { setTimeout(resolve, EVERY); });
    }
  }

  draw(job, outdated, seen, signal) {
    const runs = job.status === "running";
    const words = say(`reindex.${job.status}`, { done: count(job.done), documents: count(job.documents), failed: count(job.failed) });
    const waits = !runs && outdated > 0;
    this.element.hidden = !seen && !waits;
    fill(this.element,
      seen && make("p", {}, words),
      runs && make("progress", { max: 1, value: job.progress, "aria-label": say("reindex.progress") }),
      runs && may("embedding") && make("button", { class: "quiet", onclick: () => this.cancel() }, icon("close"), say("reindex.cancel")),
      waits && make("p", {}, say("reindex.outdated", { count: count(outdated) })),
      waits && may("embedding") && make("button", { class: "quiet", onclick: () => this.start(true, signal) }, icon("again"), say("reindex.those")));
  }

  /** Ask which documents are to be read anew, and begin. */
  async ask(signal) {
    const options = [["", say("reindex.every")], ["outdated", say("reindex.only_outdated")]];
    const given = await asked(say("reindex.title"), [{ name: "which", label: say("reindex.which"), value: "", options }], say("reindex.start"));
    if (given) await this.start(given.which === "outdated", signal);
  }

  async start(onlyOutdated, signal) {
    const job = await this.app.tried(() => call("POST", `${basePath()}/reindex`, { only_outdated: onlyOutdated }));
    if (!job) return;
    this.draw(job, 0, true, signal);
    await this.watch(signal);
  }

  async cancel() {
    await this.app.tried(() => call("DELETE", `${basePath()}/reindex`));
  }
}
