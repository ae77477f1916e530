"""The portal's components: each is a tag with named arguments only and a template in `templates/components/`.

They are built in: no template has to load them. `/staff/components/` shows each in every state. Where a component
takes rows, a row is a mapping or an object with the attributes named in its docstring.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms, template
from django.core.paginator import Page
from django.http import QueryDict
from django.template import RequestContext
from django.template.defaultfilters import filesizeformat
from django.utils.http import urlencode

from hubportal.forms import dress_fields
from hubportal.problems import keeps_what_was_typed, problems_of
from hubportal.theme import DEFAULT_ACCENT, readable_accent

register = template.Library()

# The words people read. The keys are the values of `audits.rules.Rating` and `awards.rules.Level`.
RATINGS = {
    "green": "Green",
    "amber": "Amber",
    "red": "Red",
    "not_discussed": "Not discussed",
    "not_applicable": "Not applicable",
}
LEVELS = {
    "working_towards": "Working towards Bronze",
    "bronze": "Bronze",
    "silver": "Silver",
    "gold": "Gold",
}
TONES = ("neutral", "info", "success", "warning", "danger")
# Django's message levels in our tones.
MESSAGE_TONES = {"debug": "neutral", "error": "danger"}
EVENT_ICONS = {
    "request": "pencil",
    "meeting": "calendar",
    "data_form": "pencil",
    "audit": "clipboard",
    "award": "medal",
    "mail": "envelope",
    "reflection": "pencil",
    "renewal": "calendar",
    "school": "building",
    "import": "building",
    "consent": "person",
    "contact": "person",
}
FILE_KINDS = {"pdf": "PDF", "svg": "SVG", "png": "PNG", "csv": "CSV", "xlsx": "Excel", "docx": "Word"}


def read(row: Any, name: str, default: Any = "") -> Any:
    """One attribute of a row, whether the row is a mapping or an object."""
    if isinstance(row, Mapping):
        return row.get(name, default)
    return getattr(row, name, default)


def tone_of(tone: str) -> str:
    """A known tone, or ValueError: a misspelt one would pass for a quiet one."""
    tone = MESSAGE_TONES.get(tone, tone)
    if tone not in TONES:
        raise ValueError(f"“{tone}” is not a tone; use one of {', '.join(TONES)}.")
    return tone


@register.simple_tag
def accent_tokens(*, colour: str) -> str:
    """The custom properties that carry the hub's accent, for `hub.css`."""
    accent = readable_accent(colour)
    return f"--hub-accent-light: {accent.light}; --hub-accent-dark: {accent.dark};"


@register.simple_tag
def accent_on_white(*, colour: str = "") -> str:
    """The hub's accent as a mail uses it: mails are always on white."""
    return readable_accent(colour or DEFAULT_ACCENT).light


@register.inclusion_tag("components/icon.html")
def icon(*, name: str) -> dict[str, Any]:
    """A small picture beside words that say the same; hidden from screen readers."""
    return {"icon_template": f"components/icons/{name}.svg"}


@register.inclusion_tag("components/rag_badge.html")
def rag_badge(*, rating: str | None, detail: str = "") -> dict[str, Any]:
    """A rating as word, shape and colour. No rating yet reads "Not discussed"; `detail` follows, for screen readers."""
    key = str(rating or "not_discussed")
    return {
        "key": key,
        "word": RATINGS[key],
        "detail": detail,
        "icon_template": f"components/icons/rag-{key}.svg",
    }


@register.inclusion_tag("components/rag_choice.html")
def rag_choice(
    *,
    name: str,
    legend: str,
    value: str | None = None,
    descriptors: Mapping[str, str] | None = None,
    hide_legend: bool = False,
    is_compact: bool = False,
    may_not_apply: bool = True,
) -> dict[str, Any]:
    """Five radio buttons to rate one criterion, four where it always applies; `descriptors` says in words what each
    rating means here. `is_compact` is for many below one another: small, and without descriptors."""
    options = [
        {
            "key": key,
            "word": word,
            "descriptor": (descriptors or {}).get(key, ""),
            "is_chosen": str(value or "") == key,
            "icon_template": f"components/icons/rag-{key}.svg",
        }
        for key, word in RATINGS.items()
        if may_not_apply or key != "not_applicable"
    ]
    return {
        "name": name,
        "legend": legend,
        "options": options,
        "hide_legend": hide_legend,
        "is_compact": is_compact,
    }


