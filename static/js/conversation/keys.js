// Single keys for the conversation. They rest while somebody writes, with a modifier, in a dialog, and when switched off.

const RATINGS = { 1: "red", 2: "amber", 3: "green", 4: "not_applicable", 0: "not_discussed" };
const REMEMBERED = "conversation-keys";

function isWriting(element) {
  return Boolean(element.closest("textarea, select, input:not([type=radio], [type=checkbox]), [contenteditable]"));
}

function remembered() {
  try {
    return localStorage.getItem(REMEMBERED) !== "off";
  } catch {
    return true;
  }
}

function remember(isOn) {
  try {
    localStorage.setItem(REMEMBERED, isOn ? "on" : "off");
  } catch {
    // Then the choice holds for as long as the page is open.
  }
}

// `does` has what the keys do: rate, move, write, park, leave.
export function listenForKeys(does) {
  const dialog = document.querySelector("[data-keys]");
  const tick = dialog.querySelector("[data-keys-on]");
  // In a group of choices the arrows choose, for whoever came there by Tab or chooses by arrows; after a tap or a key
  // for a rating they move on, and no arrow changes by chance what was just chosen.
  let choosesByArrow = false;

  tick.checked = remembered();
  document.body.classList.toggle("has-keys", tick.checked);
  tick.addEventListener("change", () => {
    remember(tick.checked);
    document.body.classList.toggle("has-keys", tick.checked);
  });
  document.querySelector("[data-show-keys]").addEventListener("click", () => dialog.showModal());
  dialog.querySelector("[data-close-keys]").addEventListener("click", () => dialog.close());
  document.addEventListener("pointerdown", () => {
    choosesByArrow = false;
  });

  function act(event) {
    const rating = RATINGS[event.key];
    if (rating && !event.repeat) {
      choosesByArrow = false;
      return does.rate(rating);
    }
    if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
      if (choosesByArrow && event.target.type === "radio") {
        return false;
      }
      return does.move(event.key === "ArrowLeft" ? -1 : 1);
    }
    if (event.key === "n" && !event.repeat) {
      return does.write();
    }
    if (event.key === "p" && !event.repeat) {
      return does.park();
    }
    if (event.key === "?") {
      dialog.showModal();
      return true;
    }
    return false;
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || dialog.open) {
      return;
    }
    if (event.key === "Escape" && isWriting(event.target)) {
      does.leave();
      return;
    }
    if (["Tab", "ArrowUp", "ArrowDown"].includes(event.key)) {
      choosesByArrow = true;
    }
    if (tick.checked && !isWriting(event.target) && (!event.shiftKey || event.key === "?") && act(event)) {
      event.preventDefault();
    }
  });
}
