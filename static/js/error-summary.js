// The error summary takes focus when the page opens, and its links put the cursor in the field they name.

const summary = document.querySelector("[data-error-summary]");

function goToField(event) {
  const link = event.target.closest("a[href^='#']");
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) {
    return;
  }
  event.preventDefault();
  const label = document.querySelector(`label[for="${CSS.escape(field.id)}"]`);
  const whole = field.closest("fieldset")?.querySelector("legend") ?? label ?? field;
  whole.scrollIntoView({ block: "center" });
  field.focus({ preventScroll: true });
}

if (summary) {
  summary.addEventListener("click", goToField);
  summary.focus();
  // Whoever came by the skip link has #main in the address: the browser goes there once more after the page has loaded.
  window.addEventListener("load", () => setTimeout(() => document.activeElement?.id === "main" && summary.focus()));
}
