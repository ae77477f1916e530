"""The public form by which a school asks for a meeting."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils import timezone

from hubportal.form_fields import PersonAddress, PersonName, PhoneNumber
from hubportal.forms import PortalForm, dress_fields
from meetings.forms.times import OfferedTimesForm
from meetings.models import MeetingKind, OfferedTime
from meetings.rules import is_shared_address, is_too_quick, submission_id
from schools.models import ContactRole, HubProfile, School

# The button on the check page that leads back to an answer; its value is the field's name.
CHANGE = "change"
BEFORE_TIMES = ("school", "name", "role", "email", "phone", "head_name", "head_email", "kind")
NOTES_AT_MOST = 4000
# No answer that passes is longer: a line break may be typed as two characters.
ANSWER_AT_MOST = 2 * NOTES_AT_MOST
# What only robots fill in is not kept.
NOT_KEPT = ("subject_line",)
OPENED_SALT = "meetings.request_form.opened"
TOO_QUICK = (
    "That was quicker than people type, so we held it back in case a program sent it. Please press the button once "
    "more: everything is still here."
)
KINDS = (
    (MeetingKind.QUALITY_CONVERSATION.value, "A first meeting, or a new one because an award comes to its end"),
    (MeetingKind.ADDITIONAL.value, "An additional meeting: we have had one already"),
    (MeetingKind.FOLLOW_UP.value, "A follow-up visit: we are working towards Bronze and ready for another look"),
)
NOT_IN_REGISTER = (
    "We cannot find that school in our register of schools. Look for it again by its name, town, postcode or URN; "
    "if it is not there, write to {address} and we will arrange the meeting with you."
)
CLOSED = "{school} has closed, so it cannot ask for a meeting. Look for the school that took its place."


class RequestForm(PortalForm, OfferedTimesForm):
    """All that a school tells us when it asks for a meeting.

    `key` tells one beginning of the form from another, so that what is sent twice counts once. `school` is left to
    the page, which shows the school that was found.
    """

    school = forms.IntegerField(required=False, widget=forms.HiddenInput)
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
        help_text="If you can, your own rather than a shared one such as office@: the award’s mail goes there.",
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
        max_length=NOTES_AT_MOST,
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

    def __init__(self, *args: Any, key: UUID, now: datetime, hub: HubProfile, consent: str, **kwargs: Any) -> None:
        self.key, self.now, self.hub = key, now, hub
        self.today = timezone.localtime(now).date()
        self.found_school: School | None = None
        super().__init__(*args, **kwargs)
        # The error summary follows the order of the page.
        self.order_fields([*BEFORE_TIMES, *self.add_times()])
        dress_fields(self)
        self.fields["consent"].label = consent

    # --- What is kept of it, as it was typed --------------------------------------------------------

    @property
    def typed(self) -> dict[str, str]:
        """Everything that was typed or chosen, unchecked, cut where no answer goes on."""
        assert self.is_bound
        names = [name for name in self.fields if name not in NOT_KEPT]
        # PostgreSQL stores no NUL character, and no browser sends one.
        given = {name: str(self.data.get(name) or "").replace("\0", "")[:ANSWER_AT_MOST] for name in names}
        return {name: text for name, text in given.items() if text} | {"opened": self.opened}

    @property
    def opened(self) -> str:
        """When this form was opened, signed, for the page to send along."""
        given = str((self.data if self.is_bound else self.initial).get("opened") or "")
        return given if opened_at(given, key=self.key) else opened_now(self.key, now=self.now)

    # --- Shared addresses: pointed out before anything is sent, never refused ----------------------

    @property
    def shared_addresses(self) -> list[str]:
        """Addresses given here that several people are likely to read."""
        given = [self.cleaned_data.get("email", ""), self.cleaned_data.get("head_email", "")]
        return list(dict.fromkeys(address for address in given if address and is_shared_address(address)))

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
        self.check_times()
        began = opened_at(str(self.data.get("opened") or ""), key=self.key)
        if not self.errors and is_too_quick(opened_at=began or self.now, now=self.now):
            self.add_error(None, TOO_QUICK)
        return cleaned

    # --- What the check page shows, and what the service takes ---------------------------------------

    @property
    def summary(self) -> list[dict[str, str]]:
        """Each answer in words, with the field it is changed in."""
        given = self.cleaned_data
        assert self.found_school
        times = [str(OfferedTime(on=offer.on, part=offer.part, start=offer.start)) for offer in self.offered]
        rows = [
            ("Your school", f"{self.found_school.name}\n{self.found_school.place}", "school"),
            ("Your name", given["name"], "name"),
            ("Your role", ContactRole(given["role"]).label, "role"),
            ("Your e-mail address", given["email"], "email"),
            ("Your telephone number", given["phone"], "phone"),
            ("Head teacher’s name", given["head_name"], "head_name"),
            ("Head teacher’s e-mail address", given["head_email"], "head_email"),
            ("Which meeting", dict(KINDS)[given["kind"]], "kind"),
            ("When you are free", "\n".join(times), "day_1"),
            ("Anything we should know", given["notes"], "notes"),
            ("What you agree to", str(self.fields["consent"].label), "consent"),
        ]
        return [
            {"key": key, "value": value or "Not given", "action_name": CHANGE, "action_value": name}
            for key, value, name in rows
        ]

    def place_of(self, name: str) -> str:
        """The id of the control that an answer is changed in, of several the first."""
        if name == "school":
            return "your-school"
        return self[name].id_for_label or f"{self[name].auto_id}_0"

    @property
    def answers(self) -> dict[str, Any]:
        """The arguments of `request_meeting` that the person typed."""
        names = ("name", "role", "email", "phone", "head_name", "head_email", "kind", "notes")
        typed = {name: self.cleaned_data[name] for name in names}
        return typed | {"school": self.found_school, "offered": self.offered}

    @property
    def submission_id(self) -> UUID:
        """The same for the same form with the same answers, however often it is sent."""
        return submission_id(self.key, [f"{name}={value}" for name, value in sorted(self.answers.items())])


def opened_now(key: UUID, *, now: datetime) -> str:
    """A signed note that the form with this key was opened at this time."""
    return signing.dumps([str(key), int(now.timestamp())], salt=OPENED_SALT)


def opened_at(note: str, *, key: UUID) -> datetime | None:
    """When the form with this key was opened, or None for a note that is not ours or not about this form."""
    try:
        about, seconds = signing.loads(note, salt=OPENED_SALT)
    except signing.BadSignature:
        return None
    return datetime.fromtimestamp(seconds, tz=UTC) if about == str(key) else None


class SaveForm(PortalForm, forms.Form):
    """Where to mail the link by which somebody goes on with their request."""

    email = PersonAddress(
        label="Your e-mail address",
        help_text="We mail you a link that opens the form with your answers.",
        error_messages={"required": "Enter your e-mail address, such as name@example.org."},
    )
