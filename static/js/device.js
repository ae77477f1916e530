// What this device keeps of the audits, and for whom. On every page, and light where nobody of staff is signed in.
// Pages are kept for the account that is signed in and go when it signs out. What it wrote and could not send stays,
// is sent as soon as that account is back, and is told about before it signs out.

import { clearPages, keepThisPage } from "./device/pages.js";
import { forgetOthers } from "./saving/journal.js";

// Empty where nobody is signed in; missing where the page does not know.
const { account, signOutUrl } = document.body.dataset;
const conversation = document.querySelector("form[data-conversation]");

// A browser that lets nothing be kept, or asked for, has nothing to tell of.
async function mayGo() {
  try {
    const { mayLeave } = await import("./device/unsent.js");
    return await mayLeave(account);
  } catch {
    return true;
  }
}

async function signOut(form) {
  if (await mayGo()) {
    // Whatever goes wrong here, whoever wants to sign out is signed out.
    await Promise.allSettled([clearPages(), forgetOthers("")]);
    form.submit();
  }
}

function watchForSigningOut() {
  // Before other scripts mark the form as sent.
  document.addEventListener(
    "submit",
    (event) => {
      if (event.target.getAttribute("action") === signOutUrl) {
        event.preventDefault();
        signOut(event.target);
      }
    },
    { capture: true },
  );
}

if (account !== undefined) {
  clearPages({ except: account });
  forgetOthers(account);
}
if (account) {
  watchForSigningOut();
  if (conversation) {
    window.addEventListener("load", () => keepThisPage({ account, audit: conversation.dataset.audit }));
  } else {
    import("./device/unsent.js")
      .then(({ sendWhatWaits }) => sendWhatWaits(account))
      .catch(() => {
        // No network, so nothing could be sent either: what waits stays, and the next page tries again.
      });
  }
}
