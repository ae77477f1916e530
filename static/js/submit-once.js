// A form is sent once, however often its button is pressed. Without this script the server still keeps it harmless.

const REST_IN_MILLISECONDS = 8000;

function submitButtons(form) {
  return Array.from(form.elements).filter((element) => element.type === "submit");
}

function release(form) {
  delete form.dataset.sent;
  // aria-disabled rather than disabled: the button keeps the keyboard's place and is still read out.
  submitButtons(form).forEach((button) => button.removeAttribute("aria-disabled"));
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.getAttribute("method")?.toLowerCase() !== "post" || event.defaultPrevented) {
    return;
  }
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  submitButtons(form).forEach((button) => button.setAttribute("aria-disabled", "true"));
  // An answer that is a download leaves the page as it is: the button must work again.
  setTimeout(() => release(form), REST_IN_MILLISECONDS);
});

// Back from the next page, some browsers show this one exactly as it was left.
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach(release);
});
