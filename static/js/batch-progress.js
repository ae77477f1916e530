// Shows how far a batch of certificates is while it is being packed. Without this script a link loads the page anew.

const PAUSE_IN_MILLISECONDS = 2000;
const LONGEST_PAUSE_IN_MILLISECONDS = 30000;

const place = document.querySelector("[data-batch-url]");
const bar = place.querySelector("progress");
const words = place.querySelector("[role=status]");

async function ask() {
  const answer = await fetch(place.dataset.batchUrl, { headers: { Accept: "application/json" } });
  if (!answer.ok || answer.redirected) {
    throw new Error(`answered ${answer.status}`);
  }
  return answer.json();
}

async function look(pause) {
  let next = PAUSE_IN_MILLISECONDS;
  try {
    const batch = await ask();
    if (!batch.isGoingOn) {
      window.location.reload();
      return;
    }
    bar.value = batch.packed;
    // Said again only when it has changed: a screen reader reads each change aloud.
    if (words.textContent !== batch.words) {
      words.textContent = batch.words;
    }
  } catch {
    // No network, or signed out: ask less and less often. The link on the page says what is wrong.
    next = Math.min(pause * 2, LONGEST_PAUSE_IN_MILLISECONDS);
  }
  setTimeout(() => look(next), next);
}

setTimeout(() => look(PAUSE_IN_MILLISECONDS), PAUSE_IN_MILLISECONDS);
