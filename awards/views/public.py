"""Is this certificate real? For anybody, without a login and without personal data."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.generic import FormView, View

from awards.forms import LARGEST_FILE, VerifyFileForm, VerifyForm
from awards.queries import verified_certificate
from hubportal.throttle import throttled
from hubportal.uploads import LimitedUpload

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


@method_decorator([csrf_exempt, throttled(action="verify_file")], name="dispatch")
class VerifyFileView(FormView):
    """Is this file, byte for byte, a certificate of ours? Nothing of it is kept.

    The limit on its size must be set before anything reads the request, so the token is checked after that, here.
    """

    template_name = "awards/verify_file.html"
    form_class = VerifyFileForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.upload = LimitedUpload(request, limit=LARGEST_FILE)
        request.upload_handlers = [self.upload]
        return self._dispatch(request, *args, **kwargs)

    @method_decorator(csrf_protect)
    def _dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        # Read first: only then is it known whether the file is too large.
        given = super().get_form_kwargs()
        return given | {"is_too_large": self.upload.is_over}

    def form_valid(self, form: VerifyFileForm) -> HttpResponse:
        key = form.cleaned_data["file"]
        found = key and verified_certificate(key, today=timezone.localdate())
        # A file field shows nothing of what was sent, so the next file gets a form of its own.
        context = self.get_context_data(is_checked=True, certificate=found, form=self.form_class())
        return self.render_to_response(context)

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        return super().render_to_response(context, headers=NO_INDEX, **kwargs)
