// What has been changed on this device and not been acknowledged, and what the portal is known to hold.
// Pure functions: each takes a journal's content and returns a new one, so that a database can run them in one step.
//
// known  "code|field" -> { value, version, by, at, isMine }: what the portal stored, as far as this device has heard
// queue  changes in the order in which they were made, each { id, code, field, value, before, version, madeAt, isTried,
//        status: "waiting" | "failed" | "conflict", problem, theirs }
// after  the last line of the audit's history that has been heard of
// savedAt  when the portal last acknowledged a change from here, by its clock; savedOn is that day on this device

export const EMPTY = Object.freeze({ known: {}, queue: [], after: 0, savedAt: "", savedOn: "" });
const NOTHING = Object.freeze({ value: "", version: -1, by: "", at: "", isMine: false });

export function keyOf(code, field) {
  return `${code}|${field}`;
}

export function keyOfChange(change) {
  return keyOf(change.code, change.field);
}

export function known(journal, key) {
  return journal.known[key] ?? NOTHING;
}

// The change that says what this person wants to stand in a field, or undefined.
export function unsent(journal, key) {
  return journal.queue.findLast((change) => keyOfChange(change) === key);
}

export function firstToSend(journal) {
  return journal.queue.find((change) => change.status === "waiting");
}

// The portal holds this; what was heard later (a higher version) stays.
export function learn(journal, key, stored, isMine = false) {
  const heard = known(journal, key);
  if (stored.version < heard.version || (stored.version === heard.version && !isMine)) {
    return journal;
  }
  const isSame = stored.value === heard.value && !isMine;
  const next = isSame
    ? { ...heard, version: stored.version }
    : { value: stored.value, version: stored.version, by: stored.by ?? "", at: stored.at ?? "", isMine };
  return { ...journal, known: { ...journal.known, [key]: next } };
}

// A person changed a field. Several changes of one field become one, unless the first may have reached the portal.
export function add(journal, { id, code, field, value, madeAt }) {
  const key = keyOf(code, field);
  const last = unsent(journal, key);
  if (!last) {
    const { value: before, version } = known(journal, key);
    const fresh = { id, code, field, value, before, version, madeAt, isTried: false, status: "waiting" };
    return value === before ? journal : append(journal, fresh);
  }
  if (last.status === "conflict") {
    return settle(replace(journal, last.id, { ...last, value, madeAt }), key);
  }
  if (last.status === "failed") {
    const again = { ...last, id, value, madeAt, isTried: false, status: "waiting", problem: "" };
    return value === last.before ? remove(journal, last.id) : append(remove(journal, last.id), again);
  }
  if (last.value === value) {
    return journal;
  }
  if (!last.isTried) {
    return value === last.before ? remove(journal, last.id) : replace(journal, last.id, { ...last, value, madeAt });
  }
  const later = { id, code, field, value, before: last.value, version: -1, madeAt, isTried: false, status: "waiting" };
  return append(journal, later);
}

// A person gives up a change that could not be saved.
export function discard(journal, key) {
  return { ...journal, queue: journal.queue.filter((entry) => keyOfChange(entry) !== key) };
}

// From here on the portal may have it: it keeps its id and its words.
export function begin(journal, id) {
  return change(journal, id, (entry) => ({ ...entry, isTried: true }));
}

export function acknowledge(journal, id, stored, today) {
  const sent = journal.queue.find((entry) => entry.id === id);
  if (!sent) {
    return journal;
  }
  const key = keyOfChange(sent);
  const isMine = stored.value === sent.value;
  const rest = learn(remove(journal, id), key, stored, isMine);
  // A later change was made on top of this one. Where somebody has already replaced this one, that stays to be seen:
  // the portal compares what the later one was made on with what is there now.
  const follow = (entry) => (keyOfChange(entry) === key ? { ...entry, before: stored.value, version: stored.version } : entry);
  return { ...rest, queue: isMine ? rest.queue.map(follow) : rest.queue, savedAt: stored.at, savedOn: today };
}

