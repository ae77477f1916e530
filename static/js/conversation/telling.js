// Says how saving stands: the sentence on top, what could not be saved, and two texts to choose from.

const QUIET = ["saved", "saving"];

export class Telling {
  constructor(form, fields, { announce, choose, show }) {
    this.form = form;
    this.fields = fields;
    this.announce = announce;
    this.choose = choose;
    this.show = show;
    this.summary = document.querySelector("[data-save-summary]");
    this.actions = document.querySelector("[data-save-actions]");
    this.trouble = document.querySelector("[data-trouble]");
    this.state = { status: "saved", sentence: "", texts: [] };
    this.told = "saved";
    this.trouble.querySelector("[data-copy]").addEventListener("click", () => this.copy());
    this.actions.querySelector("[data-show-conflict]").addEventListener("click", () => this.showConflict());
    this.actions.querySelector("[data-show-texts]").addEventListener("click", () => {
      this.trouble.scrollIntoView({ block: "start", behavior: "instant" });
      this.trouble.querySelector("h2").focus({ preventScroll: true });
    });
  }

  tell(state) {
    this.state = state;
    this.render();
  }

  render() {
    const { status, sentence, texts } = this.state;
    const hasConflict = this.form.querySelector("[data-conflict] > *") !== null;
    if (this.summary.textContent !== sentence) {
      this.summary.textContent = sentence;
    }
    this.summary.dataset.status = hasConflict ? "conflict" : status;
    // Whoever is signed in now did not open this page: what it shows is not theirs.
    this.form.toggleAttribute("data-withheld", status === "other-account");
    const offer = (name, isOffered) => {
      this.actions.querySelector(`[data-${name}]`).hidden = !isOffered;
    };
    offer("retry", ["failed", "waiting"].includes(status));
    offer("sign-in", ["signed-out", "other-account"].includes(status));
    offer("show-conflict", hasConflict);
    offer("show-texts", (texts ?? []).length > 0);
    this.actions.hidden = !this.actions.querySelector(":scope > :not([hidden])");
    this.list(texts ?? []);
    // Aloud only when it changes between well and not well, not for each touch.
    const loud = QUIET.includes(status) ? "saved" : status;
    if (loud !== this.told && status !== "saving") {
      this.told = loud;
      this.announce(sentence);
    }
  }

  list(texts) {
    this.trouble.hidden = texts.length === 0;
    const rows = texts.map(({ code, field, value }) => {
      const row = document.createElement("div");
      row.append(
        Object.assign(document.createElement("dt"), { textContent: this.fields.label(code, field) }),
        Object.assign(document.createElement("dd"), { textContent: this.fields.inWords(code, field, value) }),
      );
      return row;
    });
    this.trouble.querySelector("[data-texts]").replaceChildren(...rows);
  }

  async copy() {
    const rows = Array.from(this.trouble.querySelectorAll("[data-texts] > div"), (row) =>
      Array.from(row.children, (each) => each.textContent).join(": "),
    );
    const answer = this.trouble.querySelector("[data-copied]");
    try {
      await navigator.clipboard.writeText(rows.join("\n"));
      answer.textContent = "Copied.";
    } catch {
      answer.textContent = "This browser does not let us copy. Please mark the text and copy it yourself.";
    }
  }

  place(code, field) {
    return Array.from(this.form.querySelectorAll("[data-code]"))
      .filter((part) => part.dataset.code === code)
      .map((part) => part.querySelector(`[data-conflict="${field}"]`))
      .find(Boolean);
  }

  ask({ code, field, mine, theirs, by, at }) {
    const box = document.querySelector("[data-conflict-template]").content.cloneNode(true).firstElementChild;
    const slot = (name) => box.querySelector(`[data-slot=${name}]`);
    const who = `${by || "Somebody else"} saved something else here${at ? ` at ${at}` : ""}. Which shall stay?`;
    slot("who").textContent = who;
    box.setAttribute("aria-label", `${this.fields.label(code, field)}: ${who}`);
    slot("mine").textContent = this.fields.inWords(code, field, mine);
    slot("theirs").textContent = this.fields.inWords(code, field, theirs);
    box.querySelectorAll("[data-choose]").forEach((button) => {
      button.addEventListener("click", () => {
        const input = this.fields.first(code, field);
        this.settle(code, field);
        this.choose({ code, field, value: { mine, theirs }[button.dataset.choose], whose: button.dataset.choose });
        (this.fields.first(code, field) ?? input).focus();
      });
    });
    const place = this.place(code, field);
    const isNew = place.children.length === 0;
    place.replaceChildren(box);
    this.render();
    if (isNew) {
      this.announce(box.getAttribute("aria-label"));
    }
  }

  settle(code, field) {
    const place = this.place(code, field);
    if (place?.children.length) {
      place.replaceChildren();
      this.render();
    }
  }

  showConflict() {
    const box = this.form.querySelector("[data-conflict] > *");
    this.show(box);
    box.scrollIntoView({ block: "center", behavior: "instant" });
    box.focus({ preventScroll: true });
  }

  // How one field stands, in words beside it.
  beside(code, field, sentence) {
    Array.from(this.form.querySelectorAll("[data-code]"))
      .filter((part) => part.dataset.code === code)
      .map((part) => part.querySelector(`[data-state="${field}"]`))
      .filter((element) => element && element.textContent !== (sentence ?? ""))
      .forEach((element) => {
        element.textContent = sentence ?? "";
      });
  }
}
