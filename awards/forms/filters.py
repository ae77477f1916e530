"""Look through the list of awards."""

from django import forms

from awards.models import AwardLevel, ShownStatus
from awards.queries import AwardFilters
from hubportal.forms import PortalForm
from schools.models import Area

EVERY = ("", "All")


class AwardFilterForm(PortalForm, forms.Form):
    """The list's filters. Whatever is not a choice counts as no choice: an old bookmark still opens the list."""

    marks_optional = False

    q = forms.CharField(
        label="School, URN or certificate", required=False, widget=forms.TextInput(attrs={"type": "search"})
    )
    level = forms.ChoiceField(label="Level", required=False, choices=[EVERY, *AwardLevel.choices])
    status = forms.ChoiceField(
        label="Status", required=False, choices=[EVERY, *ShownStatus.choices, ("renewal", "Due for renewal")]
    )
    area = forms.ModelChoiceField(Area.objects.all(), label="Area", required=False, empty_label="All")
    pack = forms.ChoiceField(
        label="Outcome pack", required=False, choices=[EVERY, ("unsent", "Not sent yet"), ("to_read", "For me to read")]
    )
    reflection = forms.ChoiceField(
        label="Reflection",
        required=False,
        choices=[EVERY, ("unanswered", "Not answered for three weeks"), ("nobody", "Due, but nobody to write to")],
    )
    renewal = forms.ChoiceField(
        label="Renewal",
        required=False,
        choices=[
            EVERY,
            ("ending", "Ends within three months, nothing arranged"),
            ("ended", "Has ended, nothing arranged"),
            ("nobody", "Due, but nobody to write to"),
        ],
    )
    sort = forms.CharField(required=False, widget=forms.HiddenInput)

    def filters(self) -> AwardFilters:
        """What was asked for and makes sense."""
        self.is_valid()
        given = {name: value for name, value in self.cleaned_data.items() if value}
        if area := given.pop("area", None):
            given["area"] = area.pk
        return AwardFilters(**given)
