"""The things people do in the demo, each by the same service that the pages call."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.utils import timezone

from audits.models import Audit
from audits.queries import definition_of
from audits.rules import propose_priorities, suggest_words
from audits.services import (
    NotesChange,
    PriorityWords,
    RatingChange,
    agree_audit,
    save_notes,
    save_priorities,
    save_ratings,
    start_audit,
)
from awards.models import Award, Progress, Reflection
from awards.services import PriorityProgress, answer_reflection, decide_award, send_outcome_pack
from hubportal.accounts.models import User
from hubportal.mail.models import Email
from hubportal.mail.services import deliver
from meetings.models import DayPart, Meeting, MeetingKind, MeetingRequest
from meetings.rules import Offer, consent_wording
from meetings.services import book_meeting, data_form_of, request_meeting, send_data_form
from schools.models import Contact, ContactRole, School
from schools.queries import hub_profile

Deed = Callable[[], object]
SATURDAY = 5

STRENGTHS = (
    "Singing is at the heart of the school: every class sings with confidence, and the choir welcomes everybody.",
    "Pupils talk about their music with real pride, and the head teacher protects time for it.",
    "A thoughtful curriculum, well sequenced from the early years, and a warm, purposeful atmosphere in lessons.",
)
# For what is green already.
SHARE = "A place in the hub’s network, to show other schools how you do it."
HELPED = (
    "The half term of team teaching: colleagues now lead singing themselves.",
    "The class set of instruments on loan, and a governor who asked about it at each meeting.",
    "Visiting another school that had done it before us.",
)


@dataclass(frozen=True)
class Life:
    """One school's conversation: who takes part, at what time of day, and how good its music is (0 to 1)."""

    school: School
    coordinator: str
    head: str
    meeting_at: time
    quality: float = 0.5
    seed: float = 0.0

    def with_quality(self, quality: float, *, seed: float) -> "Life":
        return replace(self, quality=quality, seed=seed)

    @property
    def chance(self) -> random.Random:
        return random.Random(self.seed)  # noqa: S311 - a demo needs no secrets

    @property
    def officer(self) -> User:
        assert self.school.area
        assert self.school.area.leader
        return self.school.area.leader

    def ask(self, *, offered_from: date) -> Deed:
        def deed() -> None:
            hub = hub_profile()
            first = self.coordinator.split()[0].lower()
            days = [offered_from + timedelta(days=number) for number in range(4)]
            offered = [day for day in days if day.weekday() < SATURDAY][:2]
            request_meeting(
                school=self.school,
                name=self.coordinator,
                role=ContactRole.MUSIC_COORDINATOR,
                email=f"{first}.{self.school.urn}@school.example.org",
                phone=self.school.telephone,
                head_name=self.head,
                head_email=f"head.{self.school.urn}@school.example.org",
                kind=MeetingKind.QUALITY_CONVERSATION,
                offered=[Offer(day, DayPart.ANY) for day in offered],
                consent_wording=consent_wording(hub=hub.name, award=hub.award_name, address=hub.contact_email),
                submission_key=UUID(int=random.Random(f"{self.school.urn}{offered_from}").getrandbits(128)),  # noqa: S311
                now=timezone.now(),
            )

        return deed

    def book(self, meeting_on: date) -> Deed:
        def deed() -> None:
            request = MeetingRequest.objects.waiting().get(school=self.school)
            book_meeting(
                request=request,
                officer=self.officer,
                starts_at=timezone.make_aware(datetime.combine(meeting_on, self.meeting_at)),
                attendees=list(self.school.contacts.willing()),
                by=self.officer,
                now=timezone.now(),
            )

        return deed

    def meeting(self) -> Meeting:
        return self.school.meetings.order_by("-period")[0]

    def audit(self) -> Audit:
        return Audit.objects.filter(meeting=self.meeting()).latest("started_at")

    def award(self) -> Award:
        return Award.objects.get(audit=self.audit())

    def send_data_form(self) -> None:
        chance, form = self.chance, data_form_of(meeting=self.meeting())
        form.pupils = self.school.pupils or 210
        form.classes = max(1, form.pupils // 30)
        form.classes_with_weekly_music = round(form.classes * (0.5 + self.quality / 2))
        form.minutes_a_week = chance.choice([30, 40, 45, 60])
        form.whole_class_pupils = form.pupils // 7
        form.instrumental_pupils = round(form.pupils * self.quality / 4)
        form.instrumental_pupil_premium = form.instrumental_pupils // 6
        form.ensembles = chance.choice(["Choir", "Choir and ukulele group", "Choir, recorders and a small band"])
        form.has_published_plan = self.quality > 0.4
        send_data_form(data_form=form, by_contact=self.coordinator_contact(), now=timezone.now())

    def coordinator_contact(self) -> Contact:
        return self.school.contacts.get(role=ContactRole.MUSIC_COORDINATOR)

    def start_audit(self) -> None:
        """Begin, and rate the first half: the conversation is under way."""
        phase = "secondary" if self.school.audit_offer == "secondary" else "primary"
        audit = start_audit(meeting=self.meeting(), phase=phase, by=self.officer)
        self.rate(audit, share=0.5)

    def rate(self, audit: Audit, *, share: float) -> None:
        chance, ratings = self.chance, list(audit.ratings.select_related("criterion"))
        changes = []
        for rating in ratings[: round(len(ratings) * share)]:
            luck = chance.random()
            # Few reds at a good school, many at one that has just begun.
            agreed = "green" if luck < self.quality else "amber" if luck < self.quality + 0.32 else "red"
            changes.append(
                RatingChange(
                    code=rating.criterion.code,
                    agreed=agreed,
                    note="",
                    version=rating.version,
                    agreed_before=rating.agreed,
                    note_before=rating.note,
                )
            )
        save_ratings(audit=audit, changes=changes, by=self.officer)

    def agree(self) -> None:
        audit = self.audit()
        self.rate(audit, share=1)
        audit.refresh_from_db()
        words = NotesChange(
            strengths=self.chance.choice(STRENGTHS),
            private_note="",
            version=audit.notes_version,
            strengths_before=audit.strengths,
            private_note_before=audit.private_note,
        )
        save_notes(audit=audit, change=words, by=self.officer)
        self.set_priorities(Audit.objects.get(pk=audit.pk))
        agree_audit(audit=Audit.objects.get(pk=audit.pk), by=self.officer)

    def set_priorities(self, audit: Audit) -> None:
        definition = definition_of(audit.framework)
        agreed = dict(audit.ratings.values_list("criterion__code", "agreed"))
        codes = propose_priorities(definition, agreed)
        codes += [code for code in agreed if code not in codes][: 3 - len(codes)]
        criteria = {criterion.code: criterion for section in definition.sections for criterion in section.criteria}
        save_priorities(
            audit=audit,
            complete=[
                PriorityWords(
                    number=number,
                    code=code,
                    action=suggest_words(criteria[code], agreed[code]).action,
                    support=suggest_words(criteria[code], agreed[code]).support or SHARE,
                    owner=self.coordinator,
                    due_on=timezone.localdate() + timedelta(days=330),
                )
                for number, code in enumerate(codes, start=1)
            ],
            draft=[],
            version=audit.priorities_version,
            by=self.officer,
        )

    def decide(self) -> None:
        decide_award(audit=self.audit(), by=self.officer)

    def send_pack(self) -> None:
        send_outcome_pack(award=self.award(), by=self.officer)

    def reflect(self, months: int) -> Deed:
        def deed() -> None:
            reflection = Reflection.objects.filter(
                audit__meeting__school=self.school, month=months, queued_at__isnull=False, answered_at__isnull=True
            ).first()
            if reflection is None:  # A newer conversation has replaced it.
                return
            chance = self.chance
            progress = [Progress.UNDER_WAY, Progress.ACHIEVED, Progress.UNDER_WAY, Progress.NOT_STARTED]
            answers = [
                PriorityProgress(
                    priority_id=priority.pk,
                    progress=chance.choice(progress[: 2 if months == 24 else 4]),
                    what_helped=chance.choice(HELPED),
                )
                for priority in reflection.audit.priorities.all()
            ]
            answer_reflection(
                reflection=reflection,
                answers=answers,
                what_next="Keep going, and share what we learned with the school next door.",
                by=self.coordinator_contact(),
            )

        return deed


def deliver_waiting_mail() -> None:
    """Let every mail go whose time has come."""
    for email_id in Email.objects.due(now=timezone.now()).values_list("pk", flat=True):
        deliver(email_id=email_id)
