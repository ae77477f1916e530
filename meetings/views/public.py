"""The public form by which a school asks for a meeting, and the page that thanks it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.generic import TemplateView

from hubportal.throttle import throttled
from meetings.forms import RequestForm
from meetings.models import MeetingRequest
from meetings.queries import was_thanked
from meetings.rules import NAME_AT_MOST, consent_wording
from meetings.services import request_meeting
from schools.models import School
from schools.queries import hub_profile, search_schools

SCHOOLS_SHOWN = 20
SEARCH_AT_MOST = 200
# What the button "Find another school" is called: it looks for a school and keeps all that was typed.
FIND = "find"


@method_decorator(throttled(action="request_meeting"), name="dispatch")
class RequestMeetingView(TemplateView):
    """First find the school, then one form. Everything works without JavaScript, and nothing typed is lost."""

    template_name = "meetings/request_form.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        school = school_by_urn(request.GET.get("school", ""))
        if school is None or not school.is_open:
            return self.find_school(school)
        initial = {"school": school.urn, "head_name": school.head_name[:NAME_AT_MOST]}
        return self.show(self.form(initial=initial), school=school)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        school = school_by_urn(request.POST.get("school", ""))
        if FIND in request.POST:
            return self.show(self.form(initial=request.POST.dict()), school=school, is_searching=True)
        form = self.form(request.POST)
        if not form.is_valid() or form.addresses_to_ask_about:
            return self.show(form, school=form.found_school)
        try:
            made, _ = request_meeting(
                **form.answers,
                consent_wording=str(form.fields["consent"].label),
                submission_key=form.submission_id,
                now=timezone.now(),
            )
        except ValidationError as error:
            form.add_error(None, error)
            return self.show(form, school=school)
        return redirect("request_thanks", made.reference)

    def form(self, *args: Any, **kwargs: Any) -> RequestForm:
        hub = hub_profile()
        consent = consent_wording(hub=hub.name, award=hub.award_name, address=hub.contact_email)
        return RequestForm(*args, today=timezone.localdate(), hub=hub, consent=consent, **kwargs)

    def find_school(self, school: School | None) -> HttpResponse:
        """The first step: the search. `school` is a closed one somebody came with, if any."""
        text = _searched(self.request.GET.get("q", ""))
        found = search_schools(text, limit=SCHOOLS_SHOWN) if text else []
        context: dict[str, Any] = {"text": text, "found": found, "closed_school": school}
        query = self.request.GET
        context |= {"asked": query.get("school"), "limit": SCHOOLS_SHOWN, "is_empty_search": "q" in query and not text}
        self.template_name = "meetings/request_school.html"
        return self.render_to_response(self.get_context_data(**context))

    def show(self, form: RequestForm, *, school: School | None, is_searching: bool = False) -> HttpResponse:
        text = _searched(self.request.POST.get("school_text", ""))
        found = search_schools(text, limit=SCHOOLS_SHOWN) if text and (is_searching or not school) else []
        if found and school and school.is_open and school not in found:
            # The school chosen so far stays chosen until another one is.
            found = [school, *found]
        context = {"form": form, "school": school, "text": text, "found": found, "is_searching": is_searching}
        return self.render_to_response(self.get_context_data(**context))


def _searched(text: str) -> str:
    """Words to look for as somebody typed them, cut where no school's name goes on."""
    return text.replace("\0", "").strip()[:SEARCH_AT_MOST]


def school_by_urn(urn: str) -> School | None:
    return School.objects.filter(urn=int(urn)).first() if urn.isascii() and urn.isdigit() and len(urn) < 9 else None


class RequestThanksView(TemplateView):
    """Thanks, the reference and what happens next. It names nobody: anyone may guess a reference."""

    template_name = "meetings/request_thanks.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        made = get_object_or_404(MeetingRequest.objects.only("reference"), reference=kwargs["reference"])
        return super().get_context_data(**kwargs) | {"reference": made.reference, "was_thanked": was_thanked(made)}
