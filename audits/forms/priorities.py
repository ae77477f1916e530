"""The three priorities as a form that never loses a word: it is saved complete or not."""

from collections.abc import Mapping, Sequence
from typing import Any

from dateutil.relativedelta import relativedelta
from django import forms
from django.http import QueryDict
from django.utils.formats import date_format

from audits.forms.sheet import ProseField
from audits.models import PRIORITIES_OF_A_CONVERSATION, Audit, RatingValue
from audits.queries import AuditSheet, PriorityMaterial, RatingRow
from audits.rules import suggest_words
from audits.services import PriorityWords
from hubportal.forms import PortalForm
from hubportal.problems import Problem, problems_of
from support.models import Offer, ProviderKind

# The first reflection sheet asks then how far the school has got.
MONTHS_TO_ACT = 12
# Support that comes half-way leaves the school time to use it.
MONTHS_TO_HELP = 6
FIELDS = (
    "criterion", "action", "good_looks_like", "owner", "due_on", "offer", "support", "hub_owner", "hub_due_on",
)  # fmt: skip
MISSING = {
    "criterion": "Choose what this priority is about.",
    "action": "Say what the school will do.",
    "good_looks_like": "Say what good looks like in 12 months.",
    "owner": "Name who at the school will see to it.",
    "due_on": "Give a date by when.",
}
MISSING_WITH_SUPPORT = {
    "hub_owner": "Choose who at the hub sees to the support.",
    "hub_due_on": "Give a date by when the support comes.",
}
NO_OFFER = "None of these, or in our own words"


