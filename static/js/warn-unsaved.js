// Asks before a form is left with something typed that is not saved: `<form data-warn-unsaved>`.

document.querySelectorAll("form[data-warn-unsaved]").forEach((form) => {
  const typed = () => new URLSearchParams(new FormData(form)).toString();
  const atFirst = typed();
  let isLeaving = false;
  form.addEventListener("submit", () => {
    isLeaving = true;
  });
  window.addEventListener("beforeunload", (event) => {
    // A page that came back with mistakes holds what was typed before, and nothing of it is saved.
    const isUnsaved = document.querySelector(".error-summary") !== null || typed() !== atFirst;
    if (isUnsaved && !isLeaving) {
      event.preventDefault();
    }
  });
});