@register.inclusion_tag("components/level_badge.html")
def level_badge(*, level: str | None, note: str = "") -> dict[str, Any]:
    """An award level as word, shape (filled bars) and colour; `note` adds "expired" and the like. None: no award."""
    key = str(level) if level else "none"
    word = LEVELS[key] if level else "No award yet"
    filled = list(LEVELS).index(key) if level else 0
    bars = [{"x": 3 + 6.5 * i, "y": 15 - 5 * i, "height": 6 + 5 * i, "is_filled": i < filled} for i in range(3)]
    return {"key": key, "word": word, "note": note, "bars": bars}


@register.inclusion_tag("components/status_tag.html")
def status_tag(*, text: str, tone: str = "neutral") -> dict[str, Any]:
    """Where something stands, in two or three words. The words carry the meaning; the tone only helps the eye."""
    return {"text": text, "tone": tone_of(tone)}


@register.inclusion_tag("components/page_header.html")
def page_header(
    *,
    title: str,
    lead: str = "",
    caption: str = "",
    actions: Sequence[Any] = (),
    back_url: str = "",
    back_label: str = "Back",
    is_welcome: bool = False,
) -> dict[str, Any]:
    """The page's one heading. An action has `label`, `url` and perhaps `tone` ("primary" or "secondary"). The front
    door sets it on a stave: `is_welcome`."""
    return {
        "title": title,
        "lead": lead,
        "caption": caption,
        "actions": actions,
        "back_url": back_url,
        "back_label": back_label,
        "is_welcome": is_welcome,
    }


@register.inclusion_tag("components/empty_state.html")
def empty_state(*, title: str, text: str = "", action_url: str = "", action_label: str = "") -> dict[str, Any]:
    """What a list says when it has nothing: why, and what to do next."""
    return {"title": title, "text": text, "action_url": action_url, "action_label": action_label}


@register.inclusion_tag("components/error_summary.html")
def error_summary(*, form: Any = None, formset: Any = None) -> dict[str, Any]:
    """All that is wrong, at the top of the page, each sentence a link to its field. Shows nothing when all is well."""
    return {
        "problems": problems_of(form) + problems_of(formset),
        "keeps_all": keeps_what_was_typed(form) and keeps_what_was_typed(formset),
    }


@register.inclusion_tag("components/form_fields.html")
def form_fields(*, form: forms.BaseForm) -> dict[str, Any]:
    """The fields of a form that is not ours (sign-in, second factor), dressed like our own."""
    dress_fields(form)
    return {"form": form}


@register.inclusion_tag("components/summary_list.html")
def summary_list(*, rows: Iterable[Any]) -> dict[str, Any]:
    """Facts as pairs. A row is a (key, value) pair or has `key`, `value` and perhaps `url`, `anchor`, `action_url`,
    `action_label`; within a form `action_name` and `action_value` make the action a button of it."""
    pairs = (dict(zip(("key", "value"), row, strict=True)) if isinstance(row, tuple) else row for row in rows)
    return {"rows": list(pairs)}


@register.inclusion_tag("components/timeline.html")
def timeline(*, events: Iterable[Any]) -> dict[str, Any]:
    """A school's history, in the order given. An event has `at` (date or instant), `what` and perhaps `by`,
    `detail_url`, `kind`."""
    rows = [
        {
            "event": event,
            "has_time": isinstance(read(event, "at", None), dt.datetime),
            "icon_template": f"components/icons/{EVENT_ICONS.get(str(read(event, 'kind')), 'dot')}.svg",
        }
        for event in events
    ]
    return {"rows": rows}


@register.inclusion_tag("components/pagination.html")
def pagination(
    *,
    page: Page[Any],
    query: QueryDict | Mapping[str, str] | None = None,
    noun: str = "results",
    singular: str = "",
) -> dict[str, Any]:
    """Links to the other pages of a list, keeping its filters; `query` is `request.GET`, `noun` what is listed, and
    `singular` the word for one of them."""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    links = [
        {"number": number, "url": with_query(query, page=number) if isinstance(number, int) else ""}
        for number in numbers
    ]
    return {
        "page": page,
        "links": links,
        "noun": noun,
        "counted": singular if singular and page.paginator.count == 1 else noun,
        "previous_url": with_query(query, page=page.previous_page_number()) if page.has_previous() else "",
        "next_url": with_query(query, page=page.next_page_number()) if page.has_next() else "",
    }


