// Works the result out again as soon as something is chosen. Without this script the page's button does the same.
//
// Nothing is stored: the page asks itself for the result with the choices in the address, which a reload keeps.

const PATIENCE = 200;
const TROUBLE = {
  network:
    "There is no network, so this is still the result of your choices before. What you chose stays here and is worked out when the network is back.",
  session: "You are signed out, so this is still the result of your choices before. Sign in again in another tab, then choose something here.",
  server: "The portal could not work it out just now, so this is still the result of your choices before. Choose something again in a moment.",
};

const form = document.querySelector("form[data-what-if]");
const part = (name, root = document) => root.querySelector(`[data-${name}]`);
let waiting;
let asked;

function query() {
  return new URLSearchParams(new FormData(form)).toString();
}

function markRows() {
  form.querySelectorAll("[data-row]").forEach((row) => {
    const chosen = row.querySelector("input[type=radio]:checked");
    part("was", row).hidden = chosen?.value === row.dataset.today;
  });
}

function say(text) {
  part("said").textContent = text;
}

function fail(kind) {
  part("trouble").textContent = TROUBLE[kind];
  part("trouble").hidden = false;
  say(TROUBLE[kind]);
}

function show(text, wanted) {
  const fresh = new DOMParser().parseFromString(text, "text/html");
  const result = part("result", fresh);
  if (!result) {
    fail("server");
    return;
  }
  part("trouble").hidden = true;
  part("result").replaceWith(result);
  part("now").replaceChildren(...part("now", fresh).childNodes);
  say(Array.from(result.querySelectorAll("[data-says]"), (each) => each.textContent).join(" "));
  history.replaceState(null, "", `?${wanted}`);
}

async function workOut() {
  asked?.abort();
  asked = new AbortController();
  const { signal } = asked;
  const wanted = query();
  try {
    const answer = await fetch(`?${wanted}&fragment=1`, { signal });
    const text = await answer.text();
    if (signal.aborted) {
      return;
    }
    if (answer.redirected) {
      fail("session");
    } else if (!answer.ok) {
      fail("server");
    } else {
      show(text, wanted);
    }
  } catch {
    if (!signal.aborted) {
      fail("network");
    }
  }
}

form.querySelectorAll("[data-plain]").forEach((button) => {
  button.hidden = true;
});
form.addEventListener("change", () => {
  markRows();
  clearTimeout(waiting);
  waiting = setTimeout(workOut, PATIENCE);
});
window.addEventListener("online", () => {
  if (!part("trouble").hidden) {
    workOut();
  }
});
// What a browser restored of an earlier visit may differ from the result below.
markRows();
if (form.querySelector("[data-was]:not([hidden])") && !location.search) {
  workOut();
}
