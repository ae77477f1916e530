// Saves each answer as it is given, by the saving engine, and shows what colleagues at work on the same page change.
// Without this script the page's Save buttons do the same.
//
// Nothing is kept in the browser: school computers are shared, and whoever sits down next opens no link of ours.
// What waits for a network is in the open page only, which says so and asks before it is left.

import { openSaving } from "./saving/saving.js";
import { token } from "./saving/sender.js";

const NOT_RATED = "not_discussed";
const RADIO = "school";
const SENTENCES = {
  "signed-out":
    "Your visit has ended. Leave this page open, and open the link in your e-mail again in another tab: then what is here is saved.",
  "other-account":
    "Somebody else came in on this computer. Open the link in your own e-mail again in another tab: then what is here is saved.",
};

const form = document.querySelector("form[data-own-view]");
const summary = document.querySelector("[data-saved]");
const template = document.getElementById("own-conflict-template");
let saving;
let status = "saved";
// The Save button that waits for what is on its way.
let pressed = null;

function part(code) {
  return form.querySelector(`[data-code="${CSS.escape(code)}"]`);
}

function controls(code, field) {
  return Array.from(part(code)?.querySelectorAll(`[data-field="${field}"]`) ?? []);
}

function before(code, field) {
  return form.elements[`${code}-${field}_before`];
}

function valueOf(code, field) {
  const found = controls(code, field);
  return field === RADIO ? (found.find((one) => one.checked)?.value ?? NOT_RATED) : found[0].value;
}

function put(code, field, value) {
  controls(code, field).forEach((control) => {
    if (field === RADIO) {
      control.checked = control.value === value;
    } else if (control.value !== value) {
      control.value = value;
    }
  });
}

function inWords(code, field, value) {
  const chosen = field === RADIO && controls(code, field).find((control) => control.value === value);
  return chosen ? chosen.labels[0].textContent.trim() : value || "(nothing)";
}

function count() {
  const rated = Array.from(form.querySelectorAll(`[data-field="${RADIO}"]:checked`)).filter((one) => one.value !== NOT_RATED);
  document.querySelector("[data-rated]").textContent = rated.length;
}

// Who said it; or, while it is not saved, that.
function say(code, field, text, { isSaved, isTrouble }) {
  const place = part(code).querySelector(`[data-said="${field}"]`);
  place.dataset.usual ??= place.textContent;
  if (isSaved && text) {
    place.dataset.usual = text;
  }
  place.textContent = isSaved ? place.dataset.usual : text;
  place.dataset.tone = isTrouble ? "danger" : "";
}

function showState(state) {
  status = state.status;
  const texts = state.texts.map(({ code, field, value }) => `${part(code)?.querySelector("h2").textContent ?? code}: ${inWords(code, field, value)}`);
  const text = [SENTENCES[status] ?? state.sentence, ...texts].join("\n");
  if (summary.textContent !== text) {
    summary.textContent = text;
  }
  summary.dataset.tone = ["saved", "saving"].includes(status) ? "" : "danger";
  if (status === "saved" && pressed) {
    form.requestSubmit(pressed);
  } else if (status !== "saving") {
    pressed = null;
  }
}

// What is on its way arrives first; what cannot arrive keeps the page open.
function leave(event) {
  if (status === "saved") {
    form.elements.csrfmiddlewaretoken.value = token() || form.elements.csrfmiddlewaretoken.value;
    return;
  }
  event.preventDefault();
  pressed = status === "saving" ? event.submitter : null;
  saving.flush();
}

// Others may rate criteria of other sections: those stand on another page.
function showField({ code, field, value, status: fieldStatus, sentence }) {
  if (!controls(code, field).length) {
    return;
  }
  const isSaved = fieldStatus === "saved";
  if (isSaved) {
    // The Save button must not take what is stored by now for a colleague's answer.
    before(code, field).value = value;
  }
  if (fieldStatus !== "conflict") {
    part(code).querySelector(`[data-conflict="${field}"]`)?.remove();
    put(code, field, value);
    count();
  }
  say(code, field, sentence, { isSaved, isTrouble: ["failed", "conflict"].includes(fieldStatus) });
}

function showConflict({ code, field, mine, theirs, by, at }) {
  if (!controls(code, field).length) {
    return;
  }
  part(code).querySelector(`[data-conflict="${field}"]`)?.remove();
  const box = template.content.cloneNode(true).firstElementChild;
  const who = box.querySelector("[data-slot=who]");
  box.dataset.conflict = field;
  who.id = `conflict-${code}-${field}`;
  who.textContent = `${by || "A colleague"} changed the same answer${at ? ` at ${at}` : ""}. Which stays?`;
  box.setAttribute("aria-labelledby", who.id);
  box.querySelector("[data-slot=theirs]").textContent = inWords(code, field, theirs);
  box.querySelector("[data-slot=mine]").textContent = inWords(code, field, mine);
  box.addEventListener("click", (event) => {
    const whose = event.target.closest("[data-choose]")?.dataset.choose;
    if (whose) {
      const back = controls(code, field).find((control) => control.checked) ?? controls(code, field)[0];
      saving.choose(code, field, whose);
      back.focus();
    }
  });
  part(code).querySelector(`[data-of="${field}"]`).append(box);
}

function change(control) {
  const code = control.closest("[data-code]").dataset.code;
  count();
  return saving.change(code, control.dataset.field, valueOf(code, control.dataset.field));
}

function stored() {
  const parts = Array.from(form.querySelectorAll("[data-code]"));
  return new Map(
    parts.flatMap(({ dataset: { code, version } }) =>
      [RADIO, "school_note"].map((field) => [`${code}|${field}`, { value: before(code, field).defaultValue, version: Number(version) }]),
    ),
  );
}

async function begin() {
  const { audit, author, changesUrl, signInUrl } = form.dataset;
  const known = stored();
  const on = { state: showState, field: showField, conflict: showConflict };
  // What a browser restored, or a page that came back with a problem, is not saved yet.
  const typed = Array.from(known.keys())
    .map((key) => key.split("|"))
    .filter(([code, field]) => valueOf(code, field) !== known.get(`${code}|${field}`).value.replaceAll("\r\n", "\n"))
    .map(([code, field]) => ({ code, field, value: valueOf(code, field) }));
  saving = await openSaving({ audit, author, changesUrl, signInUrl, stored: known, keep: false, on });
  typed.forEach(({ code, field, value }) => saving.change(code, field, value));
  form.addEventListener("input", (event) => event.target.dataset.field && change(event.target));
  form.addEventListener("submit", leave);
}

if (form) {
  begin();
}
