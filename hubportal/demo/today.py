"""What a visitor finds going on today, one scene a function. Every scene is counted in school days, so that it is the
same on any day: -1 is the last school day before today, 1 the first after it."""

from datetime import date, time, timedelta
from functools import partial

from django.utils import timezone

from awards.services import queue_due_mail
from hubportal.accounts.models import User
from hubportal.demo.calendar import Calendar
from hubportal.demo.conversations import DANIEL, PRIYA, ROSA, TOM, Book, Plan
from hubportal.demo.deeds import Deed, Life, moment
from hubportal.demo.mailbox import letter, returned
from hubportal.demo.people import STAFF, WORKING_WEEKS
from hubportal.mail.models import Email, EmailStatus
from hubportal.mail.services import cancel_waiting, draft_of, edit_held, hold, look, publish_sentence
from meetings.emails import BOOKING
from meetings.models import DayPart, MeetingKind
from meetings.queries import next_term_of
from meetings.rules import Offer, Slot, add_months
from meetings.rules.diaries import Hours
from meetings.services import (
    arrange_meeting,
    ask_for_other_times,
    cancel_meeting,
    decline_request,
    escalate_requests,
    miss_meeting,
    move_meeting,
    queue_due_reminders,
    withdraw_request,
)
from meetings.services.diaries import set_working_week, take_time_off
from schools.models import Contact, ContactRole, Engagement
from schools.services import ask_still_there, hand_over, pause_mail, set_engagement, take_answer_in

ADMINISTRATOR = STAFF[0].email
EARLY, EVENING = time(8, 0), time(17, 0)


def plan_today(book: Book, *, past: list[Life]) -> None:
    """Plan all scenes. `past` are the schools of `conversations.PAST`, in their order."""
    plan_diaries(book.calendar)
    plan_requests(book)
    plan_changed_meetings(book, working_towards=past[15])
    plan_states(book, paused=past[11])
    plan_contacts(book.calendar, handed_over=past[4], returned_from=past[9], withdrawn=past[12])
    plan_outbox(book)
    plan_mailbox(book.calendar, absent=past[13], asking=past[16])


# --- Officers -----------------------------------------------------------------------------------------------------


def plan_diaries(calendar: Calendar) -> None:
    for email, week in WORKING_WEEKS.items():
        hours = dict.fromkeys(week.days, Hours(week.opens, week.closes))
        calendar.add(calendar.school_day(-30), EARLY, _set_week(email, hours, week.travel_minutes))

    def take_a_day_off() -> None:
        officer = _staff(DANIEL)
        day = calendar.free_day_next_week(officer)
        slot = Slot(moment(day, time(0, 0)), moment(day + timedelta(days=1), time(0, 0)))
        take_time_off(officer=officer, slot=slot, by=officer, now=timezone.now())

    calendar.add(calendar.school_day(-3), EVENING, take_a_day_off)


def _set_week(email: str, hours: dict[int, Hours], travel_minutes: int) -> Deed:
    def deed() -> None:
        officer = _staff(email)
        set_working_week(officer=officer, week=hours, travel_minutes=travel_minutes, by=officer)

    return deed


# --- Requests -----------------------------------------------------------------------------------------------------


def plan_requests(book: Book) -> None:
    """Requests in every state that an officer can meet."""
    calendar, day = book.calendar, book.calendar.school_day

    def ask(officer: str, days_ago: int, at: time = time(9, 40), *, notes: str = "", **more: str) -> Life:
        life, first = book.schools.next_life(officer=officer), 8 + days_ago % 5
        offered = (
            Offer(day(first), DayPart.AT_TIME, time(15, 45 - 15 * (days_ago % 3))),
            Offer(day(first + 1), DayPart.MORNING),
            Offer(day(first + 3), DayPart.AFTERNOON),
        )
        calendar.add(day(-days_ago), at, life.ask(*offered, notes=notes, **more))
        return life

    ask(ROSA, 1, notes="Our hall is being painted that week; we can meet in the library.")
    joined = ask(ROSA, 2)
    colleague = joined.ask(
        Offer(day(10), DayPart.AFTER_SCHOOL), by="Wendy Harcourt", role=ContactRole.OTHER,
        notes="I lead music in the infants and would like to come too.",
    )  # fmt: skip
    calendar.add(day(-1), time(12, 10), colleague)
    ask(PRIYA, 3)
    # Today counts where it is a school day.
    ask(ROSA, 7 if calendar.is_school_day(calendar.today) else 8)
    ask(TOM, 12)
    asked = ask(ROSA, 6)
    calendar.add(day(-4), time(11, 0), partial(_ask_for_other_times, asked))
    declined = ask(DANIEL, 9, kind=MeetingKind.ADDITIONAL)
    calendar.add(day(-8), time(10, 0), partial(_decline, declined))
    withdrawn = ask(ROSA, 10)
    calendar.add(day(-5), time(14, 0), partial(_withdraw, withdrawn))


