"""One change of an audit as a device sends it."""

from typing import Any

from django import forms

from audits.models import ChangedField
from audits.services import Change
from audits.services.changes import LONGEST_TEXT

LARGEST_VERSION = 2**31 - 1


class VerbatimField(forms.CharField):
    """Text exactly as it was sent, but for line ends."""

    def __init__(self) -> None:
        # A little more than may be stored, so that the service can say how much too long it is.
        super().__init__(required=False, strip=False, max_length=4 * LONGEST_TEXT)

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class ChangeForm(forms.Form):
    """A change message: what was changed, from which value to which, and the id that the device gave it.

    `author` is the account under which the change was made: another one must not send it in its own name. No page
    shows this form, so it goes without what makes forms readable: that would cost each save a tenth of its time.
    """

    author = forms.IntegerField(required=False)
    id = forms.UUIDField()
    code = forms.CharField(required=False, max_length=20)
    field = forms.ChoiceField(choices=ChangedField.choices)
    value = VerbatimField()
    before = VerbatimField()
    version = forms.IntegerField(required=False, min_value=0, max_value=LARGEST_VERSION)
    made_at = forms.DateTimeField(required=False)

    def change(self) -> Change:
        data = self.cleaned_data
        return Change(
            change_id=data["id"],
            code=data["code"],
            field=data["field"],
            value=data["value"],
            before=data["before"],
            version=-1 if data["version"] is None else data["version"],
            made_at=data["made_at"],
        )
