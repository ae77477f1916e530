"""The mails we send: each kind with made-up facts, and the hub's own sentences in it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.generic import FormView, TemplateView, View

from hubportal.accounts.permissions import AdministratorRequiredMixin, OfficerRequiredMixin
from hubportal.mail import services
from hubportal.mail.forms import SentenceForm
from hubportal.mail.kinds import KINDS, SAMPLES, MailKind, Sample
from hubportal.mail.models import Pace
from hubportal.mail.queries import SentenceRow, changed_kinds, sentence_rows
from hubportal.mail.render import render_sample

from .outbox import in_our_frame


def kind_or_404(key: str) -> MailKind:
    if key not in KINDS:
        raise Http404("No such mail.")
    return KINDS[key]


def sentence_or_404(kind: MailKind, place: str) -> SentenceRow:
    found = next((row for row in sentence_rows(kind) if row.sentence.place == place), None)
    if found is None:
        raise Http404("No such sentence.")
    return found


def samples_of(kind: MailKind) -> list[Sample]:
    return list(SAMPLES[kind.key]()) if kind.key in SAMPLES else []


class KindListView(OfficerRequiredMixin, TemplateView):
    template_name = "mail/kinds.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kinds, changed = sorted(KINDS.values(), key=lambda kind: kind.name.lower()), changed_kinds()
        rows = [(kind, Pace(kind.pace).label, kind.key in changed) for kind in kinds]
        return super().get_context_data(**kwargs) | {"rows": rows}


class KindView(OfficerRequiredMixin, TemplateView):
    """One kind of mail, in each of its cases."""

    template_name = "mail/kind.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kind = kind_or_404(self.kwargs["key"])
        samples = [(number, one.case, render_sample(one)) for number, one in enumerate(samples_of(kind), start=1)]
        extra = {
            "kind": kind,
            "pace": Pace(kind.pace).label,
            "samples": samples,
            "sentences": sentence_rows(kind),
        }
        return super().get_context_data(**kwargs) | extra


@method_decorator(in_our_frame, name="dispatch")
class SampleHtmlView(OfficerRequiredMixin, View):
    """The HTML of a made-up mail, for the frame on its page; `?tried=` is the proof of a sentence that is looked at."""

    def get(self, request: HttpRequest, key: str, number: int) -> HttpResponse:
        kind = kind_or_404(key)
        samples = samples_of(kind)
        if not 1 <= number <= len(samples):
            raise Http404("No such sample.")
        tried = services.tried_in(kind=kind, seen=request.GET.get("tried", ""))
        return HttpResponse(render_sample(samples[number - 1], tried=tried)["body_html"])


class SentenceView(AdministratorRequiredMixin, FormView):
    """Change a sentence: first look at the mail with it, then publish it. Both are buttons of one form."""

    template_name = "mail/sentence.html"
    form_class = SentenceForm

    @cached_property
    def kind(self) -> MailKind:
        return kind_or_404(self.kwargs["key"])

    @cached_property
    def row(self) -> SentenceRow:
        return sentence_or_404(self.kind, self.kwargs["place"])

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"sentence": self.row.sentence, "initial": {"text": self.row.text}}

    def form_valid(self, form: SentenceForm) -> HttpResponse:
        facts = {"kind": self.kind, "sentence": self.row.sentence, "text": form.cleaned_data["text"]}
        try:
            if "publish" not in self.request.POST:
                return self.show(form, services.look(by=self.request.user, **facts))
            seen = self.request.POST.get("seen", "")
            services.publish_sentence(seen=seen, by=self.request.user, now=timezone.now(), **facts)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        messages.success(self.request, "Published. These words stand in every e-mail that is written from now on.")
        return redirect("mail_kind", self.kind.key)

    def show(self, form: SentenceForm, seen: str) -> HttpResponse:
        """The mail with the words as they would stand in it."""
        tried = services.tried_in(kind=self.kind, seen=seen)
        shown = enumerate(samples_of(self.kind), start=1)
        samples = [(number, one.case, render_sample(one, tried=tried)) for number, one in shown]
        return self.render_to_response(self.get_context_data(form=form, seen=seen, samples=samples))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"kind": self.kind, "row": self.row}


class RestoreSentenceView(AdministratorRequiredMixin, View):
    http_method_names = ("post",)

    def post(self, request: HttpRequest, key: str, place: str) -> HttpResponse:
        kind = kind_or_404(key)
        sentence = sentence_or_404(kind, place).sentence
        services.restore_sentence(kind=kind, sentence=sentence, by=request.user)
        messages.success(request, "The standard wording stands there again.")
        return redirect("mail_kind", kind.key)
