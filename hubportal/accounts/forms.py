"""Forms about hub staff, for administrators."""

from django import forms

from hubportal.accounts.models import User
from hubportal.forms import PortalForm


class InvitationForm(PortalForm, forms.ModelForm):
    class Meta:
        model = User
        fields = ("name", "email", "role", "job_title")
