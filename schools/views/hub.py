"""What the hub says of itself, for administrators; and its logo, for everybody."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import cache_control
from django.views.generic import FormView, UpdateView, View

from hubportal.accounts.permissions import AdministratorRequiredMixin
from schools import services
from schools.forms_hub import HubPictureForm, HubProfileForm
from schools.models import CertificateDesign, HubPicture, HubPictureKind, HubProfile
from schools.queries import hub_pictures, hub_profile

YEAR = 365 * 24 * 60 * 60


class HubProfileView(AdministratorRequiredMixin, UpdateView):
    """Names, colours, certificates and ways of working, on one page."""

    form_class = HubProfileForm
    template_name = "schools/hub_profile.html"
    success_url = reverse_lazy("hub_profile")

    def get_object(self, queryset: Any = None) -> HubProfile:
        return hub_profile()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        extra = {
            "pictures": hub_pictures(),
            "picture_kinds": HubPictureKind.choices,
            "designs": CertificateDesign.choices,
        }
        return super().get_context_data(**kwargs) | extra

    def form_valid(self, form: BaseForm) -> HttpResponse:
        try:
            services.change_hub_profile(facts=form.cleaned_data, by=self.request.user)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        messages.success(self.request, "The hub’s profile is saved.")
        return redirect(self.success_url)


class HubPictureMixin(AdministratorRequiredMixin):
    kwargs: dict[str, Any]

    @property
    def kind(self) -> HubPictureKind:
        if self.kwargs["kind"] not in HubPictureKind.values:
            raise Http404
        return HubPictureKind(self.kwargs["kind"])


class HubPictureView(HubPictureMixin, FormView):
    """Shows the hub's logo or signature, and takes another one in."""

    form_class = HubPictureForm
    template_name = "schools/hub_picture.html"
    success_url = reverse_lazy("hub_profile")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"kind": self.kind, "picture": hub_pictures().get(self.kind)}

    def form_valid(self, form: BaseForm) -> HttpResponse:
        upload = form.cleaned_data["file"]
        try:
            services.keep_hub_picture(kind=self.kind, upload=upload, by=self.request.user, now=timezone.now())
        except ValidationError as error:
            form.add_error("file", error)
            return self.form_invalid(form)
        messages.success(self.request, f"{self.kind.label} is saved.")
        return super().form_valid(form)


class RemoveHubPictureView(HubPictureMixin, View):
    http_method_names = ("post",)

    def post(self, request: HttpRequest, kind: str) -> HttpResponse:
        services.remove_hub_picture(kind=self.kind, by=request.user)
        messages.success(request, f"{self.kind.label} is removed.")
        return redirect("hub_profile")


class HubPictureFileView(HubPictureMixin, View):
    """The picture itself, for the page that shows it: a signature is for administrators alone."""

    http_method_names = ("get",)

    def get(self, request: HttpRequest, kind: str) -> HttpResponse:
        return HttpResponse(get_object_or_404(HubPicture, kind=self.kind).content, content_type="image/png")


class HubLogoView(View):
    """The hub's logo at the top of every page. Its address changes with it, so browsers may keep it for long."""

    http_method_names = ("get",)

    @method_decorator(cache_control(max_age=YEAR, public=True, immutable=True))
    def get(self, request: HttpRequest, fingerprint: str) -> HttpResponse:
        logo = get_object_or_404(HubPicture, kind=HubPictureKind.LOGO, sha256__startswith=fingerprint)
        return HttpResponse(logo.content, content_type="image/png")
