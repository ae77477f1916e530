// One criterion at a time: which one is shown, and where the cursor goes when another is.

const CLOSING = "closing";

export class Steps {
  constructor(form, { announce, describe }) {
    this.form = form;
    this.announce = announce;
    this.describe = describe;
    this.steps = [...form.querySelectorAll("article[data-code]"), form.querySelector(`#${CLOSING}`)];
    this.at = 0;
  }

  get current() {
    return this.steps[this.at];
  }

  // The code of the criterion shown; undefined on the page that closes the conversation.
  get code() {
    return this.current.dataset.code;
  }

  find(id) {
    const section = id.startsWith("section-") && document.getElementById(id);
    const wanted = section ? section.querySelector("article").id : id;
    return this.steps.findIndex((step) => step.id === wanted);
  }

  move(by) {
    const next = this.at + by;
    if (next < 0 || next >= this.steps.length) {
      this.announce(next < 0 ? "This is the first criterion." : "This is the end.");
      return;
    }
    this.show(next);
  }

  // Returns whether there is such a place.
  go(id, options) {
    const index = this.find(id || CLOSING);
    if (index >= 0) {
      this.show(index, options);
    }
    return index >= 0;
  }

  show(index, { takesFocus = true } = {}) {
    this.at = index;
    this.steps.forEach((step, number) => {
      step.hidden = number !== index;
    });
    this.form.querySelectorAll("section[data-section]").forEach((section) => {
      section.hidden = !section.contains(this.current);
    });
    this.mark();
    history.replaceState(history.state, "", `#${this.current.id}`);
    // Also when a page was opened at a criterion: the browser scrolled to where that stood among all the others.
    window.scrollTo({ top: 0, behavior: "instant" });
    if (takesFocus) {
      this.heading.focus({ preventScroll: true });
      this.announce(this.code === undefined ? "To close" : this.describe(this.code, this.place));
    }
  }

  get heading() {
    return this.current.querySelector("h2[tabindex], h3[tabindex]");
  }

  get place() {
    return `${this.at + 1} of ${this.steps.length - 1}`;
  }

  mark() {
    this.form.querySelectorAll("[data-strip] [data-go]").forEach((link) => {
      const isCurrent = link.dataset.go === (this.code ?? "");
      if (isCurrent) {
        link.setAttribute("aria-current", "true");
        const row = link.closest("[data-strip]");
        // Only sideways, and only where the strip scrolls.
        row.scrollLeft += link.getBoundingClientRect().left - row.getBoundingClientRect().left - row.clientWidth / 2;
      } else {
        link.removeAttribute("aria-current");
      }
    });
    this.form.querySelector("[data-place]").textContent = this.code === undefined ? "" : this.place;
    this.form.querySelector("[data-move='-1']").toggleAttribute("data-absent", this.at === 0);
    this.form.querySelector("[data-move='1']").toggleAttribute("data-absent", this.at === this.steps.length - 1);
  }
}
