"""What the portal holds about a person: for administrators, and for the person themself by personal link."""

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.views.generic import ListView, TemplateView, View

from hubportal.accounts.permissions import AdministratorRequiredMixin
from schools.models import Contact, School
from schools.permissions import OwnMatterMixin
from schools.queries import people_to_erase
from schools.services import ask_to_be_erased, erase_person, export_person, person_of


class PersonalDataPage(TemplateView):
    """The same as a page and, with `?format=json`, as a file; `contact` says about whom."""

    contact: Contact
    # For an administrator; somebody's own page shows less.
    is_staff_page = True

    @cached_property
    def data(self) -> dict[str, Any]:
        by = self.request.user if self.is_staff_page else None
        return export_person(contact=self.contact, by=by, now=timezone.now())

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.GET.get("format") != "json":
            return super().get(request, *args, **kwargs)
        # The file's name holds no person: it shows in lists of downloads.
        headers = {"Content-Disposition": 'attachment; filename="personal-data.json"'}
        return JsonResponse(self.data, headers=headers, json_dumps_params={"indent": 2, "ensure_ascii": False})

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        held = {
            title: [{label: readable(value) for label, value in record.items()} for record in records]
            for title, records in self.data["held"].items()
        }
        extra = {"contact": self.contact, "school": self.contact.school, "data": self.data | {"held": held}}
        return super().get_context_data(**kwargs) | extra


def readable(value: Any) -> Any:
    """A moment or a day as people write it."""
    if isinstance(value, datetime):
        return date_format(value, "j F Y, H:i")
    return date_format(value, "j F Y") if isinstance(value, date) else value


class AboutContactPage(AdministratorRequiredMixin, PersonalDataPage):
    """About anybody, also who has left; somebody who was erased is found no more."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and request.user.is_administrator:
            people = Contact.objects.select_related("school").filter(school__in=School.objects.visible_to(request.user))
            self.contact = get_object_or_404(people, pk=kwargs["pk"], erased_at__isnull=True)
        return super().dispatch(request, *args, **kwargs)


class ContactDataView(AboutContactPage):
    template_name = "schools/contact_data.html"


class EraseContactView(AboutContactPage):
    """Says what goes and what stays; the button erases for good."""

    template_name = "schools/contact_erase.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"is_vouched": person_of(self.contact).is_vouched}

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        school = self.contact.school
        try:
            erase_person(contact=self.contact, by=request.user, now=timezone.now())
        except ValidationError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, "Erased. The school’s history stays.")
        return redirect("school_contacts", school.urn)


class ErasureListView(AdministratorRequiredMixin, ListView):
    """Who has asked to be erased and waits, the first to ask first."""

    template_name = "schools/erasures.html"
    paginate_by = 50

    def get_queryset(self) -> QuerySet[Contact]:
        return people_to_erase()


class MyDataView(OwnMatterMixin, PersonalDataPage):
    """By personal link, about nobody else. Before an officer has confirmed the person it shows what they typed and what
    we sent them."""

    is_staff_page = False
    template_name = "schools/my_data.html"


class AskErasureView(OwnMatterMixin, View):
    http_method_names = ("post",)

    def post(self, request: HttpRequest) -> HttpResponse:
        ask_to_be_erased(contact=self.contact, now=timezone.now())
        messages.success(request, "We have your wish, and answer it within a month.")
        return redirect("my_data")
