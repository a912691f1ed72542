// Requests to the service. Every one may find its token expired, and is then made once more with a new one.

import { accessToken, renewed } from "./session.js";
import { language, named, say } from "./words.js";

const ROLE = "knowledge-rag.role";

/** Codes whose text leaves nothing open that people could do something about. */
const SAY_ALL = new Set(["not_found", "not_signed_in", "outdated", "quota_exceeded", "rate_limited", "unavailable",
  "model_unavailable", "store_unavailable", "deadline_exceeded", "internal_error", "too_large", "content_blocked",
  "document_broken", "document_empty", "document_encrypted", "document_format_unknown", "document_too_large"]);

/** The lesser role that every request of this tab asks to be made in, or "" for the caller's own. */
export const actingRole = () => sessionStorage.getItem(ROLE) ?? "";

/** Choose that role. */
export const actAs = (role) => sessionStorage.setItem(ROLE, role);

/** A request that failed; `code` and `details` are those of the service, or "network" where it was not reached.
 *
 * `answer` is the JSON that came with it, if any.
 */
export class Failure extends Error {
  constructor(status, code, message, details = {}) {
    super(message);
    Object.assign(this, { status, code, details });
  }

  /** What to tell people: in their language where the code is known, with the service's own words behind it.
   *
   * Where there is a text for the code together with a field or a detail, that text says it all.
   */
  get words() {
    const fields = (this.details?.fields ?? [this.details]).map((each) => String(each?.field ?? "").split(".").at(-1));
    const whole = [...fields, ...Object.keys(this.details ?? {})].find((each) => each && named("error", `${this.code}.${each}`, ""));
    if (whole) return say(`error.${this.code}.${whole}`, this.details);
    const known = named("error", this.code, "");
    if (language !== "en" && SAY_ALL.has(this.code)) return known;
    return known && known !== this.message ? `${known} ${this.message && this.code !== "network" ? `(${this.message})` : ""}`.trim() : this.message;
  }
}

/** Send a request and return its response. Raises Failure, and the browser's AbortError where it was stopped. */
export async function send(method, path, { body, signal, headers = {} } = {}) {
  const token = accessToken();
  const response = await sendOnce(method, path, body, signal, headers, token);
  if (response.status === 401 && (await renewed(token))) {
    return checked(await sendOnce(method, path, body, signal, headers, accessToken()));
  }
  return checked(response);
}

/** Send a request and return the JSON of its answer, or null where there is none. */
export async function call(method, path, body) {
  const response = await send(method, path, { body });
  return response.status === 204 ? null : response.json();
}

/** Return every item of a list, page after page, up to a bound. */
export async function every(path, most = 1000) {
  const items = [];
  let after = "";
  do {
    const page = await call("GET", `${path}${path.includes("?") ? "&" : "?"}limit=200&after=${encodeURIComponent(after)}`);
    items.push(...page.items);
    after = page.next;
  } while (after && items.length < most);
  return items;
}

/** Read the server-sent events of a response one after another, as `[name, value]`. */
export async function* eventsOf(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let waiting = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const frames = (waiting + value).split("\n\n");
      waiting = frames.pop();
      for (const frame of frames) {
        const name = /^event: (.*)$/m.exec(frame)?.[1];
        const lines = [...frame.matchAll(/^data: (.*)$/gm)].map((each) => each[1]);
        if (name && lines.length) yield [name, JSON.parse(lines.join("\n"))];
      }
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

/** Send one file or archive of files to a base, and return what became of each.
 *
 * Tells how much is on its way as a share in [0, 1], which fetch cannot. Raises Failure, and AbortError where stopped.
 */
export async function upload(base, file, onProgress, signal) {
  const token = accessToken();
  const first = await uploadOnce(base, file, onProgress, signal, token);
  const last = first.status === 401 && (await renewed(token)) ? await uploadOnce(base, file, onProgress, signal, accessToken()) : first;
  if (last.status >= 400) throw failureOf(last.status, parsed(last.responseText));
  return parsed(last.responseText).items;
}

function uploadOnce(base, file, onProgress, signal, token) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const form = new FormData();
    form.append("kb_id", base);
    form.append("file", file, file.name);
    request.open("POST", "/api/v1/knowledge/upload");
    if (token) request.setRequestHeader("authorization", `Bearer ${token}`);
    if (actingRole()) request.setRequestHeader("x-role", actingRole());
    request.upload.addEventListener("progress", (event) => onProgress(event.total ? event.loaded / event.total : 0));
    request.addEventListener("load", () => resolve(request));
    request.addEventListener("error", () => reject(new Failure(0, "network", say("error.network"))));
    request.addEventListener("abort", () => reject(new DOMException("stopped", "AbortError")));
    signal?.addEventListener("abort", () => request.abort());
    request.send(form);
  });
}

async function sendOnce(method, path, body, signal, more, token) {
  const headers = { ...more };
  if (body !== undefined) headers["content-type"] = "application/json";
  if (token) headers.authorization = `Bearer ${token}`;
  if (actingRole()) headers["x-role"] = actingRole();
  try {
    return await fetch(`/api/v1/${path}`, { method, headers, signal, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Failure(0, "network", say("error.network"));
  }
}

async function checked(response) {
  if (response.ok) return response;
  throw failureOf(response.status, parsed(await response.text()));
}

function failureOf(status, answer) {
  const error = answer?.error ?? {};
  const failure = new Failure(status, error.code ?? "unknown", error.message ?? say("error.unknown", { status }), error.details);
  return Object.assign(failure, { answer });
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
