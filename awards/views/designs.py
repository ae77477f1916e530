"""The designs of certificates, for administrators who choose between them."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.generic import View

from awards.services import preview_certificate
from hubportal.accounts.permissions import AdministratorRequiredMixin
from schools.models import CertificateDesign


class CertificateSampleView(AdministratorRequiredMixin, View):
    """A sample of a design as a PDF file, with the hub's own names and pictures."""

    http_method_names = ("get",)

    def get(self, request: HttpRequest, design: str) -> HttpResponse:
        if design not in CertificateDesign.values:
            raise Http404
        content = preview_certificate(design=design, today=timezone.localdate())
        headers = {"Content-Disposition": f'inline; filename="sample-certificate-{design}.pdf"'}
        return HttpResponse(content, content_type="application/pdf", headers=headers)
