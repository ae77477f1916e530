// Saves each answer of the data form as it is given, and says truthfully what is saved.
// Without this script the page's Save button does the same.

const PAUSE_AFTER_TYPING = 1200;
const FIRST_RETRY = 4000;
const LAST_RETRY = 60000;

const form = document.querySelector("form[data-data-form]");
const summary = document.querySelector("[data-saved]");
const questions = [];
let lastSaved = "";
let isLeaving = false;

// In another tab somebody may have come in anew: then the cookie is newer than the page.
function csrfToken() {
  const cookie = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
  return cookie ? decodeURIComponent(cookie[1]) : form.elements.csrfmiddlewaretoken.value;
}

// Browsers end a line their own way, and "not sure" is no answer.
function plain(value) {
  return value === "unknown" ? "" : value.replaceAll("\r\n", "\n").trim();
}

// One question: its box or choices, what the server holds, and how saving stands.
class Question {
  constructor(element) {
    this.element = element;
    this.name = element.dataset.question;
    this.fields = Array.from(element.querySelectorAll(`[name="${this.name}"]`));
    this.loaded = form.elements[`loaded_${this.name}`];
    this.state = element.querySelector("[data-state]");
    this.doubt = element.querySelector("[data-doubt]");
    this.status = "saved";
    this.wait = FIRST_RETRY;
    this.timer = 0;
    element.addEventListener("input", (event) => this.later(event.target.type === "radio" ? 0 : PAUSE_AFTER_TYPING));
    element.addEventListener("change", () => this.later(0));
    element.addEventListener("click", (event) => this.press(event.target.closest("[data-choose]")));
  }

  get value() {
    const isChoice = this.fields[0].type === "radio";
    return isChoice ? (this.fields.find((field) => field.checked)?.value ?? "") : this.fields[0].value;
  }

  put(value) {
    this.fields.forEach((field) => {
      if (field.type === "radio") {
        field.checked = field.value === (value || "unknown");
      } else {
        field.value = value;
      }
    });
  }

  isChanged() {
    return plain(this.value) !== plain(this.loaded.value);
  }

  later(milliseconds) {
    if (["saving", "conflict"].includes(this.status)) {
      return;
    }
    clearTimeout(this.timer);
    if (!this.isChanged()) {
      this.show("saved", "");
      return;
    }
    this.show("waiting", "");
    this.timer = setTimeout(() => this.save(), milliseconds);
  }

  async save() {
    clearTimeout(this.timer);
    if (["saving", "conflict"].includes(this.status)) {
      return;
    }
    this.show("saving", "");
    this.pending = this.post(this.value);
    await this.pending;
  }

  async post(sent) {
    let answer;
    let stored;
    try {
      answer = await fetch(form.dataset.saveUrl, {
        method: "POST",
        body: new URLSearchParams({ question: this.name, [this.name]: sent, [this.loaded.name]: this.loaded.value }),
        headers: { "X-CSRFToken": csrfToken(), Accept: "application/json" },
        redirect: "manual",
      });
      stored = answer.ok || [400, 409].includes(answer.status) ? await answer.json() : {};
    } catch {
      this.retry("no connection");
      return;
    }
    if (answer.ok) {
      this.stored(stored, sent);
    } else if (answer.status === 409) {
      this.ask(stored.value);
    } else if (answer.status === 400) {
      this.show("refused", `Not saved: ${stored.error}`);
    } else if (answer.type === "opaqueredirect" || answer.status === 403) {
      this.retry("your visit has ended; open the link in your e-mail in another tab");
    } else {
      this.retry("the server had a problem");
    }
  }

  stored(stored, sent) {
    this.loaded.value = stored.value;
    this.wait = FIRST_RETRY;
    this.element.querySelector("[data-source]")?.remove();
    questions.forEach((question) => question.point(stored.doubts[question.name] ?? ""));
    lastSaved = stored.at;
    this.show("saved", `Saved ${stored.at}`);
    if (this.value !== sent) {
      this.later(0);
    }
  }

  point(sentence) {
    if (this.doubt.textContent !== sentence) {
      this.doubt.textContent = sentence;
    }
    this.doubt.hidden = !sentence;
    // The list at the top is as old as the page: what was put right leaves it.
    const entry = document.querySelector(`[data-doubt-of="${this.name}"]`);
    if (entry && !sentence) {
      entry.remove();
    } else if (entry) {
      entry.firstElementChild.textContent = sentence;
    }
    const list = document.querySelector("[data-doubts]");
    if (list && !list.querySelector("li")) {
      list.remove();
    }
  }

