// The time of a line is asked for only where somebody chose "At a certain time". Without this script it is always there.

const CERTAIN = "at_time";

document.querySelectorAll("[data-time-row]").forEach((row) => {
  const part = row.querySelector("select");
  const start = row.querySelector("[name^='start_']");
  const column = start.closest(".field").parentElement;
  const show = () => {
    // A time that was typed, or is wrong, never disappears.
    const hasProblem = column.querySelector(".has-error") !== null;
    column.hidden = part.value !== CERTAIN && start.value === "" && !hasProblem;
  };
  part.addEventListener("change", show);
  // Back from the next page, browsers put values in after this script has run.
  window.addEventListener("pageshow", show);
  show();
});
