// The pages that this device keeps, so that they open without a network: of audits, by account, as long as it is signed in.

const PAGES = "audit-page:";

// Throws away the pages of every other account; of each one where nobody is signed in.
export async function clearPages({ except = "" } = {}) {
  if (!("caches" in window)) {
    return;
  }
  const isOld = (name) => name.startsWith(PAGES) && (!except || name.split(":")[2] !== except);
  const names = (await caches.keys()).filter(isOld);
  await Promise.all(names.map((name) => caches.delete(name)));
}

// The worker's address stands among the audits: it cannot reach any other page.
export async function keepThisPage({ account, audit }) {
  if (!("serviceWorker" in navigator)) {
    return;
  }
  const address = new URL("../../worker.js", location.href);
  await navigator.serviceWorker.register(address, { scope: new URL(".", address).pathname, updateViaCache: "none" });
  const registration = await navigator.serviceWorker.ready;
  const loaded = performance.getEntriesByType("resource").filter(({ initiatorType }) => initiatorType !== "fetch");
  const named = document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]");
  const files = [...loaded.map(({ name }) => name), ...Array.from(named, (each) => each.href ?? each.src)];
  registration.active.postMessage({ type: "keep", account, audit, files });
}