  // A colleague answered the same question meanwhile: a person decides whose answer stays.
  ask(theirs) {
    if (plain(theirs) === plain(this.value)) {
      this.loaded.value = theirs;
      this.show("saved", "Saved by a colleague");
      return;
    }
    this.theirs = theirs;
    this.box = document.getElementById("conflict-template").content.cloneNode(true).firstElementChild;
    const what = this.box.querySelector("[data-slot=what]");
    what.id = `conflict_${this.name}`;
    what.textContent = `Somebody else answered “${this.element.dataset.label}” while you had the form open.`;
    this.box.setAttribute("aria-labelledby", what.id);
    this.box.querySelector("[data-choose=yours]").textContent = `Keep yours: ${this.inWords(this.value)}`;
    this.box.querySelector("[data-choose=theirs]").textContent = `Take theirs: ${this.inWords(theirs)}`;
    this.element.append(this.box);
    this.show("conflict", "Not saved yet: choose which answer stays.");
  }

  inWords(value) {
    const choice = this.fields.find((field) => field.type === "radio" && field.value === value);
    return choice ? choice.labels[0].textContent.trim() : value || "no answer";
  }

  press(button) {
    if (!button) {
      return;
    }
    this.loaded.value = this.theirs;
    if (button.dataset.choose === "theirs") {
      this.put(this.theirs);
    }
    this.box.remove();
    this.status = "waiting";
    (this.fields.find((field) => field.checked) ?? this.fields[0]).focus();
    this.later(0);
  }

  retry(reason) {
    this.show("failed", `Not saved yet – ${reason}; use Save below`);
    this.timer = setTimeout(() => this.save(), this.wait);
    this.wait = Math.min(this.wait * 2, LAST_RETRY);
  }

  show(status, text) {
    this.status = status;
    this.text = text;
    const isProblem = ["refused", "conflict"].includes(status);
    this.state.textContent = isProblem || status === "saved" ? text : "";
    this.state.hidden = !this.state.textContent;
    this.state.dataset.tone = isProblem ? "danger" : "";
    showSummary();
  }
}

function showSummary() {
  const open = questions.filter((question) => question.status !== "saved");
  const failed = open.find((question) => question.status === "failed");
  const stopped = open.filter((question) => ["refused", "conflict"].includes(question.status));
  let text = lastSaved ? `Saved ${lastSaved}` : "";
  if (failed) {
    text = failed.text;
  } else if (stopped.length) {
    text = `Not saved: ${stopped.map((question) => question.element.dataset.label).join("; ")}`;
  } else if (open.length) {
    text = "Saving…";
  }
  if (summary.textContent !== text) {
    summary.textContent = text;
  }
  summary.dataset.tone = failed || stopped.length ? "danger" : "";
}

if (form && summary) {
  // Where the page itself asks which of two answers stays, it is sent as a whole.
  Array.from(form.querySelectorAll("[data-question]"))
    .filter((element) => !element.querySelector(`[name="stays_${element.dataset.question}"]`))
    .forEach((element) => questions.push(new Question(element)));
  // What a browser restored after a reload, or a page that came back with a problem, is not saved.
  questions.filter((question) => question.isChanged()).forEach((question) => question.later(0));
  form.addEventListener("submit", (event) => {
    questions.forEach((question) => clearTimeout(question.timer));
    // An answer that is on its way arrives first: the page must not take it for a colleague's.
    const pending = questions.filter((question) => question.status === "saving").map((question) => question.pending);
    if (pending.length) {
      event.preventDefault();
      Promise.allSettled(pending).then(() => form.requestSubmit(event.submitter));
      return;
    }
    isLeaving = true;
    form.elements.csrfmiddlewaretoken.value = csrfToken();
  });
  window.addEventListener("online", () => questions.filter((one) => one.status === "failed").forEach((one) => one.save()));
  window.addEventListener("beforeunload", (event) => {
    if (!isLeaving && questions.some((question) => question.status !== "saved")) {
      event.preventDefault();
    }
  });
}
