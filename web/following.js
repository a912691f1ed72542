// Follows the documents of a knowledge base over server-sent events, and comes back when the stream ends.

import { eventsOf, send } from "./api.js";

/** Milliseconds before the next try after one that failed, and before the next after that, each twice as long. */
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 30_000;

/** Call `changed(document)` with each change until the signal stops it; `begun()` with every connection that stands. */
export async function follow(base, signal, begun, changed) {
  let heard = "";
  let pause = FIRST_PAUSE;
  while (!signal.aborted) {
    try {
      const headers = heard ? { "last-event-id": heard } : {};
      const response = await send("GET", `knowledge/bases/${encodeURIComponent(base)}/events`, { signal, headers });
      begun();
      for await (const [name, value] of eventsOf(response)) {
        if (name !== "document") continue;
        heard = value.updated_at;
        pause = FIRST_PAUSE;
        changed(value);
      }
    } catch (failure) {
      if (signal.aborted || [401, 403, 404].includes(failure.status)) return;
      await waited(pause, signal);
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    }
  }
}

function waited(milliseconds, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => { clearTimeout(timer); resolve(); }, { once: true });
  });
}
