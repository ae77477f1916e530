"""What people type about people: names, e-mail addresses and telephone numbers, the same in every form."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

# Letters of a person's name, as the database keeps it.
NAME_AT_MOST = 120


class TypedText(forms.CharField):
    """A line somebody types: inner spaces and line breaks become single spaces, as in a mail header."""

    def to_python(self, value: Any) -> str:
        return " ".join((super().to_python(value) or "").split())


class PersonName(TypedText):
    """A person's name. Mail goes out that repeats it, so it may not carry a web address."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=NAME_AT_MOST, **kwargs)

    def clean(self, value: Any) -> str:
        name = super().clean(value)
        if re.search(r"://|www\.|@", name, re.IGNORECASE):
            raise ValidationError("Enter the name alone, without a web or e-mail address.")
        return name


class PersonAddress(forms.EmailField):
    """An e-mail address that every mail server takes: plain letters, and no longer than the outbox holds."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=254, **kwargs)
        self.error_messages["max_length"] = "That is too long for an e-mail address: check it."

    def to_python(self, value: Any) -> str:
        address = super().to_python(value) or ""
        if not address.isascii():
            raise ValidationError(
                "Enter an e-mail address with plain letters only, without accents, such as name@example.org."
            )
        return address


class PhoneNumber(TypedText):
    """A telephone number as people write it; nobody dials it by machine."""

    def __init__(self, **kwargs: Any) -> None:
        attributes = {"type": "tel", "inputmode": "tel", "autocomplete": "tel"}
        kwargs.setdefault("widget", forms.TextInput(attrs=attributes))
        super().__init__(max_length=30, **kwargs)

    def clean(self, value: Any) -> str:
        number = super().clean(value)
        digits = re.sub(r"\D", "", number)
        if number and (len(digits) < 9 or re.search(r"[^\d\s+()./-]", re.sub(r"(?i)\s*ext\.?\s*", " ", number))):
            raise ValidationError("Enter a telephone number with its dialling code, such as 0116 496 0000.")
        return number
