"""Conversation mode: the pages that are filled in together at the school."""

from collections.abc import Collection
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views import View

from audits.forms import SheetForm
from audits.models import Audit, AuditStatus
from audits.queries import Conversation, audits_for_conversation, conversation_of
from audits.services import apply_changes
from audits.views.requests import StaffRequest
from hubportal.accounts.permissions import OfficerRequiredMixin

CLOSING = ""


class ConversationView(OfficerRequiredMixin, View):
    """The whole audit on one page, one criterion in focus. Without scripts, its Save buttons send it as a form."""

    template_name = "audits/conversation.html"
    # The codes of what stands on this page; None: all.
    only: Collection[str] | None = None

    def get(self, request: StaffRequest, pk: int, **place: str) -> HttpResponse:
        conversation = self.load(request, pk)
        if not conversation.sheet.audit.is_open:
            return self.lead_to_reading(request, conversation.sheet.audit)
        return self.show(request, conversation, self.form(conversation))

    def post(self, request: StaffRequest, pk: int, **place: str) -> HttpResponse:
        conversation = self.load(request, pk)
        form = self.form(conversation, request.POST)
        if not form.is_valid():
            return self.show(request, conversation, form, status=422)
        try:
            outcome = apply_changes(audit=conversation.sheet.audit, changes=form.changes(), by=request.user)
        except ValidationError as error:
            return self.refuse(request, conversation, form, error)
        if not outcome.is_complete:
            now = self.load(request, pk)
            return self.show(request, now, form.after(sheet=now.sheet, outcome=outcome), status=409)
        messages.success(request, f"Saved {timezone.localtime():%H:%M}.")
        return redirect(self.next_page(conversation, request.POST.get("then", "")))

    def load(self, request: StaffRequest, pk: int) -> Conversation:
        """The conversation, or a 404 when the audit is not for this person."""
        return conversation_of(get_object_or_404(audits_for_conversation().visible_to(request.user), pk=pk))

    def form(self, conversation: Conversation, data: QueryDict | None = None) -> SheetForm:
        """What stands on this page, empty or as it was sent."""
        return SheetForm(sheet=conversation.sheet, figures=conversation.figures, only=self.only, data=data)

    def next_page(self, conversation: Conversation, then: str) -> str:
        """Where the pressed button leads: the priorities, or the section it stood in."""
        audit = conversation.sheet.audit
        if then == "priorities":
            return reverse("audit_priorities", args=[audit.pk])
        page = reverse("audit_conversation", args=[audit.pk])
        return f"{page}#section-{then}" if then.isalnum() else page

    def show(
        self, request: StaffRequest, conversation: Conversation, form: SheetForm, status: int = 200
    ) -> HttpResponse:
        return render(request, self.template_name, self.context(conversation, form), status=status)

    def context(self, conversation: Conversation, form: SheetForm) -> dict[str, Any]:
        return {
            "sheet_form": form,
            "conversation": conversation,
            "sheet": form.sheet,
            "audit": form.sheet.audit,
            "has_errors": form.has_typed,
            "time_in_words": conversation.time_in_words(timezone.now()),
        }

    def refuse(
        self, request: StaffRequest, conversation: Conversation, form: SheetForm, error: ValidationError
    ) -> HttpResponse:
        """Nothing could be saved (somebody agreed the audit meanwhile): show why, with everything typed."""
        for sentence in error.messages:
            messages.error(request, sentence)
        return self.show(request, conversation, form, status=409)

    def lead_to_reading(self, request: StaffRequest, audit: Audit) -> HttpResponse:
        """What cannot be filled in any more is there to read; an audit that was carried over goes on elsewhere."""
        if audit.status == AuditStatus.CARRIED_OVER:
            messages.info(request, "This audit went on under a newer version of its framework. Here it is as it was.")
        return redirect("audit_detail", audit.pk)


class CriterionView(ConversationView):
    """One criterion a page, for a browser without scripts; an empty `code` is the page that closes the conversation."""

    template_name = "audits/conversation_step.html"

    @property
    def code(self) -> str:
        return str(self.kwargs.get("code", CLOSING))

    @property
    def only(self) -> Collection[str]:  # type: ignore[override]
        return [self.code]

    def load(self, request: StaffRequest, pk: int) -> Conversation:
        conversation = super().load(request, pk)
        if self.code not in steps(conversation):
            raise Http404
        return conversation

    def next_page(self, conversation: Conversation, then: str) -> str:
        """The page before or after this one, the priorities, or this page again."""
        around = neighbours(conversation, self.code)
        if then in around and around[then] is not None:
            return step_url(conversation.sheet.audit, around[then])
        if then == "priorities":
            return reverse("audit_priorities", args=[conversation.sheet.audit.pk])
        return step_url(conversation.sheet.audit, self.code)

    def context(self, conversation: Conversation, form: SheetForm) -> dict[str, Any]:
        around = neighbours(conversation, self.code)
        return super().context(conversation, form) | {
            "code": self.code,
            "item": form.items.get(self.code),
            "place": place_in_section(conversation, self.code),
            "has_previous": around["previous"] is not None,
            "has_next": around["next"] is not None,
            "step_url": step_url(form.sheet.audit, self.code),
        }


def steps(conversation: Conversation) -> list[str]:
    """The codes of the criteria in their order, and the closing page last."""
    return [*(row.criterion.code for row in conversation.sheet.rows), CLOSING]


def place_in_section(conversation: Conversation, code: str) -> int:
    """Which of its section's criteria it is, from 1; 0 for the closing page."""
    codes = [[row.criterion.code for row in section.rows] for section in conversation.sheet.sections]
    return next((section.index(code) + 1 for section in codes if code in section), 0)


def neighbours(conversation: Conversation, code: str) -> dict[str, str | None]:
    """The codes of the pages before and after one; None where there is no more."""
    order = steps(conversation)
    at = order.index(code)
    return {
        "previous": order[at - 1] if at else None,
        "next": order[at + 1] if at + 1 < len(order) else None,
    }


def step_url(audit: Audit, code: str | None) -> str:
    """The page of one criterion, or the closing one."""
    if not code:
        return reverse("audit_closing", args=[audit.pk])
    return reverse("audit_criterion", args=[audit.pk, code])
