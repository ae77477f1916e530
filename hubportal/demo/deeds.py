"""The things people do in the demo, each by the same service that the pages call."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from audits.forms.priorities import words_of_offer
from audits.models import Audit, Promise, PromiseSide
from audits.queries import definition_of
from audits.rules import CriterionDefinition, propose_priorities, suggest_words
from audits.services import (
    Change,
    PriorityWords,
    agree_audit,
    apply_changes,
    begin_own_view,
    finish_own_view,
    give_up_promise,
    keep_promise,
    save_own_view,
    save_priorities,
    start_audit,
)
from awards.models import Award, Progress, Recommendation, Reflection
from awards.rules import listing_wording
from awards.rules.recommendations import Verb
from awards.services import (
    PriorityProgress,
    add_progress_note,
    answer_reflection,
    decide_award,
    list_school,
    mark_sent,
    note_recommendation_step,
    send_outcome_pack,
)
from hubportal.access.rules import derive_token
from hubportal.accounts.models import User
from hubportal.demo.mailbox import FULL
from hubportal.mail.models import Email, Pace
from hubportal.mail.services import deliver
from hubportal.mail.services.joining import join_due
from meetings.models import DataForm, Meeting, MeetingKind, MeetingRequest
from meetings.rules import Offer, consent_wording
from meetings.services import book_meeting, data_form_of, request_meeting, save_data_form, send_data_form
from schools.models import Contact, ContactRole, School
from schools.queries import hub_profile
from schools.services import enter_by_link
from support.models import Offer as SupportOffer
from support.queries import offers_for_many

Deed = Callable[[], object]

STRENGTHS = (
    "Singing is at the heart of the school: every class sings with confidence, and the choir welcomes everybody.",
    "Pupils talk about their music with real pride, and the head teacher protects time for it.",
    "A thoughtful curriculum, well sequenced from the early years, and a warm, purposeful atmosphere in lessons.",
)
OWN_WORDS = (
    "We have tried for two years, but the timetable always wins.",
    "The infants do this very well; in the juniors it depends on the class.",
    "New this year, so it is early to say.",
    "Ask the choir: they are proud of it.",
)
WHY_OTHERWISE = {
    "green": "The school was too modest: what we saw in the lesson was secure in every class.",
    "amber": "We looked at the plan together, and not every year group is there yet.",
    "red": "It is wanted by everybody, but nothing of it has begun.",
}
SINGING = (
    "Every class sings every day, and the whole school on Fridays",
    "Assembly once a week; the juniors have a singing lesson of half an hour",
    "Whole-school singing every Wednesday, and songs in most lessons of the infants",
)
# For what is green already.
SHARE = "A place in the hub’s network, to show other schools how you do it."
# Support comes so long after the conversation.
HELP_WITHIN_DAYS = 120
# And so long after it the school has acted.
ACT_WITHIN_DAYS = 330
GIVEN = ("The training took place, with six members of staff.", "Two visits, and a scheme of work for each year.", "")
GIVEN_UP = "The building work took the hall for the whole year; we begin again when it is back."
NOTES = (
    "Two classes have begun; the others follow after the half term.",
    "The governors have agreed the money, and the first lesson is on Monday.",
    "Harder than we thought: there is no room free in the mornings.",
)
HELPED = (
    "The half term of team teaching: colleagues now lead singing themselves.",
    "The class set of instruments on loan, and a governor who asked about it at each meeting.",
    "Visiting another school that had done it before us.",
)


@dataclass(frozen=True)
class Life:
    """One school's conversation: who takes part, and how good its music is (0 to 1)."""

    school: School
    coordinator: str
    head: str
    quality: float = 0.5
    seed: float = 0.0
    head_mailbox_is_full: bool = False
    forgets_support: bool = False

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

    def ask(
        self,
        *offered: Offer,
        kind: str = MeetingKind.QUALITY_CONVERSATION,
        notes: str = "",
        by: str = "",
        role: str = ContactRole.MUSIC_COORDINATOR,
    ) -> Deed:
        """The coordinator, or a colleague (`by`), sends the form on the public page."""

        def deed() -> None:
            hub, name = hub_profile(), by or self.coordinator
            key = random.Random(f"{self.school.urn}{name}{offered}").getrandbits(128)  # noqa: S311
            request_meeting(
                school=self.school,
                name=name,
                role=role,
                email=self.address_of(name),
                phone=self.school.telephone,
                head_name=self.head,
                head_email=self.head_email,
                kind=kind,
                notes=notes,
                offered=offered,
                consent_wording=consent_wording(hub=hub.name, award=hub.award_name, address=hub.contact_email),
                submission_key=UUID(int=key),
                now=timezone.now(),
            )

        return deed

    def address_of(self, name: str) -> str:
        return f"{name.split()[0].lower()}.{self.school.urn}@school.example.org"

    @property
    def head_email(self) -> str:
        return f"head.{self.school.urn}{FULL if self.head_mailbox_is_full else '@school.example.org'}"

    def book(self, meeting_on: date, at: time) -> Deed:
        def deed() -> None:
            book_meeting(
                request=self.request(),
                officer=self.officer,
                starts_at=moment(meeting_on, at),
                attendees=list(self.school.contacts.willing()),
                by=self.officer,
                now=timezone.now(),
            )

        return deed

    def request(self) -> MeetingRequest:
        """The request that waits for the hub."""
        return MeetingRequest.objects.waiting().get(school=self.school)

    def meeting(self) -> Meeting:
        return self.school.meetings.order_by("-period")[0]

    def audit(self) -> Audit:
        return Audit.objects.filter(meeting=self.meeting()).latest("started_at")

    def award(self) -> Award:
        return Award.objects.get(audit=self.audit())

    def filled_in(self) -> DataForm:
        chance, form = self.chance, data_form_of(meeting=self.meeting())
        form.pupils = self.school.pupils or 210
        form.classes = max(1, form.pupils // 30)
        form.classes_with_weekly_music = round(form.classes * (0.5 + self.quality / 2))
        form.minutes_a_week = chance.choice([30, 40, 45, 60])
        form.whole_class_pupils = form.pupils // 7
        form.instrumental_pupils = round(form.pupils * self.quality / 4)
        form.instrumental_pupil_premium = form.instrumental_pupils // 6
        form.singing = chance.choice(SINGING)
        form.ensembles = chance.choice(["Choir", "Choir and ukulele group", "Choir, recorders and a small band"])
        form.specialist_staff = chance.choice(["None at present", "One music teacher, two days a week"])
        form.has_published_plan = self.quality > 0.4
        return form

    def send_data_form(self) -> None:
        send_data_form(data_form=self.filled_in(), by_contact=self.coordinator_contact(), now=timezone.now())

    def send_doubtful_form(self) -> None:
        """The minutes of a term where those of a week were asked for."""
        form = self.filled_in()
        form.minutes_a_week = 480
        send_data_form(data_form=form, by_contact=self.coordinator_contact(), now=timezone.now())

    def save_data_form(self) -> None:
        """Half of it, for now."""
        answered = ("pupils", "classes", "classes_with_weekly_music", "singing")
        save_data_form(data_form=self.filled_in(), only=answered, now=timezone.now())

    def coordinator_contact(self) -> Contact:
        return self.school.contacts.get(role=ContactRole.MUSIC_COORDINATOR, left_at__isnull=True)

    def head_contact(self) -> Contact:
        return self.school.contacts.get(role=ContactRole.HEAD_TEACHER, left_at__isnull=True)

    def rate_itself(self) -> None:
        """The coordinator rates the school on most criteria, the head teacher adds some words, and they are done."""
        meeting, now, chance = self.meeting(), timezone.now(), self.chance
        coordinator, head = self.coordinator_contact(), self.head_contact()
        phase = "secondary" if self.school.audit_offer == "secondary" else "primary"
        audit = begin_own_view(meeting=meeting, phase=phase, by_contact=coordinator, now=now)
        codes = list(audit.ratings.values_list("criterion__code", flat=True))
        for code in codes[:-4]:
            luck = chance.random()
            own = "green" if luck < self.quality / 2 else "amber" if luck < self.quality + 0.3 else "red"
            rating = Change(code=code, field="school", value=own, before="not_discussed")
            save_own_view(audit=audit, change=rating, by_contact=coordinator, now=now)
        for code, words in zip(codes[2::8], OWN_WORDS, strict=False):
            note = Change(code=code, field="school_note", value=words, before="")
            save_own_view(audit=audit, change=note, by_contact=head, now=now)
        finish_own_view(meeting=meeting, by_contact=coordinator, now=now)

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
            changes.append(Change(code=rating.criterion.code, field="agreed", value=agreed, before=rating.agreed))
            # Officers often saw it as it was agreed, and now and then one step worse.
            own = "amber" if agreed == "green" and round(luck * 1000) % 7 == 0 else agreed
            changes.append(Change(code=rating.criterion.code, field="officer", value=own, before=rating.officer))
            if rating.school not in ("not_discussed", agreed):
                why = WHY_OTHERWISE[agreed]
                changes.append(Change(code=rating.criterion.code, field="reason", value=why, before=rating.reason))
        apply_changes(audit=audit, changes=changes, by=self.officer)

    def agree(self) -> None:
        audit = self.audit()
        self.rate(audit, share=1)
        audit.refresh_from_db()
        words = Change(field="strengths", value=self.chance.choice(STRENGTHS), before=audit.strengths)
        apply_changes(audit=audit, changes=[words], by=self.officer)
        self.set_priorities(Audit.objects.get(pk=audit.pk))
        agree_audit(audit=Audit.objects.get(pk=audit.pk), by=self.officer)

    def set_priorities(self, audit: Audit) -> None:
        """What the portal proposes, and to fill up three what is green already; the school helped by what there is."""
        definition = definition_of(audit.framework)
        agreed = dict(audit.ratings.values_list("criterion__code", "agreed"))
        codes = [proposal.code for proposal in propose_priorities(definition, agreed)]
        codes += [code for code in agreed if code not in codes][: 3 - len(codes)]
        criteria = {criterion.code: criterion for criterion in definition.criteria}
        offers = offers_for_many(audit.framework.phase, codes, agreed)
        save_priorities(
            audit=audit,
            complete=[
                self.priority(number, criteria[code], agreed[code], offers[code])
                for number, code in enumerate(codes, start=1)
            ],
            draft=[],
            version=audit.priorities_version,
            by=self.officer,
        )

    def priority(
        self, number: int, criterion: CriterionDefinition, rating: str, offers: list[SupportOffer]
    ) -> PriorityWords:
        """One priority, helped by the first offer that fits."""
        words, today = suggest_words(criterion, rating), timezone.localdate()
        offer = offers[0] if offers and words.support else None
        return PriorityWords(
            number=number,
            code=criterion.code,
            action=words.action,
            support=words_of_offer(offer) if offer else words.support or SHARE,
            owner=self.coordinator,
            due_on=today + timedelta(days=ACT_WITHIN_DAYS),
            good_looks_like=words.good_looks_like,
            offer=offer,
            hub_owner=self.officer,
            hub_due_on=today + timedelta(days=HELP_WITHIN_DAYS),
        )

    def keep_support(self) -> None:
        """The hub does in time what it promised; where it `forgets_support`, the last of it becomes late."""
        due = self.promises_due(PromiseSide.HUB)
        for promise in due[:-1] if self.forgets_support else due:
            keep_promise(promise=promise, note=self.chance.choice(GIVEN), by=self.officer)

    def keep_own_promises(self) -> None:
        """The school says that its priorities are done, but one that it could not."""
        due, contact = self.promises_due(PromiseSide.SCHOOL), self.coordinator_contact()
        for promise in due[:2]:
            keep_promise(promise=promise, by_contact=contact)
        for promise in due[2:]:
            give_up_promise(promise=promise, reason=GIVEN_UP, by=self.officer)

    def promises_due(self, side: str) -> list[Promise]:
        """What this side of the conversation has to keep in the coming weeks, in the order of the priorities."""
        soon = timezone.localdate() + timedelta(days=90)
        promises = Promise.objects.open().filter(side=side, priority__audit__meeting__school=self.school)
        return list(promises.filter(due_on__lte=soon).order_by("priority__number"))

    def decide(self) -> None:
        decide_award(audit=self.audit(), by=self.officer)

    def send_pack(self) -> None:
        send_outcome_pack(award=self.award(), by=self.officer)

    def be_shown(self) -> None:
        """The school agrees to stand in the public list, where it has a certificate, and notes how its first priority
        is going."""
        contact, award = self.coordinator_contact(), self.award()
        if award.has_certificate_level:
            list_school(school=self.school, by_contact=contact, wording=listing_wording(hub=hub_profile().name))
        first = award.audit.priorities.order_by("number").first()
        if first:
            add_progress_note(priority=first, text=self.chance.choice(NOTES), by_contact=contact)

    def hand_over(self) -> None:
        """The hub tells the national scheme of the school."""
        mark_sent(recommendations=list(Recommendation.objects.filter(award=self.award())), by=self.officer)

    def accept(self) -> None:
        """The head teacher accepts the recommendation, where there is one."""
        sent = Recommendation.objects.filter(award=self.award(), state="sent").first()
        if sent:
            note_recommendation_step(recommendation=sent, verb=Verb.ACCEPT, by_contact=self.head_contact())

    def reflect(self, months: int) -> Deed:
        def deed() -> None:
            reflection = Reflection.objects.filter(
                audit__meeting__school=self.school, month=months, queued_at__isnull=False, answered_at__isnull=True
            ).first()
            if reflection is None:  # A newer conversation has replaced it.
                return
            chance, contact = self.chance, self.coordinator_contact()
            if link := contact.personal_links.order_by("created_at").last():
                enter_by_link(token=derive_token(link_id=link.pk, secret=settings.SECRET_KEY), now=timezone.now())
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
                anything_else="Keep going, and share what we learned with the school next door.",
                by=contact,
            )

        return deed


def moment(day: date, at: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, at))


def deliver_waiting_mail() -> None:
    """Let every mail go whose time has come, joined where a worker would join it."""
    due = list(Email.objects.due(now=timezone.now()).values_list("pk", "pace"))
    paced = [email_id for email_id, pace in due if pace != Pace.AT_ONCE]
    joined = join_due(email_ids=paced, now=timezone.now()) if paced else []
    for email_id in [*(email_id for email_id, _ in due), *joined]:
        deliver(email_id=email_id)
