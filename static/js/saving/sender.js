// Carries one change to the portal, or asks it what others have changed, and says in one word what came of it.

const ANSWER_TAKES_AT_MOST = 15000;
const OUTCOMES = { 200: "stored", 409: "conflict", 400: "refused", 413: "refused", 401: "signed-out", 404: "gone" };

export class Sender {
  #url;
  #author;

  constructor({ changesUrl, author }) {
    this.#url = changesUrl;
    this.#author = author;
  }

  // { outcome, stored, problem }; outcome is "stored", "conflict", "refused", "signed-out", "other-account", "gone",
  // "forbidden", "no-network" or "server".
  send(change) {
    const body = new URLSearchParams({
      author: this.#author,
      id: change.id,
      code: change.code,
      field: change.field,
      value: change.value,
      before: change.before,
      version: change.version < 0 ? "" : String(change.version),
      made_at: change.madeAt,
    });
    return this.#ask(this.#url, { method: "POST", body, headers: { "X-CSRFToken": token() } });
  }

  // { outcome: "stored", stored: { status, last, changes } } or a reason why not, as above.
  hear(after) {
    const query = new URLSearchParams({ after: String(after), author: this.#author });
    return this.#ask(`${this.#url}?${query}`, { headers: {} });
  }

  async #ask(url, { headers, ...options }) {
    let answer;
    try {
      answer = await fetch(url, {
        ...options,
        headers: { ...headers, Accept: "application/json" },
        redirect: "manual",
        cache: "no-store",
        signal: AbortSignal.timeout?.(ANSWER_TAKES_AT_MOST),
      });
      return await read(answer);
    } catch (error) {
      // A connection that takes for ever is as good as none.
      return { outcome: answer ? "server" : "no-network" };
    }
  }
}

// Signing in again makes a new token: the cookie has it, the page may be older.
export function token() {
  const cookie = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
  return cookie ? decodeURIComponent(cookie[1]) : "";
}

// Only one tab of a browser at a time sends the changes of an audit.
export function alone(name, work) {
  // Without locks two tabs may send the same change: the portal knows it by its id.
  return navigator.locks ? navigator.locks.request(name, work) : work();
}

async function read(answer) {
  if (answer.type === "opaqueredirect") {
    return { outcome: "signed-out" };
  }
  const isJson = answer.headers.get("Content-Type")?.startsWith("application/json") ?? false;
  const stored = isJson ? await answer.json() : {};
  if (answer.status === 403) {
    // Without a body of ours the token was missing, or the account has lost its right.
    return { outcome: isJson ? "other-account" : "forbidden" };
  }
  // A 200 that is not ours comes from a network that wants somebody to sign in to it first.
  const isOurs = isJson || [400, 404, 413].includes(answer.status);
  const outcome = (isOurs && OUTCOMES[answer.status]) || (answer.ok ? "no-network" : "server");
  return { outcome, stored, problem: stored.error ?? "" };
}
