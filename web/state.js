// What every view shares: who is signed in, which knowledge bases there are, and which one is chosen.

import { actAs, actingRole, call, every } from "./api.js";

const CHOSEN = "knowledge-rag.base";
const ROLES = ["admin", "user", "guest"];

export const state = { me: null, ownRole: null, bases: [], base: null };

/** Tells of "base": another knowledge base was chosen, or the chosen one changed; and of "bases": their list did. */
export const stateEvents = new EventTarget();

/** Find out who is signed in. Raises Failure 401 where nobody is and somebody has to be. */
export async function loadMe() {
  const chosen = actingRole();
  actAs("");
  state.me = await call("GET", "me");
  state.ownRole = state.me.role;
  if (lesserRoles().includes(chosen)) await takeRole(chosen);
}

/** The roles that the caller may act in: their own, and those below it. */
export const lesserRoles = () => ROLES.slice(ROLES.indexOf(state.ownRole));

/** Act in a role from now on, to see what those see who have it. */
export async function takeRole(role) {
  actAs(role === state.ownRole ? "" : role);
  state.me = await call("GET", "me");
}

/** Load the knowledge bases, and choose the one that was chosen last where it is still there. */
export async function loadBases() {
  state.bases = await every("knowledge/bases");
  const wanted = new URLSearchParams(location.search).get("base") ?? localStorage.getItem(CHOSEN);
  const found = state.bases.find((each) => each.id === wanted) ?? state.bases[0] ?? null;
  const changed = found?.id !== state.base?.id;
  state.base = found;
  stateEvents.dispatchEvent(new Event("bases"));
  if (changed) stateEvents.dispatchEvent(new Event("base"));
}

/** Choose a knowledge base. */
export function choose(id) {
  state.base = state.bases.find((each) => each.id === id) ?? state.base;
  if (state.base) localStorage.setItem(CHOSEN, state.base.id);
  stateEvents.dispatchEvent(new Event("base"));
}

/** Say whether the caller's role may use a part of the service: chat, graphrag, embedding or operations. */
export const may = (feature) => state.me?.features.includes(feature) ?? false;

/** Return the part of an address that names the chosen knowledge base. */
export const basePath = () => `knowledge/bases/${encodeURIComponent(state.base.id)}`;
