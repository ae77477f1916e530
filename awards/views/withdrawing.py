"""Withdrawing an award: for administrators, with a reason and a typed confirmation."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.generic import View

from audits.views.requests import StaffRequest
from awards.emails.withdrawing import render_award_withdrawn
from awards.forms.withdrawing import WithdrawAwardForm
from awards.models import Award, AwardStatus
from awards.queries.withdrawing import contacts_to_tell, mails_that_wait
from awards.services import withdraw_award
from hubportal.accounts.permissions import AdministratorRequiredMixin


class WithdrawAwardView(AdministratorRequiredMixin, View):
    """What a withdrawal changes and what not, and the words that the school would read."""

    def get(self, request: StaffRequest, pk: int) -> HttpResponse:
        return self.show(request, pk)

    def post(self, request: StaffRequest, pk: int) -> HttpResponse:
        return self.show(request, pk, data=request.POST)

    def show(self, request: StaffRequest, pk: int, data: Any = None) -> HttpResponse:
        awards = Award.objects.visible_to(request.user).select_related("school", "outcome_pack")
        award = get_object_or_404(awards, pk=pk)
        if award.status == AwardStatus.WITHDRAWN:
            messages.info(request, "This award is withdrawn already.")
            return redirect("award_detail", pk)
        contacts = contacts_to_tell(award)
        form = WithdrawAwardForm(data, award=award, can_tell=bool(contacts))
        if form.is_valid() and self.withdraw(request, award, form):
            return redirect("award_detail", pk)
        context = {
            "award": award,
            "form": form,
            "contacts": contacts,
            "is_known": hasattr(award, "outcome_pack"),
            "mail": render_award_withdrawn(award=award, contact=contacts[0]) if contacts else None,
            "waiting": mails_that_wait(award).count(),
        }
        return render(request, "awards/withdraw.html", context, status=422 if form.errors else 200)

    def withdraw(self, request: StaffRequest, award: Award, form: WithdrawAwardForm) -> bool:
        """Whether it was done; what was wrong stands in the form."""
        tells_school = form.cleaned_data.get("tells_school", False)
        try:
            withdraw_award(award=award, reason=form.cleaned_data["reason"], tells_school=tells_school, by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
            return False
        said = "The school gets an e-mail about it." if tells_school else "Nothing goes to the school about it."
        messages.success(request, f"The award is withdrawn. {said}")
        return True
