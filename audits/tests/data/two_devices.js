// Two people's devices, a portal that keeps to its rules, and a network that loses what it likes.
// Returns what went wrong, or "".
function play(queue, seed) {
  let state = seed * 2654435761;
  const random = (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const fields = ["A|agreed", "A|note", "B|agreed"];
  const values = Object.fromEntries(fields.map((key) => [key, "0"]));
  const portal = { values, versions: { A: 0, B: 0 }, lines: [], ids: new Map() };
  const atFirst = fields.reduce((sum, key) => queue.learn(sum, key, { value: "0", version: 0 }), queue.EMPTY);
  // What a person saw in the field when making a change, by the change's id.
  const devices = [0, 1].map((number) => ({ number, seen: new Map(), journal: atFirst }));
  let made = 0;
  const wrong = [];
  const stored = (key) => ({ value: portal.values[key], version: portal.versions[key[0]], at: "10:42" });

  // As audits.services.changes does: known ids are acknowledged again, what two changed differently is a conflict.
  function store(entry, device) {
    const key = queue.keyOfChange(entry);
    if (portal.ids.has(entry.id)) {
      if (portal.ids.get(entry.id) !== entry.value) {
        wrong.push(`${entry.id} came with other words`);
      }
      return { outcome: "stored", ...stored(key) };
    }
    const now = portal.values[key];
    const before = entry.version === portal.versions[entry.code] ? now : entry.before;
    if (entry.value !== before && entry.value !== now && now !== before) {
      return { outcome: "conflict", ...stored(key) };
    }
    const kept = entry.value === before ? now : entry.value;
    if (kept !== now && device.seen.get(entry.id) !== now) {
      wrong.push(`${key}: ${now} was overwritten by ${entry.value} of somebody who saw ${device.seen.get(entry.id)}`);
    }
    portal.ids.set(entry.id, entry.value);
    if (kept !== now) {
      portal.values[key] = kept;
      portal.versions[entry.code] += 1;
      portal.lines.push({ code: entry.code, field: entry.field, ...stored(key), by: String(device.number) });
    }
    return { outcome: "stored", ...stored(key) };
  }

  function send(device, lost) {
    const first = queue.firstToSend(device.journal);
    if (!first) {
      return;
    }
    device.journal = queue.begin(device.journal, first.id);
    if (lost === "message") {
      return;
    }
    const answer = store(device.journal.queue.find(({ id }) => id === first.id), device);
    if (lost !== "answer") {
      const digest = answer.outcome === "stored" ? queue.acknowledge : queue.disagree;
      device.journal = digest(device.journal, first.id, answer, "today");
    }
  }
  function hear(device) {
    ask(device);
    hearLate(device);
  }
  // The portal's answer is on its way while other things happen.
  function ask(device) {
    device.asked = { lines: portal.lines.slice(device.journal.after), last: portal.lines.length };
  }
  function hearLate(device) {
    if (!device.asked || device.asked.last < device.journal.after) {
      return;
    }
    const versions = fields.map((key) => queue.known(device.journal, key).version);
    device.journal = queue.hear(device.journal, device.asked);
    if (fields.some((key, at) => queue.known(device.journal, key).version < versions[at])) {
      wrong.push("an old answer replaced a newer one");
    }
  }
  function shown(device, key) {
    return queue.unsent(device.journal, key)?.value ?? queue.known(device.journal, key).value;
  }
  function change(device) {
    const key = fields[random(3)];
    const [code, field] = key.split("|");
    made += 1;
    device.seen.set(`change ${made}`, shown(device, key));
    const value = String(random(4));
    device.journal = queue.add(device.journal, { id: `change ${made}`, code, field, value, madeAt: "" });
  }
  function decide(device) {
    const open = device.journal.queue.filter(({ status }) => status === "conflict");
    made += 1;
    open.forEach((entry, at) => {
      device.seen.set(`choice ${made}.${at}`, queue.known(device.journal, queue.keyOfChange(entry)).value);
      const whose = ["mine", "theirs"][random(2)];
      const choice = { id: `choice ${made}.${at}`, madeAt: "" };
      device.journal = queue.choose(device.journal, queue.keyOfChange(entry), whose, choice);
    });
  }

  for (let step = 0; step < 60; step += 1) {
    const device = devices[random(2)];
    const lost = ["message", "answer", "", ""][random(4)];
    const possible = [change, change, (each) => send(each, lost), (each) => send(each, ""), ask, hearLate, decide];
    possible[random(possible.length)](device);
    const perField = device.journal.queue.filter(({ status }) => status === "conflict").map(queue.keyOfChange);
    if (new Set(perField).size !== perField.length) {
      wrong.push("two conflicts in one field");
    }
  }
  for (let round = 0; round < 40; round += 1) {
    devices.forEach((device) => [hear, decide, (each) => send(each, "")].forEach((does) => does(device)));
  }
  devices.forEach(hear);
  devices.forEach(({ number, journal }) => {
    if (journal.queue.length) {
      wrong.push(`device ${number} still has ${JSON.stringify(journal.queue)}`);
    }
    fields
      .filter((key) => queue.known(journal, key).value !== portal.values[key])
      .forEach((key) => wrong.push(`device ${number} shows ${queue.known(journal, key).value} for ${key}`));
  });
  return wrong.join("; ");
}
