"""Correcting a certificate that was issued: a new one takes its place, and nobody is written to unless it is chosen."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.views.generic import FormView

from awards.forms import CorrectCertificateForm
from awards.models import Award, Certificate
from awards.services import reissue_certificate
from hubportal.accounts.permissions import OfficerRequiredMixin


class CorrectCertificateView(OfficerRequiredMixin, FormView):
    template_name = "awards/reissue.html"
    form_class = CorrectCertificateForm

    @cached_property
    def award(self) -> Award:
        awards = Award.objects.visible_to(self.request.user).current().select_related("school", "outcome_pack")
        return get_object_or_404(awards, pk=self.kwargs["pk"])

    @cached_property
    def certificate(self) -> Certificate:
        certificate = self.award.latest_certificate
        if certificate is None:
            raise Http404("This award has no certificate.")
        return certificate

    def get_initial(self) -> dict[str, Any]:
        return {"school_name": self.award.school.name}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"can_notify": hasattr(self.award, "outcome_pack")}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"award": self.award, "certificate": self.certificate}

    def form_valid(self, form: CorrectCertificateForm) -> HttpResponse:
        try:
            new = reissue_certificate(award=self.award, by=self.request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        told = " It is on its way to the school." if form.cleaned_data.get("notify") else " Nothing was mailed."
        messages.success(self.request, f"Certificate {new.number} is issued.{told}")
        return redirect("award_detail", self.award.pk)
