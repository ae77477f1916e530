"""Deciding an award: by the rules, or another level that two officers agree on."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.generic import ListView, View

from audits.models import Audit, AuditStatus
from audits.views.requests import StaffRequest
from awards.forms.overrides import AgreeToLevelForm, DeclineLevelForm, ProposeLevelForm
from awards.models import Award, LevelOverride
from awards.queries.overrides import override_for, own_waiting_overrides, proposals_for, waiting_overrides
from awards.services import agree_to_level, decide_award, decline_level, draft_award, propose_level, take_back
from hubportal.accounts.permissions import OfficerRequiredMixin


def audit_to_decide(request: StaffRequest, pk: int) -> Audit:
    """The audit with what its decision needs, or a 404 when it is not for this person."""
    audits = Audit.objects.visible_to(request.user).select_related("meeting__school__area", "framework", "award")
    return get_object_or_404(audits.defer("framework__definition"), pk=pk)


class AwardDecideView(OfficerRequiredMixin, View):
    """What the rules give and why, and the two ways on. Opening it decides nothing; the button does."""

    def get(self, request: StaffRequest, pk: int) -> HttpResponse:
        audit = audit_to_decide(request, pk)
        if hasattr(audit, "award"):
            return redirect("award_detail", audit.award.pk)
        try:
            by_rules, proposals = draft_award(audit), proposals_for(audit)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("audit_detail", pk)
        agreed = draft_award(audit, override=proposals.agreed) if proposals.agreed else None
        award = agreed or by_rules
        context = {
            "audit": audit,
            "by_rules": by_rules,
            "proposals": proposals,
            "agreed": agreed,
            "button": f"Award {award.get_level_display()}",
            "seen": {"seen": award.level},
        }
        return render(request, "awards/decision.html", context)

    def post(self, request: StaffRequest, pk: int) -> HttpResponse:
        audit = audit_to_decide(request, pk)
        try:
            award = decide_award(audit=audit, by=request.user, seen=request.POST.get("seen", ""))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("award_decide" if audit.status == AuditStatus.AGREED else "audit_detail", pk)
        return redirect("award_detail", award.pk)


class ProposeLevelView(OfficerRequiredMixin, View):
    """Another level than the rules give, with the reason that the school will read."""

    def get(self, request: StaffRequest, pk: int) -> HttpResponse:
        return self.show(request, audit_to_decide(request, pk))

    def post(self, request: StaffRequest, pk: int) -> HttpResponse:
        return self.show(request, audit_to_decide(request, pk), data=request.POST)

    def show(self, request: StaffRequest, audit: Audit, data: Any = None) -> HttpResponse:
        try:
            by_rules = draft_award(audit)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("audit_detail", audit.pk)
        form = ProposeLevelForm(data, rules_level=by_rules.level, by=request.user)
        if form.is_valid():
            try:
                override = propose_level(audit=audit, by=request.user, **form.cleaned_data)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, "Proposed. Nothing is awarded until a second officer has answered.")
                return redirect("level_override", override.pk)
        context = {"audit": audit, "by_rules": by_rules, "form": form}
        return render(request, "awards/override_propose.html", context, status=422 if form.errors else 200)


class LevelOverrideListView(OfficerRequiredMixin, ListView):
    """Proposals that wait for a second officer: those this person may answer, and their own."""

    template_name = "awards/override_list.html"
    paginate_by = 50

    def get_queryset(self) -> QuerySet[LevelOverride]:
        return waiting_overrides(user=self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"own": own_waiting_overrides(user=self.request.user)}


class LevelOverrideView(OfficerRequiredMixin, View):
    """One proposal: what the rules give, what is proposed and why, and what the second officer says."""

    def get(self, request: StaffRequest, pk: int) -> HttpResponse:
        return self.show(request, self.override(request, pk))

    def override(self, request: StaffRequest, pk: int) -> LevelOverride:
        try:
            return override_for(user=request.user, pk=pk)
        except LevelOverride.DoesNotExist as error:
            raise Http404("No such proposal.") from error

    def show(
        self, request: StaffRequest, override: LevelOverride, *, sent: BaseForm | None = None, status: int = 200
    ) -> HttpResponse:
        """The page; the form that was `sent` comes back with what is wrong with it."""
        forms: dict[str, BaseForm] = {
            "agree_form": AgreeToLevelForm(prefix="agree"),
            "decline_form": DeclineLevelForm(prefix="decline"),
        }
        forms |= {name: sent for name, form in forms.items() if sent and sent.prefix == form.prefix}
        context = {
            "override": override,
            "by_rules": draft_award(override.audit),
            "award": Award.objects.filter(audit=override.audit_id).first(),
            "is_own": override.proposed_by_id == request.user.pk,
            "sent_form": sent,
        }
        return render(request, "awards/override_detail.html", context | forms, status=status)


class LevelAnswerView(LevelOverrideView):
    """An answer to a proposal: a form to check, a service to call, and what to say when it is done."""

    http_method_names = ("post",)
    form_class: type[AgreeToLevelForm | DeclineLevelForm]
    prefix = ""
    said = ""

    def post(self, request: StaffRequest, pk: int) -> HttpResponse:
        override = self.override(request, pk)
        form = self.form_class(request.POST, prefix=self.prefix)
        if not form.is_valid():
            return self.show(request, override, sent=form, status=422)
        try:
            self.do(request, override, note=form.cleaned_data["note"])
        except ValidationError as error:
            # Who is told this has no form any more to come back to: it is answered, or their own.
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, self.said)
        return redirect("level_override", pk)

    def do(self, request: StaffRequest, override: LevelOverride, *, note: str) -> None:
        raise NotImplementedError


class AgreeToLevelView(LevelAnswerView):
    form_class, prefix = AgreeToLevelForm, "agree"
    said = "Agreed. The award can now be decided."

    def do(self, request: StaffRequest, override: LevelOverride, *, note: str) -> None:
        agree_to_level(override=override, note=note, by=request.user)


class DeclineLevelView(LevelAnswerView):
    form_class, prefix = DeclineLevelForm, "decline"
    said = "Noted. Your colleague gets your note by e-mail."

    def do(self, request: StaffRequest, override: LevelOverride, *, note: str) -> None:
        decline_level(override=override, note=note, by=request.user)


class TakeLevelBackView(LevelOverrideView):
    """Takes one's own proposal back."""

    http_method_names = ("post",)

    def post(self, request: StaffRequest, pk: int) -> HttpResponse:
        override = self.override(request, pk)
        try:
            take_back(override=override, by=request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("level_override", pk)
        messages.success(request, "Taken back. The level that the rules give can be awarded.")
        return redirect("award_decide", override.audit_id)
