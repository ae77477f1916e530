// Opens the conversation page of an audit without a network, once this device has had it open.
// It keeps that page and the styles and scripts that it needs, and nothing else. One cache for each audit and account.

const VERSION = "{{ version }}";
const PREFIX = "audit-page:";
const PATIENCE = 3000;
// A conversation is over within days. Whoever never signs out keeps no page for longer than this.
const KEPT_AT_MOST = 30 * 24 * 60 * 60 * 1000;
const HASHED = /\.[0-9a-f]{12}\.\w+$/;
const SCOPE = new URL(self.registration.scope).pathname;
const PAGE = new RegExp(`^${SCOPE}(\\d+)/conversation/$`);

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  if (event.data?.type === "keep") {
    event.waitUntil(keep(event.data));
  }
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) {
    return;
  }
  if (request.mode === "navigate") {
    const audit = PAGE.exec(url.pathname)?.[1];
    if (audit && !url.search) {
      event.respondWith(page(event, audit));
    }
  } else if (["style", "script", "image", "font"].includes(request.destination)) {
    event.respondWith(file(event));
  }
});

// The network first. A network that takes too long, or a server in trouble, is as good as none.
async function page(event, audit) {
  const asked = fetch(event.request).then((answer) => heed(event, audit, answer));
  event.waitUntil(asked.catch(() => {}));
  const first = await within(PATIENCE, asked);
  if (first && first.status < 500) {
    return first;
  }
  const kept = await match(audit, addressOf(audit));
  return kept ?? first ?? asked;
}

// An audit that is agreed leads elsewhere, and so does a page for nobody signed in: then nothing of it stays here.
function heed(event, audit, answer) {
  if (answer.ok && !answer.redirected) {
    event.waitUntil(store(audit, answer.clone()));
  } else if (answer.status < 500) {
    event.waitUntil(drop((name) => name.audit === audit));
  }
  return answer;
}

async function store(audit, answer) {
  const account = /data-author="(\d+)"/.exec(await answer.clone().text())?.[1];
  if (!account) {
    return;
  }
  const cache = await caches.open(nameOf(account, audit));
  await cache.put(addressOf(audit), answer);
  await drop((name) => name.account !== account || (name.audit === audit && name.version !== VERSION));
  await dropAged();
}

async function dropAged() {
  const pages = await keptPages();
  await Promise.all(
    pages.map(async ({ whole, audit }) => {
      const kept = await (await caches.open(whole)).match(addressOf(audit), { ignoreVary: true });
      if (Date.now() - Date.parse(kept?.headers.get("Date")) > KEPT_AT_MOST) {
        await caches.delete(whole);
      }
    }),
  );
}

// A page that is open says which files it has loaded.
async function keep({ account, audit, files }) {
  const url = addressOf(audit);
  const name = nameOf(account, audit);
  if (!(await (await caches.open(name)).match(url))) {
    const answer = await fetch(url, { redirect: "manual" }).catch(() => null);
    if (answer?.ok) {
      await store(audit, answer);
    }
  }
  if (!(await (await caches.open(name)).match(url))) {
    await caches.delete(name);
    return;
  }
  const cache = await caches.open(name);
  const wanted = new Set([...files.filter(isOurs), url]);
  await Promise.all(Array.from(wanted, (each) => fetchInto(cache, each)));
  const all = await cache.keys();
  await Promise.all(all.filter((each) => !wanted.has(each.url)).map((each) => cache.delete(each)));
}

function isOurs(url) {
  const { origin, pathname } = new URL(url);
  return origin === self.location.origin && !pathname.startsWith(SCOPE);
}

async function fetchInto(cache, url) {
  const isThere = await cache.match(url);
  if (isThere && (HASHED.test(url) || !isOurs(url))) {
    return;
  }
  try {
    const answer = await fetch(url, { redirect: "manual" });
    if (answer.ok) {
      await cache.put(url, answer);
    }
  } catch {
    // Without a network: what is there stays.
  }
}

// What a page of ours needs. Hashed files never change; others come from the network where there is one.
async function file(event) {
  const client = event.clientId && (await self.clients.get(event.clientId));
  const audit = client && PAGE.exec(new URL(client.url).pathname)?.[1];
  const kept = audit && (await match(audit, event.request.url));
  if (!kept) {
    return fetch(event.request);
  }
  if (HASHED.test(event.request.url)) {
    return kept;
  }
  return (await within(PATIENCE, fetch(event.request))) ?? kept;
}

async function match(audit, url) {
  const names = (await keptPages()).filter((name) => name.audit === audit);
  const found = await Promise.all(names.map(async ({ whole }) => (await caches.open(whole)).match(url, { ignoreVary: true })));
  return found.findLast(Boolean);
}

// Without the place in the page that an address may end with: it is one page.
function addressOf(audit) {
  return new URL(`${SCOPE}${audit}/conversation/`, self.location).href;
}

function nameOf(account, audit) {
  return `${PREFIX}${VERSION}:${account}:${audit}`;
}

async function keptPages() {
  const ours = (await caches.keys()).filter((whole) => whole.startsWith(PREFIX));
  return ours.map((whole) => {
    const [version, account, audit] = whole.slice(PREFIX.length).split(":");
    return { whole, version, account, audit };
  });
}

async function drop(isOld) {
  const old = (await keptPages()).filter(isOld);
  await Promise.all(old.map(({ whole }) => caches.delete(whole)));
}

// What a promise brings within that time, or null.
function within(milliseconds, promise) {
  const rest = new Promise((resolve) => setTimeout(resolve, milliseconds, null));
  return Promise.race([promise.catch(() => null), rest]);
}
