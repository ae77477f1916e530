"""Forms about mail: look through the outbox, edit or cancel a mail, change one of the hub's own sentences."""

from typing import Any

from django import forms

from hubportal.forms import PortalForm, dress_fields
from hubportal.mail.kinds import KINDS, Sentence
from hubportal.mail.models import EmailStatus
from hubportal.mail.queries import OutboxFilters
from hubportal.mail.services import Draft

EVERY = ("", "All")


class OutboxFilterForm(PortalForm, forms.Form):
    """The outbox's filters. Whatever is not a choice counts as no choice: an old bookmark still opens the list."""

    marks_optional = False

    q = forms.CharField(
        label="School, address or subject", required=False, widget=forms.TextInput(attrs={"type": "search"})
    )
    status = forms.ChoiceField(label="Status", required=False, choices=[EVERY, *EmailStatus.choices])
    kind = forms.ChoiceField(label="Kind", required=False)
    since = forms.DateField(label="Going or gone from", required=False)
    until = forms.DateField(label="Up to and including", required=False)
    sort = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = sorted(((kind.key, kind.name) for kind in KINDS.values()), key=lambda pair: pair[1].lower())
        self.fields["kind"].choices = [EVERY, *names]  # type: ignore[attr-defined]

    def filters(self) -> OutboxFilters:
        """What was asked for and makes sense."""
        self.is_valid()
        return OutboxFilters(**{name: value for name, value in self.cleaned_data.items() if value})


class EditEmailForm(PortalForm, forms.Form):
    """Subject and message of a mail that is held back."""

    subject = forms.CharField(label="Subject", required=False, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    message = forms.CharField(label="Message", required=False, strip=False, widget=forms.Textarea(attrs={"rows": "18"}))
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    marks_optional = False

    def __init__(self, *args: Any, draft: Draft, **kwargs: Any) -> None:
        given = {"subject": draft.subject, "message": draft.message, "seen": draft.seen}
        super().__init__(*args, **kwargs | {"initial": given})
        self.fields["message"].help_text = _about_marks(draft.marks)
        dress_fields(self)


def _about_marks(marks: tuple[str, ...]) -> str:
    lines = "Leave an empty line between paragraphs; lines that begin with “- ” become a list."
    if not marks:
        return lines
    names = " and ".join(marks)
    where = "stands where the reader’s own link goes" if len(marks) == 1 else "stand where the reader’s own links go"
    return f"{names} {where}. You may move {'it' if len(marks) == 1 else 'them'}, but not leave any out. {lines}"


class CancelEmailForm(PortalForm, forms.Form):
    """Why a mail should not go."""

    reason = forms.CharField(
        label="Why should it not go?",
        help_text="A few words, kept with the e-mail for your colleagues. The school does not see them.",
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    marks_optional = False


class SentenceForm(PortalForm, forms.Form):
    """One of the hub's own sentences."""

    text = forms.CharField(label="Words", required=False, strip=False, widget=forms.Textarea(attrs={"rows": "5"}))
    marks_optional = False

    def __init__(self, *args: Any, sentence: Sentence, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = sentence.name
        if sentence.facts:
            names = ", ".join(f"{{{fact}}}" for fact in sentence.facts)
            self.fields[
                "text"
            ].help_text = (
                f"Plain text, one paragraph. The portal fills in {names} if you type them so, with their braces."
            )
        dress_fields(self)
