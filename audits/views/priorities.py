"""The three priorities, and agreeing the audit with them."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views import View

from audits.forms import PrioritiesForm
from audits.forms.priorities import with_suggestions
from audits.models import Audit
from audits.queries import AuditSheet, PriorityMaterial, priority_material, sheet_of
from audits.services import StalePriorities, agree_audit, save_priorities
from audits.views.pages import get_audit
from audits.views.requests import StaffRequest
from hubportal.accounts.permissions import OfficerRequiredMixin


class AuditPrioritiesView(OfficerRequiredMixin, View):
    """Write the priorities down; "Save for now" takes them as they are, complete or not."""

    def get(self, request: StaffRequest, pk: int) -> HttpResponse:
        material = self.material(request, pk)
        if not material.audit.is_open:
            return redirect("audit_detail", pk)
        return self.show(request, PrioritiesForm(material=material))

    def post(self, request: StaffRequest, pk: int) -> HttpResponse:
        material = self.material(request, pk)
        if "suggest" in request.POST:
            data = with_suggestions(request.POST, material=material, number=request.POST["suggest"])
            return self.show(request, PrioritiesForm(material=material, data=data))
        form = PrioritiesForm(material=material, data=request.POST)
        is_valid = form.is_valid()
        answer = self.save(request, form)
        if answer or not is_valid:
            return answer or self.show(request, form, status=422)
        left = form.incomplete_titles()
        messages.success(request, "Saved." if not left else f"Saved for now. Not complete yet: {', '.join(left)}.")
        return redirect("audit_priorities", pk)

    def material(self, request: StaffRequest, pk: int) -> PriorityMaterial:
        return priority_material(sheet_of(get_audit(request, pk)))

    def save(self, request: StaffRequest, form: PrioritiesForm) -> HttpResponse | None:
        """Store what is there; the page to show instead when that was not possible."""
        try:
            audit = save_priorities(
                audit=form.sheet.audit,
                complete=form.complete(),
                draft=form.draft(),
                version=form.version,
                by=request.user,
            )
        except StalePriorities as stale:
            form.version = stale.current.priorities_version
            return self.show(request, form, status=409, theirs=stale.current)
        except ValidationError as error:
            return self.show(request, form, status=409, refused=error.messages)
        form.version = audit.priorities_version
        return None

    def show(
        self,
        request: StaffRequest,
        form: PrioritiesForm,
        *,
        status: int = 200,
        theirs: Audit | None = None,
        refused: list[str] | None = None,
    ) -> HttpResponse:
        sheet: AuditSheet = form.sheet
        has_errors = bool(theirs or refused or form.errors)
        context = {"priorities_form": form, "sheet": sheet, "audit": sheet.audit, "has_errors": has_errors}
        extra = {"theirs": theirs, "refused": refused}
        return render(request, "audits/priorities.html", context | extra, status=status)


class AuditAgreeView(AuditPrioritiesView):
    """Agrees the audit; priorities sent with the click are saved first, so that the last word counts."""

    http_method_names = ["post"]

    def post(self, request: StaffRequest, pk: int) -> HttpResponse:
        material = self.material(request, pk)
        has_form = "version" in request.POST and material.audit.is_open
        form = PrioritiesForm(material=material, data=request.POST if has_form else None, is_strict=True)
        is_valid = form.is_valid() if has_form else True
        answer = self.save(request, form) if has_form else None
        if answer or not is_valid:
            return answer or self.show(request, form, status=422)
        try:
            agree_audit(audit=material.audit, by=request.user)
        except ValidationError as error:
            return self.show(request, form, status=409, refused=error.messages)
        messages.success(request, "Agreed. From now on the ratings and priorities stay as they are.")
        return redirect("audit_detail", pk)
