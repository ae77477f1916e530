"""An audit on paper: the blank forms for anybody, a filled one for staff and for its own school."""

import hashlib

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.decorators import method_decorator
from django.views import View

from audits.models import Audit
from audits.queries import PaperAudit, audits_for_page, blank_paper, filled_paper, published_framework
from audits.views.requests import StaffRequest
from hubportal.accounts.permissions import OfficerRequiredMixin
from hubportal.throttle import throttled
from schools.permissions import ContactRequiredMixin
from schools.queries import hub_profile

PDF = "application/pdf"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ENDINGS = {PDF: "pdf", WORD: "docx"}
# A browser may use its copy so long without asking; a newer framework or hub name shows an hour later at the latest.
HOUR = 60 * 60


@method_decorator(throttled(action="blank_audit", method="GET", times=3), name="dispatch")
class BlankAuditView(View):
    """The blank form of the framework that new audits of this phase begin with."""

    content_type = PDF

    def get(self, request: HttpRequest, phase: str) -> HttpResponse:
        framework = published_framework(phase)
        if framework is None:
            raise Http404
        paper = blank_paper(framework, hub_name=hub_profile().name)
        content = _blank_file(paper, self.content_type)
        response = _download(content, self.content_type, f"{phase}-music-audit-{framework.version}")
        response["ETag"] = f'"{hashlib.sha256(content).hexdigest()}"'
        patch_cache_control(response, public=True, max_age=HOUR)
        return get_conditional_response(request, etag=response["ETag"], response=response)  # type: ignore[return-value]


class AuditFileView(OfficerRequiredMixin, View):
    """An audit as it stands, for staff. An open one has room to write in what is missing."""

    request: StaffRequest
    content_type = PDF

    def get(self, request: StaffRequest, pk: int) -> HttpResponse:
        return _file_of(get_object_or_404(audits_for_page().visible_to(request.user), pk=pk), self.content_type)


@method_decorator(throttled(action="my_audit_file", method="GET", times=3), name="dispatch")
class MyAuditFileView(ContactRequiredMixin, View):
    """What a school agreed with the hub, for its own contacts."""

    content_type = PDF

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        mine = audits_for_page().agreed().filter(meeting__school=self.school)
        return _file_of(get_object_or_404(mine, pk=pk), self.content_type)


def _file_of(audit: Audit, content_type: str) -> HttpResponse:
    paper = filled_paper(audit, hub_name=hub_profile().name, now=timezone.now())
    name = f"{audit.framework.phase}-music-audit-{audit.meeting.school.urn}-{audit.meeting.held_on:%Y-%m-%d}"
    return _download(_file(paper, content_type), content_type, name)


def _file(paper: PaperAudit, content_type: str) -> bytes:
    # Heavy libraries, which no other page of this app needs.
    from audits.pdf import audit_pdf
    from audits.word import audit_word

    return audit_pdf(paper) if content_type == PDF else audit_word(paper)


def _blank_file(paper: PaperAudit, content_type: str) -> bytes:
    from audits.pdf import blank_pdf
    from audits.word import blank_word

    return blank_pdf(paper) if content_type == PDF else blank_word(paper)


def _download(content: bytes, content_type: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}.{ENDINGS[content_type]}"'}
    return HttpResponse(content, content_type=content_type, headers=headers)
