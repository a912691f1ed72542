// The conversations that the service keeps: their list, and those of them that were opened on this page.

import { call, every, send } from "./api.js";
import { state } from "./state.js";
import { Talk } from "./talk.js";

/** Conversations of the list; older ones are found by their address. */
const MOST = 200;

/** Messages of a conversation that are shown. */
const MOST_MESSAGES = 1000;

/** Conversations, the one changed last first; tells of "change". */
export class Conversations extends EventTarget {
  constructor() {
    super();
    this.items = [];
    this.opened = new Map();
  }

  /** Load the list. */
  async load() {
    this.items = await every("conversations", MOST);
    this.changed();
  }

  /** Begin to keep a conversation. */
  async begin(talk) {
    const made = await call("POST", "conversations", { kb_id: talk.base });
    talk.id = made.id;
    this.opened.set(made.id, talk);
    this.put(made);
  }

  /** Open a conversation as it was kept, or as it is where an answer is being written in it. */
  async open(id) {
    const known = this.opened.get(id);
    if (known) return known;
    const path = `conversations/${encodeURIComponent(id)}`;
    const [head, messages] = await Promise.all([call("GET", path), every(`${path}/messages`, MOST_MESSAGES)]);
    const talk = new Talk(head.kb_id, head.id, head.title);
    talk.messages = messages.map((each, index) => messageOf(each, messages[index - 1]));
    this.opened.set(id, talk);
    return talk;
  }

  /** Take over what a conversation is called and where it stands in the list, after an answer. */
  async renew(talk) {
    const head = await call("GET", `conversations/${encodeURIComponent(talk.id)}`);
    talk.title = head.title;
    this.put(head);
    talk.changed();
  }

  /** Give a conversation another title. */
  async rename(talk, title) {
    const head = await call("PATCH", `conversations/${encodeURIComponent(talk.id)}`, { title });
    talk.title = head.title;
    this.items = this.items.map((each) => (each.id === head.id ? head : each));
    talk.changed();
    this.changed();
  }

  /** Forget a conversation. */
  async remove(talk) {
    talk.stop();
    await call("DELETE", `conversations/${encodeURIComponent(talk.id)}`);
    this.opened.delete(talk.id);
    this.items = this.items.filter((each) => each.id !== talk.id);
    this.changed();
  }

  /** Return a conversation as a file of Markdown. */
  async exported(talk) {
    return (await send("GET", `conversations/${encodeURIComponent(talk.id)}/export`)).blob();
  }

  /** Those about the chosen knowledge base. */
  get shown() {
    return this.items.filter((each) => each.kb_id === state.base?.id);
  }

  put(head) {
    this.items = [head, ...this.items.filter((each) => each.id !== head.id)];
    this.changed();
  }

  changed() {
    this.dispatchEvent(new Event("change"));
  }
}

function messageOf(kept, before) {
  if (kept.role === "user") return { role: "user", text: kept.content };
  return {
    role: "assistant",
    text: kept.content,
    sources: kept.sources,
    hidden: kept.hidden_sources,
    state: kept.complete ? "done" : "stopped",
    question: before?.content,
    place: kept.id,
    rating: kept.rating,
    kept,
  };
}
