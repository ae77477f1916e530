"""Mail that came in and what became of it; schools to be asked for their new music lead."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.generic import DetailView, ListView, View

from hubportal.accounts.permissions import OfficerRequiredMixin
from hubportal.mail.inbox.queries import inbox_unreadable_since, incoming_emails, is_readable, readable_incoming
from hubportal.mail.inbox.services import deal_with
from hubportal.mail.models import IncomingEmail, IncomingSort
from schools import services
from schools.forms import SenderForm
from schools.models import Contact, School
from schools.queries import contacts_with_address, possible_senders, schools_to_ask


class IncomingListView(OfficerRequiredMixin, ListView):
    """Mail that came in: what needs us, unless all is asked for."""

    template_name = "schools/incoming_list.html"
    paginate_by = 50

    def get_queryset(self) -> QuerySet[IncomingEmail]:
        shows_all = self.request.GET.get("show") == "all"
        return incoming_emails(needs_us=not shows_all, sort=self.request.GET.get("sort", ""))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        extra = {
            "shows_all": self.request.GET.get("show") == "all",
            "sorts": IncomingSort.choices,
            "chosen": self.request.GET.get("sort", ""),
            "has_inbox": bool(settings.INBOX_URL),
            "unreadable_since": inbox_unreadable_since(),
        }
        return super().get_context_data(**kwargs) | extra


class IncomingView(OfficerRequiredMixin, DetailView):
    """One mail that came in. Where its sender is not known, a search finds the contact; it is posted, so that no
    name and no address gets into an address."""

    template_name = "schools/incoming.html"
    context_object_name = "incoming"

    def get_queryset(self) -> QuerySet[IncomingEmail]:
        return readable_incoming()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = kwargs.pop("form", None) or SenderForm()
        text = form.cleaned_data["text"] if form.is_bound and form.is_valid() else ""
        incoming, user = self.object, self.request.user
        waits = incoming.needs_staff and not incoming.handled_at
        may_withdraw = waits and incoming.sort in (IncomingSort.WITHDRAWAL, IncomingSort.OTHER)
        found = possible_senders(user, about=incoming.about, address=incoming.from_address, text=text)
        extra = {
            "form": form,
            "text": text,
            "waits": waits,
            "may_withdraw": may_withdraw,
            # Each with what its button sends.
            "senders": [(contact, {"contact": contact.pk}) for contact in found] if may_withdraw else [],
            "known": contacts_with_address(user, incoming.from_address),
            "opens_about": is_readable(incoming),
        }
        return super().get_context_data(**kwargs) | extra

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.object = self.get_object()
        return self.render_to_response(self.get_context_data(form=SenderForm(request.POST)))


class IncomingChangeView(OfficerRequiredMixin, View):
    """A button on the page of a mail that came in."""

    http_method_names = ("post",)
    done = ""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        incoming = get_object_or_404(IncomingEmail, pk=pk)
        try:
            self.change(incoming)
        except ValidationError as error:
            messages.error(request, error.message)
            return redirect("incoming", pk)
        messages.success(request, self.done)
        return redirect("incoming_list")

    def change(self, incoming: IncomingEmail) -> None:
        raise NotImplementedError


class DealtWithView(IncomingChangeView):
    done = "Noted as dealt with."

    def change(self, incoming: IncomingEmail) -> None:
        deal_with(incoming=incoming, by=self.request.user, now=timezone.now())


class WithdrawForSenderView(IncomingChangeView):
    """Withdraws for the contact whom an officer knows to have written the mail."""

    done = "All mail to this person has stopped. They are told so, once."

    def change(self, incoming: IncomingEmail) -> None:
        schools = School.objects.visible_to(self.request.user)
        given = self.request.POST.get("contact", "")
        contact = get_object_or_404(Contact, pk=int(given) if given.isdecimal() else 0, school__in=schools)
        services.withdraw_for_sender(incoming=incoming, contact=contact, by=self.request.user, now=timezone.now())


class MusicLeadsView(OfficerRequiredMixin, ListView):
    """Schools whose music lead no mail reaches any more."""

    template_name = "schools/music_leads.html"
    paginate_by = 50

    def get_queryset(self) -> QuerySet[School]:
        return schools_to_ask(self.request.user)
