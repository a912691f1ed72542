// Asks what a knowledge base is called, who may read it and how its documents are read.

import { asked } from "./sheet.js";
import { say } from "./words.js";

const EXTRACTIONS = ["rules", "model"];
const LANGUAGES = ["en", "zh"];
const NUMBERS = ["chunk_tokens", "chunk_overlap"];

/** Ask for the name and the purpose of a new base; returns the body of the request, or null. */
export function newBase() {
  return asked(say("base.create"), [nameOf(""), purposeOf("")], say("base.create"));
}

/** Ask what to change of a base; returns the body of the request, or null. An empty field is the house's way. */
export async function changedBase({ name, description, access, settings }) {
  const fields = [
    nameOf(name), purposeOf(description), accessField(access),
    { name: "chunk_tokens", label: say("base.chunk_tokens"), type: "number", least: 100, greatest: 1200, value: settings.chunk_tokens ?? "", hint: say("base.chunk_hint") },
    { name: "chunk_overlap", label: say("base.chunk_overlap"), type: "number", least: 0, greatest: 600, value: settings.chunk_overlap ?? "", hint: say("base.overlap_hint") },
    choice("extraction", EXTRACTIONS.map((each) => [each, say(`extraction.${each}`)]), settings.extraction),
    choice("language", LANGUAGES.map((each) => [each, say(`language.${each}`)]), settings.language),
  ];
  const given = await asked(say("base.change"), fields, say("save"));
  if (!given) return null;
  const { extraction, language, ...body } = given;
  const chosen = { extraction: extraction || null, language: language || null };
  for (const each of NUMBERS) {
    chosen[each] = body[each] === "" ? null : Number(body[each]);
    delete body[each];
  }
  return { ...body, access: labels(given.access), settings: chosen };
}

/** Ask who may read a document; returns its access labels, or null. */
export async function changedAccess(title, access) {
  const given = await asked(title, [accessField(access)], say("save"));
  return given && labels(given.access);
}

const nameOf = (value) => ({ name: "name", label: say("base.name"), value, required: true, most: 100 });
const purposeOf = (value) => ({ name: "description", label: say("base.description"), value, area: true, most: 2000 });
const accessField = (access) => ({ name: "access", label: say("base.access"), value: access.join(", "), hint: say("base.access_hint"), required: true });
const labels = (text) => text.split(/[,，\s]+/).filter(Boolean);

function choice(name, options, value) {
  return { name, label: say(`base.${name}`), value: value ?? "", options: [["", say("base.house")], ...options] };
}
