"""Forms to add and change an offer, and who gives it."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.dateparse import parse_datetime

from hubportal.form_fields import TypedText
from hubportal.forms import PortalForm
from support.forms.purposes import OfferPurposes, Section
from support.models import Offer, OfferKind, Provider, ProviderKind
from support.queries import hub_duties
from support.rules import TITLE_LETTERS, Purpose
from support.services import OfferWords

DESCRIPTION_LETTERS = 2000
WEBSITE = {"invalid": "Enter a web address such as https://example.org/."}


class OfferForm(PortalForm, forms.Form):
    """An offer, with two boxes for each criterion; `plain` are the fields that need no layout of their own."""

    title = TypedText(
        label="What is offered",
        max_length=TITLE_LETTERS,
        help_text="In a few words, as a school would read it in its priorities.",
    )
    provider = forms.ModelChoiceField(Provider.objects.all(), label="Who gives it", empty_label="Choose a provider")
    kind = forms.ChoiceField(label="Kind", choices=[("", "Choose a kind"), *OfferKind.choices])
    description = forms.CharField(
        label="What it is",
        required=False,
        max_length=DESCRIPTION_LETTERS,
        help_text="What happens, for whom, how long it takes and what it costs. Name no person.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    website = forms.URLField(
        label="Web page", required=False, max_length=200, assume_scheme="https", error_messages=WEBSITE
    )
    serves = forms.MultipleChoiceField(required=False)
    duties = forms.MultipleChoiceField(
        label="Which duties of the hub it serves", required=False, widget=forms.CheckboxSelectMultiple
    )
    # When the offer was last changed, as this page shows it.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, offer: Offer | None = None, serves: Iterable[str] = ()) -> None:
        """`serves` are the boxes that a new offer begins with."""
        super().__init__(data, initial=_initial(offer) if offer else {"serves": list(serves)})
        self._boxes = OfferPurposes(served=_purposes(offer) if offer else ())
        self.fields["serves"].choices = self._boxes.choices  # type: ignore[attr-defined]
        self.fields["duties"].choices = [(duty.code, duty.title) for duty in hub_duties()]  # type: ignore[attr-defined]

    @property
    def plain(self) -> list[forms.BoundField]:
        return [self[name] for name in ("title", "provider", "kind", "description", "website")]

    @property
    def sections(self) -> list[Section]:
        return self._boxes.sections(self["serves"].value() or ())

    @property
    def seen_at(self) -> Any:
        """The moment of the last change that this page shows; None where it was never changed."""
        return parse_datetime(self.cleaned_data["seen"]) if self.cleaned_data["seen"] else None

    def words(self) -> OfferWords:
        data = self.cleaned_data
        return OfferWords(
            provider=data["provider"],
            title=data["title"],
            kind=data["kind"],
            description=data["description"],
            website=data["website"],
            purposes=OfferPurposes.purposes_of(data["serves"]),
            duties=data["duties"],
        )

    def clean_seen(self) -> str:
        """A page that somebody tampered with is a stale one."""
        text = self.cleaned_data["seen"]
        try:
            parse_datetime(text)
        except ValueError:
            return ""
        return str(text)


class ProviderForm(PortalForm, forms.Form):
    """An organisation that gives support; no person is named here."""

    name = TypedText(label="Name of the organisation", max_length=120)
    kind = forms.ChoiceField(label="What it is to the hub", choices=ProviderKind, widget=forms.RadioSelect)
    website = forms.URLField(
        label="Web page", required=False, max_length=200, assume_scheme="https", error_messages=WEBSITE
    )

    def __init__(self, data: Any = None, *, provider: Provider | None = None) -> None:
        names = ("name", "kind", "website")
        initial = {name: getattr(provider, name) for name in names} if provider else {"kind": ProviderKind.PARTNER}
        super().__init__(data, initial=initial)


def seen_of(offer: Offer) -> str:
    """The offer's last change as the page carries it."""
    return offer.changed_at.isoformat() if offer.changed_at else ""


def _purposes(offer: Offer) -> list[Purpose]:
    return [Purpose(each.phase, each.code, each.when_red, each.when_amber) for each in offer.purposes.all()]


def _initial(offer: Offer) -> dict[str, Any]:
    return {
        "title": offer.title,
        "provider": offer.provider_id,
        "kind": offer.kind,
        "description": offer.description,
        "website": offer.website,
        "serves": OfferPurposes.values_of(_purposes(offer)),
        "duties": [duty.code for duty in offer.duties.all()],
        "seen": seen_of(offer),
    }
