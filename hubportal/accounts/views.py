"""Administrators invite colleagues and end their right to sign in."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse_lazy
from django.views.generic import FormView, ListView, View

from hubportal.accounts import services
from hubportal.accounts.forms import InvitationForm
from hubportal.accounts.models import User
from hubportal.accounts.permissions import AdministratorRequiredMixin


class PeopleView(AdministratorRequiredMixin, ListView):
    template_name = "accounts/people.html"
    paginate_by = 50

    def get_queryset(self) -> QuerySet[User]:
        return User.objects.order_by("-is_active", "name")


class InviteView(AdministratorRequiredMixin, FormView):
    template_name = "accounts/invite.html"
    form_class = InvitationForm
    success_url = reverse_lazy("people")

    def form_valid(self, form: InvitationForm) -> HttpResponse:
        try:
            user = services.invite(**form.cleaned_data, by=self.request.user)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        messages.success(self.request, f"{user.name} will get an e-mail with a link to choose a password.")
        return super().form_valid(form)


class SetActiveView(AdministratorRequiredMixin, View):
    """Ends or restores the right to sign in."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        user = get_object_or_404(User, pk=pk)
        try:
            services.set_active(user=user, is_active=request.POST.get("is_active") == "yes", by=request.user)
        except ValidationError as error:
            messages.error(request, error.message)
        return redirect("people")
