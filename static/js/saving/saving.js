// Saving you can trust: each change is kept on this device at once, sent in order, and acknowledged or told about.
// The page shows what it is told by `on`; nothing here touches the page.
//
//   const saving = await openSaving({ audit, author, changesUrl, signInUrl, stored, keep, on: { state, field, conflict } });
//   saving.change("P-INT-01", "agreed", "green");

import { Journal } from "./journal.js";
import {
  acknowledge,
  add,
  begin,
  choose,
  disagree,
  discard,
  firstToSend,
  forget,
  hear,
  keyOf,
  keyOfChange,
  known,
  learn,
  recall,
  refuse,
  tryAgain,
  unsent,
} from "./queue.js";
import { alone, Sender, token } from "./sender.js";
import { fieldSentence, stateOf } from "./wording.js";

const TEXTS = ["school_note", "note", "reason", "strengths", "private_note", "parking_note"];
const PAUSE_AFTER_TYPING = 1000;
const FIRST_RETRY = 2000;
const LAST_RETRY = 60000;
const HEAR_EVERY = 20000;
const HEAR_AT_MOST_EVERY = 3000;

export async function openSaving({ audit, author, changesUrl, signInUrl = "", stored = new Map(), keep = true, on = {} }) {
  const journal = await Journal.open({ author: String(author), audit: String(audit), changesUrl, keep });
  const saving = new Saving({ journal, author: String(author), audit: String(audit), changesUrl, signInUrl, stored, on });
  await saving.open();
  return saving;
}

class Saving {
  #journal;
  #content;
  #sender;
  #lock;
  #channel;
  #on;
  #stored;
  #signInUrl;
  #obstacle = navigator.onLine === false ? "no-network" : "";
  #auditStatus = "open";
  // What was typed and is on its way into the journal: "code|field" -> { value }.
  #typed = new Map();
  #shown = new Map();
  #shownState = "";
  #isSending = false;
  #isAskedAgain = false;
  #isAskedToKeep = false;
  #wait = FIRST_RETRY;
  #timer = 0;
  #heardAt = 0;

  constructor({ journal, author, audit, changesUrl, signInUrl, stored, on }) {
    this.#journal = journal;
    this.#sender = new Sender({ changesUrl, author });
    this.#lock = `audit-changes-${author}-${audit}`;
    this.#on = { state: () => {}, field: () => {}, conflict: () => {}, ...on };
    this.#stored = stored;
    this.#signInUrl = signInUrl;
  }

