"""Writing a framework in the browser. Each form takes whatever was typed: what is wrong is said on the draft's page."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from audits.rules import (
    FIGURES,
    Essential,
    FrameworkDefinition,
    PlanPart,
)
from audits.rules.drafting import Data, child, sections_of
from audits.rules.parsing import ESSENTIALS, GONE, LEVELS
from hubportal.forms import PortalForm
from meetings.models import DataForm

SAME = ""


def words(value: object) -> str:
    """Any value of a framework file as it is shown in a box."""
    return "" if value is None else str(value)


def lines(value: object) -> str:
    """A list as it is shown in a box, one thing a line."""
    return "\n".join(words(item) for item in value) if isinstance(value, list | tuple) else words(value)


def from_lines(text: str) -> list[str]:
    """The lines of a box that have something in them."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def with_unknown(choices: Iterable[tuple[str, str]], values: Sequence[str]) -> list[tuple[str, str]]:
    """The choices, and the values that are none of them, so that nothing is lost without anybody seeing it."""
    known = list(choices)
    there = {value for value, _ in known}
    return known + [(value, f"{value} (not known here)") for value in values if value not in there]


def text(label: str, help_text: str = "", **attrs: str) -> forms.CharField:
    return forms.CharField(label=label, required=False, help_text=help_text, widget=forms.TextInput(attrs=attrs))


def box(label: str, help_text: str = "", rows: str = "3") -> forms.CharField:
    return forms.CharField(
        label=label, required=False, help_text=help_text, widget=forms.Textarea(attrs={"rows": rows})
    )


def tick(label: str) -> forms.BooleanField:
    return forms.BooleanField(
        label=label, required=False, widget=forms.CheckboxInput(attrs={"class": "form-check-input"})
    )


class PartForm(PortalForm, forms.Form):
    """One part of a draft. `part` is what stands there, `draft` the whole; nothing is required."""

    marks_optional = False

    def __init__(self, *args: Any, part: Data, draft: Data, **kwargs: Any) -> None:
        self.part, self.draft = part, draft
        super().__init__(*args, initial=self.read(part), **kwargs)

    def read(self, part: Data) -> dict[str, Any]:
        """The part as the boxes show it."""
        return {name: words(part.get(name)) for name in self.base_fields}

    def value(self) -> Data:
        """The part as typed. Boxes left empty leave their entry out."""
        return {name: typed for name, typed in self.typed().items() if typed}

    def typed(self) -> dict[str, str]:
        return {name: _as_stored(value) for name, value in self.cleaned_data.items() if isinstance(value, str)}

    def differences(self, theirs: Data) -> list[tuple[str, str]]:
        """What stands in the boxes in which this page and what somebody else stored are not the same."""
        stored = self.read(theirs)
        return [
            (str(field.label), _in_words(stored.get(name)))
            for name, field in self.fields.items()
            if field.has_changed(stored.get(name), _as_stored(self.cleaned_data.get(name)))
        ]


def _as_stored(value: Any) -> Any:
    """As it is kept: browsers end lines in their own way."""
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


