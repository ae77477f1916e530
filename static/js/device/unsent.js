// What an audit's page could not send before it was left: sent from any other page of staff, and told about.

import { unsentOf } from "../saving/journal.js";
import { openSaving } from "../saving/saving.js";

function inWords(number) {
  return number === 1 ? "1 change" : `${number} changes`;
}

function element(name, textContent, more = {}) {
  return Object.assign(document.createElement(name), { textContent, ...more });
}

export async function sendWhatWaits(account) {
  const journals = await unsentOf(account);
  await Promise.all(journals.map((journal) => tell(account, journal)));
}

async function tell(account, { audit, changesUrl }) {
  const notice = element("div", "", { className: "notice notice-warning", hidden: true });
  notice.setAttribute("role", "status");
  document.querySelector("main .wrap").prepend(notice);
  const address = new URL("../conversation/", new URL(changesUrl, location.href)).pathname;
  const link = () => element("a", "Open the audit", { href: address });
  const early = [];
  let saving = null;
  const show = (state) => {
    if (!saving) {
      early.push(state);
      return;
    }
    notice.hidden = state.status === "saving";
    const sentence = state.waiting
      ? `What you changed in an audit on this device: ${state.sentence.replace(/[^.]$/, "$&.")}`
      : "What you changed in an audit on this device is saved now.";
    const rest = state.texts.length ? lost(state.texts, { saving, notice }) : [link()];
    const words = element("div", "");
    words.append(element("p", sentence), ...rest);
    notice.replaceChildren(words);
  };
  saving = await openSaving({ audit, author: account, changesUrl, on: { state: (state) => show(state) } });
  early.slice(-1).forEach(show);
}

// What can never be saved (the audit was agreed meanwhile) is shown until the person who wrote it has taken it away.
function lost(texts, { saving, notice }) {
  const list = element("ul", "");
  list.append(...texts.map(({ code, value }) => element("li", [code, value || "(nothing)"].filter(Boolean).join(": "))));
  const button = element("button", "Remove this from the device", { type: "button", className: "btn btn-secondary" });
  button.addEventListener("click", async () => {
    await Promise.all(texts.map(({ code, field }) => saving.discard(code, field)));
    notice.remove();
  });
  return [list, button];
}

// Before somebody signs out: true when they may go.
export async function mayLeave(account) {
  const waiting = (await unsentOf(account)).reduce((sum, journal) => sum + journal.waiting, 0);
  return waiting === 0 || ask(waiting);
}

function ask(waiting) {
  const dialog = element("dialog", "", { className: "device-dialog" });
  const title = `${inWords(waiting)} ${waiting === 1 ? "is" : "are"} not sent yet`;
  const stay = element("button", "Stay signed in", { type: "button", className: "btn btn-primary" });
  const leave = element("button", "Sign out all the same", { type: "button", className: "btn btn-secondary" });
  const buttons = element("p", "", { className: "cluster" });
  buttons.append(stay, leave);
  dialog.setAttribute("aria-labelledby", "device-dialog-title");
  dialog.append(
    element("h2", title, { id: "device-dialog-title" }),
    element("p", "What you wrote stays on this device and is sent when you sign in here again. Nobody else who signs in sees it."),
    buttons,
  );
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    stay.addEventListener("click", () => dialog.close());
    leave.addEventListener("click", () => dialog.close("leave"));
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "leave");
    });
  });
}
