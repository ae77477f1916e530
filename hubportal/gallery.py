"""The gallery of components at `/staff/components/`: each in every state, for those who build and check pages."""

import datetime as dt
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.views.generic import TemplateView

from hubportal.accounts.permissions import StaffRequiredMixin
from hubportal.forms import PortalForm
from hubportal.templatetags.components import LEVELS, RATINGS, TONES

JOURNEY = (
    {"label": "Asked", "detail": "3 March 2026"},
    {"label": "Booked", "detail": "21 April 2026"},
    {"label": "Conversation", "detail": "12 May 2026"},
    {"label": "Award", "detail": "Silver"},
    {"label": "Reflection"},
    {"label": "Renewal"},
)
UNRATED = ({"title": "Intent", "counts": {}}, {"title": "Impact", "counts": {"not_discussed": 3}})
DISTANCES = (
    {"title": "Intent", "then": 30, "now": 75, "number": 10},
    {"title": "Implementation", "then": 60, "now": 45, "number": 8},
    {"title": "Impact", "then": 50, "now": 50, "number": 6},
    {"title": "Everywhere at the ends", "then": 0, "now": 100, "number": 1},
    {"title": "Nothing in common", "then": None, "now": None, "number": 0},
)
PROFILE = (
    {"title": "Intent", "counts": {"green": 5, "amber": 2, "red": 1, "not_discussed": 1}},
    {"title": "Implementation", "counts": {"green": 3, "amber": 4, "red": 2, "not_applicable": 1}},
    {"title": "Impact", "counts": {"not_discussed": 9}},
    {"title": "A section without criteria", "counts": {}},
)
DESCRIPTORS = {
    "green": "Every pupil is taught music each week, in every year.",
    "amber": "Most pupils are taught music each week; some years have gaps.",
    "red": "Music is taught now and then, or not in every year.",
}
EVENTS = (
    {
        "at": dt.datetime(2026, 5, 14, 9, 5, tzinfo=dt.UTC),
        "by": "Rosa Marsh",
        "what": "Outcome pack sent to the school",
        "kind": "mail",
        "detail_url": "#timeline",
    },
    {
        "at": dt.datetime(2026, 5, 13, 16, 40, tzinfo=dt.UTC),
        "by": "Rosa Marsh",
        "what": "Silver award decided",
        "kind": "award",
    },
    {"at": dt.date(2026, 5, 12), "by": "Rosa Marsh", "what": "Quality conversation held", "kind": "meeting"},
    {"at": dt.datetime(2026, 3, 3, 11, 2, tzinfo=dt.UTC), "what": "The school asked for a meeting", "kind": "request"},
    {"at": dt.date(2025, 9, 1), "what": "Something of a kind nobody has drawn", "kind": "other"},
)
ACTIONS = (
    {"label": "new meeting requests", "count": 3, "url": "#action_list", "empty": "No new meeting requests"},
    {"label": "packs to send", "count": 1, "url": "#action_list", "empty": "No packs to send"},
    {"label": "mails that failed", "count": 0, "url": "#action_list", "empty": "No mail has failed"},
)
SUMMARY = (
    {"key": "URN", "value": "123456"},
    {"key": "Head teacher", "value": "Ada Okoro", "action_url": "#summary_list", "action_label": "Change"},
    {"key": "Area", "value": "Charnwood", "url": "#summary_list"},
    {"key": "Telephone", "value": None, "action_name": "change", "action_value": "telephone"},
)


class SampleForm(PortalForm, forms.Form):
    """One field of each kind that the portal's forms use."""

    name = forms.CharField(label="Your name", widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(label="Your e-mail address", help_text="Your own rather than one that many people read.")
    free_on = forms.DateField(label="A day when you are free")
    free_from = forms.TimeField(label="Free from", required=False)
    pupils = forms.IntegerField(label="Pupils who learn an instrument", required=False)
    phase = forms.ChoiceField(
        label="Phase", choices=(("", "Choose"), ("primary", "Primary"), ("secondary", "Secondary"))
    )
    kind = forms.ChoiceField(
        label="Which meeting is it?",
        choices=(("first", "Our first meeting"), ("additional", "An additional meeting")),
        widget=forms.RadioSelect,
        help_text="Additional meetings are for schools that have had one already.",
    )
    support = forms.MultipleChoiceField(
        label="What would help?",
        choices=(("singing", "Singing"), ("ensembles", "Ensembles"), ("technology", "Music technology")),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    notes = forms.CharField(label="Anything we should know", widget=forms.Textarea, required=False)
    letter = forms.FileField(label="A letter", required=False)
    consent = forms.BooleanField(label="You may keep these details to arrange the meeting.")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.is_bound and not cleaned.get("free_on"):
            self.add_error(None, "Give at least one day when you are free.")
        return cleaned


class GalleryView(StaffRequiredMixin, TemplateView):
    template_name = "components/gallery.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | gallery_context()


gallery = GalleryView.as_view()


def gallery_context() -> dict[str, Any]:
    """Sample data for each component; nothing here is a real school or person."""
    faulty = SampleForm(
        {"faulty-name": "Ada Okoro", "faulty-email": "ada at example", "faulty-pupils": "many"}, prefix="faulty"
    )
    schools = Paginator([f"School {number}" for number in range(1, 313)], 25)
    return {
        "ratings": RATINGS,
        "descriptors": DESCRIPTORS,
        "levels": LEVELS,
        "tones": TONES,
        "events": EVENTS,
        "actions": ACTIONS,
        "quiet_actions": [{**action, "count": 0} for action in ACTIONS],
        "summary": SUMMARY,
        "profile": PROFILE,
        "unrated": UNRATED,
        "distances": DISTANCES,
        "journey": JOURNEY,
        "first_page": schools.page(1),
        "middle_page": schools.page(6),
        "last_page": schools.page(13),
        "only_page": Paginator(["School 1", "School 2"], 25).page(1),
        "no_page": Paginator([], 25).page(1),
        "sample_form": SampleForm(prefix="sample"),
        "faulty_form": faulty,
        "header_actions": (
            {"label": "Book a meeting", "url": "#page_header", "tone": "primary"},
            {"label": "Edit", "url": "#page_header"},
        ),
    }
