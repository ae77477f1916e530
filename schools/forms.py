"""Forms about schools and areas, for hub staff."""

from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, QuerySet

from hubportal.accounts.models import User
from hubportal.forms import PortalForm
from schools.models import Area, AuditOffer, Contact, School
from schools.queries import search_schools
from schools.rules import read_districts

STATUSES = (("open", "Open"), ("closed", "Closed"), ("all", "All"))
REACHED = (("yes", "Had a meeting"), ("no", "Never reached"))
# A list longer than this is better narrowed by more words.
FOUND_AT_MOST = 500


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
    status = django_filters.ChoiceFilter(label="Status", choices=STATUSES, empty_label=None, method="by_status")
    sort = django_filters.OrderingFilter(
        fields=(("name", "name"), ("town", "town"), ("area__name", "area"), ("last_met_at", "met")),
        label="Sort",
        widget=forms.HiddenInput,
    )

    class Meta:
        model = School
        fields = ("q", "area", "audit_offer", "reached", "status")
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

    class Meta:
        model = Contact
        fields = ("name", "role", "email", "phone")
        help_texts = {"email": "If you can, a personal address rather than a shared one such as office@."}


class SchoolAreaForm(PortalForm, forms.Form):
    area = forms.ModelChoiceField(Area.objects.all(), label="Area", required=False, empty_label="No area")


class AuditOfferForm(PortalForm, forms.Form):
    audit_offer = forms.ChoiceField(label="Audit offered", choices=AuditOffer)
