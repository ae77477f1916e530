"""Forms about schools and areas, for hub staff."""

from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, QuerySet

from hubportal.accounts.models import User
from hubportal.form_fields import PersonAddress, PersonName, PhoneNumber, TypedText
from hubportal.forms import PortalForm
from schools.models import Area, AuditOffer, Contact, Engagement, School
from schools.queries import schools_without_music_lead, search_schools
from schools.rules import read_districts

STATUSES = (("open", "Open"), ("closed", "Closed"), ("all", "All"))
REACHED = (("yes", "Had a meeting"), ("no", "Never reached"))
LEADS = (("missing", "To ask for"),)
# A list longer than this is better narrowed by more words.
FOUND_AT_MOST = 500
# The browser must not fill in the reader's own.
SOMEBODY_ELSES = {"autocomplete": "off"}
PERSONAL = "If you can, a personal address rather than a shared one such as office@."


class FilterForm(PortalForm, forms.Form):
    marks_optional = False


class SchoolFilter(django_filters.FilterSet):
    """The school list's filters; the address bar holds them all. Closed schools show only when asked for."""

    q = django_filters.CharFilter(label="Name, town, postcode or URN", method="search")
    area = django_filters.ModelChoiceFilter(
        label="Area", queryset=Area.objects.all(), empty_label="All", null_label="No area yet"
    )
    audit_offer = django_filters.ChoiceFilter(label="Audit", choices=AuditOffer, empty_label="All")
    reached = django_filters.ChoiceFilter(label="Reached", choices=REACHED, empty_label="All", method="by_reach")
    engagement = django_filters.ChoiceFilter(label="Conversation", choices=Engagement, empty_label="All")
    lead = django_filters.ChoiceFilter(label="Music lead", choices=LEADS, empty_label="All", method="by_lead")
    status = django_filters.ChoiceFilter(label="Status", choices=STATUSES, empty_label=None, method="by_status")
    sort = django_filters.OrderingFilter(
        fields=(("name", "name"), ("town", "town"), ("area__name", "area"), ("last_met_at", "met")),
        label="Sort",
        widget=forms.HiddenInput,
    )

    class Meta:
        model = School
        fields = ("q", "area", "audit_offer", "reached", "engagement", "lead", "status")
        form = FilterForm

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        given = data.copy() if data is not None else {}
        given.setdefault("status", "open")
        super().__init__(given, *args, **kwargs)

    def search(self, schools: QuerySet[School], name: str, text: str) -> QuerySet[School]:
        found = search_schools(text, limit=FOUND_AT_MOST, include_closed=True)
        return schools.filter(pk__in=[school.pk for school in found])

    def by_status(self, schools: QuerySet[School], name: str, status: str) -> QuerySet[School]:
        if status == "all":
            return schools
        return schools.filter(status="closed") if status == "closed" else schools.exclude(status="closed")

    def by_reach(self, schools: QuerySet[School], name: str, reached: str) -> QuerySet[School]:
        held = School.objects.filter(pk=OuterRef("pk"), meetings__status="held")
        return schools.filter(Exists(held) if reached == "yes" else ~Exists(held))

    def by_lead(self, schools: QuerySet[School], name: str, lead: str) -> QuerySet[School]:
        return schools.filter(pk__in=schools_without_music_lead())


class AreaForm(PortalForm, forms.ModelForm):
    """An area, its leader and the postcode districts it covers, typed with commas or spaces between them."""

    leader = forms.ModelChoiceField(
        User.objects.officers(),
        label="Area Music Leader",
        required=False,
        empty_label="Nobody yet",
        help_text="Gets the requests of the area’s schools.",
    )
    postcode_districts = forms.CharField(
        label="Postcode districts",
        required=False,
        help_text="Such as LE7, LE12. A school in one of them can join the area by itself.",
    )

    class Meta:
        model = Area
        fields = ("name", "leader", "postcode_districts")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["postcode_districts"] = ", ".join(self.instance.postcode_districts)

    def clean_postcode_districts(self) -> list[str]:
        districts, wrong = read_districts(self.cleaned_data["postcode_districts"])
        if wrong:
            raise ValidationError(f"{', '.join(wrong)}: a postcode district is the first half of a postcode, like LE7.")
        return districts


class ContactForm(PortalForm, forms.ModelForm):
    """A person an officer has met or rung up."""

    name = PersonName(widget=forms.TextInput(attrs=SOMEBODY_ELSES))
    email = PersonAddress(help_text=PERSONAL, widget=forms.EmailInput(attrs=SOMEBODY_ELSES))
    phone = PhoneNumber(required=False, widget=forms.TextInput(attrs=SOMEBODY_ELSES | {"inputmode": "tel"}))

    class Meta:
        model = Contact
        fields = ("name", "role", "email", "phone")


class ContactCorrectionForm(forms.ModelForm):
    """What an administrator may put right about a contact."""

    name = PersonName()
    phone = PhoneNumber(required=False)


class SchoolAreaForm(PortalForm, forms.Form):
    area = forms.ModelChoiceField(Area.objects.all(), label="Area", required=False, empty_label="No area")


class AuditOfferForm(PortalForm, forms.Form):
    audit_offer = forms.ChoiceField(label="Audit offered", choices=AuditOffer)


class HandOverForm(PortalForm, forms.Form):
    """Who takes over from somebody at a school."""

    name = PersonName(label="Their name", widget=forms.TextInput(attrs=SOMEBODY_ELSES))
    email = PersonAddress(
        label="Their e-mail address", help_text=PERSONAL, widget=forms.EmailInput(attrs=SOMEBODY_ELSES)
    )
    phone = PhoneNumber(
        label="Their phone number",
        required=False,
        widget=forms.TextInput(attrs=SOMEBODY_ELSES | {"inputmode": "tel"}),
    )


class AskForLinkForm(PortalForm, forms.Form):
    """Somebody who has lost the e-mail with their personal link."""

    email = PersonAddress(
        label="Your e-mail address", help_text="The one we write to: usually your address at the school."
    )


class EngagementForm(PortalForm, forms.Form):
    """That a school is not in conversation with the hub for now, or does not want to be."""

    engagement = forms.ChoiceField(
        label="State of the school",
        choices=(
            (Engagement.PAUSED, "Paused: the conversation goes on later"),
            (Engagement.NOT_ENGAGING, "Not engaging: the school has told us no, or never answers"),
        ),
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="Why",
        help_text="For hub staff. Write no more about people than the next officer needs to know.",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": "3"}),
    )
    until = forms.DateField(
        label="Last day of the pause",
        required=False,
        help_text="The day after, the school takes part again by itself. Leave it empty while nobody knows.",
    )


class SenderForm(PortalForm, forms.Form):
    """Finds the contact who wrote a mail from an address that nobody knows."""

    text = TypedText(label="Name or e-mail address of the contact", max_length=200)
