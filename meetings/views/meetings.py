"""Meetings: the list, the page about one, and booking, moving and cancelling one."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.generic import DetailView, FormView, ListView, View

from hubportal.accounts.permissions import OfficerRequiredMixin
from hubportal.spreadsheets import csv_response
from hubportal.templatetags.components import with_query
from meetings.emails import missed_words
from meetings.forms import CancelForm, MeetingFilterForm, MissForm, MoveForm, NewMeetingForm
from meetings.models import Meeting
from meetings.queries import audits_of, data_form_read, is_under_way, meeting_list, meeting_page, officers
from meetings.rules import long_date
from meetings.services import (
    arrange_meeting,
    cancel_meeting,
    correct_missed_meeting,
    hold_meeting,
    miss_meeting,
    move_meeting,
)
from meetings.views.staff import StaffRequest, invited
from schools.models import AuditOffer, Contact, School

COLUMNS = ("Date", "Start", "End", "School", "URN", "Area", "Kind", "Officer", "Status", "Data form sent on")


class MeetingListView(OfficerRequiredMixin, ListView):
    """Meetings to come and past. `?format=csv` gives the same rows in the same order as a file, all pages of it."""

    request: StaffRequest
    template_name = "meetings/meeting_list.html"
    paginate_by = 25

    @cached_property
    def filter_form(self) -> MeetingFilterForm:
        return MeetingFilterForm(self.request.GET)

    @property
    def sort(self) -> str:
        usual = "when" if self.filter_form.chosen("when") == "upcoming" else "-when"
        return self.request.GET.get("sort") or usual

    def get_queryset(self) -> QuerySet[Meeting]:
        filters = self.filter_form.filters(sort=self.sort)
        return meeting_list(user=self.request.user, filters=filters, now=timezone.now())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "filter_form": self.filter_form,
            "sort": self.sort,
            "csv_url": with_query(self.request.GET, format="csv", page=None),
        }

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        if self.request.GET.get("format") == "csv":
            rows = (_cells(meeting) for meeting in self.get_queryset())
            return csv_response(filename="meetings.csv", columns=COLUMNS, rows=rows)
        return super().render_to_response(context, **kwargs)


def _cells(meeting: Meeting) -> tuple[object, ...]:
    starts_at, ends_at = timezone.localtime(meeting.starts_at), timezone.localtime(meeting.ends_at)
    data_form = getattr(meeting, "data_form", None)
    return (
        starts_at.date().isoformat(),
        f"{starts_at:%H:%M}",
        f"{ends_at:%H:%M}",
        meeting.school.name,
        meeting.school.urn,
        meeting.school.area.name if meeting.school.area else "",
        meeting.get_kind_display(),
        meeting.officer.name,
        meeting.get_status_display(),
        timezone.localtime(data_form.sent_at).date().isoformat() if data_form and data_form.sent_at else "",
    )


class MeetingMixin(OfficerRequiredMixin):
    """One meeting that this person may see; any other is a 404."""

    kwargs: dict[str, Any]

    @cached_property
    def meeting(self) -> Meeting:
        return get_object_or_404(meeting_page(user=self.request.user), pk=self.kwargs["pk"])  # type: ignore[attr-defined]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"meeting": self.meeting}  # type: ignore[misc]


class MeetingDetailView(MeetingMixin, DetailView):
    template_name = "meetings/meeting_detail.html"
    context_object_name = "meeting"

    def get_object(self, queryset: QuerySet[Meeting] | None = None) -> Meeting:
        return self.meeting

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        offer = self.meeting.school.audit_offer
        offered = [AuditOffer.PRIMARY, AuditOffer.SECONDARY] if offer == AuditOffer.CHOICE else [AuditOffer(offer)]
        audits = list(audits_of(self.meeting))
        begun = {audit.framework.phase for audit in audits}
        buttons = [(f"Start the {each.label.lower()}", {"phase": each.value}) for each in offered if each not in begun]
        has_begun = self.meeting.starts_at <= timezone.now()
        extra = {
            "data_form_read": data_form_read(self.meeting),
            "audits": audits,
            "may_change_phase": any(_is_empty_choice_of_school(audit) for audit in audits),
            "audit_buttons": buttons,
            "has_begun": has_begun,
            "may_be_missed": has_begun and not is_under_way(self.meeting),
        }
        return super().get_context_data(**kwargs) | extra


def _is_empty_choice_of_school(audit: Any) -> bool:
    """The school chose this audit to rate itself and has said nothing yet: the officer may take the other phase."""
    return audit.status == "open" and bool(audit.started_by_contact_id) and not audit.rated


class ChangeView(FormView):
    """A form that ends in one service. What goes wrong is said beside the form, with everything that was typed."""

    request: StaffRequest

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            meeting = self.change(form)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        return redirect("meeting_detail", meeting.pk)

    def change(self, form: Any) -> Meeting:
        raise NotImplementedError


class MeetingMoveView(MeetingMixin, ChangeView):
    template_name = "meetings/meeting_move.html"
    form_class = MoveForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {
            "meeting": self.meeting,
            "officers": officers(),
            "today": timezone.localdate(),
        }

    def change(self, form: MoveForm) -> Meeting:
        assert form.starts_at
        moved = move_meeting(
            meeting=self.meeting,
            officer=form.cleaned_data["officer"],
            starts_at=form.starts_at,
            by=self.request.user,
            now=timezone.now(),
        )
        when = f"{long_date(moved.held_on)}, {moved.start_clock:%H:%M}"
        messages.success(self.request, f"Moved to {when}. Everybody gets a mail that changes the calendar entry.")
        return moved


def _after_cancelling(meeting: Meeting, *, waits_again: bool) -> str:
    """What became of the invitations and of the request."""
    told = "Everybody gets a mail that clears the calendar entry."
    if not meeting.attendees.reachable().exists():
        told = "Nobody at the school is invited by e-mail, so please tell them."
    waits = f" Request {meeting.request.reference} waits for another time." if meeting.request and waits_again else ""
    return f"Cancelled. {told}{waits}"


class MeetingCancelView(MeetingMixin, ChangeView):
    template_name = "meetings/meeting_cancel.html"
    form_class = CancelForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"meeting": self.meeting}

    def change(self, form: CancelForm) -> Meeting:
        cancelled = cancel_meeting(
            meeting=self.meeting,
            reason=form.cleaned_data["reason"],
            again=form.wants_again,
            by=self.request.user,
            now=timezone.now(),
        )
        messages.success(self.request, _after_cancelling(cancelled, waits_again=form.wants_again))
        return cancelled


class MeetingMissView(MeetingMixin, ChangeView):
    """Note that nobody was there, and what becomes of the school's wish."""

    template_name = "meetings/meeting_miss.html"
    form_class = MissForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"meeting": self.meeting}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"friendly": missed_words(self.meeting)}

    def change(self, form: MissForm) -> Meeting:
        missed = miss_meeting(
            meeting=self.meeting,
            note=form.cleaned_data["note"],
            again=form.wants_again,
            by=self.request.user,
            now=timezone.now(),
        )
        messages.success(self.request, "Noted that nobody was there.")
        return missed


