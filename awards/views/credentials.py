"""Digital credentials for programs: the credential itself, and the documents by which it is checked."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.generic import View

from awards.models import Certificate
from awards.queries import credential_issuer, find_achievement, published_jwk, published_jwks
from awards.services import issue_credential, sign_status_list

# Anybody's program may fetch these, from a page of any site too.
OPEN = {"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=300"}
JWT_TYPE = "application/vc+jwt"


class CredentialView(View):
    """The credential as a file, signed when it is first asked for; a page that says why where there is none."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        certificate = get_object_or_404(Certificate.objects.only("number", "key"), key=key)
        try:
            credential = issue_credential(certificate=certificate)
        except ValidationError as error:
            context = {"reason": error.message, "key": key}
            return render(request, "awards/credential_none.html", context, status=404)
        headers = {
            **OPEN,
            "Content-Disposition": f'attachment; filename="{certificate.number}.jwt"',
            "X-Robots-Tag": "noindex",
        }
        return HttpResponse(credential.jwt, content_type=JWT_TYPE, headers=headers)


class DocumentView(View):
    """A document as JSON; without one a 404."""

    def document(self, **kwargs: Any) -> Any:
        raise NotImplementedError

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        found = self.document(**kwargs)
        if found is None:
            raise Http404("No such document.")
        return JsonResponse(found, headers=OPEN)


class KeySetView(DocumentView):
    def document(self, **kwargs: Any) -> Any:
        return published_jwks()


class KeyView(DocumentView):
    def document(self, **kwargs: Any) -> Any:
        return published_jwk(kwargs["key_id"])


class IssuerView(DocumentView):
    def document(self, **kwargs: Any) -> Any:
        return credential_issuer().document


class AchievementView(DocumentView):
    def document(self, **kwargs: Any) -> Any:
        found = find_achievement(**kwargs)
        return found and found.document


class CredentialStatusView(View):
    """Which credentials no longer count: a signed list that programs read."""

    def get(self, request: HttpRequest) -> HttpResponse:
        try:
            token = sign_status_list()
        except ValidationError as error:
            raise Http404("This hub signs no credentials.") from error
        return HttpResponse(token, content_type=JWT_TYPE, headers=OPEN)
