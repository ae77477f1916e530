"""A school whose people we know asks for its next meeting: only when, and a word about it."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django import forms

from meetings.forms.other_times import OtherTimesForm
from meetings.rules import submission_id
from schools.models import Contact


class OwnRequestForm(OtherTimesForm):
    """What we do not know yet of a person who came in by their personal link. `consent` is the wording to agree to,
    asked only of somebody who has never agreed to one."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    consent = forms.BooleanField(
        error_messages={"required": "Tick the box to agree: without it we may not keep your details or answer you."}
    )

    def __init__(self, *args: Any, contact: Contact, consent: str, today: date, **kwargs: Any) -> None:
        self.agreed_to = contact.consent_wording or consent
        super().__init__(*args, today=today, **kwargs)
        self.fields["notes"].label = "Anything we should know"
        self.fields["consent"].label = consent
        if contact.consent_wording:
            del self.fields["consent"]

    @property
    def submission_key(self) -> UUID:
        """The same for the same form with the same answers, however often it is sent."""
        given = self.cleaned_data
        return submission_id(given["key"], [given["notes"], *(str(offer) for offer in self.offered)])
