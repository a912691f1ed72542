// Says what an answer was worth, and with a bad one what would have been right.

import { call } from "./api.js";
import { icon, make } from "./element.js";
import { asked } from "./sheet.js";
import { announce, say } from "./words.js";

/** Make the buttons that rate an answer, where the service knows it again. */
export function ratingButtons(app, message, talk) {
  if (!placeOf(message, talk)) return [];
  return ["up", "down"].map((rating) => make("button", {
    class: "quiet", "aria-pressed": String(message.rating === rating), title: say(`feedback.${rating}`), "aria-label": say(`feedback.${rating}`),
    onclick: (event) => rate(app, message, talk, rating, event.currentTarget),
  }, icon(rating)));
}

async function rate(app, message, talk, rating, button) {
  const fields = [
    { name: "comment", label: say("feedback.comment"), area: true, most: 2000 },
    { name: "corrected_answer", label: say("feedback.corrected"), area: true, most: 8000 },
  ];
  const more = rating === "down" ? await asked(say("feedback.title"), fields, say("feedback.send")) : {};
  if (!more) return;
  const body = { ...placeOf(message, talk), rating, ...more };
  if (!(await app.tried(() => call("POST", "feedback", body)))) return;
  message.rating = rating;
  for (const each of button.parentElement.querySelectorAll("[aria-pressed]")) each.setAttribute("aria-pressed", String(each === button));
  announce(say("feedback.thanks"));
}

/** Return what names an answer: its place in a conversation that is kept, or its own id; null where there is neither. */
function placeOf(message, talk) {
  if (talk.id && message.place) return { conversation_id: talk.id, message_id: message.place };
  return message.done?.answer_id ? { answer_id: message.done.answer_id } : null;
}