  // What the journal holds goes over what the page was rendered with; `on` hears where they differ.
  async open() {
    const learnAll = (content) => Array.from(this.#stored).reduce((sum, [key, value]) => learn(sum, key, value), content);
    this.#content = await this.#journal.update(learnAll);
    this.#stored.forEach(({ value }, key) => {
      const view = this.#view(key);
      this.#shown.set(key, view.status === "saved" && view.value === value ? signature(view) : "");
    });
    this.#listen();
    this.#show();
    this.#goOn();
  }

  // Fulfilled when the change is kept on this device (or, where it keeps nothing, in this page).
  async change(code, field, value) {
    const key = keyOf(code, field);
    const typed = { value: value.replaceAll("\r\n", "\n") };
    this.#typed.set(key, typed);
    this.#show();
    const entry = { ...signed(), code, field, value: typed.value };
    const content = await this.#update((before) => add(before, entry));
    if (this.#typed.get(key) === typed) {
      this.#typed.delete(key);
    }
    this.#take(content, { isNews: true });
    this.#askToKeep();
    this.#send();
  }

  // Decides a conflict; `whose` is "mine" or "theirs".
  async choose(code, field, whose) {
    const made = signed();
    this.#take(await this.#update((content) => choose(content, keyOf(code, field), whose, made)), { isNews: true });
    this.#send();
  }

  // Sends everything again at once, also what could not be saved.
  async retry() {
    this.#take(await this.#update(tryAgain), { isNews: true });
    this.#goOn();
  }

  // Gives up what could not be saved in this field.
  async discard(code, field) {
    this.#take(await this.#update((content) => discard(content, keyOf(code, field))), { isNews: true });
    this.#forgetIfClosed();
  }

  // Sends what was typed a moment ago without waiting for more.
  flush() {
    this.#send({ isHurried: true });
  }

  value(code, field) {
    return this.#view(keyOf(code, field)).value;
  }

  #view(key) {
    const entry = unsent(this.#content, key);
    const typed = this.#typed.get(key);
    const { value, by, at, isMine } = known(this.#content, key);
    if (!entry && !typed) {
      return { value, by, at, status: "saved", sentence: fieldSentence({ status: "saved", by, at, isMine }) };
    }
    const status = entry && entry.status !== "waiting" && (!typed || entry.status === "conflict") ? entry.status : "waiting";
    const view = { value: typed?.value ?? entry.value, by: "", at: "", status };
    return { ...view, sentence: fieldSentence({ ...view, problem: entry?.problem }), theirs: entry?.theirs };
  }

  #update(rule) {
    return this.#journal.update((content) => rule(recall(content, this.#content)));
  }

  // Asks the browser, once there is something to lose, not to make room by throwing it away.
  #askToKeep() {
    if (this.#journal.isKept && !this.#isAskedToKeep) {
      this.#isAskedToKeep = true;
      navigator.storage?.persist?.().catch(() => {});
    }
  }

  #take(content, { isNews = false } = {}) {
    this.#content = recall(content, this.#content);
    if (isNews) {
      this.#channel?.postMessage("changed");
    }
    this.#show();
  }

  #show() {
    const keys = new Set([...this.#stored.keys(), ...Object.keys(this.#content.known), ...this.#typed.keys()]);
    this.#content.queue.forEach((entry) => keys.add(keyOfChange(entry)));
    keys.forEach((key) => this.#showField(key));
    const typed = Array.from(this.#typed.keys()).filter((key) => !unsent(this.#content, key)).length;
    const state = stateOf({
      queue: this.#content.queue,
      waiting: this.#content.queue.length + typed,
      savedAt: this.#content.savedOn === today() ? this.#content.savedAt : "",
      obstacle: this.#obstacle,
      isKept: this.#journal.isKept,
      auditStatus: this.#auditStatus,
      signInUrl: this.#signInUrl,
    });
    const asText = JSON.stringify(state);
    if (asText !== this.#shownState) {
      this.#shownState = asText;
      this.#on.state(state);
    }
  }

  #showField(key) {
    const view = this.#view(key);
    const asText = signature(view);
    if (this.#shown.get(key) === asText) {
      return;
    }
    this.#shown.set(key, asText);
    const [code, field] = key.split("|");
    const { theirs, ...plain } = view;
    this.#on.field({ code, field, ...plain });
    if (view.status === "conflict") {
      this.#on.conflict({ code, field, mine: view.value, theirs: theirs.value, by: theirs.by, at: theirs.at });
    }
  }

  async #send({ isHurried = false } = {}) {
    if (this.#isSending) {
      this.#isAskedAgain = true;
      return;
    }
    this.#isSending = true;
    try {
      do {
        this.#isAskedAgain = false;
        await alone(this.#lock, () => this.#sendAll(isHurried));
      } while (this.#isAskedAgain);
    } finally {
      this.#isSending = false;
      this.#show();
    }
  }

  async #sendAll(isHurried) {
    for (;;) {
      this.#take(await this.#journal.read());
      const first = firstToSend(this.#content);
      if (!first || this.#obstacle || (!token() && !(await this.#hear()))) {
        return;
      }
      const rest = isHurried ? 0 : this.#restOf(first);
      if (rest > 0) {
        this.#later(rest);
        return;
      }
      this.#take(await this.#update((content) => begin(content, first.id)), { isNews: true });
      const change = this.#content.queue.find((entry) => entry.id === first.id);
      if (change && !(await this.#digest(change, await this.#sender.send(change)))) {
        return;
      }
    }
  }

  // A text that is being typed is sent once it rests, or something else is changed.
  #restOf(change) {
    const isLast = this.#content.queue.at(-1).id === change.id;
    if (!isLast || change.isTried || !TEXTS.includes(change.field)) {
      return 0;
    }
    const age = Date.now() - new Date(change.madeAt).getTime();
    return age < 0 ? 0 : PAUSE_AFTER_TYPING - age;
  }

  // Writes down what the portal answered; true when the next change may follow.
  async #digest(change, { outcome, stored, problem }) {
    const rules = {
      stored: (content) => acknowledge(content, change.id, stored, today()),
      conflict: (content) => disagree(content, change.id, stored),
      refused: (content) => refuse(content, change.id, problem || "The portal could not store this."),
    };
    if (!rules[outcome]) {
      this.#stop(outcome);
      return false;
    }
    this.#obstacle = "";
    this.#wait = FIRST_RETRY;
    this.#take(await this.#update(rules[outcome]), { isNews: true });
    return true;
  }

  // Nothing gets through. What waits stays where it is, and is tried again by itself.
  #stop(obstacle) {
    this.#obstacle = obstacle;
    const wait = this.#wait * (0.8 + 0.4 * Math.random());
    this.#wait = Math.min(this.#wait * 2, LAST_RETRY);
    this.#later(wait);
    this.#show();
  }

  #later(milliseconds) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.#obstacle ? this.#goOn() : this.#send()), milliseconds + 5);
  }

  // First ask: the answer brings a fresh token, and says whether anything would get through. A change that is sent
  // without a token makes the portal hand out one, and a sign-in page that is just open would no longer be good.
  async #goOn() {
    await this.#hear();
    this.#send();
  }

  // What others have changed meanwhile; true when the portal has answered.
  async #hear() {
    this.#heardAt = Date.now();
    const after = this.#content.after;
    const { outcome, stored } = await this.#sender.hear(after);
    if (outcome !== "stored") {
      this.#stop(outcome);
      return false;
    }
    this.#obstacle = "";
    this.#auditStatus = stored.status;
    const rule =
      Number(stored.last) < after
        ? (content) => forget(content, this.#stored)
        : (content) => hear(content, { lines: stored.changes, last: Number(stored.last) });
    this.#take(await this.#update(rule), { isNews: stored.changes.length > 0 });
    this.#forgetIfClosed();
    return true;
  }

  #forgetIfClosed() {
    if (this.#auditStatus !== "open" && !this.#content.queue.length) {
      this.#journal.remove();
    }
  }

  #listen() {
    if (this.#journal.isKept && "BroadcastChannel" in window) {
      this.#channel = new BroadcastChannel(this.#lock);
      this.#channel.addEventListener("message", async () => this.#take(await this.#journal.read()));
    }
    window.addEventListener("online", () => this.#goOn());
    window.addEventListener("offline", () => {
      this.#obstacle = "no-network";
      this.#later(LAST_RETRY);
      this.#show();
    });
    const look = () => {
      if (document.visibilityState === "hidden") {
        this.flush();
      } else if (Date.now() - this.#heardAt > HEAR_AT_MOST_EVERY) {
        this.#goOn();
      }
    };
    document.addEventListener("visibilitychange", look);
    window.addEventListener("pageshow", (event) => event.persisted && look());
    window.addEventListener("focus", look);
    setInterval(() => document.visibilityState === "visible" && !this.#obstacle && this.#auditStatus === "open" && this.#hear(), HEAR_EVERY);
    window.addEventListener("beforeunload", (event) => {
      const isAtRisk = this.#typed.size > 0 || (!this.#journal.isKept && this.#content.queue.length > 0);
      if (isAtRisk) {
        event.preventDefault();
      }
    });
  }
}

function signature({ value, status, sentence, theirs }) {
  return JSON.stringify([value, status, sentence, theirs?.version]);
}

function today() {
  return new Date().toDateString();
}

// A new change: an id that no other has, and the time of this device.
function signed() {
  return { id: newId(), madeAt: new Date().toISOString() };
}

function newId() {
  if (crypto.randomUUID) {
    return crypto.randomUUID();
  }
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 12)}4${hex.slice(13, 16)}a${hex.slice(17)}`;
}