def _in_words(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(words(item) for item in value)
    return {True: "yes", False: "no"}.get(value, words(value)) if isinstance(value, bool) else words(value)


class FactsForm(PartForm):
    """What the framework is called, whom it is for, and what it rests on."""

    title = text("Title")
    version = text("Version", "Numbers with points, such as 1.2; higher than every version before.", size="8")
    replaces = text("Version it replaces", "The one that the mapping starts from.", size="8")
    id = text("Short name for files", "Small letters, such as primary.")
    applies_to = box("For which schools", "One kind of school a line.")
    note = box("Note", "Where it comes from, and what it is not.", rows="4")
    sources = box(
        "Sources",
        "The public documents that criteria rest on, one a line: a short code, a colon, its title.",
        rows="12",
    )

    def read(self, part: Data) -> dict[str, Any]:
        sources = [f"{code}: {words(title)}" for code, title in sorted(child(part, "sources").items())]
        return super().read(part) | {"applies_to": lines(part.get("applies_to")), "sources": "\n".join(sources)}

    def clean_sources(self) -> str:
        typed: str = self.cleaned_data["sources"]
        codes = [line.partition(":")[0].strip() for line in from_lines(typed)]
        twice = sorted({code for code in codes if codes.count(code) > 1})
        if twice:
            raise forms.ValidationError(f"{', '.join(twice)} is there twice. Give each source a code of its own.")
        return typed

    def value(self) -> Data:
        typed = super().value()
        typed["applies_to"] = from_lines(typed.get("applies_to", ""))
        pairs = (line.partition(":") for line in from_lines(typed.get("sources", "")))
        typed["sources"] = {code.strip(): title.strip() for code, _, title in pairs}
        return {"phase": self.draft.get("phase")} | typed


class SectionForm(PartForm):
    """A heading of the award and its question."""

    code = text("Code", "Capital letters, such as INT.", size="10")
    name = text("Name")
    question = text("Question", "What this section asks, in one sentence.")


class CriterionForm(PartForm):
    """One criterion: what it is called, what red, amber and green look like, and all that goes with it."""

    code = text("Code", "Such as P-INT-03. Keep it as long as the meaning stays the same.", size="12")
    title = text("Title")
    red = box("Red: what it looks like")
    amber = box("Amber: what it looks like")
    green = box("Green: what it looks like")
    why_it_matters = box("Why it matters")
    conversation_prompt = box("A question to begin with", "Leave empty for none.", rows="2")
    essential = forms.ChoiceField(label="Essential for", required=False)
    allow_not_applicable = forms.BooleanField(label="May be not applicable", required=False)
    not_applicable_when = text("Not applicable when", "For which schools, if it may be not applicable.")
    support_red = box("Support when red", "One kind of support a line.", rows="4")
    support_amber = box("Support when amber", "One kind of support a line.", rows="4")
    sources = forms.MultipleChoiceField(
        label="Sources", required=False, widget=forms.CheckboxSelectMultiple, help_text="What it rests on."
    )
    figures = forms.MultipleChoiceField(
        label="Figures of the data form to show beside it", required=False, widget=forms.CheckboxSelectMultiple
    )
    smdp_part = forms.ChoiceField(label="Part of the music development plan", required=False)
    ofsted_area = text("Area of school inspection")

    def __init__(self, *args: Any, part: Data, draft: Data, **kwargs: Any) -> None:
        super().__init__(*args, part=part, draft=draft, **kwargs)
        choices = {
            "essential": [("", "Choose a level"), *((each.value, each.label) for each in Essential)],
            "smdp_part": [("", "Choose a part"), *((each.value, each.label) for each in PlanPart)],
            "sources": [(code, f"{code}: {words(name)}") for code, name in sorted(child(draft, "sources").items())],
            "figures": [(name, _question(name)) for name in FIGURES],
        }
        for name, known in choices.items():
            given = self.initial[name] if isinstance(self.initial[name], list) else [self.initial[name]]
            sent = self.data.getlist(name) if isinstance(self.data, QueryDict) else []
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = with_unknown(known, [*given, *(each for each in sent if each not in given)])

    def read(self, part: Data) -> dict[str, Any]:
        descriptors, support = child(part, "descriptors"), child(part, "support")
        return super().read(part) | {
            **{name: words(descriptors.get(name)) for name in ("red", "amber", "green")},
            "support_red": lines(support.get("red")),
            "support_amber": lines(support.get("amber")),
            "sources": from_lines(lines(part.get("sources"))),
            "figures": from_lines(lines(part.get("figures"))),
            "allow_not_applicable": part.get("allow_not_applicable") is True,
        }

    def value(self) -> Data:
        typed = super().value()
        descriptors = {name: typed.pop(name) for name in ("red", "amber", "green") if name in typed}
        support = {name: from_lines(typed.pop(f"support_{name}", "")) for name in ("red", "amber")}
        value: Data = typed | {
            "descriptors": descriptors,
            "support": {name: each for name, each in support.items() if each},
            "sources": self.cleaned_data["sources"],
            "allow_not_applicable": self.cleaned_data["allow_not_applicable"],
        }
        return value | ({"figures": self.cleaned_data["figures"]} if self.cleaned_data["figures"] else {})


def _question(name: str) -> str:
    label = str(getattr(DataForm._meta.get_field(name), "verbose_name", name))
    return label[:1].upper() + label[1:]


class RulesForm(PartForm):
    """What each level asks: the least percentages, and how the essentials must stand."""

    status = box("Where the rules come from", rows="2")
    explanation = box("How the award works", "In sentences for the public page, one a line.", rows="6")

    def __init__(self, *args: Any, part: Data, draft: Data, **kwargs: Any) -> None:
        super().__init__(*args, part=part, draft=draft, **kwargs)
        for level in LEVELS:
            name = level.capitalize()
            self.fields[f"{level}_overall"] = text(f"{name}: at least this percentage overall", size="4")
            self.fields[f"{level}_section"] = text(
                f"{name}: at least this percentage in each section", "Empty for none.", size="4"
            )
            for essential in ESSENTIALS:
                key, these = f"{level}_{essential}", f"{essential.label} essentials"
                self.fields[f"{key}_red"] = text(f"{name}: {these} that may be red", size="4")
                self.fields[f"{key}_priority"] = tick(f"{name}: {these} that are red must be priorities")
                self.fields[f"{key}_green"] = tick(f"{name}: all {these} must be green")

    def read(self, part: Data) -> dict[str, Any]:
        initial: dict[str, Any] = {"status": words(part.get("status")), "explanation": lines(part.get("explanation"))}
        for level in LEVELS:
            rule = child(child(part, "machine_rule"), level)
            initial |= {f"{level}_{name}": words(rule.get(name)) for name in ("overall", "section")}
            for essential in ESSENTIALS:
                key = f"{level}_{essential}"
                initial[f"{key}_red"] = words(child(rule, "max_red").get(essential))
                initial[f"{key}_priority"] = essential in lines(rule.get("red_must_be_priority")).split("\n")
                initial[f"{key}_green"] = essential in lines(rule.get("must_be_green")).split("\n")
        return initial

    def value(self) -> Data:
        typed = self.typed()
        return {
            "status": typed["status"],
            "explanation": from_lines(typed["explanation"]),
            "machine_rule": {level: self._rule(level) for level in LEVELS},
        }

    def _rule(self, level: str) -> Data:
        clean = self.cleaned_data
        rule: Data = {name: number(clean[f"{level}_{name}"]) for name in ("overall", "section")}
        rule["max_red"] = {str(each): number(clean[f"{level}_{each}_red"]) for each in ESSENTIALS}
        rule["red_must_be_priority"] = [str(each) for each in ESSENTIALS if clean[f"{level}_{each}_priority"]]
        rule["must_be_green"] = [str(each) for each in ESSENTIALS if clean[f"{level}_{each}_green"]]
        rule["max_red"] = {name: limit for name, limit in rule["max_red"].items() if limit is not None}
        return {name: entry for name, entry in rule.items() if entry not in (None, [], {})}

    @property
    def levels(self) -> list[dict[str, Any]]:
        """The table of the page: for each level its percentages, and a row for each kind of essential."""
        return [
            {
                "name": level.capitalize(),
                "overall": self[f"{level}_overall"],
                "section": self[f"{level}_section"],
                "rows": [
                    {"name": each.label, "red": self[f"{level}_{each}_red"], "boxes": self._boxes(f"{level}_{each}")}
                    for each in ESSENTIALS
                ],
            }
            for level in LEVELS
        ]

    def _boxes(self, key: str) -> list[dict[str, Any]]:
        columns = {"priority": "Red ones must be priorities", "green": "All must be green"}
        return [{"column": column, "field": self[f"{key}_{name}"]} for name, column in columns.items()]


def number(typed: str) -> int | str | None:
    """A number where one was typed, else the words as they are; nothing for an empty box."""
    typed = typed.strip().removesuffix("%").strip()
    if not typed:
        return None
    return int(typed) if re.fullmatch(r"\d{1,6}", typed) else typed


class MappingForm(PartForm):
    """Where each criterion of the version before went."""

    def __init__(self, *args: Any, part: Data, draft: Data, before: FrameworkDefinition | None, **kwargs: Any) -> None:
        self.titles = {criterion.code: criterion.title for criterion in before.criteria} if before else {}
        self.titles |= {old: "" for old in part if old not in self.titles}
        super().__init__(*args, part=part, draft=draft, **kwargs)
        criteria = [criterion for section in sections_of(draft) for criterion in section["criteria"]]
        there = [(words(each.get("code")), words(each.get("title"))) for each in criteria if each.get("code")]
        for old, title in self.titles.items():
            stays = old in dict(there)
            same = "Same meaning, same code" if stays else "Nothing said: its code is gone"
            choices = [
                (SAME, same),
                (GONE, "Gone, or it means something else"),
                *((code, f"Now {code} {name}") for code, name in there if code != old or old in part),
            ]
            label = f"{old} {title}".strip()
            self.fields[f"to_{old}"] = forms.ChoiceField(
                label=label, required=False, choices=with_unknown(choices, self._given(f"to_{old}"))
            )
            self.fields[f"split_{old}"] = text(f"Or: {old} was split into", "Codes, with commas between them.")

    def _given(self, name: str) -> list[str]:
        """What is stored and what was sent: also of a criterion that somebody has renamed in the meantime."""
        given = [self.initial[name], *([self.data[name]] if name in self.data else [])]
        return list(dict.fromkeys(given))

    def read(self, part: Data) -> dict[str, Any]:
        initial: dict[str, Any] = {}
        for old in self.titles:
            into: Any = part.get(old)
            is_split = isinstance(into, list | tuple)
            initial[f"to_{old}"] = SAME if is_split else words(into)
            initial[f"split_{old}"] = ", ".join(words(code) for code in into) if is_split else ""
        return initial

    def value(self) -> Data:
        value: Data = {}
        for old in self.titles:
            split = [code for code in re.split(r"[\s,;]+", self.cleaned_data[f"split_{old}"]) if code]
            into = split or self.cleaned_data[f"to_{old}"]
            if into:
                value[old] = into
        return value

    @property
    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """For each old criterion where it goes, and what it was split into."""
        return [(self[f"to_{old}"], self[f"split_{old}"]) for old in self.titles]


class UploadForm(PortalForm, forms.Form):
    """A framework file in place of the draft."""

    file = forms.FileField(label="Framework file", help_text="A YAML file such as “Download” gives you.")

    def text(self) -> str:
        """What the file says."""
        content: str = self.cleaned_data["text"]
        return content

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if upload.size > 1_000_000:
            raise forms.ValidationError("This file is too large for a framework.")
        try:
            self.cleaned_data["text"] = upload.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise forms.ValidationError(
                "This file cannot be read as text. Save it as UTF-8, and choose it again."
            ) from error
        return upload
