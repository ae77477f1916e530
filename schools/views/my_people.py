"""What a school's contact says about themself, by personal link: still me, somebody else now, I have left."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.generic import FormView, View

from schools.forms import HandOverForm
from schools.permissions import ContactRequiredMixin
from schools.services import hand_over, leave_school, say_still_there


class StillYouView(ContactRequiredMixin, FormView):
    """The yearly question, open at any time. Its form hands over to somebody else; the two buttons have views of
    their own."""

    template_name = "schools/still_you.html"
    form_class = HandOverForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "contact": self.contact,
            "school": self.school,
            "role": self.contact.get_role_display().lower(),
        }

    def form_valid(self, form: HandOverForm) -> HttpResponse:
        now = timezone.now()
        try:
            successor = hand_over(contact=self.contact, **form.cleaned_data, by_contact=self.contact, now=now)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        context = {"school": self.school, "successor": successor}
        return render(self.request, "schools/still_you_done.html", context)


class StillMeView(ContactRequiredMixin, View):
    http_method_names = ("post",)

    def post(self, request: HttpRequest) -> HttpResponse:
        say_still_there(contact=self.contact, now=timezone.now())
        messages.success(request, "Thank you. We go on writing to you.")
        return redirect("my_school")


class LeftSchoolView(ContactRequiredMixin, View):
    """The person has left and names nobody."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest) -> HttpResponse:
        leave_school(contact=self.contact, now=timezone.now())
        return render(request, "schools/still_you_done.html", {"school": self.school})
