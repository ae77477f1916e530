// What follows from the ratings on the page: the strip, the counts, the reasons asked for, the parking lot.

const UNDISCUSSED = "not_discussed";

function setShape(element, value) {
  element.querySelector("use").setAttribute("href", `#shape-${value}`);
}

// A badge as on the server: templates/audits/_shape.html.
function badge(value, word) {
  const template = document.querySelector("[data-shape-template]").content.cloneNode(true).firstElementChild;
  template.classList.add(`rag-${value}`);
  setShape(template, value);
  template.append(word);
  return template;
}

export class Drawing {
  constructor(form, fields) {
    this.form = form;
    this.fields = fields;
    this.articles = Array.from(form.querySelectorAll("article[data-code]"));
  }

  article(code) {
    return this.form.querySelector(`article[data-code="${CSS.escape(code)}"]`);
  }

  agreed(code) {
    return this.fields.read(code, "agreed");
  }

  isParked(code) {
    return this.fields.read(code, "is_parked") !== "";
  }

  // "P-INT-01 A shared vision, 1 of 31: Red, parked".
  describe(code, place) {
    const parked = this.isParked(code) ? ", parked" : "";
    const word = this.fields.inWords(code, "agreed", this.agreed(code));
    return `${code} ${this.article(code).dataset.title}, ${place}: ${word}${parked}`;
  }

  // The school's own view, which others may change while the page is open.
  showSchool(code, field, value) {
    const element = this.article(code)?.querySelector(`[data-show="${field}"]`);
    if (!element) {
      return;
    }
    element.dataset.value = value;
    if (field === "school_note") {
      element.textContent = value;
      element.hidden = !value;
    } else if (value === UNDISCUSSED) {
      element.textContent = "Not rated beforehand";
    } else {
      element.replaceChildren(badge(value, this.fields.inWords(code, "agreed", value)));
    }
  }

  all() {
    this.articles.forEach((article) => this.criterion(article.dataset.code));
    this.totals();
  }

  changed(code) {
    if (code) {
      this.criterion(code);
    }
    this.totals();
  }

  criterion(code) {
    const agreed = this.agreed(code);
    const mark = this.form.querySelector(`.conversation-mark[data-go="${CSS.escape(code)}"]`);
    mark.className = `conversation-mark rag-${agreed}`;
    setShape(mark, agreed);
    mark.querySelector("[data-word]").textContent = this.fields.inWords(code, "agreed", agreed);
    mark.querySelector("[data-flag]").toggleAttribute("hidden", !this.isParked(code));
    mark.querySelector("[data-parked-word]").textContent = this.isParked(code) ? ", parked" : "";
    const article = this.article(code);
    const school = article.querySelector('[data-show="school"]').dataset.value;
    const reason = article.querySelector("[data-reason]");
    reason.hidden = school === UNDISCUSSED || agreed === UNDISCUSSED || school === agreed;
  }

  totals() {
    this.form.querySelectorAll("[data-part]").forEach((part) => {
      const codes = Array.from(part.querySelectorAll("[data-go]"), (link) => link.dataset.go);
      const discussed = codes.filter((code) => this.agreed(code) !== UNDISCUSSED).length;
      part.querySelector("[data-discussed]").textContent = discussed;
    });
    const codes = this.articles.map((article) => article.dataset.code);
    const missing = codes.filter((code) => this.agreed(code) === UNDISCUSSED);
    const parked = codes.filter((code) => this.isParked(code));
    this.list(this.form.querySelector("[data-missing]"), missing);
    this.list(this.form.querySelector("[data-parking-list]"), parked);
    this.form.querySelector("[data-missing-box]").hidden = missing.length === 0;
    this.form.querySelector("[data-nothing-parked]").hidden = parked.length > 0;
    document.querySelector("[data-all-discussed]").hidden = missing.length > 0;
  }

  list(element, codes) {
    const shown = Array.from(element.querySelectorAll("[data-go]"), (link) => link.dataset.go);
    if (shown.join() === codes.join()) {
      return;
    }
    element.replaceChildren(
      ...codes.map((code) => {
        const link = Object.assign(document.createElement("a"), {
          href: `#${code}`,
          textContent: `${code} ${this.article(code).dataset.title}`,
        });
        link.dataset.go = code;
        const item = document.createElement("li");
        item.append(link);
        return item;
      }),
    );
  }
}
