// A conversation: its messages, and the answer that is being written. It goes on while another view is shown.

import { Failure, eventsOf, send } from "./api.js";
import { say } from "./words.js";

/** Messages that a question takes along: what it refers to is among the latest. */
const REMEMBERED = 20;

/** One conversation about one knowledge base; tells of "change" with every piece of text. */
export class Talk extends EventTarget {
  constructor(base, id = "", title = "") {
    super();
    Object.assign(this, { base, id, title, messages: [], stopping: null });
  }

  /** Whether an answer is being written. */
  get isWriting() {
    return this.stopping !== null;
  }

  /** Ask, and take in the answer piece by piece. What has arrived stays, whatever happens. */
  async ask(question, mode) {
    // A conversation that is kept is read with what was said before by the service itself.
    const before = this.id ? [] : this.messages.filter((each) => each.text).slice(-REMEMBERED);
    const answer = { role: "assistant", text: "", sources: [], state: "writing", question };
    this.messages.push({ role: "user", text: question }, answer);
    this.stopping = new AbortController();
    this.changed();
    try {
      await this.read(answer, [...before, { role: "user", text: question }], mode);
    } catch (error) {
      answer.state = error.name === "AbortError" ? "stopped" : "failed";
      answer.failure = error instanceof Failure ? error.words : say("error.interrupted");
      answer.code = error.code ?? "interrupted";
    }
    this.stopping = null;
    this.changed();
  }

  /** Ask the question of an answer that failed or was stopped again, in its place where nothing of it was written. */
  askAgain(answer, mode) {
    if (!answer.text) this.messages.splice(this.messages.indexOf(answer) - 1, 2);
    return this.ask(answer.question, mode);
  }

  /** Stop the answer that is being written; its model call ends with the connection. */
  stop() {
    this.stopping?.abort();
  }

  changed() {
    this.dispatchEvent(new Event("change"));
  }

  async read(answer, messages, mode) {
    const body = { kb_id: this.base, mode, messages: messages.map(({ role, text }) => ({ role, content: text })) };
    if (this.id) body.conversation_id = this.id;
    const response = await send("POST", "chat/stream", { body, signal: this.stopping.signal });
    for await (const [name, value] of eventsOf(response)) {
      if (name === "delta") answer.text += value.text;
      if (name === "refs") answer.sources = value.sources;
      if (name === "error") throw new Failure(0, value.code, value.message, value.details);
      if (name === "done") Object.assign(answer, { state: "done", done: value, text: value.answer ?? answer.text, place: value.message_id });
      this.changed();
    }
    if (answer.state === "writing") throw new Failure(0, "interrupted", say("error.interrupted"));
  }
}
