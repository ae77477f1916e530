"""The school's own pages, behind a contact's personal link."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import FormView, TemplateView, View

from audits.forms import OwnPromiseForm
from audits.models import Promise
from audits.services import keep_promise
from awards.models import Award, Certificate, ShownStatus
from awards.queries import logo_file, my_people, my_school, own_promises
from awards.rules import listing_wording
from awards.services import list_school, unlist_school
from schools.permissions import ContactRequiredMixin
from schools.queries import hub_profile


class MySchoolView(ContactRequiredMixin, TemplateView):
    template_name = "awards/my_school.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = my_school(self.school, now=timezone.now(), today=timezone.localdate())
        extra = {
            "page": page,
            "contact": self.contact,
            "people": my_people(self.contact),
            "listing_wording": listing_wording(hub=hub_profile().name),
        }
        return super().get_context_data(**kwargs) | extra


class MyCertificateView(ContactRequiredMixin, View):
    """The bytes as issued, once the school has heard of the award."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        released = Award.objects.released().filter(school=self.school)
        certificate = get_object_or_404(Certificate, award__in=released, number=number)
        return _download(bytes(certificate.pdf), "application/pdf", f"{certificate.number}.pdf")


class MyLogoView(ContactRequiredMixin, View):
    """A logo as it went out with the outcome pack; another size is drawn, as long as the award is in force."""

    def get(self, request: HttpRequest, award: int, filename: str) -> HttpResponse:
        released = Award.objects.released().select_related("outcome_pack")
        mine = get_object_or_404(released, pk=award, school=self.school)
        is_in_force = mine.status_on(timezone.localdate()) == ShownStatus.CURRENT
        file = logo_file(mine, filename, is_in_force=is_in_force)
        if file is None:
            raise Http404("No such logo.")
        return _download(*file, filename)


class MyListingView(ContactRequiredMixin, View):
    """The school wishes to be shown in the public list of award holders, or no longer."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            if "end" in request.POST:
                unlist_school(school=self.school, by_contact=self.contact)
                messages.success(request, "Your school is no longer shown in the public list.")
            else:
                wording = listing_wording(hub=hub_profile().name)
                list_school(school=self.school, by_contact=self.contact, wording=wording)
                messages.success(request, "Thank you. Your school is shown in the public list of award holders.")
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return redirect("my_school")


def _download(content: bytes, content_type: str, filename: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{filename}"'}
    return HttpResponse(content, content_type=content_type, headers=headers)


class MyPromiseView(ContactRequiredMixin, FormView):
    """The school says that what it promised with a priority is done."""

    template_name = "awards/my_promise.html"
    form_class = OwnPromiseForm

    @cached_property
    def promise(self) -> Promise:
        return get_object_or_404(own_promises(self.school), pk=self.kwargs["pk"])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.promise.is_open:
            messages.info(request, "This is settled already.")
            return redirect("my_school")
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"promise": self.promise, "priority": self.promise.priority}

    def form_valid(self, form: OwnPromiseForm) -> HttpResponse:
        try:
            keep_promise(promise=self.promise, note=form.cleaned_data["note"], by_contact=self.contact)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        messages.success(self.request, "Thank you. It is noted as done.")
        return redirect("my_school")
