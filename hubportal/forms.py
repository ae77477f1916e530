"""How every form of the portal looks and speaks: one column, sentences for errors, nothing inside the boxes."""

import re
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.forms.widgets import DateTimeBaseInput, Input
from django.utils.html import strip_tags


class Picker(DateTimeBaseInput):
    """The browser's own picker. What it could not show (27/3/2027, or no date at all) stays, as plain text."""

    shape = re.compile("")

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        shown = context["widget"]["value"]
        if shown and not self.shape.fullmatch(shown):
            context["widget"]["type"] = "text"
        return context


class DatePicker(Picker, forms.DateInput):
    input_type = "date"
    shape = re.compile(r"\d{4}-\d\d-\d\d")


class TimePicker(Picker, forms.TimeInput):
    input_type = "time"
    shape = re.compile(r"\d\d:\d\d")


class DateTimePicker(Picker, forms.DateTimeInput):
    input_type = "datetime-local"
    shape = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")


# Each of Django's inputs, with the picker that takes its place and the format that picker understands.
PICKERS: dict[type[DateTimeBaseInput], tuple[type[Picker], str]] = {
    forms.DateInput: (DatePicker, "%Y-%m-%d"),
    forms.TimeInput: (TimePicker, "%H:%M"),
    forms.DateTimeInput: (DateTimePicker, "%Y-%m-%dT%H:%M"),
}
# Attributes for the widget of a field, unless the form already says otherwise.
ATTRIBUTES: tuple[tuple[type[forms.Field], dict[str, str]], ...] = (
    (
        forms.EmailField,
        {"inputmode": "email", "spellcheck": "false", "autocapitalize": "none"},
    ),
    (forms.URLField, {"inputmode": "url", "spellcheck": "false"}),
    (forms.IntegerField, {"inputmode": "numeric"}),
)
# Sentences that say how to mend it, in place of Django's short ones.
SENTENCES: tuple[tuple[type[forms.Field], str, str], ...] = (
    (forms.EmailField, "invalid", "Enter an e-mail address like name@example.org."),
    (forms.DateField, "invalid", "Enter a real date, such as 27/3/2027."),
    (forms.TimeField, "invalid", "Enter a time such as 15:30."),
    (forms.DateTimeField, "invalid", "Enter a real date and time, such as 27/3/2027 15:30."),
    (forms.IntegerField, "invalid", "Enter a whole number, such as 25."),
)


class PortalForm(forms.BaseForm):
    """Mixin for every form of ours: `class AskForm(PortalForm, forms.Form)`.

    Gives `helper` for crispy (the page writes the `<form novalidate>` tag and the token itself), and leaves it to the
    server to say what is missing, in a sentence beside the field, instead of the browser's bubble.
    """

    use_required_attribute = False
    # False for filters, where nothing is required and saying so beside each field would be noise.
    marks_optional = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.helper = portal_helper()
        dress_fields(self)


def portal_helper() -> FormHelper:
    """Crispy's settings for a form inside a page's own form tag."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.html5_required = False
    return helper


def dress_fields(form: forms.BaseForm) -> None:
    """Give each field its picker, attributes and sentences. A form that adds fields later calls it again."""
    form.use_required_attribute = False
    for name, field in form.fields.items():
        _use_picker(field)
        _use_attributes(field, name=name)
        _use_sentences(field, label=strip_tags(str(field.label or name.replace("_", " ").capitalize())))


def _use_attributes(field: forms.Field, *, name: str) -> None:
    given = field.widget.attrs
    given.pop("placeholder", None)
    for kind, attributes in ATTRIBUTES:
        if isinstance(field, kind) and isinstance(field.widget, Input):
            given = {**attributes, **given}
    if isinstance(field, forms.EmailField) and name == "email":
        # Only one's own address may be filled in by the browser; a form names the fields of other people otherwise.
        given = {"autocomplete": "email", **given}
    if given.get("autocomplete") == "one-time-code":
        given = {"inputmode": "numeric", **given}
    if isinstance(field.widget, forms.Textarea):
        # Ten rows are Django's default, not a form's choice; the width is the page's business.
        rows = given.get("rows", "10")
        given = {key: value for key, value in given.items() if key != "cols"} | {"rows": "5" if rows == "10" else rows}
    field.widget.attrs = given


def _use_picker(field: forms.Field) -> None:
    # Exactly Django's own: a widget that a form chose for itself stays.
    if type(field.widget) in PICKERS:
        picker, written = PICKERS[type(field.widget)]
        field.widget = picker(attrs=field.widget.attrs, format=written)
        field.widget.is_required = field.required
    elif type(field.widget) is forms.NumberInput:
        # A number box drops what is not a number before anybody can say so; a text box keeps it.
        field.widget.input_type = "text"


def _use_sentences(field: forms.Field, *, label: str) -> None:
    if str(field.error_messages.get("required")) == str(forms.Field.default_error_messages["required"]):
        field.error_messages["required"] = _required_sentence(field, label=label)
    for kind, code, sentence in SENTENCES:
        given = field.error_messages.get(code)
        if isinstance(field, kind) and (given is None or given == type(field).default_error_messages.get(code)):
            field.error_messages[code] = sentence


def _required_sentence(field: forms.Field, *, label: str) -> str:
    if isinstance(field, forms.BooleanField):
        return f"Tick “{label}” to go on."
    if isinstance(field, forms.FileField):
        return f"Choose a file for “{label}”."
    if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        return f"Choose an answer for “{label}”."
    if isinstance(field, forms.DateField | forms.DateTimeField | forms.TimeField):
        return (
            f"Give a date for “{label}”." if not isinstance(field, forms.TimeField) else f"Give a time for “{label}”."
        )
    return f"Fill in “{label}”."
