"""Who gives support."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import ListView, TemplateView

from hubportal.accounts.permissions import OfficerRequiredMixin, StaffRequiredMixin
from support import services
from support.forms import ProviderForm
from support.models import Provider
from support.queries import provider_rows


class ProviderListView(StaffRequiredMixin, ListView):
    template_name = "support/provider_list.html"
    paginate_by = 50

    def get_queryset(self) -> QuerySet[Provider]:
        return provider_rows()


class ProviderChangeView(OfficerRequiredMixin, TemplateView):
    template_name = "support/provider_form.html"

    @cached_property
    def provider(self) -> Provider | None:
        return get_object_or_404(Provider, pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", ProviderForm(provider=self.provider))
        return super().get_context_data(**kwargs) | {"provider": self.provider}

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = ProviderForm(request.POST, provider=self.provider)
        if form.is_valid():
            try:
                provider = self.save(form.cleaned_data)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, f"{provider.name} is saved.")
                return redirect("provider_list")
        return self.render_to_response(self.get_context_data(form=form))

    def save(self, words: dict[str, Any]) -> Provider:
        return services.change_provider(provider=self.provider, **words, by=self.request.user, now=timezone.now())


class ProviderNewView(ProviderChangeView):
    """The same page for an organisation that is not there yet."""

    provider = None

    def save(self, words: dict[str, Any]) -> Provider:
        return services.add_provider(**words, by=self.request.user, now=timezone.now())
