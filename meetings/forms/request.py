"""The public form by which a school asks for a meeting."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError

from hubportal.forms import PortalForm, dress_fields
from meetings.models import DayPart, MeetingKind
from meetings.rules import NAME_AT_MOST, is_shared_address, offered_day_problem, submission_id
from schools.models import ContactRole, HubProfile, School

TIMES_AT_MOST = 6
TIMES_SHOWN_AT_FIRST = 3
BEFORE_TIMES = ("school", "name", "role", "email", "phone", "head_name", "head_email", "kind")
KINDS = (
    (MeetingKind.QUALITY_CONVERSATION.value, "A first meeting, or a new one because an award comes to its end"),
    (MeetingKind.ADDITIONAL.value, "An additional meeting: we have had one already"),
)
NOT_IN_REGISTER = (
    "We cannot find that school in our register of schools. Look for it again by its name, town, postcode or URN; "
    "if it is not there, write to {address} and we will arrange the meeting with you."
)
CLOSED = "{school} has closed, so it cannot ask for a meeting. Look for the school that took its place."


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
        super().__init__(max_length=30, widget=forms.TextInput(attrs=attributes), **kwargs)

    def clean(self, value: Any) -> str:
        number = super().clean(value)
        digits = re.sub(r"\D", "", number)
        if number and (len(digits) < 9 or re.search(r"[^\d\s+()./-]", re.sub(r"(?i)\s*ext\.?\s*", " ", number))):
            raise ValidationError("Enter a telephone number with its dialling code, such as 0116 496 0000.")
        return number


class PartOfDayField(forms.ChoiceField):
    """A part of the day; whoever names none is free all day."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=DayPart, **kwargs)

    def clean(self, value: Any) -> str:
        part: str = super().clean(value or DayPart.ANY)
        return part


@dataclass(frozen=True)
class TimeRow:
    """One line of "when we are free": its number and its two fields."""

    number: int
    day: forms.BoundField
    part: forms.BoundField

    @property
    def is_in_use(self) -> bool:
        return bool(self.day.value())