def _ask_for_other_times(life: Life) -> None:
    message = "On all three days we are at other schools already. Would a morning of the week after suit you?"
    ask_for_other_times(request=life.request(), message=message, by=life.officer, now=timezone.now())


def _decline(life: Life) -> None:
    reason = "Additional meetings begin next term. Until then our drop-in for music leads is open to you every Monday."
    decline_request(request=life.request(), reason=reason, by=life.officer, now=timezone.now())


def _withdraw(life: Life) -> None:
    reason = "The head teacher rang: they will ask again when their new music lead has started."
    withdraw_request(request=life.request(), reason=reason, by=life.officer, now=timezone.now())


# --- Meetings -----------------------------------------------------------------------------------------------------


def plan_changed_meetings(book: Book, *, working_towards: Life) -> None:
    """One meeting that nobody came to, one moved, one cancelled, and a visit that an officer arranged."""
    calendar, day = book.calendar, book.calendar.school_day
    missed = book.plan(Plan(-2, officer=PRIYA, stops_after="book", in_school_days=True, form="none"))
    calendar.add(day(-1), time(9, 10), partial(_miss, missed))
    moved = book.plan(Plan(4, officer=ROSA, asked_before=25, in_school_days=True))
    new_time = calendar.find_time(moved.officer, moved.school.area, day(5))
    calendar.add(day(-2), time(16, 0), partial(_move, moved, *new_time))
    cancelled = book.plan(Plan(3, officer=DANIEL, asked_before=25, in_school_days=True, form="none"))
    calendar.add(day(-1), time(16, 0), partial(_cancel, cancelled))
    visit = calendar.find_time(working_towards.officer, working_towards.school.area, day(7))
    calendar.add(day(-3), time(16, 0), partial(_arrange, working_towards, *visit))
    # Its head teacher's mailbox takes no mail.
    book.plan(Plan(10, officer=TOM, asked_before=16, in_school_days=True), full=True)


def _miss(life: Life) -> None:
    note = "Doors closed, nobody answered the telephone. The caretaker thinks that it was a training day."
    miss_meeting(meeting=life.meeting(), note=note, by=life.officer, now=timezone.now())


def _move(life: Life, day: date, at: time) -> None:
    meeting, officer = life.meeting(), life.officer
    move_meeting(meeting=meeting, officer=officer, starts_at=moment(day, at), by=officer, now=timezone.now())


def _cancel(life: Life) -> None:
    reason = "The school is being inspected that day and will ask again afterwards."
    cancel_meeting(meeting=life.meeting(), reason=reason, again=False, by=life.officer, now=timezone.now())


def _arrange(life: Life, day: date, at: time) -> None:
    arrange_meeting(
        school=life.school,
        kind=MeetingKind.FOLLOW_UP,
        officer=life.officer,
        starts_at=moment(day, at),
        attendees=list(life.school.contacts.reachable()),
        by=life.officer,
        now=timezone.now(),
    )


# --- Schools and people -------------------------------------------------------------------------------------------


def plan_states(book: Book, *, paused: Life) -> None:
    """A school that pauses until a day, and one that does not take part."""
    calendar, until = book.calendar, book.calendar.school_day(25)
    silent = book.schools.next_life(officer=ROSA)

    def pause() -> None:
        reason = "Two classes are taught in the hall until the new building is ready."
        set_engagement(
            school=paused.school, engagement=Engagement.PAUSED, reason=reason, until=until,
            by=paused.officer, now=timezone.now(),
        )  # fmt: skip

    def note_silence() -> None:
        reason = "The head teacher wrote that music has to wait for now, and asks us not to write before next year."
        set_engagement(
            school=silent.school, engagement=Engagement.NOT_ENGAGING, reason=reason,
            by=silent.officer, now=timezone.now(),
        )  # fmt: skip

    calendar.add(calendar.school_day(-9), time(11, 30), pause)
    calendar.add(calendar.school_day(-11), time(11, 30), note_silence)


def plan_contacts(calendar: Calendar, *, handed_over: Life, returned_from: Life, withdrawn: Life) -> None:
    """A successor, an address that takes no mail, and a withdrawal by mail."""
    day = calendar.school_day

    def change_coordinator() -> None:
        former = handed_over.coordinator_contact()
        name = "Yasmin Kell"
        email = handed_over.address_of(name)
        hand_over(contact=former, name=name, email=email, by_contact=former, now=timezone.now())

    def come_back() -> None:
        email = _last_mail_to(returned_from.coordinator_contact())
        take_answer_in(raw=returned(email=email, message_id="<r-1@mx.example.org>"), now=timezone.now())

    def withdraw() -> None:
        contact = withdrawn.coordinator_contact()
        text = "Please take me off your list, I no longer lead music here. Thank you for everything."
        _take_in(contact.name, contact.email, "Withdraw", text, number=1)

    calendar.add(day(-14), time(12, 0), change_coordinator)
    calendar.add(day(-3), time(9, 20), come_back)
    calendar.add(day(-4), time(11, 0), withdraw)


# --- Mail ---------------------------------------------------------------------------------------------------------


