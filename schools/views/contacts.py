"""What officers decide about a school's contacts."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import DetailView, FormView, View

from hubportal.accounts.permissions import OfficerRequiredMixin
from schools import services
from schools.emails import role_of
from schools.forms import ContactForm, HandOverForm
from schools.models import Contact, School
from schools.queries import school_contacts
from schools.services.answers import address_works_again


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
        return redirect("school_contacts", contact.school.urn)

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
        return redirect("school_contacts", self.school.urn)


class SendLinkView(ContactChangeView):
    done = "The link is on its way."

    def change(self, contact: Contact) -> None:
        services.send_personal_link(contact=contact, by=self.request.user, now=timezone.now())


class ConfirmContactView(ContactChangeView):
    def change(self, contact: Contact) -> None:
        services.confirm_contact(contact=contact, by=self.request.user, now=timezone.now())


class LetMailGoAgainView(ContactChangeView):
    def change(self, contact: Contact) -> None:
        services.let_mail_go_again(contact=contact, by=self.request.user, now=timezone.now())


class LetContactGoView(ContactChangeView):
    def change(self, contact: Contact) -> None:
        services.let_contact_go(contact=contact, by=self.request.user, now=timezone.now())


class AddressWorksView(ContactChangeView):
    done = "Mail goes to this address again."

    def change(self, contact: Contact) -> None:
        address_works_again(contact=contact, by=self.request.user, now=timezone.now())


class SchoolContactsView(OfficerRequiredMixin, DetailView):
    """Everybody who is or was a contact of a school."""

    template_name = "schools/contacts.html"
    slug_field = slug_url_kwarg = "urn"
    context_object_name = "school"

    def get_queryset(self) -> QuerySet[School]:
        return School.objects.visible_to(self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"people": school_contacts(self.object)}


class HandOverView(OfficerRequiredMixin, FormView):
    """An officer knows who has taken over from somebody."""

    template_name = "schools/hand_over.html"
    form_class = HandOverForm

    @cached_property
    def contact(self) -> Contact:
        people = Contact.objects.filter(school__in=School.objects.visible_to(self.request.user), left_at__isnull=True)
        return get_object_or_404(people.select_related("school"), pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "contact": self.contact,
            "school": self.contact.school,
            "lead": f"Somebody else is now the {role_of(self.contact)} of this school.",
        }

    def form_valid(self, form: HandOverForm) -> HttpResponse:
        try:
            services.hand_over(contact=self.contact, **form.cleaned_data, by=self.request.user, now=timezone.now())
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        messages.success(self.request, "Handed over. The new person has a mail with a link of their own.")
        return redirect("school_contacts", self.contact.school.urn)