@register.inclusion_tag("components/sort_heading.html")
def sort_heading(
    *,
    label: str,
    key: str,
    current: str | None,
    query: QueryDict | Mapping[str, str] | None = None,
    is_number: bool = False,
) -> dict[str, Any]:
    """A table heading that sorts by `key`, then the other way round; `current` is the sort in force ("-name")."""
    direction = {key: "ascending", f"-{key}": "descending"}.get(current or "", "none")
    turned = f"-{key}" if direction == "ascending" else key
    return {
        "label": label,
        "direction": direction,
        "url": with_query(query, sort=turned, page=None),
        "is_number": is_number,
    }


def with_query(query: QueryDict | Mapping[str, str] | None, **changes: Any) -> str:
    """The query string `?…` with some parameters replaced, or left out where the new value is None."""
    lists = dict(query.lists()) if isinstance(query, QueryDict) else {k: [v] for k, v in (query or {}).items()}
    lists.update({name: [] if value is None else [value] for name, value in changes.items()})
    return f"?{urlencode(lists, doseq=True)}"


@register.inclusion_tag("components/action_list.html")
def action_list(*, items: Sequence[Any]) -> dict[str, Any]:
    """What needs me today. An item has `label`, `count`, `url`, and `empty`: what to say when there is none."""
    return {"items": items, "is_quiet": not any(read(item, "count", 0) for item in items)}


@register.inclusion_tag("components/notice.html")
def notice(*, text: str, tone: str = "info", title: str = "", is_live: bool = False) -> dict[str, Any]:
    """A sentence set apart. `is_live` announces it to screen readers, for the answer to what was just done."""
    tone = tone_of(tone)
    words = {"success": "Done", "warning": "Take care", "danger": "Problem"}
    return {
        "text": text,
        "tone": tone,
        "title": title,
        "word": words.get(tone, "Note"),
        "role": ("alert" if tone == "danger" else "status") if is_live else "",
        "icon_template": f"components/icons/notice-{tone}.svg",
    }


@register.inclusion_tag("components/stat.html")
def stat(*, label: str, value: Any, hint: str = "", url: str = "") -> dict[str, Any]:
    """One number and what it counts."""
    return {"label": label, "value": value, "hint": hint, "url": url}


# Rows of the RAG profile and of the distance picture in CSS pixels; widths are percentages, so that words stay legible.
PROFILE_ROW = 88
DISTANCE_ROW = 72
# Marks at 0 and at 100 per cent stay inside the picture.
DISTANCE_FROM, DISTANCE_SPAN = 4, 92


@dataclass(frozen=True)
class ProfileSection:
    """One section of a RAG profile, ready to draw: a stacked bar of runs of one rating, a tile for each criterion."""

    title: str
    counts: Mapping[str, int]
    y: int = 0
    runs: list[dict[str, Any]] = field(default_factory=list)
    tiles: list[dict[str, Any]] = field(default_factory=list)

    @property
    def sentence(self) -> str:
        """The counts in words, for those who do not see the drawing."""
        parts = [f"{self.counts[key]} {word.lower()}" for key, word in RATINGS.items() if self.counts[key]]
        return ", ".join(parts) or "nothing rated yet"

    @property
    def cells(self) -> list[dict[str, Any]]:
        return [{"word": word, "count": self.counts[key]} for key, word in RATINGS.items()]


@register.inclusion_tag("components/rag_profile.html")
def rag_profile(*, sections: Iterable[Any], caption: str = "Ratings in each section") -> dict[str, Any]:
    """How many criteria of each section have which rating: stacked bars, and as a table. A section has `title` and
    `counts`, a mapping from rating to number. Bars of one picture share a scale."""
    given = [
        (read(section, "title"), {str(key): int(count) for key, count in read(section, "counts", {}).items()})
        for section in sections
    ]
    longest = max((sum(counts.get(key, 0) for key in RATINGS) for _, counts in given), default=0)
    drawn = [
        _profile_section(title, counts, y=PROFILE_ROW * number, longest=longest)
        for number, (title, counts) in enumerate(given)
    ]
    totals = {key: sum(section.counts[key] for section in drawn) for key in RATINGS}
    return {
        "sections": drawn,
        "caption": caption,
        "keys": list(RATINGS),
        "height": PROFILE_ROW * len(drawn),
        "totals": totals.values(),
        "sentence": " ".join(f"{section.title}: {section.sentence}." for section in drawn),
    }


