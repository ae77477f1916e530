// The priorities page: an offer fills an untouched support text, another criterion brings its own suggestions, and
// nobody leaves with unsaved words by mistake. Without this script the "Suggest words" buttons do the same.

const FILLED = ["action", "good_looks_like", "support", "hub_owner", "hub_due_on"];

const form = document.querySelector("form[data-priorities]");
const said = form.querySelector("[data-said]");
const serialised = () => new URLSearchParams(new FormData(form)).toString();
const field = (number, name) => form.elements[`${number}-${name}`];
// What we put into each support text ourselves: as long as it stands there, it may be replaced.
const ours = new Map();
let isLeaving = false;

function wordsOfOffers(fieldset) {
  return Array.from(fieldset.querySelectorAll("[data-words]"), (radio) => radio.dataset.words);
}

function fillSupport(fieldset, radio) {
  const support = field(fieldset.dataset.priority, "support");
  const typed = support.value.trim();
  const isUntouched = !typed || typed === ours.get(support) || wordsOfOffers(fieldset).includes(typed);
  if (radio.dataset.words && isUntouched) {
    support.value = radio.dataset.words;
    ours.set(support, radio.dataset.words);
    said.textContent = `Support of priority ${fieldset.dataset.priority}: ${radio.dataset.words}`;
  }
}

// The page as it would be after "Suggest words", to take this priority's suggestions from.
async function suggested(number) {
  const sent = new FormData(form);
  sent.set("suggest", number);
  const answer = await fetch(form.action, { method: "POST", body: sent });
  if (!answer.ok || answer.redirected) {
    throw new Error("no suggestions");
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector(`[data-priority="${CSS.escape(number)}"]`);
}

async function suggest(fieldset) {
  const number = fieldset.dataset.priority;
  const code = field(number, "criterion").value;
  const before = FILLED.map((name) => field(number, name).value);
  let fresh;
  try {
    fresh = await suggested(number);
  } catch {
    said.textContent = `There are no suggestions for priority ${number} at the moment. What you wrote stays.`;
    return;
  }
  if (!fresh || field(number, "criterion").value !== code) {
    return;
  }
  FILLED.forEach((name, place) => {
    const own = field(number, name);
    // Whoever went on typing meanwhile keeps what they typed.
    if (own.value === before[place]) {
      own.value = fresh.querySelector(`[name="${number}-${name}"]`).value;
    }
  });
  ours.set(field(number, "support"), field(number, "support").value);
  ["[data-about]", "[data-offers]", "[data-other]"].forEach((part) => {
    fieldset.querySelector(part).replaceChildren(...fresh.querySelector(part).childNodes);
  });
  said.textContent = `Priority ${number} has suggestions for the criterion that you chose.`;
}

form.addEventListener("change", (event) => {
  const fieldset = event.target.closest("[data-priority]");
  if (event.target.name?.endsWith("-offer")) {
    fillSupport(fieldset, event.target);
  } else if (event.target.name?.endsWith("-criterion") && event.target.value) {
    suggest(fieldset);
  }
});

const atFirst = serialised();
form.addEventListener("submit", () => {
  isLeaving = true;
});
window.addEventListener("beforeunload", (event) => {
  if (!isLeaving && (document.querySelector(".error-summary") !== null || serialised() !== atFirst)) {
    event.preventDefault();
  }
});