class RequestForm(PortalForm, forms.Form):
    """All that a school tells us when it asks for a meeting. `today` is the day in Europe/London.

    `school` is left to the page, which shows the school that was found; `warned` holds the shared addresses the
    person has been asked about already.
    """

    school = forms.IntegerField(required=False, widget=forms.HiddenInput)
    submission_key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    warned = forms.CharField(required=False, widget=forms.HiddenInput)
    name = PersonName(
        label="Your name",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Enter your name."},
    )
    role = forms.ChoiceField(
        label="Your role at the school",
        choices=ContactRole,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose your role at the school."},
    )
    email = PersonAddress(
        label="Your e-mail address",
        help_text="If you can, your own rather than a shared one such as office@: the award's mail goes there.",
        error_messages={"required": "Enter your e-mail address, such as name@example.org."},
    )
    phone = PhoneNumber(
        label="Your telephone number", required=False, help_text="In case we have to reach you on the day."
    )
    head_name = PersonName(
        label="Head teacher’s name",
        required=False,
        help_text="Leave these two empty if you are the head teacher.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    head_email = PersonAddress(
        label="Head teacher’s e-mail address",
        required=False,
        help_text="The invitation goes to the head teacher as well.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    kind = forms.ChoiceField(
        label="Which meeting is this?",
        choices=KINDS,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether this is a first or an additional meeting."},
    )
    notes = forms.CharField(
        label="Anything we should know",
        required=False,
        max_length=4000,
        help_text="For example parking, or what you most want to talk about. Please name no pupils.",
        widget=forms.Textarea,
    )
    consent = forms.BooleanField(
        error_messages={"required": "Tick the box to agree: without it we may not keep your details or answer you."}
    )
    # People do not see this field; what fills it in is a robot.
    subject_line = forms.CharField(
        label="Leave this box empty",
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, today: date, hub: HubProfile, consent: str, **kwargs: Any) -> None:
        self.today, self.hub = today, hub
        self.found_school: School | None = None
        kwargs["initial"] = {"submission_key": uuid4(), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        for number in range(1, TIMES_AT_MOST + 1):
            self.fields.update(_time_fields(number))
        times = [name for name in self.fields if name.startswith(("day_", "part_"))]
        # The error summary follows the order of the page.
        self.order_fields([*BEFORE_TIMES, *times])
        dress_fields(self)
        self.fields["consent"].label = consent

    # --- What the page shows ----------------------------------------------------------------------

    @property
    def rows(self) -> list[TimeRow]:
        numbers = range(1, TIMES_AT_MOST + 1)
        return [TimeRow(number, self[f"day_{number}"], self[f"part_{number}"]) for number in numbers]

    @property
    def first_rows(self) -> list[TimeRow]:
        return self.rows[:TIMES_SHOWN_AT_FIRST]

    @property
    def more_rows(self) -> list[TimeRow]:
        return self.rows[TIMES_SHOWN_AT_FIRST:]

    @property
    def has_more_rows(self) -> bool:
        return any(row.is_in_use for row in self.more_rows)

    # --- Shared addresses: asked about once, never refused ----------------------------------------

    @property
    def shared_addresses(self) -> list[str]:
        """Addresses given here that several people are likely to read."""
        given = [self.cleaned_data.get("email", ""), self.cleaned_data.get("head_email", "")]
        return list(dict.fromkeys(address for address in given if address and is_shared_address(address)))

    @property
    def addresses_to_ask_about(self) -> list[str]:
        """Shared addresses the person has not been asked about yet."""
        asked = self.cleaned_data.get("warned", "").split()
        return [address for address in self.shared_addresses if address.lower() not in asked]

    @property
    def warned_value(self) -> str:
        """What the page sends along next time, so that nobody is asked twice."""
        return " ".join(address.lower() for address in self.shared_addresses)

    # --- Checks -----------------------------------------------------------------------------------

    def clean_school(self) -> int | None:
        urn = self.cleaned_data["school"]
        school = School.objects.filter(urn=urn).first() if urn is not None else None
        if urn is None:
            raise ValidationError("Choose your school.")
        if school is None:
            raise ValidationError(NOT_IN_REGISTER.format(address=self.hub.contact_email))
        if not school.is_open:
            raise ValidationError(CLOSED.format(school=school.name))
        self.found_school = school
        return urn

    def clean_subject_line(self) -> str:
        if self.cleaned_data["subject_line"]:
            raise ValidationError("Empty the box “Leave this box empty”: it is there to keep robots out.")
        return ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for row in self.rows:
            day = cleaned.get(row.day.name)
            problem = offered_day_problem(day, today=self.today) if day else None
            if problem:
                self.add_error(row.day.name, problem)
        if self.has_error("day_1", "required") and any(row.is_in_use for row in self.rows[1:]):
            # Any one day will do; it need not be the first.
            del self.errors["day_1"]
        return cleaned

    # --- What the service takes -------------------------------------------------------------------

    @property
    def offered(self) -> list[tuple[date, str]]:
        return sorted(set(self._offered()))

    def _offered(self) -> Iterator[tuple[date, str]]:
        for row in self.rows:
            day = self.cleaned_data.get(row.day.name)
            if day:
                yield day, self.cleaned_data[row.part.name]

    @property
    def answers(self) -> dict[str, Any]:
        """The arguments of `request_meeting` that the person typed."""
        names = ("name", "role", "email", "phone", "head_name", "head_email", "kind", "notes")
        typed = {name: self.cleaned_data[name] for name in names}
        return typed | {"school": self.found_school, "offered": self.offered}

    @property
    def submission_id(self) -> UUID:
        """The same for the same form with the same answers, however often it is sent."""
        key = self.cleaned_data["submission_key"] or uuid4()
        return submission_id(key, [f"{name}={value}" for name, value in sorted(self.answers.items())])


def _time_fields(number: int) -> dict[str, forms.Field]:
    day = forms.DateField(
        label=f"Day {number}",
        required=number == 1,
        error_messages={"required": "Give at least one day when you could meet."},
    )
    return {f"day_{number}": day, f"part_{number}": PartOfDayField(label=f"Part of day {number}", initial=DayPart.ANY)}
