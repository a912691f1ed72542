// Who is signed in. Every tab of the browser shares one session, whose refresh token may be used once alone.

import { read, write } from "./store.js";

const KEPT = "session";
const LOCK = "knowledge-rag.refresh";

const channel = new BroadcastChannel("knowledge-rag.session");
let tokens = null;

/** Tells of "change": another tab signed in, signed out or renewed; and of "ended": a new sign-in is needed. */
export const sessionEvents = new EventTarget();

channel.onmessage = async () => {
  tokens = await read(KEPT);
  sessionEvents.dispatchEvent(new Event("change"));
};

/** Take up the session of the browser, where there is one. */
export async function takeUp() {
  tokens = await read(KEPT);
}

/** The token that requests carry, or "" where none is needed or known. */
export const accessToken = () => tokens?.access_token ?? "";

/** Keep the tokens of a sign-in, `{access_token, refresh_token}`; a key that was typed in comes without the second. */
export async function keep(given) {
  tokens = given;
  await write(KEPT, given);
  channel.postMessage("changed");
}

/** Forget the session, in every tab. */
export const forget = () => keep(null);

/** Get a newer token than the one that was refused, and return whether there is one. One tab asks, the others wait. */
export function renewed(refused) {
  return navigator.locks.request(LOCK, async () => {
    tokens = await read(KEPT);
    if (tokens && tokens.access_token !== refused) return true;
    if (!tokens?.refresh_token) return ended();
    const answer = await fetch("/api/v1/auth/refresh", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ refresh_token: tokens.refresh_token }),
    });
    if (answer.status === 401) return ended();
    if (!answer.ok) return false;
    await keep(await answer.json());
    return true;
  });
}

async function ended() {
  if (tokens === null) return false;
  await forget();
  sessionEvents.dispatchEvent(new Event("ended"));
  return false;
}
