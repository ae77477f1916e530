// What the page says about saving. Each sentence is true of the moment in which it is shown.

// state  { status, waiting, sentence, texts: [{ code, field, value, problem }], signInUrl, isKept, auditStatus }
export function stateOf({ queue, waiting, savedAt, obstacle, isKept, auditStatus, signInUrl }) {
  const failed = queue.filter((change) => change.status === "failed");
  const conflicts = queue.filter((change) => change.status === "conflict");
  const others = waiting - failed.length - conflicts.length;
  const status = statusOf({ obstacle, waiting, others, failed, conflicts });
  const lost = ["gone", "forbidden"].includes(obstacle) ? queue : failed;
  const texts = status === "failed" ? lost.map(({ code, field, value, problem }) => ({ code, field, value, problem })) : [];
  const about = { status, waiting, others, savedAt, obstacle, isKept, auditStatus, failed, conflicts };
  return { status, waiting, sentence: sentenceOf(about), texts, signInUrl, isKept, auditStatus };
}

export function fieldSentence({ status, by, at, isMine, problem }) {
  const sentences = {
    saved: isMine ? `Saved ${at}` : [by, at].filter(Boolean).join(", "),
    waiting: "Not sent yet.",
    failed: `Could not save: ${problem} What you wrote is still here.`,
    conflict: "Not saved: choose which to keep.",
  };
  return sentences[status];
}

function statusOf({ obstacle, waiting, others, failed, conflicts }) {
  if (obstacle === "other-account" || obstacle === "signed-out") {
    return obstacle;
  }
  if (failed.length || (waiting && ["gone", "forbidden"].includes(obstacle))) {
    return "failed";
  }
  if (conflicts.length) {
    return "conflict";
  }
  if (others) {
    return obstacle ? "waiting" : "saving";
  }
  return waiting ? "waiting" : "saved";
}

function sentenceOf({ status, waiting, others, savedAt, obstacle, isKept, auditStatus, failed, conflicts }) {
  const left = waitingSentence({ others, obstacle, isKept });
  const sentences = {
    "other-account": otherAccount(waiting),
    "signed-out": signedOut(waiting, isKept),
    failed: `${failedSentence(failed, obstacle)}${left && ` ${left}.`}`,
    conflict: `${conflictSentence(conflicts)}${left && ` ${left}.`}`,
    waiting: left,
    saving: "Saving…",
    saved: savedSentence({ savedAt, obstacle, auditStatus }),
  };
  return sentences[status];
}

function changes(number) {
  return number === 1 ? "1 change" : `${number} changes`;
}

function waitingSentence({ others, obstacle, isKept }) {
  if (!others) {
    return "";
  }
  const reasons = { "no-network": ", no network", server: ", the portal does not answer" };
  const warning = isKept ? "" : `. ${others === 1 ? "It is" : "They are"} in this page only: leave it open`;
  return `${changes(others)} waiting${reasons[obstacle] ?? ""}${warning}`;
}

function signedOut(waiting, isKept) {
  if (!waiting) {
    return "You are signed out. Sign in again to go on: nothing is lost.";
  }
  const place = isKept ? "kept on this device" : "kept in this page only: leave it open";
  return `You are signed out. ${changes(waiting)} ${waiting === 1 ? "is" : "are"} ${place}. Sign in again to send ${waiting === 1 ? "it" : "them"}.`;
}

function otherAccount(waiting) {
  const left = waiting ? ` ${changes(waiting)} made here before will be sent when that account signs in again.` : "";
  return `This page was opened under another account than the one now signed in.${left}`;
}

function failedSentence(failed, obstacle) {
  if (obstacle === "gone") {
    return "Could not save: this audit is no longer open to you.";
  }
  if (obstacle === "forbidden") {
    return "Could not save: your account may not change this audit.";
  }
  const problems = Array.from(new Set(failed.map(({ problem }) => problem)));
  return `Could not save, here is what you wrote. ${problems.join(" ")}`;
}

function conflictSentence(conflicts) {
  const number = conflicts.length;
  return `Not saved: somebody else changed ${number === 1 ? "the same answer" : `${number} of the same answers`}. Choose which to keep.`;
}

function savedSentence({ savedAt, obstacle, auditStatus }) {
  const saved = savedAt ? `Saved ${savedAt}` : "All saved";
  if (auditStatus !== "open") {
    return `${saved}. This audit can no longer be changed`;
  }
  return obstacle === "no-network" ? `${saved}. No network now` : saved;
}
