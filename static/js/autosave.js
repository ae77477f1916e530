// Saves each change of the audit page as it is made, and says truthfully what is saved.
// Without this script the page's Save buttons do the same.

const PAUSE_AFTER_TYPING = 1200;
const FIRST_RETRY = 4000;
const LAST_RETRY = 60000;
const KEPT = "What you wrote is still here.";

const parts = [];
const summary = document.querySelector("[data-save-summary]");
const form = document.querySelector("form[data-autosave]");
let isLeaving = false;

// After somebody has signed in again in another tab, the cookie is newer than the page.
function csrfToken() {
  const cookie = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
  return cookie ? decodeURIComponent(cookie[1]) : form.elements.csrfmiddlewaretoken.value;
}

// One criterion (or the two texts of the audit): its fields, what the server holds, and how saving stands.
class Part {
  constructor(element) {
    this.element = element;
    this.url = element.dataset.saveUrl;
    this.state = element.querySelector("[data-save-state]");
    const prefix = `${element.dataset.prefix}-`;
    const own = Array.from(form.elements).filter((field) => field.name.startsWith(prefix));
    const named = (name) => own.filter((field) => field.name === prefix + name);
    this.versionField = named("version")[0];
    this.fields = new Map();
    this.before = new Map();
    own.filter((field) => field.name.endsWith("_before")).forEach((field) => {
      const name = field.name.slice(prefix.length, -"_before".length);
      this.fields.set(name, named(name));
      this.before.set(name, field);
    });
    this.status = "saved";
    this.wait = FIRST_RETRY;
    this.timer = 0;
    element.addEventListener("input", (event) => this.later(event.target.type === "radio" ? 0 : PAUSE_AFTER_TYPING));
    element.addEventListener("change", () => this.later(0));
    element.addEventListener("click", (event) => this.press(event.target.closest("button")));
  }

  value(name) {
    const fields = this.fields.get(name);
    if (fields[0].type !== "radio") {
      return fields[0].value.trim();
    }
    return fields.find((field) => field.checked)?.value ?? "";
  }

  put(name, value) {
    this.fields.get(name).forEach((field) => {
      if (field.type === "radio") {
        field.checked = field.value === value;
      } else {
        field.value = value;
      }
    });
  }

  values() {
    return Object.fromEntries(Array.from(this.fields.keys(), (name) => [name, this.value(name)]));
  }

  isChanged() {
    return Array.from(this.fields.keys()).some((name) => this.value(name) !== this.before.get(name).value);
  }

  later(milliseconds) {
    if (this.status === "conflict") {
      return;
    }
    if (this.status !== "saving") {
      if (!this.isChanged()) {
        clearTimeout(this.timer);
        this.show("saved", "");
        return;
      }
      if (this.status !== "failed") {
        this.show("waiting", "Not saved yet.");
      }
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.save(), milliseconds);
    }
    countDiscussed();
  }

  async save() {
    clearTimeout(this.timer);
    if (this.status === "saving" || this.status === "conflict") {
      return;
    }
    const sent = this.values();
    this.show("saving", "Saving…");
    const body = new URLSearchParams({ ...sent, version: this.versionField.value });
    let answer;
    let stored;
    try {
      answer = await fetch(this.url, {
        method: "POST",
        body,
        headers: { "X-CSRFToken": csrfToken(), Accept: "application/json" },
        redirect: "manual",
      });
      stored = answer.ok || [400, 409].includes(answer.status) ? await answer.json() : {};
    } catch {
      this.retry("no connection.");
      return;
    }
    if (answer.ok) {
      this.stored(stored, sent);
    } else if (answer.status === 409) {
      this.merge(stored);
    } else if (answer.status === 400) {
      this.show("failed", `Not saved: ${stored.error} ${KEPT}`, true);
    } else if (answer.type === "opaqueredirect" || answer.status === 403) {
      this.retry("you are signed out. Sign in again in another tab.");
    } else {
      this.retry("the server had a problem.");
    }
  }

  remember(stored) {
    this.versionField.value = stored.version;
    Object.entries(stored.values).forEach(([name, value]) => {
      this.before.get(name).value = value;
    });
  }

  stored(stored, sent) {
    this.remember(stored);
    this.wait = FIRST_RETRY;
    const isUntouched = Object.entries(sent).every(([name, value]) => this.value(name) === value);
    this.show("saved", `Saved ${stored.at}`);
    if (!isUntouched) {
      this.later(0);
    }
  }

  // Somebody else was first. What only one of us changed is taken over; what both changed, a person decides.
  merge(stored) {
    const mine = this.values();
    const contested = Object.keys(mine).filter((name) => {
      const before = this.before.get(name).value;
      const theirs = stored.values[name];
      return mine[name] !== before && theirs !== before && mine[name] !== theirs;
    });
    Object.keys(mine).forEach((name) => {
      if (mine[name] === this.before.get(name).value) {
        this.put(name, stored.values[name]);
      }
    });
    this.remember(stored);
    if (!contested.length) {
      this.show("waiting", "");
      this.save();
      return;
    }
    this.ask(stored, contested);
  }

  ask(stored, contested) {
    const box = document.getElementById("audit-conflict-template").content.cloneNode(true).firstElementChild;
    const who = stored.by || "Somebody else";
    box.querySelector("[data-slot=who]").textContent = `${who} saved something else here at ${stored.at}:`;
    const list = box.querySelector("[data-slot=theirs]");
    contested.forEach((name) => {
      list.append(
        Object.assign(document.createElement("dt"), { textContent: this.label(name) }),
        Object.assign(document.createElement("dd"), { textContent: this.inWords(name, stored.values[name]) }),
      );
    });
    this.contested = contested;
    this.box = box;
    this.element.querySelector("fieldset, .field").before(box);
    this.show("conflict", "Not saved: choose whose to keep.");
  }

  label(name) {
    const field = this.fields.get(name)[0];
    return field.type === "radio" ? "Their rating" : `Theirs: ${field.labels[0].firstChild.textContent.trim()}`;
  }

  inWords(name, value) {
    const field = this.fields.get(name).find((each) => each.value === value && each.type === "radio");
    return field ? field.labels[0].textContent.trim() : value || "(nothing)";
  }

  press(button) {
    if (button?.dataset.retry !== undefined) {
      this.save();
    } else if (button?.dataset.choose) {
      if (button.dataset.choose === "theirs") {
        this.contested.forEach((name) => this.put(name, this.before.get(name).value));
      }
      this.box.remove();
      this.status = "waiting";
      const first = this.fields.get(this.contested[0]);
      (first.find((field) => field.checked) ?? first[0]).focus();
      countDiscussed();
      this.save();
    }
  }

  retry(reason) {
    const seconds = Math.round(this.wait / 1000);
    this.show("failed", `Not saved: ${reason} ${KEPT} Trying again in ${seconds} seconds.`, true);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), this.wait);
    this.wait = Math.min(this.wait * 2, LAST_RETRY);
  }

  show(status, text, canRetry = false) {
    this.status = status;
    this.state.textContent = text;
    this.state.dataset.tone = ["failed", "conflict"].includes(status) ? "danger" : "";
    if (canRetry) {
      this.state.append(document.getElementById("audit-retry-template").content.cloneNode(true));
    }
    if (status === "saved" && text) {
      summary.dataset.last = text;
    }
    showSummary();
  }
}

