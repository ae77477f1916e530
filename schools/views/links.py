"""Personal links from e-mails. Opening one shows a page and changes nothing; a button acts."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import TemplateView, View

from hubportal.throttle import throttled
from schools.models import ContactLink
from schools.permissions import SESSION_KEY, open_session
from schools.services import enter_by_link, usable_link, withdraw_consent

# Guessing a token is hopeless; this only keeps somebody from trying all day.
LINKS_AN_HOUR = 120


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


class LinkNeededView(TemplateView):
    """Where somebody lands who opens the school's pages without a link."""

    template_name = "schools/link_needed.html"


class LeaveSchoolView(View):
    """Ends the visit that a personal link began."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.session.pop(SESSION_KEY, None)
        request.session.cycle_key()
        return redirect("home")
