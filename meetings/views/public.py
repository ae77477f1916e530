"""The public form by which a school asks for a meeting: find the school, answer, check the answers, read the thanks.

Each form somebody opens has a key of its own in its address. It says nothing about anybody, and opens answers only
with the session they were typed in.
"""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from hubportal.throttle import throttled
from meetings.forms import RequestForm
from meetings.forms.request import CHANGE, KINDS
from meetings.models import MeetingRequest
from meetings.queries import closed_schools, followed_by
from meetings.rules import NAME_AT_MOST, consent_wording
from meetings.services import request_meeting
from meetings.views.kept_answers import keep_answers, keep_reference, kept_answers
from schools.models import School
from schools.queries import hub_profile, search_schools

SCHOOLS_SHOWN = 20
SEARCH_AT_MOST = 200
# A reference is no secret; this only keeps somebody from trying all of them.
THANKS_AN_HOUR = 120
# What the button "Find another school" is called: it looks for a school and keeps all that was typed.
FIND = "find"
NOTHING_KEPT = "We keep answers that were not sent for twelve hours at most. Please begin again with your school."


@method_decorator(never_cache, name="dispatch")
class RequestMeetingView(TemplateView):
    """The first step: find the school. Whoever comes with one goes straight to a form."""

    template_name = "meetings/request_school.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        school = school_by_urn(request.GET.get("school", ""))
        if school and school.is_open:
            known = urlencode({"school": school.urn, "kind": chosen_kind(request)})
            return redirect(f"{reverse('request_form', args=[uuid4()])}?{known}")
        text = searched(request.GET.get("q", ""))
        context = {
            "text": text,
            "found": search_schools(text, limit=SCHOOLS_SHOWN) if text else [],
            "closed_schools": [followed_by(school)] if school else closed_schools(text),
            "has_unknown_school": "school" in request.GET and not school,
            "limit": SCHOOLS_SHOWN,
            "is_empty_search": "q" in request.GET and not text,
        }
        return self.render_to_response(self.get_context_data(**context))


@method_decorator(never_cache, name="dispatch")
class RequestPageView(TemplateView):
    """What the form and the page to check it share. Everything works without JavaScript, and nothing typed is lost.

    They repeat what somebody typed, perhaps in a staff room: no browser keeps them.
    """

    template_name = "meetings/request_form.html"
    key: UUID

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.key = kwargs["key"]
        self.kept = kept_answers(request, self.key)
        if self.kept.sent and request.method in ("GET", "HEAD"):
            # Back, after it was sent.
            return redirect("request_thanks", self.kept.sent)
        return super().dispatch(request, *args, **kwargs)

    def form(self, *args: Any, **kwargs: Any) -> RequestForm:
        hub = hub_profile()
        consent = consent_wording(hub=hub.name, award=hub.award_name, address=hub.contact_email)
        return RequestForm(*args, key=self.key, now=timezone.now(), hub=hub, consent=consent, **kwargs)

    def show(self, form: RequestForm, *, school: School | None, is_searching: bool = False) -> HttpResponse:
        """The form; beside it, if need be, schools to choose from."""
        text = searched(self.request.POST.get("school_text", ""))
        found = search_schools(text, limit=SCHOOLS_SHOWN) if text and (is_searching or not school) else []
        if found and school and school.is_open and school not in found:
            # The school chosen so far stays chosen until another one is.
            found = [school, *found]
        self.template_name = "meetings/request_form.html"
        context = {"form": form, "school": school, "text": text, "found": found, "is_searching": is_searching}
        return self.render_to_response(self.get_context_data(**context))


@method_decorator(throttled(action="request_form", times=3), name="dispatch")
class RequestFormView(RequestPageView):
    """The form itself."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        typed = self.kept.answers
        school = school_by_urn(typed.get("school") or request.GET.get("school", ""))
        if not typed and (school is None or not school.is_open):
            return redirect("request_meeting")
        known = {"school": school.urn, "head_name": school.head_name[:NAME_AT_MOST]} if school else {}
        known["kind"] = chosen_kind(request)
        return self.show(self.form(initial=typed or known), school=school)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)
        keep_answers(request, self.key, form.typed)
        if FIND in request.POST:
            school = school_by_urn(request.POST.get("school", ""))
            return self.show(self.form(initial=request.POST.dict()), school=school, is_searching=True)
        if not form.is_valid():
            return self.show(form, school=form.found_school)
        return redirect("request_check", self.key)


@method_decorator(throttled(action="request_meeting"), name="dispatch")
class RequestCheckView(RequestPageView):
    """All answers once more; nothing is sent before the button "Send request"."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.kept.answers:
            messages.info(request, NOTHING_KEPT)
            return redirect("request_meeting")
        form = self.form(self.kept.answers)
        if not form.is_valid():
            return self.show(form, school=form.found_school)
        self.template_name = "meetings/request_check.html"
        return self.render_to_response(self.get_context_data(form=form))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)
        if (name := request.POST.get(CHANGE, "")) in form.fields:
            keep_answers(request, self.key, form.typed)
            return redirect(f"{reverse('request_form', args=[self.key])}#{form.place_of(name)}")
        if not form.is_valid():
            keep_answers(request, self.key, form.typed)
            return self.show(form, school=form.found_school)
        try:
            made = self.send(form)
        except ValidationError as error:
            form.add_error(None, error)
            return self.show(form, school=form.found_school)
        keep_reference(request, self.key, made.reference)
        return redirect("request_thanks", made.reference)

    def send(self, form: RequestForm) -> MeetingRequest:
        made, _ = request_meeting(
            **form.answers,
            consent_wording=str(form.fields["consent"].label),
            submission_key=form.submission_id,
            draft=self.kept.held_draft,
            now=timezone.now(),
        )
        return made


def chosen_kind(request: HttpRequest) -> str:
    """The kind of meeting a link leads to; "" where it leaves the choice open."""
    kind = request.GET.get("kind", "")
    return kind if kind in dict(KINDS) else ""


def searched(text: str) -> str:
    """Words to look for as somebody typed them, cut where no school's name goes on."""
    return text.replace("\0", "").strip()[:SEARCH_AT_MOST]


def school_by_urn(urn: str) -> School | None:
    return School.objects.filter(urn=int(urn)).first() if urn.isascii() and urn.isdigit() and len(urn) < 9 else None


@method_decorator(throttled(action="request_thanks", method="GET", limit=THANKS_AN_HOUR), name="dispatch")
class RequestThanksView(TemplateView):
    """Thanks, the reference and what happens next. It names nobody: anyone may guess a reference."""

    template_name = "meetings/request_thanks.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        requests = MeetingRequest.objects.select_related("joined_to")
        made = get_object_or_404(requests, reference=kwargs["reference"])
        first = made.joined_to or made
        return super().get_context_data(**kwargs) | {"reference": first.reference, "is_joined": first != made}
