"""What officers decide about a school's contacts."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import FormView, View

from hubportal.accounts.permissions import OfficerRequiredMixin
from schools import services
from schools.forms import ContactForm
from schools.models import Contact, School


class ContactChangeView(OfficerRequiredMixin, View):
    """A button beside a contact on the school's page."""

    http_method_names = ("post",)
    done = "Changed."

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        schools = School.objects.visible_to(request.user)
        contact = get_object_or_404(Contact.objects.select_related("school"), pk=pk, school__in=schools)
        try:
            self.change(contact)
        except ValidationError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, self.done)
        return redirect("school_detail", contact.school.urn)

    def change(self, contact: Contact) -> None:
        raise NotImplementedError


class NewContactView(OfficerRequiredMixin, FormView):
    """Adds a person an officer knows."""

    template_name = "schools/contact_form.html"
    form_class = ContactForm

    @cached_property
    def school(self) -> School:
        return get_object_or_404(School.objects.visible_to(self.request.user).open(), urn=self.kwargs["urn"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"school": self.school}

    def form_valid(self, form: ContactForm) -> HttpResponse:
        try:
            services.add_contact(school=self.school, **form.cleaned_data, by=self.request.user, now=timezone.now())
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        return redirect("school_detail", self.school.urn)


class SendLinkView(ContactChangeView):
    done = "The link is on its way."

    def change(self, contact: Contact) -> None:
        services.send_personal_link(contact=contact, by=self.request.user, now=timezone.now())


class ConfirmContactView(ContactChangeView):
    def change(self, contact: Contact) -> None:
        services.confirm_contacts(contacts=[contact], by=self.request.user, now=timezone.now())


class LetMailGoAgainView(ContactChangeView):
    def change(self, contact: Contact) -> None:
        services.let_mail_go_again(contact=contact, by=self.request.user, now=timezone.now())


class LetContactGoView(ContactChangeView):
    def change(self, contact: Contact) -> None:
        services.let_contact_go(contact=contact, by=self.request.user, now=timezone.now())