// Somebody else changed the same field: a person decides. All that waits for this field becomes one.
export function disagree(journal, id, theirs) {
  const sent = journal.queue.find((entry) => entry.id === id);
  if (!sent) {
    return journal;
  }
  const key = keyOfChange(sent);
  const mine = unsent(journal, key);
  const open = { ...sent, value: mine.value, madeAt: mine.madeAt, status: "conflict", theirs };
  const others = journal.queue.filter((entry) => entry.id === id || keyOfChange(entry) !== key);
  return settle(replace(learn({ ...journal, queue: others }, key, theirs), id, open), key);
}

// The portal cannot store it. Where it has been replaced meanwhile, only the newer one counts.
export function refuse(journal, id, problem) {
  const sent = journal.queue.find((entry) => entry.id === id);
  if (!sent) {
    return journal;
  }
  const key = keyOfChange(sent);
  if (unsent(journal, key).id === id) {
    return replace(journal, id, { ...sent, status: "failed", problem });
  }
  const next = journal.queue.find((entry) => entry.id !== id && keyOfChange(entry) === key);
  return replace(remove(journal, id), next.id, { ...next, before: sent.before, version: sent.version });
}

export function choose(journal, key, whose, { id, madeAt }) {
  const entry = unsent(journal, key);
  if (entry?.status !== "conflict") {
    return journal;
  }
  const rest = remove(journal, entry.id);
  if (whose === "theirs") {
    return rest;
  }
  const { value, version } = known(rest, key);
  const mine = { ...entry, id, madeAt, before: value, version, isTried: false, status: "waiting", theirs: undefined };
  return append(rest, mine);
}

// What could not be saved is tried once more.
export function tryAgain(journal) {
  const queue = journal.queue.map((entry) => (entry.status === "failed" ? { ...entry, status: "waiting" } : entry));
  return { ...journal, queue };
}

// What others have changed; a field with an unsent change of mine keeps mine.
export function hear(journal, { lines, last }) {
  const heard = lines.reduce((sum, line) => learn(sum, keyOfChange(line), line), journal);
  const conflicts = heard.queue.filter((entry) => entry.status === "conflict");
  const settled = conflicts.reduce((sum, entry) => settle(sum, keyOfChange(entry)), heard);
  return settled.after === last ? settled : { ...settled, after: last };
}

// The portal does not know what this device has heard: it was set back to an older state. Only the queue is kept.
export function forget(journal, stored) {
  const fresh = { ...journal, known: {}, after: 0 };
  return Array.from(stored).reduce((sum, [key, value]) => learn(sum, key, value), fresh);
}

// What stays on the device of somebody who signs out: what could not be sent, and nothing that was.
export function keepUnsentOnly(journal) {
  return { ...EMPTY, queue: journal.queue };
}

// A page that is still open knows more than such a journal.
export function recall(journal, { known: before }) {
  const isComplete = Object.keys(before).every((key) => key in journal.known);
  return isComplete ? journal : { ...journal, known: { ...before, ...journal.known } };
}

// A conflict shows the newest of theirs, and is none once both want the same.
function settle(journal, key) {
  const entry = unsent(journal, key);
  const theirs = known(journal, key);
  if (entry.value === theirs.value) {
    return remove(journal, entry.id);
  }
  return theirs.version > entry.theirs.version ? replace(journal, entry.id, { ...entry, theirs }) : journal;
}

function append(journal, entry) {
  return { ...journal, queue: [...journal.queue, entry] };
}

function remove(journal, id) {
  return { ...journal, queue: journal.queue.filter((entry) => entry.id !== id) };
}

function change(journal, id, rule) {
  return { ...journal, queue: journal.queue.map((entry) => (entry.id === id ? rule(entry) : entry)) };
}

function replace(journal, id, next) {
  return change(journal, id, () => next);
}