def _profile_section(title: str, given: Mapping[str, int], *, y: int, longest: int) -> ProfileSection:
    counts = {key: given.get(key, 0) for key in RATINGS}
    unit = 100 / max(longest, 1)
    runs: list[dict[str, Any]] = []
    tiles: list[dict[str, Any]] = []
    for key, count in counts.items():
        start = len(tiles)
        if count:
            place = {"x": _percent(unit * start), "width": _percent(unit * count)}
            runs.append({"key": key, "count": count, "middle": _percent(unit * (start + count / 2))} | place)
        tiles += [
            {"key": key, "x": _percent(unit * number), "icon_template": f"components/icons/rag-{key}.svg"}
            | {"width": _percent(unit)}
            for number in range(start, start + count)
        ]
    return ProfileSection(title=title, counts=counts, y=y, runs=runs, tiles=tiles)


def _percent(value: float) -> str:
    """A length in a drawing, whatever the language of the page: "12.5%"."""
    return f"{round(value, 2):g}%"


@register.inclusion_tag("components/distance_picture.html")
def distance_picture(
    *, rows: Iterable[Any], then_label: str, now_label: str, caption: str = "Then and now"
) -> dict[str, Any]:
    """How far each row came, on a line from 0 to 100 per cent: drawn, and as a table. A row has `title`, `then`, `now`
    (whole per cent, None: cannot be compared) and perhaps `number`, how many criteria stand behind it."""
    drawn = []
    for number, row in enumerate(rows):
        then, now = read(row, "then", None), read(row, "now", None)
        is_drawn = then is not None and now is not None
        drawn.append(
            {
                "title": read(row, "title"),
                "number": read(row, "number"),
                "then": then,
                "now": now,
                "y": DISTANCE_ROW * number,
                "then_x": _percent(DISTANCE_FROM + DISTANCE_SPAN * then / 100) if is_drawn else "",
                "now_x": _percent(DISTANCE_FROM + DISTANCE_SPAN * now / 100) if is_drawn else "",
                "sentence": f"from {then}% to {now}%" if is_drawn else "cannot be compared",
            }
        )
    return {
        "rows": drawn,
        "caption": caption,
        "then_label": then_label,
        "now_label": now_label,
        "height": DISTANCE_ROW * len(drawn),
        "line_from": _percent(DISTANCE_FROM),
        "line_to": _percent(DISTANCE_FROM + DISTANCE_SPAN),
        "sentence": " ".join(f"{row['title']}: {row['sentence']}." for row in drawn),
    }


@register.inclusion_tag("components/progress_steps.html")
def progress_steps(*, steps: Iterable[Any], current: str | None, label: str = "Journey") -> dict[str, Any]:
    """Where a school stands on its journey. A step is a label, or has `label` and perhaps `key`, `detail`, `url`.
    All before `current` (a key or label) are done; None: none has begun; "" or "done": all are done."""
    rows = [
        {"label": s, "key": s}
        if isinstance(s, str)
        else {name: read(s, name) for name in ("label", "key", "detail", "url")}
        for s in steps
    ]
    keys = [str(row["key"] or row["label"]) for row in rows]
    if current is None:
        at = -1
    elif current in ("", "done"):
        at = len(rows)
    else:
        at = keys.index(str(current))
    for i, row in enumerate(rows):
        row["state"] = "done" if i < at else "current" if i == at else "ahead"
    return {"rows": rows, "label": label}


@register.inclusion_tag("components/file_link.html")
def file_link(*, url: str, label: str, size: int | str | None = None, kind: str = "") -> dict[str, Any]:
    """A download: its name, its kind ("pdf") and its size (in bytes, or already in words)."""
    words = filesizeformat(size).replace("\xa0", " ").replace(".0 ", " ") if isinstance(size, int) else size or ""
    details = ", ".join(part for part in (FILE_KINDS.get(kind.lower(), kind), words) if part)
    return {"url": url, "label": label, "details": details}


@register.inclusion_tag("components/button_form.html", takes_context=True)
def button_form(
    context: RequestContext,
    *,
    url: str,
    label: str,
    tone: str = "primary",
    confirm: str = "",
    fields: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """A button that changes something, so it posts. With `confirm` it first opens to that sentence and the real
    button. Tones: primary, secondary, danger, link."""
    return {
        "csrf_token": context.get("csrf_token"),
        "url": url,
        "label": label,
        # "I" stays a capital within a sentence.
        "yes": f"Yes, {label if label.startswith('I ') else label[:1].lower() + label[1:]}",
        "tone": tone,
        "confirm": confirm,
        "fields": fields or {},
    }