def plan_outbox(book: Book) -> None:
    """What the portal does by itself in the morning, and what staff do with the mail before it goes at nine."""
    calendar, day = book.calendar, book.calendar.school_day
    year_ago = add_months(day(-1), -12) - timedelta(days=2)
    meeting = (year_ago - calendar.today).days
    # Of the three the second is left alone: sheet and yearly question go to the coordinator as one mail.
    edited, _, waiting = (book.plan(Plan(meeting, quality, officer=ROSA, answers=())) for quality in (0.83, 0.52, 0.66))

    def pause_mail_until_next_term() -> None:
        until = next_term_of(school=waiting.school, today=calendar.today)
        contact = waiting.coordinator_contact()
        pause_mail(school=waiting.school, until=until, by_contact=contact, now=timezone.now())

    def do_what_is_due() -> None:
        today, now = timezone.localdate(), timezone.now()
        queue_due_mail(today)
        queue_due_reminders(today)
        ask_still_there(as_of=today)
        escalate_requests(as_of=today, now=now)

    calendar.add(day(-30), EARLY, _change_sentence)
    # Once before, so that few are left to be asked.
    calendar.add(day(-60), time(6, 0), lambda: ask_still_there(as_of=timezone.localdate()))
    calendar.add(day(-60), time(9, 0), lambda: None)
    calendar.add(day(-2), time(12, 0), pause_mail_until_next_term)
    calendar.add(day(-1), time(6, 0), do_what_is_due)
    calendar.add(day(-1), EARLY, partial(_hold_and_edit, edited))
    calendar.add(day(-1), time(8, 20), partial(_cancel_question, edited))
    # Nine o'clock: what was due goes, two mails to the same person as one.
    calendar.add(day(-1), time(9, 0), lambda: None)


def _change_sentence() -> None:
    (sentence,) = (each for each in BOOKING.sentences if each.place == "about")
    text = "It takes 90 minutes, with the music coordinator and the head teacher. A song on the way in is welcome."
    by = _staff(ADMINISTRATOR)
    seen = look(kind=BOOKING, sentence=sentence, text=text, by=by)
    publish_sentence(kind=BOOKING, sentence=sentence, text=text, seen=seen, by=by, now=timezone.now())


def _hold_and_edit(life: Life) -> None:
    email = _waiting_mail(life.coordinator_contact(), kind="reflection")
    hold(email=email, by=life.officer, now=timezone.now())
    draft = draft_of(Email.objects.get(pk=email.pk))
    greeting, rest = draft.message.split("\n\n", 1)
    message = f"{greeting}\n\nWhat a joy to hear your choir at the summer festival!\n\n{rest}"
    edit_held(email=email, subject=draft.subject, message=message, seen=draft.seen, by=life.officer, now=timezone.now())


def _cancel_question(life: Life) -> None:
    email = _waiting_mail(life.head_contact(), kind="still_you")
    reason = "We spoke on the telephone yesterday: still the head teacher."
    cancel_waiting(email=email, reason=reason, by=life.officer, now=timezone.now())


def plan_mailbox(calendar: Calendar, *, absent: Life, asking: Life) -> None:
    """Mail that came in, beside the withdrawal and the mail that came back (`plan_contacts`)."""
    day = calendar.school_day

    def answer_automatically() -> None:
        contact = absent.head_contact()
        text = "I am out of school until Monday. In urgent matters please ring the school office."
        _take_in(
            contact.name, contact.email, "Out of office", text,
            number=2, about=_last_mail_to(contact), Auto_Submitted="auto-replied",
        )  # fmt: skip

    def withdraw_from_home() -> None:
        text = "Please stop writing to me. I used to be the music coordinator, this is my address at home."
        _take_in("Karen Lowe", "karen.lowe@home.example.org", "Withdraw", text, number=3)

    def ask_something() -> None:
        contact = asking.coordinator_contact()
        text = "Thank you for the award! May we print the logo on our concert programme, and in black and white?"
        _take_in(
            contact.name, contact.email, "The logo in black and white?", text, number=4, about=_last_mail_to(contact)
        )

    calendar.add(day(-2), time(8, 40), withdraw_from_home)
    calendar.add(day(-1), time(9, 25), answer_automatically)
    calendar.add(day(-1), time(10, 50), ask_something)


def _take_in(
    name: str, address: str, subject: str, text: str, *, number: int, about: Email | None = None, **more: str
) -> None:
    raw = letter(
        sender=f"{name} <{address}>", subject=subject, text=f"{text}\n\n{name}\n",
        message_id=f"<{number}@mail.example.org>", about=about, **more,
    )  # fmt: skip
    take_answer_in(raw=raw, now=timezone.now())


def _staff(email: str) -> User:
    return User.objects.get(email=email)


def _last_mail_to(contact: Contact) -> Email:
    return Email.objects.filter(context__contact=contact.pk, status=EmailStatus.SENT).latest("sent_at")


def _waiting_mail(contact: Contact, *, kind: str) -> Email:
    return Email.objects.get(context__contact=contact.pk, kind=kind, status=EmailStatus.QUEUED)
