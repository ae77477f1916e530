"""Writing the next version of a framework: for administrators."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views import View

from audits.forms.drafts import CriterionForm, FactsForm, MappingForm, PartForm, RulesForm, SectionForm, UploadForm
from audits.models import Framework, FrameworkDraft, Phase
from audits.queries import definition_of
from audits.queries.drafts import draft_page, open_audit_count, open_drafts
from audits.rules.drafting import Data, Mend, Part, Place, fingerprint, part_of, sections_of
from audits.services.drafts import (
    NEW,
    StalePart,
    begin_draft,
    discard_draft,
    move_draft_part,
    publish_draft,
    remove_draft_part,
    save_draft_part,
    upload_draft,
)
from audits.views.frameworks import framework_file
from audits.views.requests import StaffRequest
from hubportal.accounts.permissions import AdministratorRequiredMixin

MOVES = {"up": -1, "down": 1}


def get_draft(pk: int) -> FrameworkDraft:
    """A draft that is still being written, or a 404."""
    return get_object_or_404(open_drafts().select_related("base", "created_by", "updated_by"), pk=pk)


class DraftBeginView(AdministratorRequiredMixin, View):
    """Begins the next version of a phase, or goes to the draft that is open."""

    http_method_names = ["post"]

    def post(self, request: StaffRequest) -> HttpResponse:
        phase = request.POST.get("phase", "")
        if phase not in Phase.values:
            raise Http404("No such phase.")
        draft = begin_draft(phase=phase, by=request.user, now=timezone.now())
        return redirect("framework_draft", draft.pk)


class DraftView(AdministratorRequiredMixin, View):
    """The draft: what is still to mend, its parts to open, and what to do with it."""

    def get(self, request: StaffRequest, pk: int) -> HttpResponse:
        page = draft_page(get_draft(pk))
        context = {"page": page, "draft": page.draft, "mends": with_urls(page.draft, page.mends)}
        return render(request, "audits/framework_draft.html", context)


class DraftPartView(AdministratorRequiredMixin, View):
    """One part of a draft. Saving stores what was typed, finished or not; what somebody else stored is shown beside."""

    template_name = "audits/framework_part.html"
    form_class: type[PartForm]
    part: Part
    title = ""

    def get(self, request: StaffRequest, pk: int, **numbers: int) -> HttpResponse:
        draft, place = get_draft(pk), Place(self.part, **numbers)
        part = self.find(draft, place)
        seen = fingerprint(part) if part is not None else NEW
        return self.show(request, draft, place, self.form(draft, part or {}), seen=seen)

    def post(self, request: StaffRequest, pk: int, **numbers: int) -> HttpResponse:
        # Also when somebody has published or discarded it: whoever typed sees why, and their words.
        draft, place = get_object_or_404(FrameworkDraft, pk=pk), Place(self.part, **numbers)
        part, seen = part_of(draft.data, place), request.POST.get("seen", "")
        form = self.form(draft, part or {}, request.POST)
        if not form.is_valid():
            return self.show(request, draft, place, form, seen=seen, status=422)
        code = request.POST.get("was", "")
        try:
            there = save_draft_part(
                draft=draft, place=place, value=form.value(), seen=seen, code=code, by=request.user, now=timezone.now()
            )
        except StalePart as stale:
            return self.show(request, get_draft(pk), stale.place, form, seen=stale.seen, status=409, stale=stale)
        except ValidationError as error:
            return self.show(request, draft, place, form, seen=seen, status=409, refused=error.messages)
        messages.success(request, f"Saved {timezone.localtime():%H:%M}.")
        return redirect(self.next_page(draft, there))

    def find(self, draft: FrameworkDraft, place: Place) -> Data | None:
        """What stands there; None for a new section or criterion, a 404 where there is none."""
        is_new = not (place.number if self.part == Part.CRITERION else place.section)
        needed = Place(Part.SECTION, place.section) if is_new and place.section else place
        found = part_of(draft.data, needed)
        if found is None and not (is_new and not place.section):
            raise Http404("No such part.")
        return None if is_new and self.part in (Part.SECTION, Part.CRITERION) else found

    def form(self, draft: FrameworkDraft, part: Data, data: Any = None) -> PartForm:
        return self.form_class(data, part=part, draft=draft.data)

    def next_page(self, draft: FrameworkDraft, there: Place) -> str:
        """Where Save leads: the draft, or on to the next criterion."""
        if "next" in self.request.POST and there.part == Part.CRITERION:
            following = Place(Part.CRITERION, there.section, there.number + 1)
            if part_of(get_draft(draft.pk).data, following) is None:
                following = Place(Part.CRITERION, there.section + 1, 1)
            if part_of(get_draft(draft.pk).data, following) is not None:
                return place_url(draft, following)
        return reverse("framework_draft", args=[draft.pk])

    def show(
        self,
        request: StaffRequest,
        draft: FrameworkDraft,
        place: Place,
        form: PartForm,
        *,
        seen: str,
        status: int = 200,
        stale: StalePart | None = None,
        refused: list[str] | None = None,
    ) -> HttpResponse:
        context = {
            "draft": draft,
            "place": place,
            "form": form,
            "seen": seen,
            "was": form.part.get("code", "") if not form.is_bound else request.POST.get("was", ""),
            "title": self.title,
            "action": place_url(draft, place),
            "stale": stale,
            "theirs": form.differences(stale.part) if stale and stale.part is not None else None,
            "refused": refused,
            "mends": [mend.sentence for mend in draft_page(draft).mends if mend.place == place],
            "criteria": self.criteria_of(draft, place),
        }
        return render(request, self.template_name, context, status=status)

    def criteria_of(self, draft: FrameworkDraft, place: Place) -> int:
        """How many criteria the section has: only an empty one can be removed."""
        sections = sections_of(draft.data)
        return len(sections[place.section - 1]["criteria"]) if 0 < place.section <= len(sections) else 0


class DraftFactsView(DraftPartView):
    form_class, part, title = FactsForm, Part.FACTS, "The framework"


class DraftSectionView(DraftPartView):
    form_class, part, title = SectionForm, Part.SECTION, "Section"


class DraftCriterionView(DraftPartView):
    form_class, part, title = CriterionForm, Part.CRITERION, "Criterion"


class DraftRulesView(DraftPartView):
    template_name = "audits/framework_rules.html"
    form_class, part, title = RulesForm, Part.RULES, "Award rules"


class DraftMappingView(DraftPartView):
    template_name = "audits/framework_mapping.html"
    form_class, part, title = MappingForm, Part.MAPPING, "Where each criterion went"

    def form(self, draft: FrameworkDraft, part: Data, data: Any = None) -> PartForm:
        replaced = str(draft.data.get("replaces") or "")
        before = Framework.objects.filter(phase=draft.phase, version=replaced).first() or draft.base
        return MappingForm(data, part=part, draft=draft.data, before=definition_of(before) if before else None)


class DraftArrangeView(AdministratorRequiredMixin, View):
    """Moves a section or criterion up or down, or takes it out."""

    http_method_names = ["post"]

    def post(self, request: StaffRequest, pk: int) -> HttpResponse:
        draft = get_draft(pk)
        act, place, seen = self.read(request.POST.get("act", ""))
        now = timezone.now()
        try:
            if act == "remove":
                remove_draft_part(draft=draft, place=place, seen=seen, by=request.user, now=now)
                messages.success(request, "Removed from the draft.")
            else:
                move_draft_part(draft=draft, place=place, by_places=MOVES[act], seen=seen, by=request.user, now=now)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return redirect(f"{reverse('framework_draft', args=[pk])}#order")

    def read(self, button: str) -> tuple[str, Place, str]:
        """What the pressed button says: "up criterion 1 3" and the fingerprint of what it stood beside."""
        words = button.split()
        if len(words) != 5 or words[0] not in {*MOVES, "remove"} or words[1] not in (Part.SECTION, Part.CRITERION):
            raise Http404("No such button.")
        if not all(number.isdecimal() and len(number) < 9 for number in words[2:4]):
            raise Http404("No such button.")
        return words[0], Place(Part(words[1]), int(words[2]), int(words[3])), words[4]


class DraftUploadView(AdministratorRequiredMixin, View):
    """A framework file in place of the draft."""

    def get(self, request: StaffRequest, pk: int) -> HttpResponse:
        draft = get_draft(pk)
        return self.show(request, draft, UploadForm())

    def post(self, request: StaffRequest, pk: int) -> HttpResponse:
        draft, form = get_draft(pk), UploadForm(request.POST, request.FILES)
        if form.is_valid():
            seen, now = revision_of(request), timezone.now()
            try:
                upload_draft(draft=draft, text=form.text(), revision=seen, by=request.user, now=now)
            except ValidationError as error:
                form.add_error("file", error.messages)
            else:
                messages.success(request, "The draft now says what the file says.")
                return redirect("framework_draft", pk)
        return self.show(request, draft, form, status=422)

    def show(self, request: StaffRequest, draft: FrameworkDraft, form: UploadForm, status: int = 200) -> HttpResponse:
        return render(request, "audits/framework_upload.html", {"draft": draft, "form": form}, status=status)


class DraftFileView(AdministratorRequiredMixin, View):
    """A draft as a framework file, discarded ones too."""

    def get(self, request: StaffRequest, pk: int) -> HttpResponse:
        draft = get_object_or_404(FrameworkDraft, pk=pk)
        return framework_file(draft.data, f"{draft.phase}-draft-{draft.revision}.yaml")


class DraftCompareView(AdministratorRequiredMixin, View):
    """How the draft differs from the published version, in words before and after."""

    def get(self, request: StaffRequest, pk: int) -> HttpResponse:
        page = draft_page(get_draft(pk))
        context = {"page": page, "draft": page.draft, "mends": with_urls(page.draft, page.mends)}
        return render(request, "audits/framework_draft_compare.html", context)


class DraftPublishView(AdministratorRequiredMixin, View):
    """GET says what publishing does; POST publishes."""

    def get(self, request: StaffRequest, pk: int) -> HttpResponse:
        return self.show(request, get_draft(pk))

    def post(self, request: StaffRequest, pk: int) -> HttpResponse:
        draft = get_object_or_404(FrameworkDraft, pk=pk)
        try:
            framework = publish_draft(draft=draft, revision=revision_of(request), by=request.user, now=timezone.now())
        except ValidationError as error:
            if not draft.is_open:
                messages.error(request, " ".join(error.messages))
                return redirect("framework_list")
            return self.show(request, get_draft(pk), refused=error.messages, status=409)
        messages.success(request, f"Published: {framework}. New audits begin with it; what is published never changes.")
        return redirect("framework_detail", framework.pk)

    def show(
        self, request: StaffRequest, draft: FrameworkDraft, refused: list[str] | None = None, status: int = 200
    ) -> HttpResponse:
        page = draft_page(draft)
        context = {"page": page, "draft": draft, "refused": refused, "mends": with_urls(draft, page.mends)}
        context |= {"open_count": open_audit_count(draft.phase)}
        return render(request, "audits/framework_publish.html", context, status=status)


class DraftDiscardView(AdministratorRequiredMixin, View):
    """Puts a draft aside."""

    http_method_names = ["post"]

    def post(self, request: StaffRequest, pk: int) -> HttpResponse:
        draft = get_object_or_404(FrameworkDraft, pk=pk)
        try:
            discard_draft(draft=draft, by=request.user, now=timezone.now())
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, "The draft is discarded. It can still be downloaded below.")
        return redirect("framework_list")


def revision_of(request: StaffRequest) -> int:
    """The revision of the draft that the page showed; -1 when it does not say."""
    sent = request.POST.get("revision", "")
    return int(sent) if sent.isdecimal() and len(sent) < 9 else -1


def with_urls(draft: FrameworkDraft, mends: Iterable[Mend]) -> list[tuple[str, str]]:
    """Each thing to mend, with the page on which it is mended."""
    return [(mend.sentence, place_url(draft, mend.place)) for mend in mends]


def place_url(draft: FrameworkDraft, place: Place) -> str:
    """The page on which a part of a draft is written."""
    numbers = [number for number in (place.section, place.number) if number]
    if place.part == Part.SECTION and not place.section:
        return reverse("framework_section_new", args=[draft.pk])
    if place.part == Part.CRITERION and not place.number:
        return reverse("framework_criterion_new", args=[draft.pk, place.section])
    if place.part == Part.WHOLE:
        return reverse("framework_section_new", args=[draft.pk])
    return reverse(f"framework_{place.part}", args=[draft.pk, *numbers])
