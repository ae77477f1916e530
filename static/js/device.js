// What this device keeps of the audits, and for whom. On every page.
// Pages are kept for the account that is signed in, and go when it signs out. What it wrote and could not send stays,
// is sent as soon as that account is back, and is told about before it signs out.

const PAGES = "audit-page:";
const account = document.body.dataset.account;
const form = document.querySelector("form[data-audit][data-author]");

function changes(number) {
  return number === 1 ? "1 change is" : `${number} changes are`;
}

async function clearPages(isOld) {
  if ("caches" in window) {
    const names = (await caches.keys()).filter((name) => name.startsWith(PAGES) && isOld(name));
    await Promise.all(names.map((name) => caches.delete(name)));
  }
}

// The worker's address stands among the audits: it must not reach other pages.
async function keepThisPage() {
  if (!("serviceWorker" in navigator)) {
    return;
  }
  const address = new URL("../../worker.js", location.href);
  await navigator.serviceWorker.register(address, { scope: new URL(".", address).pathname, updateViaCache: "none" });
  const registration = await navigator.serviceWorker.ready;
  const loaded = performance.getEntriesByType("resource").filter(({ initiatorType }) => initiatorType !== "fetch");
  const named = document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]");
  const files = [...loaded.map(({ name }) => name), ...Array.from(named, (each) => each.href ?? each.src)];
  registration.active.postMessage({ type: "keep", account, audit: form.dataset.audit, files });
}

async function unsent() {
  const { unsentOf } = await import("./saving/journal.js");
  return unsentOf(account);
}

// Another page of the portal: what an audit's page could not send any more is sent from here.
async function sendWhatWaits() {
  const journals = await unsent();
  if (!journals.length) {
    return;
  }
  const { openSaving } = await import("./saving/saving.js");
  journals.forEach(({ audit, changesUrl }) => {
    const notice = document.createElement("p");
    notice.className = "notice notice-warning";
    notice.setAttribute("role", "status");
    const link = Object.assign(document.createElement("a"), { textContent: "Open the audit" });
    link.href = new URL("../conversation/", new URL(changesUrl, location.href)).pathname;
    const show = ({ status, waiting }) => {
      notice.hidden = status === "saving";
      const sentence = `${changes(waiting)} not sent yet that you made in an audit on this device. `;
      notice.replaceChildren(waiting ? sentence : "Everything that you changed in an audit on this device is saved now. ", link);
    };
    notice.hidden = true;
    document.querySelector("main .wrap").prepend(notice);
    openSaving({ audit, author: account, changesUrl, on: { state: show } });
  });
}

function ask(waiting) {
  const dialog = document.createElement("dialog");
  dialog.className = "device-dialog";
  dialog.setAttribute("aria-labelledby", "device-dialog-title");
  const add = (name, textContent, more = {}) => {
    const element = Object.assign(document.createElement(name), { textContent, ...more });
    dialog.append(element);
    return element;
  };
  add("h2", `${changes(waiting)} not sent yet`, { id: "device-dialog-title" });
  add("p", "They stay on this device until you sign in here again, and are sent then. Nobody else who signs in here sees them.");
  const stay = add("button", "Stay signed in", { type: "button", className: "btn btn-primary" });
  const leave = add("button", "Sign out all the same", { type: "button", className: "btn btn-secondary" });
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

async function signOut(leaving) {
  const waiting = (await unsent()).reduce((sum, journal) => sum + journal.waiting, 0);
  if (waiting && !(await ask(waiting))) {
    return;
  }
  await clearPages(() => true);
  leaving.submit();
}

if (account === "none") {
  clearPages(() => true);
} else if (account) {
  clearPages((name) => name.split(":")[2] !== account);
  // Before other scripts mark the form as sent.
  document.addEventListener(
    "submit",
    (event) => {
      if (event.target.getAttribute("action") === document.body.dataset.signOutUrl) {
        event.preventDefault();
        signOut(event.target);
      }
    },
    { capture: true },
  );
  if (form?.matches("[data-conversation]")) {
    window.addEventListener("load", () => keepThisPage());
  } else {
    sendWhatWaits();
  }
}
