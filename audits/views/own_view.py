"""The school rates itself before the meeting, by personal link: an overview, a page for each section, and where each
change is saved."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.generic import TemplateView, View

from audits.forms import ChangeForm, OwnSectionForm
from audits.models import Audit, Phase
from audits.queries import OwnSection, OwnView, colleagues_of, own_changes_since, own_view
from audits.services import (
    Change,
    ChangeConflict,
    begin_own_view,
    finish_own_view,
    go_on_with_own_view,
    phases_to_choose,
    save_own_section,
    save_own_view,
    send_own_view_link,
)
from audits.views.changes import answer, change_line, refused
from hubportal.throttle import is_over_limit
from meetings.models import Meeting
from meetings.queries import meeting_of_school
from schools.models import Contact, School
from schools.permissions import ContactRequiredMixin

VISIT_ENDED = "Your visit has ended. Open the link in your e-mail again: nothing on this page is lost meanwhile."
OTHER_PERSON = (
    "These changes were made by somebody else on this computer. They have to open their own link to send them."
)

# Far more than somebody who types saves by pausing; each is a line of the history that stays.
CHANGES_AN_HOUR = 3000
SECTIONS_AN_HOUR = 300
TOO_MANY = "These are more changes than we can take in an hour. Leave this page open, and save it later."


class OwnMeetingMixin(ContactRequiredMixin):
    """A meeting of the contact's own school; any other is a 404."""

    school: School
    kwargs: dict[str, Any]

    @cached_property
    def meeting(self) -> Meeting:
        meeting = meeting_of_school(school=self.school, pk=self.kwargs["pk"])
        if meeting is None:
            raise Http404("No such meeting at this school.")
        return meeting

    def read(self) -> OwnView:
        return own_view(self.meeting, now=timezone.now())


class OwnViewPage(OwnMeetingMixin, TemplateView):
    """What this is, where the school has got with it, and who else may help."""

    template_name = "audits/own_view.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        view = self.read()
        may_choose = not view.closed and view.is_empty and not (view.audit and view.audit.started_by_id)
        phases = [Phase(value) for value in phases_to_choose(self.meeting)] if may_choose else []
        return super().get_context_data(**kwargs) | {
            "view": view,
            "meeting": self.meeting,
            "contact": self.contact,
            "phases": phases,
            "done_fields": {"done": "yes"},
            "papers": _papers(view, phases),
            "colleagues": [] if view.closed else colleagues_of(self.contact),
        }


def _papers(view: OwnView, phases: list[Phase]) -> list[tuple[str, str, str]]:
    """The same questions to print, as label, kind and address."""
    wanted = [Phase(view.audit.framework.phase)] if view.audit else phases
    try:
        return [
            (f"{phase.label} audit", kind, reverse(f"audit_blank_{name}", args=[phase.value]))
            for phase in wanted
            for name, kind in (("pdf", "pdf"), ("word", "docx"))
        ]
    except NoReverseMatch:
        return []


class OwnViewAction(OwnMeetingMixin, View):
    """A button of these pages: it does one thing and says what came of it."""

    http_method_names = ("post",)

    def act(self, action: Callable[[], object], *, said: str = "") -> HttpResponse:
        try:
            action()
        except ValidationError as error:
            messages.error(self.request, " ".join(error.messages))
        else:
            if said:
                messages.success(self.request, said)
        return redirect("own_view", self.meeting.pk)


class OwnViewBeginView(OwnViewAction):
    """Leads to the first step."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        asked = {"meeting": self.meeting, "phase": request.POST.get("phase", "")}
        answered = self.act(lambda: begin_own_view(**asked, by_contact=self.contact, now=timezone.now()))
        view = self.read()
        first = None if view.closed else next(iter(view.sections), None)
        return redirect("own_view_section", pk, first.code) if first else answered


class OwnViewDoneView(OwnViewAction):
    """ "We are done", and taking that back."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        who = {"meeting": self.meeting, "by_contact": self.contact, "now": timezone.now()}
        if request.POST.get("done") == "yes":
            thanks = f"Thank you. {self.meeting.officer.name} sees your ratings before the meeting."
            return self.act(lambda: finish_own_view(**who), said=thanks)
        return self.act(lambda: go_on_with_own_view(**who), said="You can go on.")


