// Conversation mode: one criterion in focus, each touch saved by itself. Without this script the page is a plain form.

import { Drawing } from "./conversation/drawing.js";
import { Fields, keyOf } from "./conversation/fields.js";
import { listenForKeys } from "./conversation/keys.js";
import { Steps } from "./conversation/moving.js";
import { Telling } from "./conversation/telling.js";
import { showTime } from "./conversation/time.js";
import { openSaving } from "./saving/saving.js";

const form = document.querySelector("form[data-conversation]");
const live = document.querySelector("[data-announce]");
const fields = new Fields(form);
const drawing = new Drawing(form, fields);
// What the engine wants to show while it opens; afterwards null.
let early = [];
let saving = null;

function announce(words) {
  live.textContent = words;
}

const telling = new Telling(form, fields, {
  announce,
  choose: ({ code, field, value, whose }) => {
    fields.put(code, field, value);
    saving.choose(code, field, whose);
    drawing.changed(code);
  },
  show: (element) => steps.go(element.closest("article, #closing, aside").id, { takesFocus: false }),
});
const steps = new Steps(form, {
  announce,
  describe: (code, place) => drawing.describe(code, place),
});

function record(code, field) {
  saving.change(code, field, fields.read(code, field));
  drawing.changed(code);
}

function showField(message) {
  if (early) {
    early.push(message);
    return;
  }
  const { code, field, value, sentence, status } = message;
  if (field === "school" || field === "school_note") {
    drawing.showSchool(code, field, value);
  } else {
    fields.put(code, field, value);
  }
  if (status !== "conflict") {
    telling.settle(code, field);
  }
  telling.beside(code, field, sentence);
  drawing.changed(code);
}

function rate(value) {
  const code = steps.code;
  const input = code && fields.inputs.get(keyOf(code, "agreed")).find((each) => each.value === value);
  if (!input) {
    announce(code ? "Not applicable is not offered here: this applies to every school." : "There is nothing to rate here.");
    return true;
  }
  input.checked = true;
  record(code, "agreed");
  announce(`Agreed: ${fields.inWords(code, "agreed", value)}`);
  return true;
}

function park() {
  const code = steps.code;
  const box = code && fields.first(code, "is_parked");
  if (box) {
    box.checked = !box.checked;
    record(code, "is_parked");
    announce(box.checked ? "Parked as a possible priority" : "No longer parked");
  }
  return true;
}

function write() {
  const note = fields.first(steps.code ?? "", steps.code ? "note" : "strengths");
  note.focus();
  return true;
}

function listen() {
  // Each letter: the engine keeps it at once, and sends it when the writing rests.
  form.addEventListener("input", (event) => {
    if (event.target.matches("[data-field]")) {
      const { code, field } = fields.place(event.target);
      record(code, field);
    }
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    const link = event.target.closest("a[href^='#']");
    if (button) {
      steps.move(Number(button.dataset.move));
    } else if (link && steps.go(link.hash.slice(1))) {
      event.preventDefault();
    }
  });
  window.addEventListener("hashchange", () => steps.go(location.hash.slice(1)));
  document.querySelector("[data-retry]").addEventListener("click", () => saving.retry());
  listenForKeys({
    rate,
    park,
    write,
    move: (by) => {
      steps.move(by);
      return true;
    },
    leave: () => steps.heading.focus({ preventScroll: true }),
  });
}

function enhance() {
  document.body.classList.add("is-conversing");
  document.querySelectorAll("[data-plain]").forEach((element) => {
    element.hidden = true;
  });
  document.querySelectorAll("[data-enhanced]").forEach((element) => {
    element.hidden = false;
  });
  drawing.all();
  if (!matchMedia("(min-width: 48rem)").matches) {
    document.querySelector("[data-again]")?.removeAttribute("open");
  }
  // Where a criterion begins is the place to be, not how far down the page was when it was left.
  history.scrollRestoration = "manual";
  // At a follow-up visit every criterion may have its rating already.
  const first = form.querySelector("[data-missing] [data-go]") ?? form.querySelector("[data-again] [data-go]");
  const firstOpen = first?.dataset.go;
  const isThere = location.hash && steps.go(location.hash.slice(1), { takesFocus: false });
  if (!isThere) {
    steps.go(firstOpen ?? "closing", { takesFocus: false });
  }
  listen();
  showTime(form.dataset.audit);
}

async function open() {
  const stored = fields.stored();
  saving = await openSaving({
    audit: form.dataset.audit,
    author: form.dataset.author,
    changesUrl: form.dataset.changesUrl,
    signInUrl: form.dataset.signInUrl,
    stored,
    keep: true,
    on: { state: (state) => telling.tell(state), field: showField, conflict: (both) => telling.ask(both) },
  });
  // What was entered before this script was ready counts as entered now.
  const entered = [...fields.inputs.values()]
    .map(([input]) => fields.place(input))
    .filter(({ code, field }) => fields.read(code, field) !== stored.get(keyOf(code, field)).value.trim());
  const messages = early;
  early = null;
  messages.filter((each) => !entered.some(({ code, field }) => each.code === code && each.field === field)).forEach(showField);
  enhance();
  entered.forEach(({ code, field }) => record(code, field));
}

// A page that came back with mistakes or with two texts is finished as the plain form that it is, without this script.
open();
