"""Personal links from e-mails. Opening one shows a page and changes nothing; a button acts."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import FormView, TemplateView, View

from hubportal.throttle import throttled
from schools.forms import AskForLinkForm
from schools.models import ContactLink
from schools.permissions import (
    SESSION_ENTRY_KEY,
    SESSION_KEY,
    ContactRequiredMixin,
    open_session,
    switch_entry,
)
from schools.queries import own_entries
from schools.services import ask_for_links, enter_by_link, usable_link, withdraw_consent

# Guessing a token is hopeless; this only keeps somebody from trying all day.
LINKS_AN_HOUR = 120
# A person needs one; a school whose staff share an address on the network a few.
LINKS_ASKED_AN_HOUR = 10


@method_decorator(never_cache, name="dispatch")
@method_decorator(throttled(action="link", method="GET", limit=LINKS_AN_HOUR), name="dispatch")
class LinkView(View):
    """What both kinds of link share: find it, or say kindly that it opens nothing."""

    template_name = ""

    def find(self, token: str) -> ContactLink | None:
        return usable_link(token=token, now=timezone.now())

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        link = self.find(token)
        if link is None:
            return self.refuse(request, token=token)
        return render(request, self.template_name, {"link": link, "contact": link.contact})

    def refuse(self, request: HttpRequest, *, token: str) -> HttpResponse:
        """404 for a link that never was, 410 for one that has ended; the page says nothing about whose it was."""
        has_ended = ContactLink.objects.for_token(token).exists()
        return render(request, "schools/link_ended.html", {"has_ended": has_ended}, status=410 if has_ended else 404)


class PersonalLinkView(LinkView):
    """The way into the school's own pages."""

    template_name = "schools/personal_link.html"

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        link = enter_by_link(token=token, now=timezone.now())
        if link is None:
            return self.refuse(request, token=token)
        open_session(request, link)
        return redirect(link.destination)


# A mail program's own button posts here too (RFC 8058), and has no cookie; the token is what nobody can forge.
@method_decorator(csrf_exempt, name="dispatch")
class WithdrawView(LinkView):
    """Stops all mail to the person the mail was written to. Works however old the mail is."""

    template_name = "schools/withdraw.html"

    def find(self, token: str) -> ContactLink | None:
        links = ContactLink.objects.for_token(token).filter(contact__erased_at__isnull=True)
        return links.select_related("contact__school").first()

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        link = self.find(token)
        if link is None:
            return self.refuse(request, token=token)
        withdraw_consent(contact=link.contact, now=timezone.now())
        return render(request, "schools/withdrawn.html", {"contact": link.contact})


@method_decorator(throttled(action="asked_link", limit=LINKS_ASKED_AN_HOUR), name="dispatch")
class LinkNeededView(FormView):
    """Where somebody lands who opens the school's pages without a link; they can ask for one. The answer is the same
    whoever asks."""

    template_name = "schools/link_needed.html"
    form_class = AskForLinkForm
    success_url = reverse_lazy("link_asked")

    def form_valid(self, form: AskForLinkForm) -> HttpResponse:
        ask_for_links(address=form.cleaned_data["email"])
        return super().form_valid(form)


class LinkAskedView(TemplateView):
    """What happens now, in the same words for everybody."""

    template_name = "schools/link_asked.html"


class SwitchSchoolView(ContactRequiredMixin, View):
    """Goes on at another school, or in another role, of the same person."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, contact: int) -> HttpResponse:
        entry = next((one for one in own_entries(self.contact) if one.pk == contact), None)
        if entry is None:
            raise Http404("No such entry of this person.")
        switch_entry(request, entry)
        return redirect("my_school")


class LeaveSchoolView(View):
    """Ends the visit that a personal link began."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.session.pop(SESSION_KEY, None)
        request.session.pop(SESSION_ENTRY_KEY, None)
        request.session.cycle_key()
        return redirect("home")