class OfferChoice(forms.RadioSelect):
    """Radio buttons that carry the words they put into an untouched support text."""

    words: Mapping[str, str] = {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        option["attrs"]["data-words"] = self.words.get(str(value), "")
        return option


class PriorityForm(PortalForm, forms.Form):
    """One priority. Its fields may stay empty while it is only saved for now."""

    marks_optional = False

    criterion = forms.ChoiceField(label="Criterion", required=False)
    action = ProseField(label="Action", help_text="What the school will do.", widget=forms.Textarea(attrs={"rows": 3}))
    good_looks_like = ProseField(
        label="What good looks like in 12 months",
        help_text="How both sides will know that it has worked.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    owner = forms.CharField(label="Who at the school", help_text="Who will see to it.", required=False, max_length=120)
    due_on = forms.DateField(label="By when", required=False)
    offer = forms.ChoiceField(
        label="Offers that fit",
        help_text="Choosing one fills the support below, unless you have written something of your own.",
        required=False,
        widget=OfferChoice,
        error_messages={"invalid_choice": "This offer is no longer made. Choose another one."},
    )
    support = ProseField(
        label="Support",
        help_text="What the hub or a partner will do to help.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    hub_owner = forms.ChoiceField(
        label="Who at the hub",
        help_text="Who sees to the support.",
        required=False,
        error_messages={"invalid_choice": "Choose one of the people listed."},
    )
    hub_due_on = forms.DateField(label="Support by", required=False)

    def __init__(
        self, *args: Any, material: PriorityMaterial, number: int, is_strict: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.material, self.number, self.is_strict = material, number, is_strict
        self._offer_choices("criterion", [("", "Choose a criterion"), *_criterion_choices(material.sheet)])
        self._offer_choices("hub_owner", [("", "Choose a person"), *((str(u.pk), u.name) for u in material.officers)])
        shown = self.offers
        # An offer for another criterion can be chosen too: it stays while somebody changes the criterion.
        chosen = material.all_offers.get(str(self["offer"].value() or ""))
        if chosen and chosen not in shown:
            shown = [*shown, chosen]
        words = {str(offer.pk): words_of_offer(offer) for offer in shown}
        self._offer_choices("offer", [("", NO_OFFER), *words.items()])
        self.fields["offer"].widget.words = words

    def _offer_choices(self, name: str, choices: Sequence[Any]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    @property
    def title(self) -> str:
        return f"Priority {self.number}"

    @property
    def row(self) -> RatingRow | None:
        """The criterion chosen in it, as it stands in the audit."""
        return self.material.rows.get(self["criterion"].value() or "")

    @property
    def reason(self) -> str:
        """Why the criterion chosen in it may be a priority."""
        return self.material.reason_for(self["criterion"].value() or "")

    @property
    def offers(self) -> list[Offer]:
        """The offers that serve the criterion chosen in it."""
        return self.material.offers.get(self["criterion"].value() or "", [])

    @property
    def other_support(self) -> tuple[str, ...]:
        """More that the framework suggests for this criterion, beside the offers."""
        if not self.row:
            return ()
        known = {*(offer.title for offer in self.offers), (self["support"].value() or "").strip()}
        suggested = suggest_words(self.row.criterion, self.row.rating.agreed)
        return tuple(words for words in (suggested.support, *suggested.other_support) if words and words not in known)

    @property
    def is_complete(self) -> bool:
        return self.is_valid() and all(self.cleaned_data[name] for name in self._needed(self.cleaned_data))

    @property
    def is_blank(self) -> bool:
        return not any(value.strip() for value in self.as_typed().values())

    def as_typed(self) -> dict[str, str]:
        """Each field word for word, so that nothing is lost however incomplete or wrong it is."""
        return {name: str(self[name].value() or "").replace("\r\n", "\n").replace("\x00", "") for name in FIELDS}

    def words(self) -> PriorityWords:
        """What a complete priority says. Who helps and by when stand there only where there is help."""
        data, material = self.cleaned_data, self.material
        offer = material.all_offers.get(data["offer"])
        support = data["support"] or (words_of_offer(offer) if offer else "")
        owner = next((user for user in material.officers if str(user.pk) == data["hub_owner"]), None)
        return PriorityWords(
            number=self.number,
            code=data["criterion"],
            action=data["action"],
            support=support,
            owner=data["owner"],
            due_on=data["due_on"],
            good_looks_like=data["good_looks_like"],
            offer=offer,
            hub_owner=owner if support else None,
            hub_due_on=data["hub_due_on"] if support else None,
        )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        held_on = self.material.audit.meeting.held_on
        day = date_format(held_on, "j F Y")
        for name, what in (("due_on", "The date"), ("hub_due_on", "The day of the support")):
            given = data.get(name)
            if given and given <= held_on:
                self.add_error(name, f"{what} must be after the day of the meeting, {day}.")
        if self.is_strict and (self.material.audit.needs_priorities or not self.is_blank):
            for name, sentence in self._needed(data).items():
                if name not in self.errors and not data.get(name):
                    self.add_error(name, sentence)
        return data

    @staticmethod
    def _needed(data: Mapping[str, Any]) -> dict[str, str]:
        """What a complete priority must have, with the sentence for each that is missing."""
        return MISSING | (MISSING_WITH_SUPPORT if data.get("support") or data.get("offer") else {})


class PrioritiesForm:
    """The page's three priorities together, and the version it shows."""

    def __init__(
        self,
        *,
        material: PriorityMaterial,
        data: QueryDict | None = None,
        is_strict: bool = False,
        version: int | None = None,
    ) -> None:
        """Filled with `data`; or with what was saved; or, for a quality conversation, with proposals.

        `is_strict` is for agreeing: nothing may be missing then. `version` replaces the one in `data` once the
        officer has seen what others saved.
        """
        self.material, self.sheet = material, material.sheet
        self.data = with_words_of_offers(data, material=material) if data is not None else None
        starts = [{}] * PRIORITIES_OF_A_CONVERSATION if data is not None else starting_values(material)
        self.forms = [
            PriorityForm(
                self.data,
                prefix=str(number),
                initial=start,
                material=material,
                number=number,
                is_strict=is_strict,
            )
            for number, start in enumerate(starts, start=1)
        ]
        sent = data.get("version", "") if data is not None else ""
        self.version = (
            version
            if version is not None
            else (int(sent) if sent.isdecimal() and len(sent) < 10 else self.sheet.audit.priorities_version)
        )

    @property
    def errors(self) -> bool:
        return any(form.errors for form in self.forms)

    @property
    def problems(self) -> list[Problem]:
        """For the error summary: each sentence says which priority it is about."""
        return [
            Problem(f"{form.title}: {problem.sentence}", problem.link)
            for form in self.forms
            for problem in problems_of(form)
        ]

    @property
    def also_parked(self) -> list[RatingRow]:
        """What was parked in the conversation and is none of the three."""
        chosen = {form["criterion"].value() for form in self.forms}
        return [row for row in self.sheet.rows if row.rating.is_parked and row.criterion.code not in chosen]

    def is_valid(self) -> bool:
        """Whether nothing is wrong; priorities may still be incomplete unless the form is strict."""
        problems = [form.errors for form in self.forms]
        return self._has_each_criterion_once() and not any(problems)

    def complete(self) -> list[PriorityWords]:
        return [form.words() for form in self.forms if form.is_complete]

    def draft(self) -> list[dict[str, str]]:
        return [form.as_typed() for form in self.forms]

    def incomplete_titles(self) -> list[str]:
        return [form.title for form in self.forms if not form.is_complete]

    def _has_each_criterion_once(self) -> bool:
        first: dict[str, str] = {}
        is_fine = True
        for form in self.forms:
            code = form.cleaned_data.get("criterion")
            if code and code in first:
                form.add_error("criterion", f"This is {first[code]} already. Choose another criterion.")
                is_fine = False
            elif code:
                first[code] = form.title.lower()
        return is_fine


def starting_values(material: PriorityMaterial) -> list[Mapping[str, Any]]:
    """What the empty form shows: the last save, else the priorities, else proposals where three are needed."""
    audit = material.audit
    if audit.priorities_draft:
        return _three(audit.priorities_draft)
    saved = _saved_values(audit)
    if any(saved) or not audit.needs_priorities:
        return saved
    people = {"owner": material.coordinator, **_hub_side(material)}
    due_on = audit.meeting.held_on + relativedelta(months=MONTHS_TO_ACT)
    dated = people | {"due_on": due_on.isoformat()}
    return _three([{**dated, **_suggested(material.rows[proposal.code], material)} for proposal in material.proposals])


def with_suggestions(data: QueryDict, *, material: PriorityMaterial, number: str) -> QueryDict:
    """The same form with suggested words for the criterion now chosen in one priority.

    Only empty fields and untouched earlier suggestions are filled: what somebody wrote stays.
    """
    row = material.rows.get(data.get(f"{number}-criterion", ""))
    data = data.copy()
    if row is None:
        return data
    suggested = _suggested(row, material)
    for name in ("action", "good_looks_like", "support"):
        key = f"{number}-{name}"
        if _is_untouched(name, data.get(key, ""), material):
            data[key] = suggested[name]
            if name == "support":
                data[f"{number}-offer"] = suggested["offer"]
    for name, value in _hub_side(material).items():
        data[f"{number}-{name}"] = data.get(f"{number}-{name}") or value
    return data


def with_words_of_offers(data: QueryDict, *, material: PriorityMaterial) -> QueryDict:
    """The same form, each offer that was chosen named in its support text unless somebody wrote their own words."""
    data = data.copy()
    for number in range(1, PRIORITIES_OF_A_CONVERSATION + 1):
        offer = material.all_offers.get(data.get(f"{number}-offer", ""))
        key = f"{number}-support"
        if offer and _is_untouched("support", data.get(key, ""), material):
            data[key] = words_of_offer(offer)
    return data


def words_of_offer(offer: Offer) -> str:
    """An offer as a support text: its title, and who gives it unless that is the hub itself."""
    return offer.title if offer.provider.kind == ProviderKind.HUB else f"{offer.title} ({offer.provider.name})"


def _is_untouched(name: str, typed: str, material: PriorityMaterial) -> bool:
    """Whether a text is empty or word for word a suggestion of ours."""
    text = typed.replace("\r\n", "\n").strip()
    if not text:
        return True
    ours = {_suggested(row, material)[name] for row in material.rows.values()}
    if name == "support":
        ours |= {words_of_offer(offer) for offer in material.all_offers.values()}
        ours |= {suggest_words(row.criterion, row.rating.agreed).support for row in material.rows.values()}
    return text in ours


def _suggested(row: RatingRow, material: PriorityMaterial) -> dict[str, str]:
    words = suggest_words(row.criterion, row.rating.agreed)
    offers = material.offers.get(row.criterion.code, []) if words.support else []
    return {
        "criterion": row.criterion.code,
        "action": words.action,
        "good_looks_like": words.good_looks_like,
        "support": words_of_offer(offers[0]) if offers else words.support,
        "offer": str(offers[0].pk) if offers else "",
    }


def _hub_side(material: PriorityMaterial) -> dict[str, str]:
    due_on = material.audit.meeting.held_on + relativedelta(months=MONTHS_TO_HELP)
    return {"hub_owner": str(material.officer.pk) if material.officer else "", "hub_due_on": due_on.isoformat()}


def _saved_values(audit: Audit) -> list[Mapping[str, Any]]:
    values: list[Mapping[str, Any]] = [{}] * PRIORITIES_OF_A_CONVERSATION
    for priority in audit.priorities.all():
        values[priority.number - 1] = {
            "criterion": priority.criterion.code,
            "action": priority.action,
            "good_looks_like": priority.good_looks_like,
            "owner": priority.owner,
            "due_on": priority.due_on,
            "offer": str(priority.offer_id or ""),
            "support": priority.support,
            "hub_owner": str(priority.hub_owner_id or ""),
            "hub_due_on": priority.hub_due_on,
        }
    return values


def _three(values: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [*values, *[{}] * PRIORITIES_OF_A_CONVERSATION][:PRIORITIES_OF_A_CONVERSATION]


def _criterion_choices(sheet: AuditSheet) -> list[tuple[str, list[tuple[str, str]]]]:
    """Every criterion by section, with its rating in words."""
    return [
        (
            section.title,
            [
                (row.criterion.code, f"{row.criterion.title} ({RatingValue(row.rating.agreed).label.lower()})")
                for row in section.rows
            ],
        )
        for section in sheet.sections
    ]
