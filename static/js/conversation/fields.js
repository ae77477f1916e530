// What can be filled in on the page: by criterion ("" stands for the audit itself) and name of the field.

export const keyOf = (code, field) => `${code}|${field}`;

function codeOf(element) {
  return element.closest("[data-code]").dataset.code;
}

export class Fields {
  constructor(form) {
    this.form = form;
    this.inputs = new Map();
    form.querySelectorAll("[data-field]").forEach((input) => {
      const key = keyOf(codeOf(input), input.dataset.field);
      this.inputs.set(key, [...(this.inputs.get(key) ?? []), input]);
    });
  }

  // Where an input stands: { code, field }.
  place(input) {
    return { code: codeOf(input), field: input.dataset.field };
  }

  has(code, field) {
    return this.inputs.has(keyOf(code, field));
  }

  // The input to put the cursor in.
  first(code, field) {
    const inputs = this.inputs.get(keyOf(code, field)) ?? [];
    return inputs.find((input) => input.checked) ?? inputs[0];
  }

  read(code, field) {
    const inputs = this.inputs.get(keyOf(code, field));
    if (!inputs) {
      return "";
    }
    if (inputs[0].type === "radio") {
      return inputs.find((input) => input.checked)?.value ?? "";
    }
    if (inputs[0].type === "checkbox") {
      return inputs[0].checked ? inputs[0].value : "";
    }
    return inputs[0].value.trim();
  }

  put(code, field, value) {
    if (!this.has(code, field) || this.read(code, field) === value) {
      return;
    }
    this.inputs.get(keyOf(code, field)).forEach((input) => {
      if (input.type === "radio" || input.type === "checkbox") {
        input.checked = input.value === value;
      } else {
        input.value = value;
      }
    });
  }

  // What the server had when it made this page, as the saving engine wants it.
  stored() {
    const stored = new Map();
    const add = (element, field, value) => {
      const part = element.closest("[data-code]");
      stored.set(keyOf(part.dataset.code, field), { value, version: Number(part.dataset.version) });
    };
    this.inputs.forEach(([input]) => {
      add(input, input.dataset.field, this.form.elements[`${input.name}_before`].value);
    });
    this.form.querySelectorAll("[data-show]").forEach((element) => {
      add(element, element.dataset.show, element.dataset.value);
    });
    return stored;
  }

  // "Amber" for "amber", and words as they are.
  inWords(code, field, value) {
    if (field === "is_parked") {
      return value ? "Parked" : "Not parked";
    }
    const option = (this.inputs.get(keyOf(code, field)) ?? []).find(
      (input) => input.type === "radio" && input.value === value,
    );
    return option ? option.labels[0].textContent.trim() : value || "(nothing)";
  }

  // What a field is called: "P-INT-01, What we saw and heard".
  label(code, field) {
    const input = this.first(code, field);
    const words = input?.closest("fieldset")?.querySelector("legend") ?? input?.labels?.[0];
    const name = words ? words.firstChild.textContent.trim() : field;
    return code ? `${code}, ${name}` : name;
  }
}
