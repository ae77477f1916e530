"""What officers decide about a school's contacts."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.generic import View

from hubportal.accounts.permissions import OfficerRequiredMixin
from schools import services
from schools.models import Contact, School


class ContactChangeView(OfficerRequiredMixin, View):
    """A button beside a contact on the school's page."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        schools = School.objects.visible_to(request.user)
        contact = get_object_or_404(Contact.objects.select_related("school"), pk=pk, school__in=schools)
        try:
            self.change(contact)
        except ValidationError as error:
            messages.error(request, error.message)
        return redirect("school_detail", contact.school.urn)

    def change(self, contact: Contact) -> None:
        raise NotImplementedError


class ConfirmContactView(ContactChangeView):
    def change(self, contact: Contact) -> None:
        services.confirm_contacts(contacts=[contact], by=self.request.user, now=timezone.now())


class LetMailGoAgainView(ContactChangeView):
    def change(self, contact: Contact) -> None:
        services.let_mail_go_again(contact=contact, by=self.request.user, now=timezone.now())


class LetContactGoView(ContactChangeView):
    def change(self, contact: Contact) -> None:
        services.let_contact_go(contact=contact, by=self.request.user, now=timezone.now())