class MeetingVerbView(MeetingMixin, View):
    """A button on the meeting's page: one service, and back to the page with what came of it."""

    http_method_names = ("post",)
    request: StaffRequest
    done = ""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            self.act()
        except ValidationError as error:
            messages.error(request, error.messages[0])
        else:
            messages.success(request, self.done)
        return redirect("meeting_detail", self.meeting.pk)

    def act(self) -> None:
        raise NotImplementedError


class MeetingHoldView(MeetingVerbView):
    done = "Noted: the meeting took place."

    def act(self) -> None:
        hold_meeting(meeting=self.meeting, by=self.request.user, now=timezone.now())


class MeetingCorrectView(MeetingVerbView):
    done = "Taken back: the meeting stands as before. Agree its audit, or note that it took place."

    def act(self) -> None:
        correct_missed_meeting(meeting=self.meeting, by=self.request.user, now=timezone.now())


class NewMeetingView(OfficerRequiredMixin, ChangeView):
    """Book a meeting nobody sent a request for, such as a follow-up visit."""

    template_name = "meetings/meeting_new.html"
    form_class = NewMeetingForm

    @cached_property
    def school(self) -> School:
        schools = School.objects.visible_to(self.request.user).select_related("area")
        return get_object_or_404(schools, urn=self.kwargs["urn"])

    @cached_property
    def contacts(self) -> list[Contact]:
        return list(self.school.contacts.willing())

    def get_form_kwargs(self) -> dict[str, Any]:
        extra = {"school": self.school, "contacts": self.contacts, "officers": officers()}
        return super().get_form_kwargs() | extra | {"today": timezone.localdate()}

    def get_initial(self) -> dict[str, Any]:
        """`?kind=follow_up` chooses the kind beforehand."""
        return {"kind": self.request.GET["kind"]} if "kind" in self.request.GET else {}

    def change(self, form: NewMeetingForm) -> Meeting:
        assert form.starts_at
        names = ("kind", "officer", "attendees")
        made = arrange_meeting(
            school=self.school,
            **{name: form.cleaned_data[name] for name in names},
            starts_at=form.starts_at,
            by=self.request.user,
            now=timezone.now(),
        )
        messages.success(self.request, f"Booked. {invited(form.cleaned_data['attendees'])}")
        return made
