// The words of the page in the language of whoever reads it.

const CHOICE = "knowledge-rag.language";
const LANGUAGES = { en: "en", zh: "zh-CN" };

let texts = {};

/** "en" or "zh": what was chosen, or else the first of the browser's languages that there is. */
export let language = "en";

/** Load the words before anything is shown. */
export async function loadWords() {
  const wanted = [localStorage.getItem(CHOICE), ...navigator.languages].map((each) => (each ?? "").slice(0, 2));
  language = wanted.find((each) => each in LANGUAGES) ?? "en";
  texts = await (await fetch(`/web/words/${language}.json`)).json();
  document.documentElement.lang = LANGUAGES[language];
}

/** Choose the other language and load its words. */
export async function switchLanguage() {
  localStorage.setItem(CHOICE, language === "en" ? "zh" : "en");
  await loadWords();
}

/** Return a text of the page with its values put in. */
export function say(key, values = {}) {
  return (texts[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** Return the text for a name that may be a new one, such as a state or the code of an error; else the alternative. */
export function named(family, name, alternative = name) {
  return texts[`${family}.${name}`] ?? alternative;
}

const numbers = (value, options) => new Intl.NumberFormat(LANGUAGES[language], options).format(value);

/** Say why a document failed, or what it lacks, in the language of the page; English is what the service itself speaks. */
export const reasonOf = (code, words) => (language === "en" || !code ? words : named("reason", code, named("error", code, words)));

/** Write a count. */
export const count = (value) => numbers(value);

/** Write a share in [0, 1] as percent. */
export const percent = (value) => numbers(value, { style: "percent", maximumFractionDigits: value > 0 && value < 0.1 ? 1 : 0 });

/** Write US dollars, small amounts with as many digits as they need. */
export function dollars(value) {
  const digits = value === 0 || value >= 1 ? 2 : Math.min(8, 1 - Math.floor(Math.log10(value)));
  const options = { style: "currency", currency: "USD", currencyDisplay: "narrowSymbol" };
  return numbers(value, { ...options, minimumFractionDigits: 2, maximumFractionDigits: Math.max(2, digits) });
}

/** Write a duration given in milliseconds. */
export function duration(milliseconds) {
  if (milliseconds < 1000) return `${numbers(milliseconds, { maximumFractionDigits: milliseconds < 10 ? 1 : 0 })} ms`;
  return `${numbers(milliseconds / 1000, { maximumFractionDigits: 1 })} s`;
}

/** Write a moment. */
export const moment = (text) =>
  new Intl.DateTimeFormat(LANGUAGES[language], { dateStyle: "medium", timeStyle: "short" }).format(new Date(text));

/** Write a day of the calendar, given as 2026-11-25. */
export const day = (text) =>
  new Intl.DateTimeFormat(LANGUAGES[language], { month: "short", day: "numeric", timeZone: "UTC" }).format(new Date(text));

/** Tell a screen reader something that is only seen otherwise. */
export function announce(text) {
  document.getElementById("announcer").textContent = text;
}
