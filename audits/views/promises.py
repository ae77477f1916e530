"""What school and hub promised: the hub's list, and one promise where it is settled or moved."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import ListView, View

from audits.forms import GiveUpPromiseForm, KeepPromiseForm, MovePromiseForm, PromiseFilterForm
from audits.models import Promise
from audits.queries import hub_promises, promise_for
from audits.queries.promises import COLUMNS, cells
from audits.services import give_up_promise, keep_promise, move_promise, reopen_promise
from audits.views.requests import StaffRequest
from hubportal.accounts.permissions import OfficerRequiredMixin
from hubportal.spreadsheets import csv_response
from hubportal.templatetags.components import with_query


class PromiseListView(OfficerRequiredMixin, ListView):
    """`?format=csv` gives the same rows in the same order as a file, all pages of it."""

    request: StaffRequest
    template_name = "audits/promise_list.html"
    paginate_by = 50

    @cached_property
    def form(self) -> PromiseFilterForm:
        return PromiseFilterForm(self.request.GET)

    def get_queryset(self) -> QuerySet[Promise]:
        return hub_promises(user=self.request.user, filters=self.form.filters(), today=timezone.localdate())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        csv_query = with_query(self.request.GET, format="csv", page=None).removeprefix("?")
        return super().get_context_data(**kwargs) | {"filter_form": self.form, "csv_query": csv_query}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.GET.get("format") == "csv":
            today = timezone.localdate()
            rows = (cells(promise, today=today) for promise in self.get_queryset().iterator(chunk_size=500))
            return csv_response(filename="promises.csv", columns=COLUMNS, rows=rows)
        return super().get(request, *args, **kwargs)


class PromiseDetailView(OfficerRequiredMixin, View):
    """One promise of either side, and all that can be done about it."""

    def get(self, request: StaffRequest, pk: int) -> HttpResponse:
        return self.show(request, self.promise(request, pk))

    def promise(self, request: StaffRequest, pk: int) -> Promise:
        try:
            return promise_for(user=request.user, pk=pk)
        except Promise.DoesNotExist as error:
            raise Http404 from error

    def show(
        self, request: StaffRequest, promise: Promise, *, sent: BaseForm | None = None, status: int = 200
    ) -> HttpResponse:
        """The page; the form that was `sent` comes back with what is wrong with it."""
        forms: dict[str, BaseForm] = {
            "keep_form": KeepPromiseForm(prefix="keep"),
            "give_up_form": GiveUpPromiseForm(prefix="give-up"),
            "move_form": MovePromiseForm(prefix="move", promise=promise),
        }
        forms |= {name: sent for name, form in forms.items() if sent and sent.prefix == form.prefix}
        context = {"promise": promise, "priority": promise.priority, "sent_form": sent, "has_errors": bool(sent)}
        return render(request, "audits/promise_detail.html", context | forms, status=status)


class PromiseDeedView(PromiseDetailView):
    """A deed about a promise: a form to check, a service to call, and what to say when it is done."""

    http_method_names = ["post"]
    said = ""

    def post(self, request: StaffRequest, pk: int) -> HttpResponse:
        promise = self.promise(request, pk)
        form = self.form(request, promise)
        if not form.is_valid():
            return self.show(request, promise, sent=form, status=422)
        try:
            self.do(request, promise, form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
            current = self.promise(request, pk)
            if current.is_open:
                return self.show(request, current, sent=form, status=422)
            # Somebody settled it meanwhile: there is no form any more to come back to.
            messages.error(request, " ".join(error.messages))
            return redirect("promise_detail", pk)
        messages.success(request, self.said)
        return redirect("promise_detail", pk)

    def form(self, request: StaffRequest, promise: Promise) -> Any:
        raise NotImplementedError

    def do(self, request: StaffRequest, promise: Promise, data: dict[str, Any]) -> None:
        raise NotImplementedError


class PromiseKeepView(PromiseDeedView):
    said = "Noted: it is done."

    def form(self, request: StaffRequest, promise: Promise) -> KeepPromiseForm:
        return KeepPromiseForm(request.POST, prefix="keep")

    def do(self, request: StaffRequest, promise: Promise, data: dict[str, Any]) -> None:
        keep_promise(promise=promise, note=data["note"], by=request.user)


class PromiseGiveUpView(PromiseDeedView):
    said = "Noted: it was given up."

    def form(self, request: StaffRequest, promise: Promise) -> GiveUpPromiseForm:
        return GiveUpPromiseForm(request.POST, prefix="give-up")

    def do(self, request: StaffRequest, promise: Promise, data: dict[str, Any]) -> None:
        give_up_promise(promise=promise, reason=data["reason"], by=request.user)


class PromiseMoveView(PromiseDeedView):
    said = "Saved. What it was before stands in the school’s timeline."

    def form(self, request: StaffRequest, promise: Promise) -> MovePromiseForm:
        return MovePromiseForm(request.POST, prefix="move", promise=promise)

    def do(self, request: StaffRequest, promise: Promise, data: dict[str, Any]) -> None:
        move_promise(promise=promise, due_on=data["due_on"], owner=data.get("owner"), by=request.user)


class PromiseReopenView(OfficerRequiredMixin, View):
    """Takes back that a promise was settled."""

    http_method_names = ["post"]

    def post(self, request: StaffRequest, pk: int) -> HttpResponse:
        try:
            promise = promise_for(user=request.user, pk=pk)
        except Promise.DoesNotExist as error:
            raise Http404 from error
        reopen_promise(promise=promise, by=request.user)
        messages.success(request, "It is open again.")
        return redirect("promise_detail", pk)
