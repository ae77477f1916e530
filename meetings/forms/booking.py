"""The forms that give a meeting its time: answer a request, move a meeting, book one without a request."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.html import format_html

from hubportal.accounts.models import User
from hubportal.forms import PortalForm
from meetings.models import Meeting, MeetingKind
from meetings.queries import ProposedTime, RequestPage, clashes_of, likely_people
from meetings.rules import PARTS_OF_DAY, ClashKind, offered_day_problem, slot_at, start_problem
from schools.models import Contact, School

OTHER = "other"
EARLIEST, LATEST = time(7, 0), time(20, 0)


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
    """A date, a start and an officer. Sets `starts_at`; whether the officer is free is for the database to say.

    What else speaks against the time (time off, hours, travel) is said once, and the officer may go on all the same:
    the tick counts for this officer and time only. The box is there when there is something to tick.
    """

    on = forms.DateField(label="Date")
    start = StartTime(label="Start", help_text="The meeting takes 90 minutes.")
    anyway = forms.BooleanField(label="Book it all the same", required=False)
    field_order: Sequence[str] | None = ("on", "start", "officer", "anyway")

    def __init__(
        self, *args: Any, today: date, school: School, apart_from: Meeting | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.school, self.apart_from = today, school, apart_from
        self.starts_at: datetime | None = None
        if not self.is_bound:
            del self.fields["anyway"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.find_start(cleaned)
        self._warn(cleaned.get("officer"))
        return cleaned

    def find_start(self, cleaned: dict[str, Any]) -> None:
        self.set_start(cleaned.get("on"), cleaned.get("start"))

    def set_start(self, on: date | None, start: time | None) -> None:
        if on and (problem := offered_day_problem(on, today=self.today)):
            self.add_error("on", problem)
        if start and not EARLIEST <= start <= LATEST:
            self.add_error("start", f"Give a start from {EARLIEST:%H:%M} to {LATEST:%H:%M}.")
        if on and start and not self.errors:
            self.starts_at = slot_at(on, start).starts_at

    def _warn(self, officer: User | None) -> None:
        name = self.add_prefix("anyway")
        ticked = str(self.data.get(name, ""))
        box = self.fields["anyway"].widget
        if officer is None or self.starts_at is None:
            # Another mistake comes first. The tick is asked for again only if it was for another time.
            box.attrs["value"] = ticked
            if not ticked:
                del self.fields["anyway"]
            return
        box.attrs["value"] = f"{officer.pk}-{self.starts_at:%Y%m%d%H%M}"
        sentences = self._warnings(officer)
        if not sentences:
            del self.fields["anyway"]
        elif ticked != box.attrs["value"]:
            assert isinstance(self.data, QueryDict)
            self.data = self.data.copy()
            self.data.pop(name, None)
            label = self.fields["anyway"].label
            self.add_error("anyway", f"{' '.join(sentences)} Choose another time, or tick “{label}”.")

    def _warnings(self, officer: User) -> list[str]:
        """What speaks against the time. Another meeting then is left to the database, which lets nobody by."""
        assert self.starts_at
        slot = slot_at(self.starts_at.date(), self.starts_at.time())
        found = clashes_of(officer=officer, slot=slot, school=self.school, apart_from=self.apart_from)
        if any(clash.kind == ClashKind.MEETING for clash in found):
            return []
        return [clash.sentence for clash in found]


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


NOBODY = "Invite nobody: I tell the school myself"


class BookForm(AttendeesMixin, TimeForm):
    """Answer a request: one of the offered times, or another one. What is needed when is said beside each field.

    Somebody new is not ticked beforehand, so it is easily forgotten that nobody is: that is asked about once. The box
    that says it is meant so is there when it is needed.
    """

    marks_optional = False
    nobody = forms.BooleanField(label=NOBODY, required=False)

    when = forms.ChoiceField(
        label="Which time", widget=forms.RadioSelect, error_messages={"required": "Choose one of the times."}
    )
    field_order = ("when", "on", "start", "officer", "anyway", "attendees", "nobody")

    def __init__(self, *args: Any, page: RequestPage, **kwargs: Any) -> None:
        officer = page.officer.pk if page.officer else None
        invited = [contact.pk for contact in page.to_invite]
        first = next((_key(one) for one in page.times if one.is_free), _key(page.times[0]) if page.times else OTHER)
        initial = {"when": first, "officer": officer, "attendees": invited, **kwargs.pop("initial", {})}
        school = page.request.school
        super().__init__(*args, initial=initial, prefix="book", school=school, officers=page.officers, **kwargs)
        self.offer_contacts(page.contacts)
        self._may_invite = bool(page.contacts)
        self.times = {self._key_of(one): one for one in page.times}
        labels = [(key, _offer_label(one, page.officer)) for key, one in self.times.items()]
        when = self.fields["when"]
        assert isinstance(when, forms.ChoiceField)
        when.choices = [*labels, (OTHER, "Another date and time")]
        self.fields["on"].required = self.fields["start"].required = False
        self.fields["on"].label = "Date of another time"
        self.fields["on"].help_text = "Needed for “Another date and time” only."
        self.fields["start"].help_text = (
            "Needed for “Another date and time”. For an offered time it may stay empty: the meeting then begins at "
            "the start proposed beside it. The meeting takes 90 minutes."
        )
        if not self.is_bound:
            del self.fields["nobody"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("attendees") or "attendees" in self.errors or not self._may_invite:
            del self.fields["nobody"]
        elif not cleaned.get("nobody"):
            self.add_error(
                "attendees",
                "Nobody is ticked, so nobody at the school would get the invitation. Tick who gets it, or tick "
                f"“{NOBODY}”.",
            )
        return cleaned

    def _key_of(self, proposed: ProposedTime) -> str:
        """The choice's value: which offer, and the start that was proposed when the page was made.

        Somebody else may book meanwhile, and another start come first: what was seen and chosen stays what it was.
        """
        chosen = str(self.data.get("book-when", "")) if self.is_bound else ""
        offer, _, start = chosen.partition("-")
        is_this = offer == str(proposed.offer.pk) and (not start or _read_start(start))
        return chosen if is_this else _key(proposed)

    def find_start(self, cleaned: dict[str, Any]) -> None:
        proposed = self.times.get(cleaned.get("when", ""))
        if proposed:
            self._take(proposed, cleaned)
        elif cleaned.get("when") == OTHER:
            self._take_other(cleaned.get("on"), cleaned.get("start"))

    def _take(self, proposed: ProposedTime, cleaned: dict[str, Any]) -> None:
        offer = proposed.offer
        start = cleaned.get("start") or _read_start(cleaned["when"].partition("-")[2]) or proposed.start
        if "start" in self.errors:
            return
        if problem := start_problem(offer.part, start, offered_start=offer.start):
            self.add_error("start", problem)
        else:
            self.set_start(offer.on, start)

    def _take_other(self, on: date | None, start: time | None) -> None:
        if on is None and "on" not in self.errors:
            self.add_error("on", "Give the date.")
        if start is None and "start" not in self.errors:
            self.add_error("start", "Give the time when the meeting starts, such as 09:30.")
        self.set_start(on, start)


def _key(proposed: ProposedTime) -> str:
    return f"{proposed.offer.pk}-{proposed.start:%H%M}"


def _read_start(text: str) -> time | None:
    try:
        return datetime.strptime(text, "%H%M").time()  # noqa: DTZ007 - a time of day
    except ValueError:
        return None


def _offer_label(proposed: ProposedTime, officer: User | None) -> str:
    """The offered time, the start proposed for it, and whether the officer is free: in words, not by colour alone."""
    offer = proposed.offer
    part = PARTS_OF_DAY[offer.part]
    asked = "" if offer.start else f", start {part.opens:%H:%M} to {part.latest_start:%H:%M}"
    if officer is None:
        return format_html("{}{}", str(offer), asked)
    at = "" if offer.start else f" at {proposed.start:%H:%M}"
    if proposed.is_free:
        says, tone = f"Free{at}", "success"
    else:
        says, tone = "Not free", "warning"
    words = f" {' '.join(proposed.sentences)}" if proposed.sentences else ""
    return format_html('{}{}<br><span class="status status-{}">{}</span>{}', str(offer), asked, tone, says, words)


class MoveForm(TimeForm):
    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        kwargs["initial"] = {"on": meeting.held_on, "start": meeting.start_clock, "officer": meeting.officer_id}
        super().__init__(*args, school=meeting.school, apart_from=meeting, **kwargs)
        if "anyway" in self.fields:
            self.fields["anyway"].label = "Move it all the same"


class NewMeetingForm(AttendeesMixin, TimeForm):
    """A meeting without a request, such as a follow-up visit agreed over the telephone."""

    kind = forms.ChoiceField(label="Kind of meeting", choices=MeetingKind, widget=forms.RadioSelect)
    field_order = ("kind", "on", "start", "officer", "anyway", "attendees")

    def __init__(self, *args: Any, school: School, contacts: Collection[Contact], **kwargs: Any) -> None:
        leader = school.area.leader_id if school.area else None
        to_invite = likely_people(list(contacts), school=school, contacts=list(contacts))
        initial = {"officer": leader, "attendees": [contact.pk for contact in to_invite], **kwargs.pop("initial", {})}
        super().__init__(*args, initial=initial, school=school, **kwargs)
        self.offer_contacts(contacts)
