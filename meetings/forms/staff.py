"""The forms of hub staff: the filters of lists, and a few words or a name in answer to a request."""

from typing import Any, ClassVar

from django import forms
from django.http import QueryDict

from hubportal.forms import PortalForm
from meetings.forms.booking import OfficerForm
from meetings.models import Meeting, MeetingKind, MeetingStatus, RequestStatus
from meetings.queries import ALL, LONG, SILENT, TOO_LONG, MeetingFilters, RequestFilters

WHOSE = (("mine", "Mine"), ("all", "Everybody’s"))


# --- Filters: the address bar is their only memory ------------------------------------------------


class FilterForm(PortalForm, forms.Form):
    """A list's filters, bound to the address; what is missing or makes no sense there is the usual."""

    marks_optional = False
    usual: ClassVar[dict[str, str]] = {}

    def __init__(self, query: QueryDict) -> None:
        super().__init__({**self.usual, **query.dict()}, auto_id="filter_%s")
        self.full_clean()

    def chosen(self, name: str) -> str:
        return self.cleaned_data.get(name) or self.usual.get(name, "")


class RequestFilterForm(FilterForm):
    usual = {"status": RequestStatus.NEW, "whose": "mine"}

    whose = forms.ChoiceField(
        label="Whose", choices=(("mine", "Mine and nobody’s"), ("all", "Everybody’s")), required=False
    )
    status = forms.ChoiceField(
        label="Status",
        choices=(
            (RequestStatus.NEW, "Waiting for us"),
            (LONG, "Waiting more than five working days"),
            (TOO_LONG, "Waiting more than ten working days"),
            (RequestStatus.ASKED, "Asked for other times"),
            (SILENT, "Asked for other times, no answer for ten working days"),
            (RequestStatus.BOOKED, "Booked"),
            (RequestStatus.DECLINED, "Declined"),
            (RequestStatus.WITHDRAWN, "Called off by the school"),
            (RequestStatus.JOINED, "Joined to an earlier request"),
            (ALL, "All"),
        ),
        required=False,
    )
    q = forms.CharField(label="School or reference", required=False, max_length=100)

    def filters(self, *, sort: str) -> RequestFilters:
        return RequestFilters(self.chosen("status"), self.chosen("whose"), self.chosen("q"), sort)


class MeetingFilterForm(FilterForm):
    usual = {"when": "upcoming", "whose": "mine"}

    when = forms.ChoiceField(
        label="When", choices=(("upcoming", "Upcoming"), ("past", "Past"), ("all", "All")), required=False
    )
    whose = forms.ChoiceField(label="Whose", choices=WHOSE, required=False)
    kind = forms.ChoiceField(label="Kind", choices=(("", "All"), *MeetingKind.choices), required=False)
    status = forms.ChoiceField(label="Status", choices=(("", "All"), *MeetingStatus.choices), required=False)
    q = forms.CharField(label="School", required=False, max_length=100)

    def filters(self, *, sort: str) -> MeetingFilters:
        when, whose, kind, status, text = (self.chosen(n) for n in ("when", "whose", "kind", "status", "q"))
        return MeetingFilters(when, whose, kind, status, text, sort)


# --- Words ----------------------------------------------------------------------------------------


class ReassignForm(OfficerForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix="reassign", **kwargs)


class WordsForm(PortalForm, forms.Form):
    """A few words; `field` says which, and `missing` what to say without them."""

    field: ClassVar[str] = "reason"
    missing: ClassVar[str] = "Give a reason: the school will read it."

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.field in cleaned and not cleaned[self.field].strip():
            self.add_error(self.field, self.missing)
        return cleaned


class ReasonForm(WordsForm):
    reason = forms.CharField(
        label="Reason",
        widget=forms.Textarea,
        max_length=1000,
        help_text="The school reads this word for word.",
        error_messages={"required": WordsForm.missing},
    )


class DeclineForm(ReasonForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix="decline", **kwargs)


class AskForm(WordsForm):
    """Why none of the offered times suits, and what would."""

    field = "message"
    missing = "Write a few words: the school will read them."

    message = forms.CharField(
        label="What to say to the school",
        widget=forms.Textarea,
        max_length=1000,
        help_text="Say what would suit, for example “any Thursday in March”. The school reads this word for word.",
        error_messages={"required": missing},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix="ask", **kwargs)


class WithdrawForm(WordsForm):
    """What the school said when it called its request off."""

    missing = "Say why, in a few words: whoever looks after this school next will want to know."

    reason = forms.CharField(
        label="What the school said",
        widget=forms.Textarea,
        max_length=1000,
        help_text="For staff. The school gets a mail that its request is closed, without these words.",
        error_messages={"required": missing},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix="withdraw", **kwargs)


class AgainMixin(forms.Form):
    """Whether the request of a meeting that does not come about waits again. Without a request nothing is asked."""

    AGAIN: ClassVar[tuple[tuple[str, str], ...]] = ()

    again = forms.ChoiceField(
        label="Does the school still want a meeting?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether the school still wants a meeting."},
    )

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["again"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = self.AGAIN
        if meeting.request_id is None:
            del self.fields["again"]

    @property
    def wants_again(self) -> bool:
        return self.cleaned_data.get("again", "yes") == "yes"


class CancelForm(AgainMixin, ReasonForm):
    AGAIN = (
        ("yes", "Yes: its request waits for another time"),
        ("no", "No: its request is closed with this reason"),
    )


class MissForm(AgainMixin, PortalForm, forms.Form):
    AGAIN = (
        ("yes", "Yes: its request waits for another time, and those invited get the friendly line below"),
        ("no", "No: its request is closed, and nothing is sent"),
    )

    note = forms.CharField(
        label="What happened",
        widget=forms.Textarea,
        max_length=1000,
        required=False,
        help_text="For staff only.",
    )
