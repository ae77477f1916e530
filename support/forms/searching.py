"""The filters of the list of offers; the address bar holds them all."""

from itertools import groupby
from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet

from hubportal.forms import PortalForm
from support.models import Offer, OfferDuty, OfferKind, OfferPurpose, Provider
from support.queries import PHASES, criteria_by_key, hub_duties

STATES = (("offered", "Offered"), ("withdrawn", "Withdrawn"), ("all", "All"))


class FilterForm(PortalForm, forms.Form):
    marks_optional = False


def criterion_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """The published criteria by phase and section; a value is "primary:P-INT-01"."""
    groups = groupby(criteria_by_key().values(), key=lambda each: f"{PHASES[each.phase]}: {each.section}")
    return [
        (name, [(f"{each.phase}:{each.code}", f"{each.code} {each.title}") for each in group]) for name, group in groups
    ]


class OfferFilter(django_filters.FilterSet):
    """Withdrawn offers show only when asked for."""

    q = django_filters.CharFilter(label="Offer or provider", method="search")
    kind = django_filters.ChoiceFilter(label="Kind", choices=OfferKind, empty_label="All")
    provider = django_filters.ModelChoiceFilter(label="Provider", queryset=Provider.objects.all(), empty_label="All")
    serves = django_filters.ChoiceFilter(
        label="Serves criterion", choices=criterion_choices, empty_label="All", method="by_criterion"
    )
    duty = django_filters.ChoiceFilter(
        label="Serves duty of the hub",
        choices=lambda: [(duty.code, duty.title) for duty in hub_duties()],
        empty_label="All",
        method="by_duty",
    )
    state = django_filters.ChoiceFilter(label="State", choices=STATES, empty_label=None, method="by_state")
    sort = django_filters.OrderingFilter(
        fields=(
            ("title", "title"),
            ("provider__name", "provider"),
            ("kind", "kind"),
            ("criteria", "criteria"),
            ("promised", "promised"),
        ),
        label="Sort",
        widget=forms.HiddenInput,
    )

    class Meta:
        model = Offer
        fields = ("q", "kind", "provider", "serves", "duty", "state")
        form = FilterForm

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        given = data.copy() if data is not None else {}
        given.setdefault("state", "offered")
        super().__init__(given, *args, **kwargs)

    @property
    def qs(self) -> QuerySet[Offer]:
        """Offers that are alike in what they are sorted by come by title, always in the same order."""
        found: QuerySet[Offer] = super().qs
        return found.order_by(*(found.query.order_by or ("title",)), "title", "pk")

    def search(self, offers: QuerySet[Offer], name: str, text: str) -> QuerySet[Offer]:
        for word in text.split():
            offers = offers.filter(
                Q(title__icontains=word) | Q(description__icontains=word) | Q(provider__name__icontains=word)
            )
        return offers

    def by_criterion(self, offers: QuerySet[Offer], name: str, value: str) -> QuerySet[Offer]:
        phase, _, code = value.partition(":")
        return offers.filter(Exists(OfferPurpose.objects.filter(offer=OuterRef("pk"), phase=phase, code=code)))

    def by_duty(self, offers: QuerySet[Offer], name: str, code: str) -> QuerySet[Offer]:
        return offers.filter(Exists(OfferDuty.objects.filter(offer=OuterRef("pk"), code=code)))

    def by_state(self, offers: QuerySet[Offer], name: str, state: str) -> QuerySet[Offer]:
        return offers if state == "all" else offers.filter(withdrawn_at__isnull=state == "offered")