class OwnViewColleagueView(OwnViewAction):
    """Sends a colleague a link of their own."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        key = request.POST.get("colleague", "")
        number = int(key) if key.isdecimal() and len(key) < 19 else 0
        colleague = get_object_or_404(Contact.objects.filter(school=self.school, left_at__isnull=True), pk=number)
        who = {"meeting": self.meeting, "colleague": colleague, "by_contact": self.contact}
        said = f"{colleague.name} gets an e-mail with a link of their own."
        return self.act(lambda: send_own_view_link(**who, now=timezone.now()), said=said)


class OwnViewSectionView(OwnMeetingMixin, View):
    """One section to fill in. Without scripts, its Save buttons send it as a form."""

    def get(self, request: HttpRequest, pk: int, code: str) -> HttpResponse:
        view, section = self.find(code)
        return self.show(view, OwnSectionForm(section=section))

    def post(self, request: HttpRequest, pk: int, code: str) -> HttpResponse:
        view, section = self.find(code)
        form = OwnSectionForm(section=section, data=request.POST)
        if not form.is_valid():
            return self.show(view, form, status=422)
        if is_over_limit(request, action=f"own_section_{self.contact.pk}", limit=SECTIONS_AN_HOUR):
            form.refused = [TOO_MANY]
            return self.show(view, form, status=429)
        now = timezone.now()
        try:
            outcome = save_own_section(meeting=self.meeting, changes=form.changes(), by_contact=self.contact, now=now)
        except ValidationError as error:
            form.refused = list(error.messages)
            return self.show(view, form, status=409)
        if not outcome.is_complete:
            view, section = self.find(code)
            return self.show(view, form.after(section=section, outcome=outcome), status=409)
        return self.go_on(view, section, to=request.POST.get("then", ""))

    def find(self, code: str) -> tuple[OwnView, OwnSection]:
        view = self.read()
        section = view.section(code)
        if section is None:
            raise Http404("No such section.")
        return view, section

    def go_on(self, view: OwnView, section: OwnSection, *, to: str) -> HttpResponse:
        messages.success(self.request, f"Saved {timezone.localtime():%H:%M}.")
        following = view.section_after(section) if to == "next" else None
        if following or to == "stay":
            return redirect("own_view_section", self.meeting.pk, (following or section).code)
        return redirect("own_view", self.meeting.pk)

    def show(self, view: OwnView, form: OwnSectionForm, status: int = 200) -> HttpResponse:
        # What somebody has just typed stays on the page, even where it can no longer be saved.
        is_typed = status != 200
        context = {
            "view": view,
            "meeting": self.meeting,
            "contact": self.contact,
            "section": form.section,
            "step": f"Step {form.section.number} of {len(view.sections)}",
            "section_form": form,
            "following": view.section_after(form.section),
            "has_errors": is_typed,
            "is_form": is_typed or not view.closed,
        }
        return render(self.request, "audits/own_view_section.html", context, status=status)


class OwnViewChangesView(OwnMeetingMixin, View):
    """POST stores one change: 200 with what is stored now, 409 with what a colleague left there.

    GET with `after` lists what has been stored in the school's own fields since that line of the history. The address
    names the audit, so that a page of one that goes on under a newer framework changes nothing there unread.
    """

    @cached_property
    def audit(self) -> Audit:
        return get_object_or_404(self.meeting.audits.select_related("meeting"), pk=self.kwargs["audit"])

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answered = super().dispatch(request, *args, **kwargs)
        is_in = hasattr(self, "contact")
        return answered if is_in else JsonResponse({"error": VISIT_ENDED}, status=401)

    def get(self, request: HttpRequest, pk: int, audit: int) -> HttpResponse:
        after, author = request.GET.get("after", ""), request.GET.get("author", "")
        if author not in ("", str(self.contact.pk)):
            return _somebody_else()
        changes = own_changes_since(self.audit, after=int(after) if after.isdecimal() and len(after) < 19 else 0)
        last = changes[-1].pk if changes else after
        return JsonResponse(
            {"status": self.audit.status, "last": last, "changes": [change_line(change) for change in changes]}
        )

    def post(self, request: HttpRequest, pk: int, audit: int) -> HttpResponse:
        form = ChangeForm(request.POST)
        if not form.is_valid():
            return refused([str(sentence) for errors in form.errors.values() for sentence in errors])
        if form.cleaned_data["author"] not in (None, self.contact.pk):
            return _somebody_else()
        if is_over_limit(request, action=f"own_view_{self.contact.pk}", limit=CHANGES_AN_HOUR):
            return JsonResponse({"error": TOO_MANY}, status=429)
        return self.store(form.change())

    def store(self, change: Change) -> HttpResponse:
        try:
            stored = save_own_view(audit=self.audit, change=change, by_contact=self.contact, now=timezone.now())
        except ChangeConflict as conflict:
            return answer(change, conflict.stored, status=409)
        except ValidationError as error:
            return refused(error.messages)
        return answer(change, stored)


def _somebody_else() -> HttpResponse:
    return JsonResponse({"error": OTHER_PERSON, "reason": "other-account"}, status=403)