function showSummary() {
  const open = parts.filter((part) => part.status !== "saved");
  const failed = open.filter((part) => ["failed", "conflict"].includes(part.status));
  let text = summary.dataset.last ? `All ${summary.dataset.last.toLowerCase()}` : "All saved";
  if (failed.length) {
    text = failed.length === 1 ? `Not saved: ${failed[0].element.dataset.name}` : `Not saved: ${failed.length} changes`;
  } else if (open.length) {
    text = "Saving…";
  }
  if (summary.textContent !== text) {
    summary.textContent = text;
  }
  summary.dataset.tone = failed.length ? "danger" : "";
}

function countDiscussed() {
  document.querySelectorAll("[data-section]").forEach((entry) => {
    const chosen = document.querySelectorAll(`#section-${entry.dataset.section} input[type=radio]:checked`);
    const discussed = Array.from(chosen).filter((field) => field.value !== "not_discussed").length;
    entry.querySelector("[data-discussed]").textContent = discussed;
    entry.querySelector("progress").value = discussed;
  });
  const missing = document.querySelector(".audit-criterion input[value=not_discussed]:checked");
  const next = document.querySelector("[data-next]");
  next.closest("p").hidden = !missing;
  if (missing) {
    next.href = `#${missing.closest(".audit-criterion").id}`;
  }
}

function warnBeforeLeaving(hasUnsaved) {
  window.addEventListener("beforeunload", (event) => {
    if (!isLeaving && hasUnsaved()) {
      event.preventDefault();
    }
  });
}

if (form && summary) {
  document.querySelectorAll("[data-save-url]").forEach((element) => parts.push(new Part(element)));
  // A browser that restores what was typed before a reload, or a page that came back with conflicts, has unsaved changes.
  parts.filter((part) => part.isChanged() && !part.element.querySelector(".audit-conflict")).forEach((part) => part.later(0));
  form.addEventListener("submit", () => {
    isLeaving = true;
    form.elements.csrfmiddlewaretoken.value = csrfToken();
  });
  window.addEventListener("online", () => parts.filter((part) => part.status === "failed").forEach((part) => part.save()));
  warnBeforeLeaving(() => parts.some((part) => part.status !== "saved"));
  showSummary();
  countDiscussed();
}

const plain = document.querySelector("form[data-warn-unsaved]");
if (plain) {
  const serialised = () => new URLSearchParams(new FormData(plain)).toString();
  const atFirst = serialised();
  plain.addEventListener("submit", () => {
    isLeaving = true;
  });
  warnBeforeLeaving(() => document.querySelector(".error-summary") !== null || serialised() !== atFirst);
}
