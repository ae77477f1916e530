// How far the time of the meeting has gone, as a quiet hint: nothing blinks, rings or turns red.

const OFTEN = 15000;
const MINUTE = 60000;
// How late a meeting may begin and still be counted from then.
const LATE = 30 * MINUTE;

function keep(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // Then it holds for as long as the page is open.
  }
}

function kept(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

// The same words as on the server, audits/rules/timetable.py.
function inWords(shares, elapsed) {
  const minutes = shares.at(-1).ends;
  if (elapsed < 0) {
    return "";
  }
  if (elapsed >= minutes) {
    return `${minutes} minutes have passed · about time to close`;
  }
  return `${elapsed} of ${minutes} minutes · about time for ${shares.find((share) => elapsed < share.ends).title}`;
}

export function showTime(audit) {
  const box = document.querySelector("[data-time]");
  const words = box.querySelector("[data-time-words]");
  const begin = box.querySelector("[data-begin]");
  const hide = document.querySelector("[data-hide-time]");
  const shares = Array.from(box.querySelectorAll("[data-ends]"), (item) => ({
    title: item.textContent,
    ends: Number(item.dataset.ends),
  }));
  const scheduled = Date.parse(box.dataset.starts);
  const begunKey = `conversation-begun-${audit}`;
  let begun = Number(kept(begunKey)) || 0;
  let isHidden = kept("conversation-time") === "hidden";

  function show() {
    const now = Date.now();
    const isOnSchedule = now >= scheduled && now < scheduled + 2 * Number(box.dataset.minutes) * MINUTE;
    const from = begun || (isOnSchedule ? scheduled : now + MINUTE);
    const sentence = inWords(shares, Math.floor((now - from) / MINUTE));
    if (words.textContent !== sentence) {
      words.textContent = sentence;
    }
    words.hidden = isHidden || !sentence;
    begin.hidden = isHidden || begun > 0 || now - from > LATE;
    hide.textContent = isHidden ? "Show the time" : "Hide the time";
  }

  begin.addEventListener("click", () => {
    begun = Date.now();
    keep(begunKey, String(begun));
    show();
    document.querySelector("[data-place]").focus();
  });
  hide.addEventListener("click", () => {
    isHidden = !isHidden;
    keep("conversation-time", isHidden ? "hidden" : "shown");
    show();
  });
  show();
  setInterval(show, OFTEN);
}
