"""The forms of hub staff: filters, triage, booking, moving and cancelling."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from hubportal.accounts.models import User
from hubportal.forms import PortalForm
from meetings.models import Meeting, MeetingKind, MeetingRequest, MeetingStatus, OfferedTime, RequestStatus
from meetings.queries import MeetingFilters, RequestFilters, likely_people
from meetings.rules import PARTS_OF_DAY, offered_day_problem, slot_at, start_problem
from schools.models import Contact, School

OTHER = "other"
EARLIEST, LATEST = time(7, 0), time(20, 0)
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
        choices=(("new", "Waiting"), ("booked", "Booked"), ("declined", "Declined"), ("all", "All")),
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


# --- When and who ---------------------------------------------------------------------------------


class StartTime(forms.TimeField):
    """A time of day; 9.30 is understood as well as 09:30."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%H:%M", "%H:%M:%S", "%H.%M"], **kwargs)


class OfficerForm(PortalForm, forms.Form):
    """Who holds the meeting, of the `officers` the page has read already: the choices need no query of their own."""

    officer = forms.ModelChoiceField(
        User.objects.officers(),
        label="Officer",
        empty_label="Choose an officer",
        error_messages={"required": "Choose an officer."},
    )

    def __init__(self, *args: Any, officers: Collection[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        officer = self.fields["officer"]
        assert isinstance(officer, forms.ModelChoiceField)
        officer.widget.choices = [("", str(officer.empty_label)), *((one.pk, one.name) for one in officers)]


class TimeForm(OfficerForm):
    """A date, a start and an officer. Sets `starts_at`; whether the officer is free is for the database to say."""

    on = forms.DateField(label="Date")
    start = StartTime(label="Start", help_text="The meeting takes 90 minutes.")
    field_order: Sequence[str] | None = ("on", "start", "officer")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.starts_at: datetime | None = None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.set_start(cleaned.get("on"), cleaned.get("start"))
        return cleaned

    def set_start(self, on: date | None, start: time | None) -> None:
        if on and (problem := offered_day_problem(on, today=self.today)):
            self.add_error("on", problem)
        if start and not EARLIEST <= start <= LATEST:
            self.add_error("start", f"Give a start from {EARLIEST:%H:%M} to {LATEST:%H:%M}.")
        if on and start and not self.errors:
            self.starts_at = slot_at(on, start).starts_at


OPENS_PAGES = (
    "Inviting somebody new opens the school’s pages to them. Tick only whom you know, or have asked the school about."
)


class AttendeesMixin(forms.Form):
    """Who from the school gets the invitation."""

    attendees = forms.ModelMultipleChoiceField(
        Contact.objects.none(),
        label="Who gets the invitation",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def offer_contacts(self, contacts: Collection[Contact]) -> None:
        field = self.fields["attendees"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = Contact.objects.filter(pk__in=[contact.pk for contact in contacts])
        # The page has them already: the choices need no query of their own.
        field.widget.choices = [(contact.pk, _person_label(contact)) for contact in contacts]
        if not all(contact.is_confirmed for contact in contacts):
            field.help_text = OPENS_PAGES


def _person_label(contact: Contact) -> str:
    new = "" if contact.is_confirmed else f" (new: {contact.email}, not known to us yet)"
    return f"{contact.name}, {contact.get_role_display().lower()}{new}"


class BookForm(AttendeesMixin, TimeForm):
    """Answer a request: one of the offered times, or another one."""

    when = forms.ChoiceField(
        label="Which time", widget=forms.RadioSelect, error_messages={"required": "Choose one of the times."}
    )
    field_order = ("when", "on", "start", "officer", "attendees")

    def __init__(
        self,
        *args: Any,
        request: MeetingRequest,
        contacts: Collection[Contact],
        to_invite: Collection[Contact],
        today: date,
        **kwargs: Any,
    ) -> None:
        self.times = {str(offer.pk): offer for offer in request.offered_times.all() if offer.on >= today}
        first = next(iter(self.times), OTHER)
        initial = {"when": first, "officer": request.assigned_to_id, "attendees": [c.pk for c in to_invite]}
        super().__init__(*args, today=today, initial=initial, prefix="book", **kwargs)
        self.offer_contacts(contacts)
        labels = [(key, _offer_label(offer)) for key, offer in self.times.items()]
        when = self.fields["when"]
        assert isinstance(when, forms.ChoiceField)
        when.choices = [*labels, (OTHER, "Another date and time")]
        self.fields["on"].required = self.fields["start"].required = False
        self.fields["on"].label = "Date, if another one"
        usual = ", ".join(f"{part.usual_start:%H:%M} for {part.words}" for part in PARTS_OF_DAY.values())
        self.fields["start"].help_text = f"Left empty, an offered time begins at its usual hour: {usual}."

    def clean(self) -> dict[str, Any]:
        cleaned = forms.Form.clean(self) or self.cleaned_data
        offer = self.times.get(cleaned.get("when", ""))
        if offer:
            self._take(offer, cleaned.get("start"))
        elif cleaned.get("when") == OTHER:
            self._take_other(cleaned.get("on"), cleaned.get("start"))
        return cleaned

    def _take(self, offer: OfferedTime, start: time | None) -> None:
        start = start or PARTS_OF_DAY[offer.part].usual_start
        if problem := start_problem(offer.part, start):
            self.add_error("start", problem)
        else:
            self.set_start(offer.on, start)

    def _take_other(self, on: date | None, start: time | None) -> None:
        if on is None and "on" not in self.errors:
            self.add_error("on", "Give the date.")
        if start is None and "start" not in self.errors:
            self.add_error("start", "Give the time when the meeting starts, such as 09:30.")
        self.set_start(on, start)


def _offer_label(offer: OfferedTime) -> str:
    part = PARTS_OF_DAY[offer.part]
    return f"{offer}, start {part.opens:%H:%M} to {part.latest_start:%H:%M}"


class MoveForm(TimeForm):
    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        kwargs["initial"] = {"on": meeting.held_on, "start": meeting.start_clock, "officer": meeting.officer_id}
        super().__init__(*args, **kwargs)


class NewMeetingForm(AttendeesMixin, TimeForm):
    """A meeting without a request, such as a follow-up visit agreed over the telephone."""

    kind = forms.ChoiceField(label="Kind of meeting", choices=MeetingKind, widget=forms.RadioSelect)
    field_order = ("kind", "on", "start", "officer", "attendees")

    def __init__(self, *args: Any, school: School, contacts: Collection[Contact], **kwargs: Any) -> None:
        leader = school.area.leader_id if school.area else None
        to_invite = likely_people(list(contacts), school=school, contacts=list(contacts))
        initial = {"officer": leader, "attendees": [contact.pk for contact in to_invite], **kwargs.pop("initial", {})}
        super().__init__(*args, initial=initial, **kwargs)
        self.offer_contacts(contacts)


# --- Words ----------------------------------------------------------------------------------------


class ReassignForm(OfficerForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix="reassign", **kwargs)


class ReasonForm(PortalForm, forms.Form):
    reason = forms.CharField(
        label="Reason",
        widget=forms.Textarea,
        max_length=1000,
        help_text="The school reads this word for word.",
        error_messages={"required": "Give a reason: the school will read it."},
    )

    def clean_reason(self) -> str:
        reason: str = self.cleaned_data["reason"].strip()
        if not reason:
            raise ValidationError("Give a reason: the school will read it.")
        return reason


class DeclineForm(ReasonForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix="decline", **kwargs)


class CancelForm(ReasonForm):
    pass
