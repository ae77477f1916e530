"""Look through the public register."""

from typing import Any

from django import forms

from awards.forms.filters import EVERY
from awards.models import AwardLevel
from awards.queries import HolderFilters
from hubportal.forms import PortalForm
from schools.models import Area


class HolderFilterForm(PortalForm, forms.Form):
    """The register's filters. Whatever is not a choice counts as no choice: an old bookmark still opens the page."""

    marks_optional = False

    q = forms.CharField(
        label="School, town or postcode",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    level = forms.ChoiceField(
        label="Level",
        required=False,
        choices=[EVERY, *((level, AwardLevel(level).label) for level in ("bronze", "silver", "gold"))],
    )
    area = forms.ModelChoiceField(label="Area", required=False, queryset=Area.objects.none(), empty_label="All")
    sort = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, areas: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        area = self.fields["area"]
        assert isinstance(area, forms.ModelChoiceField)
        area.queryset = areas

    def filters(self) -> HolderFilters:
        """What was asked for, as far as it makes sense."""
        self.full_clean()
        asked = self.cleaned_data
        area = asked.get("area")
        return HolderFilters(
            q=asked.get("q", "").strip(),
            level=asked.get("level", ""),
            area=area.pk if area else None,
            sort=asked.get("sort") or "school",
        )
