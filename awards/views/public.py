"""Is this certificate real? For anybody, without a login and without personal data."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import FormView, View

from awards.forms import VerifyForm
from awards.queries import verified_certificate
from hubportal.throttle import throttled

# A certificate is for those who were shown it, not for search engines.
NO_INDEX = {"X-Robots-Tag": "noindex, nofollow"}


@method_decorator(throttled(action="verify"), name="dispatch")
class VerifyView(FormView):
    template_name = "awards/verify.html"
    form_class = VerifyForm

    def form_valid(self, form: VerifyForm) -> HttpResponse:
        return redirect("verify_certificate", key=form.cleaned_data["certificate"])

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        return super().render_to_response(context, headers=NO_INDEX, **kwargs)


@method_decorator(never_cache, name="dispatch")
class VerifyCertificateView(View):
    """The certificate as it stands today; an unknown key leads to the form, as a 404."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        found = verified_certificate(key, today=timezone.localdate())
        if found is None:
            page = render(request, "awards/verify_unknown.html", {"verify_form": VerifyForm()}, status=404)
        else:
            page = render(request, "awards/verify_certificate.html", {"certificate": found})
        for name, value in NO_INDEX.items():
            page.headers[name] = value
        return page
