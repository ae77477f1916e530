"""Choosing which audits a list shows."""

from django import forms
from django.db.models import Q

from audits.models import AuditQuerySet, AuditStatus, Phase
from hubportal.accounts.models import User
from hubportal.forms import PortalForm


class AuditFilterForm(PortalForm, forms.Form):
    """The filters of the list; the address bar holds them."""

    marks_optional = False

    q = forms.CharField(label="School", required=False, max_length=100)
    status = forms.ChoiceField(label="Status", required=False, choices=[("", "Open and agreed"), *AuditStatus.choices])
    phase = forms.ChoiceField(label="Phase", required=False, choices=[("", "All"), *Phase.choices])
    award = forms.ChoiceField(label="Award", required=False, choices=[("", "All"), ("undecided", "Not decided yet")])
    whose = forms.ChoiceField(label="Whose", required=False, choices=[("", "Everybody’s"), ("mine", "Mine")])

    def narrow(self, audits: AuditQuerySet, *, user: User) -> AuditQuerySet:
        """Only the audits asked for; a filter that makes no sense is left out."""
        self.is_valid()
        chosen = self.cleaned_data
        if chosen.get("q"):
            audits = audits.filter(
                Q(meeting__school__name__icontains=chosen["q"]) | Q(meeting__school__urn__startswith=chosen["q"])
            )
        if chosen.get("status"):
            audits = audits.filter(status=chosen["status"])
        else:
            audits = audits.exclude(status=AuditStatus.CARRIED_OVER)
        if chosen.get("phase"):
            audits = audits.filter(framework__phase=chosen["phase"])
        if chosen.get("award"):
            audits = audits.filter(status=AuditStatus.AGREED, award__isnull=True)
        if chosen.get("whose"):
            audits = audits.filter(meeting__officer=user)
        return audits
