"""A note on how a priority is going."""

from django import forms

from awards.services.progress import LONGEST_NOTE, NO_WORDS
from hubportal.forms import PortalForm

TOO_LONG = "This may have at most %(limit_value)d characters; it has %(show_value)d. Please shorten it."


class ProgressNoteForm(PortalForm, forms.Form):
    """A few words of the school's own."""

    text = forms.CharField(
        label="How is it going?",
        help_text="A few words. The hub reads them too; please name no pupil.",
        max_length=LONGEST_NOTE,
        error_messages={"required": NO_WORDS, "max_length": TOO_LONG},
        widget=forms.Textarea(attrs={"rows": "3"}),
    )
