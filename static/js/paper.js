// Typing in a paper audit: each letter shows its rating and moves on, and a mistake is told at once.
// Without this script the page is one plain form.

const RATINGS = {
  r: "red", 1: "red", a: "amber", 2: "amber", g: "green", 3: "green", n: "not_discussed", 0: "not_discussed", x: "not_applicable",
};
const LETTERS = { red: "R", amber: "A", green: "G", not_discussed: "N", not_applicable: "X" };
const WORDS = { red: "Red", amber: "Amber", green: "Green", not_discussed: "Not discussed", not_applicable: "Not applicable" };
const SVG = "http://www.w3.org/2000/svg";

const form = document.querySelector("form[data-paper]");
const trouble = form?.querySelector("[data-trouble]");
let isLeaving = false;
let isChecked = false;

const ratingOf = (box) => (box ? RATINGS[box.value.trim().toLowerCase()] : undefined);
const isSettled = (rating) => rating !== undefined && rating !== "not_discussed";

// In another tab somebody may have signed in anew: then the cookie is newer than the page.
function csrfToken() {
  const cookie = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
  return cookie ? decodeURIComponent(cookie[1]) : form.elements.csrfmiddlewaretoken.value;
}

function mistakeIn(box) {
  const typed = box.value.trim();
  if (!typed) {
    return "";
  }
  const rating = ratingOf(box);
  if (!rating) {
    return "Type r, a, g, n or x (or 1, 2, 3, 0).";
  }
  const isNowhere = rating === "not_applicable" && box.dataset.mayNotApply === undefined;
  return isNowhere ? "This one applies to every school: type r, a, g or n." : "";
}

function showWord(box, rating) {
  const word = box.parentElement.querySelector("[data-word]");
  word.className = rating ? `paper-word rag rag-${rating}` : "paper-word";
  word.replaceChildren();
  if (!rating) {
    return;
  }
  const icon = document.createElementNS(SVG, "svg");
  icon.setAttribute("class", "icon");
  icon.setAttribute("aria-hidden", "true");
  icon.append(document.createElementNS(SVG, "use"));
  icon.firstChild.setAttribute("href", `#shape-${rating}`);
  word.append(icon, Object.assign(document.createElement("span"), { textContent: WORDS[rating] }));
}

function check(box) {
  const mistake = mistakeIn(box);
  const sentence = Object.assign(document.createElement("p"), { textContent: mistake });
  box.parentElement.querySelector("[data-mistake]").replaceChildren(...(mistake ? [sentence] : []));
  box.classList.toggle("is-invalid", Boolean(mistake));
  box.toggleAttribute("aria-invalid", Boolean(mistake));
  showWord(box, mistake ? undefined : ratingOf(box));
  return !mistake;
}

// A reason is asked for only where the school rated itself and something else was agreed.
function askForReason(line) {
  const [school, agreed] = ["school", "agreed"].map((name) => ratingOf(line.querySelector(`[data-letter="${name}"]`)));
  const place = line.querySelector("[data-reason]");
  const differs = isSettled(school) && isSettled(agreed) && school !== agreed;
  place.hidden = !differs && !place.querySelector("textarea").value && !place.querySelector(".audit-conflict, .field-error");
}

function stops() {
  return Array.from(form.querySelectorAll("[data-letter], textarea, button[type=submit]")).filter((each) => !each.closest("[hidden]"));
}

function goOn(from) {
  const all = stops();
  all[all.indexOf(from) + 1]?.focus();
}

function goAlong(box, step) {
  const column = Array.from(form.querySelectorAll(`[data-letter="${box.dataset.letter}"]`));
  column[column.indexOf(box) + step]?.focus();
}

function type(box) {
  const isFine = check(box);
  askForReason(box.closest("[data-line]"));
  const rating = ratingOf(box);
  if (isFine && rating) {
    box.value = LETTERS[rating];
    goOn(box);
  } else if (!isFine) {
    box.select();
  }
}

function press(event) {
  const box = event.target;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit();
  } else if (event.key === "Enter" && !event.shiftKey && (box.dataset.letter || box.dataset.text !== undefined)) {
    event.preventDefault();
    if (!box.dataset.letter || check(box)) {
      goOn(box);
    }
  } else if (box.dataset.letter && ["ArrowUp", "ArrowDown"].includes(event.key)) {
    event.preventDefault();
    goAlong(box, event.key === "ArrowUp" ? -1 : 1);
  }
}

// Half an hour of typing must not be lost to a dead network or a session that has ended: ask before sending.
async function send(event) {
  form.elements.csrfmiddlewaretoken.value = csrfToken();
  if (isChecked) {
    isChecked = false;
    isLeaving = true;
    return;
  }
  event.preventDefault();
  const wrong = Array.from(form.querySelectorAll("[data-letter]")).filter((box) => !check(box));
  if (wrong.length) {
    tell("Not saved yet: please mend the boxes that are marked.");
    wrong[0].focus();
    return;
  }
  const button = event.submitter;
  try {
    const answer = await fetch(form.action, { method: "HEAD", redirect: "manual", cache: "no-store" });
    if (answer.type === "opaqueredirect" || answer.status === 403) {
      tell("Not saved: you are signed out, or the audit is closed. Look in another tab and sign in there; then press Save again. What you typed is still here.");
      return;
    }
  } catch {
    tell("Not saved: no connection. What you typed is still here; press Save again when you are back on the network.");
    return;
  }
  tell("");
  isChecked = true;
  form.requestSubmit(button);
}

function tell(sentence) {
  trouble.textContent = sentence;
}

if (form) {
  const serialised = () => new URLSearchParams(new FormData(form)).toString();
  const atFirst = serialised();
  document.querySelectorAll("[data-enhanced]").forEach((each) => {
    each.hidden = false;
  });
  form.querySelectorAll("[data-line]").forEach(askForReason);
  form.addEventListener("input", (event) => event.target.dataset.letter && type(event.target));
  form.addEventListener("keydown", press);
  form.addEventListener("focusin", (event) => event.target.dataset.letter && event.target.select());
  form.addEventListener("submit", send);
  window.addEventListener("pageshow", () => {
    isLeaving = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (!isLeaving && (form.dataset.hasTyped !== undefined || serialised() !== atFirst)) {
      event.preventDefault();
    }
  });
  if (!document.querySelector("[data-error-summary]")) {
    stops()[0]?.focus({ preventScroll: true });
  }
}
