"""What staff do with a mail that has not gone, or could not: hold, edit, let go, cancel, send again."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import FormView, View
from django.views.generic.detail import SingleObjectMixin

from hubportal.accounts.permissions import OfficerRequiredMixin
from hubportal.mail import services
from hubportal.mail.forms import CancelEmailForm, EditEmailForm
from hubportal.mail.models import Email, EmailStatus
from hubportal.mail.queries import readable_emails


class EmailDeedView(OfficerRequiredMixin, View):
    """Something done to one mail by a button on its page."""

    http_method_names = ("post",)
    done = ""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        email = get_object_or_404(readable_emails(), pk=pk)
        try:
            self.act(email)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, self.done)
        return redirect("email", pk)

    def act(self, email: Email) -> None:
        raise NotImplementedError


class HoldView(EmailDeedView):
    done = "The e-mail is held back. It goes only when somebody lets it go."

    def act(self, email: Email) -> None:
        services.hold(email=email, by=self.request.user, now=timezone.now())


class ReleaseView(EmailDeedView):
    done = "The e-mail waits to go again."

    def act(self, email: Email) -> None:
        services.release(email=email, by=self.request.user, now=timezone.now())


class SendAgainView(OfficerRequiredMixin, View):
    """Also for a mail that nobody may read: it goes as it was."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        email = get_object_or_404(Email, pk=pk)
        try:
            services.send_failed_again(email=email, by=request.user, now=timezone.now())
        except ValidationError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, "The mail is on its way again.")
        return redirect("outbox")


class EmailFormView(OfficerRequiredMixin, SingleObjectMixin, FormView):
    """A page with a form about one mail; `statuses` are those in which it makes sense."""

    statuses: tuple[str, ...] = ()
    done = ""

    @cached_property
    def object(self) -> Email:
        return self.get_object()

    def get_queryset(self) -> Any:
        return readable_emails()

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            self.act(form)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        messages.success(self.request, self.done)
        return redirect("email", self.object.pk)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.object.status not in self.statuses:
            return redirect("email", self.object.pk)
        return super().get(request, *args, **kwargs)

    def act(self, form: Any) -> None:
        raise NotImplementedError


class EditEmailView(EmailFormView):
    """Where a colleague was quicker, the page shows both texts; saving again puts this one in the place of theirs."""

    template_name = "mail/edit.html"
    form_class = EditEmailForm
    statuses = (EmailStatus.HELD,)
    done = "Saved. The e-mail is still held back: let it go when it is right."

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"draft": services.draft_of(self.object)}

    def act(self, form: EditEmailForm) -> None:
        services.edit_held(email=self.object, by=self.request.user, now=timezone.now(), **form.cleaned_data)

    def form_invalid(self, form: EditEmailForm) -> HttpResponse:
        collided = any(isinstance(error, services.EditsCollide) for error in form.non_field_errors().as_data())
        draft = services.draft_of(self.get_object())
        if collided:
            form.data = {**form.data.dict(), "seen": draft.seen}  # type: ignore[attr-defined]
        return self.render_to_response(self.get_context_data(form=form, theirs=draft if collided else None))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        draft = services.draft_of(self.object)
        around = "\n\n".join(part for part in (draft.sign_off, draft.closing) if part)
        return super().get_context_data(**kwargs) | {"email": self.object, "around": around}


class CancelEmailView(EmailFormView):
    template_name = "mail/cancel.html"
    form_class = CancelEmailForm
    statuses = (EmailStatus.QUEUED, EmailStatus.HELD)
    done = "The e-mail is cancelled. It will not go."

    def act(self, form: CancelEmailForm) -> None:
        services.cancel_waiting(
            email=self.object, reason=form.cleaned_data["reason"], by=self.request.user, now=timezone.now()
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"email": self.object, "parts": self.object.parts.all()}
