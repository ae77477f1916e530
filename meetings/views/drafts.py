"""Save a request and come back to it: by a link in a mail, which shows a page and does nothing until its button."""

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView, View

from hubportal.throttle import throttled
from meetings.forms import SaveForm
from meetings.forms.request import opened_now
from meetings.rules import DRAFT_KEPT_DAYS
from meetings.services import HeldDraft, open_draft, save_draft, usable_draft
from meetings.views.kept_answers import keep_answers, keep_draft, kept_answers
from meetings.views.public import RequestPageView, school_by_urn

# Guessing a token is hopeless; this only keeps somebody from trying all day.
LINKS_AN_HOUR = 120
# What a saved request leaves out: consent is given when it is sent, and the rest belongs to one visit.
NOT_SAVED = ("consent", "opened")


@method_decorator(throttled(action="request_save"), name="dispatch")
class RequestSaveView(RequestPageView):
    """Mails a link to what was typed so far; asks for the address where none was typed. Nothing else is checked."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)
        typed = form.typed
        keep_answers(request, self.key, typed)
        if request.POST.get("subject_line"):
            return self.show(form, school=school_by_urn(typed.get("school", "")))
        # Whoever has typed no address yet has made no mistake.
        is_asked_first = not typed.get("email") and "ask" not in request.POST
        save = SaveForm() if is_asked_first else SaveForm({"email": typed.get("email", "")})
        if is_asked_first or not save.is_valid():
            others = {name: text for name, text in typed.items() if name != "email"}
            context = {"form": save, "others": others, "key": self.key}
            return render(request, "meetings/request_save.html", context)
        answers = {name: text for name, text in typed.items() if name not in NOT_SAVED}
        email, held = save.cleaned_data["email"], self.kept.held_draft
        draft = save_draft(email=email, answers=answers, draft=held, now=timezone.now())
        keep_draft(request, self.key, HeldDraft.of(draft))
        return redirect("request_kept", self.key)


@method_decorator(never_cache, name="dispatch")
class RequestKeptView(TemplateView):
    """Says that the request was saved and what comes by mail; the same for everybody, whatever mail they have had."""

    template_name = "meetings/request_kept.html"

    def get(self, request: HttpRequest, *args: Any, key: UUID, **kwargs: Any) -> HttpResponse:
        kept = kept_answers(request, key)
        if not kept.draft:
            return redirect("request_form", key)
        context = {"email": kept.answers.get("email", ""), "key": key, "days": DRAFT_KEPT_DAYS}
        return self.render_to_response(self.get_context_data(**context))


@method_decorator(never_cache, name="dispatch")
@method_decorator(throttled(action="link", method="GET", limit=LINKS_AN_HOUR), name="dispatch")
class SavedRequestView(View):
    """The link in the mail. It shows nothing of what was typed before the button is pressed."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        draft = usable_draft(token=token, now=timezone.now())
        return render(request, "meetings/request_saved.html", {"draft": draft}, status=200 if draft else 404)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        draft = open_draft(token=token, now=timezone.now())
        if draft is None:
            return self.get(request, token)
        key = uuid4()
        keep_answers(request, key, draft.answers | {"opened": opened_now(key, now=draft.created_at)})
        keep_draft(request, key, HeldDraft.of(draft))
        return redirect("request_form", key)
