"""Mail that staff hold back: nothing goes twice, no link is lost, nothing that was written is lost."""

import threading
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from hubportal.access.rules import placeholder
from hubportal.mail import services
from hubportal.mail.models import Email, EmailStatus, Pace
from hubportal.mail.services import EditsCollide, delivering, draft_of, holding
from hubportal.mail.tests.factories import EmailFactory
from schools.emails import mail_personal_link
from schools.models import TimelineEvent, TimelineKind
from schools.tests.factories import ContactFactory, UserFactory
from schools.timeline import record_event

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
LINK = placeholder(UUID("3f0c0a52-6c43-4d4f-9b6b-3d7d0a3d9b11"))
OTHER = placeholder(UUID("0b0c0a52-6c43-4d4f-9b6b-3d7d0a3d9b12"))


@pytest.fixture
def announced(monkeypatch):
    """What the workers would have been told."""
    ids: list[int] = []
    monkeypatch.setattr(delivering, "announce", ids.extend)
    monkeypatch.setattr(holding, "announce", ids.extend)
    return ids


def held(**fields) -> Email:
    by = UserFactory(name="Olga Officer")
    return EmailFactory(status=EmailStatus.HELD, held_at=NOW, held_by=by, **fields)


def framed() -> Email:
    """A real mail with the frame, a personal link and a link to stop, held back."""
    email = mail_personal_link(contact=ContactFactory(name="Ada Lee", school__name="Hillside"), number=1)
    services.hold(email=email, by=UserFactory(name="Olga Officer"), now=NOW)
    email.refresh_from_db()
    return email


def edit(email: Email, **changes) -> None:
    draft = draft_of(email)
    arguments = {"subject": draft.subject, "message": draft.message, "seen": draft.seen}
    services.edit_held(email=email, by=UserFactory(), now=NOW, **arguments | changes)


def notes(email: Email) -> list[str]:
    school = TimelineEvent.objects.get(email=email).school
    return list(TimelineEvent.objects.filter(school=school, kind=TimelineKind.NOTE).values_list("text", flat=True))


def test_hold_keeps_a_waiting_mail_from_the_workers():
    email, by = EmailFactory(), UserFactory()

    services.hold(email=email, by=by, now=NOW)

    email.refresh_from_db()
    assert (email.status, email.held_at, email.held_by) == (EmailStatus.HELD, NOW, by)
    assert services.claim(email_id=email.pk, now=timezone.now()) is None


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"status": "sent", "sent_at": NOW}, "It is too late: the e-mail has gone and cannot be held back."),
        ({"status": "sending", "claimed_at": NOW}, "It is too late: the e-mail has gone and cannot be held back."),
        ({"status": "failed"}, "It does not wait any more (failed), so it cannot be held back."),
        ({"status": "cancelled"}, "It does not wait any more (cancelled), so it cannot be held back."),
        ({"kind": "account"}, "This e-mail holds a key to an account, so nobody but its reader may touch it."),
    ],
)
def test_hold_of_what_does_not_wait_is_refused(fields, sentence):
    email = EmailFactory(**fields)

    with pytest.raises(ValidationError) as error:
        services.hold(email=email, by=UserFactory(), now=NOW)

    assert error.value.messages == [sentence]
    assert Email.objects.get().held_at is None


def test_hold_of_a_part_of_another_mail_says_which_to_hold():
    part = EmailFactory(status=EmailStatus.JOINED, joined_into=EmailFactory())

    with pytest.raises(ValidationError, match="It goes within another e-mail"):
        services.hold(email=part, by=UserFactory(), now=NOW)


@pytest.mark.django_db(transaction=True)
def test_hold_and_claim_at_once_leave_the_mail_to_exactly_one():
    emails, by = [EmailFactory() for _ in range(20)], UserFactory()
    start, held_ids, claimed_ids = threading.Barrier(2), [], []

    def hold():
        start.wait()
        for email in emails:
            try:
                services.hold(email=email, by=by, now=NOW)
                held_ids.append(email.pk)
            except ValidationError:
                pass
        connection.close()

    def work():
        start.wait()
        for email in reversed(emails):
            if services.claim(email_id=email.pk, now=timezone.now()):
                claimed_ids.append(email.pk)
        connection.close()

    threads = [threading.Thread(target=hold), threading.Thread(target=work)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(held_ids + claimed_ids) == sorted(email.pk for email in emails)


def test_release_of_a_mail_whose_time_has_come_tells_the_workers(announced, django_capture_on_commit_callbacks):
    email = held(not_before=NOW - timedelta(days=3))

    with django_capture_on_commit_callbacks(execute=True):
        services.release(email=email, by=UserFactory(), now=NOW)

    email.refresh_from_db()
    assert (email.status, email.not_before, email.held_by) == (EmailStatus.QUEUED, NOW, None)
    assert announced == [email.pk]


def test_release_before_its_time_lets_it_wait(announced, django_capture_on_commit_callbacks):
    email = held(not_before=NOW + timedelta(days=3))

    with django_capture_on_commit_callbacks(execute=True):
        services.release(email=email, by=UserFactory(), now=NOW)

    email.refresh_from_db()
    assert (email.not_before, announced) == (NOW + timedelta(days=3), [])


def test_release_of_a_mail_that_can_wait_plans_its_day(announced, time_machine, django_capture_on_commit_callbacks):
    saturday = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
    time_machine.move_to(saturday, tick=False)
    email = held(pace=Pace.SCHOOL_DAY, not_before=saturday - timedelta(days=3))

    with django_capture_on_commit_callbacks(execute=True):
        services.release(email=email, by=UserFactory(), now=saturday)

    email.refresh_from_db()
    assert email.not_before == datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    assert announced == []


def test_release_of_what_is_not_held_is_refused():
    with pytest.raises(ValidationError, match="This e-mail is not held back, so there is nothing to let go"):
        services.release(email=EmailFactory(), by=UserFactory(), now=NOW)


@pytest.mark.parametrize("make", [EmailFactory, held])
def test_cancel_of_a_waiting_mail_keeps_who_and_why(make):
    email = make()

    services.cancel_waiting(email=email, reason=" They \n rang. ", by=UserFactory(name="Olga Officer"), now=NOW)

    email.refresh_from_db()
    assert (email.status, email.last_error) == (EmailStatus.CANCELLED, "Olga Officer cancelled it: They rang.")
    assert services.claim(email_id=email.pk, now=timezone.now()) is None


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("  ", "Say in a few words why it should not go. The reason stays with the e-mail."),
        ("x" * 301, "Keep the reason to 300 characters."),
    ],
)
def test_cancel_without_a_fitting_reason_is_refused(reason, sentence):
    with pytest.raises(ValidationError) as error:
        services.cancel_waiting(email=EmailFactory(), reason=reason, by=UserFactory(), now=NOW)

    assert error.value.message_dict == {"reason": [sentence]}


def test_cancel_of_a_sent_mail_is_refused():
    email = EmailFactory(status=EmailStatus.SENT, sent_at=NOW)

    with pytest.raises(ValidationError, match="It is too late"):
        services.cancel_waiting(email=email, reason="No", by=UserFactory(), now=NOW)


def test_cancel_of_a_mail_that_holds_several_cancels_them_all():
    several = EmailFactory()
    EmailFactory.create_batch(2, status=EmailStatus.JOINED, joined_into=several)

    services.cancel_waiting(email=several, reason="No", by=UserFactory(), now=NOW)

    assert set(Email.objects.values_list("status", "joined_into")) == {(EmailStatus.CANCELLED, None)}


def test_edit_changes_both_parts_and_keeps_what_was_there():
    email = framed()
    before = email.subject, email.body_text
    message = "Dear Ada,\n\nCome & see:\n\n- one <b>\n- two\n\nOpen your page:\n[personal link]\n\nBye"

    edit(email, subject=" Another \n subject ", message=message)

    email.refresh_from_db()
    earlier = email.earlier_texts.get()
    assert (earlier.subject, earlier.body_text) == before
    assert (email.subject, email.edited_at) == ("Another subject", NOW)
    assert email.body_text.startswith("Dear Ada,\n\nCome & see:\n\n- one <b>\n- two\n\nOpen your page:\nhttp://")
    assert email.body_text.count("/link/[[personal-link:") == email.body_text.count("/withdraw/[[personal-link:") == 1
    assert "<title>Another subject</title>" in email.body_html
    assert '<p style="margin:0 0 16px">Come &amp; see:</p>' in email.body_html
    assert "one &lt;b&gt;</li>" in email.body_html
    assert email.body_html.count(">Open your page</a>") == 1
    assert "Here is a new personal link" not in email.body_html
    assert email.body_html.count("/withdraw/[[personal-link:") == 1


def test_edit_of_a_mail_without_our_frame_gives_it_one():
    email = held(
        body_text=f"Open http://localhost/link/{LINK}/ now.\n\n--\nWhy.\nStop at http://localhost/withdraw/{LINK}/"
    )

    edit(email, message="Look here: [personal link].")

    email.refresh_from_db()
    assert email.body_text.startswith(f"Look here: http://localhost/link/{LINK}/.\n\n--\nWhy.\nStop at")
    assert f'<a href="http://localhost/link/{LINK}/"' in email.body_html
    assert f"Stop at http://localhost/withdraw/{LINK}/" in email.body_html


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        ("No link", "“[personal link]” is missing. Put it back where the reader should find the link."),
        (f"[personal link] /link/{OTHER}/", "Take out what begins with “[[personal-link:”."),
        ("[personal link] [personal link 2]", "“[personal link 2]” is not a link of this e-mail."),
        ("[personal link] [link to stop our mail]", "“[link to stop our mail]” is not a link of this e-mail."),
    ],
)
def test_edit_that_loses_or_adds_a_link_is_refused(message, sentence):
    email = framed()
    before = email.body_text

    with pytest.raises(ValidationError) as error:
        edit(email, message=message)

    assert [text[: len(sentence)] for text in error.value.message_dict["message"]] == [sentence]
    email.refresh_from_db()
    assert (email.body_text, email.earlier_texts.count()) == (before, 0)


def test_edit_without_a_subject_is_refused():
    with pytest.raises(ValidationError) as error:
        edit(framed(), subject=" ")

    assert error.value.message_dict == {"subject": ["Write a subject."]}


def test_edit_when_a_colleague_was_quicker_writes_nothing():
    email = framed()
    mine = draft_of(email)
    services.edit_held(
        email=email, subject="Theirs", message=mine.message, seen=mine.seen, by=UserFactory(name="Cara"), now=NOW
    )

    with pytest.raises(EditsCollide, match="Cara changed this e-mail while you were writing"):
        services.edit_held(email=email, subject="Mine", message=mine.message, seen=mine.seen, by=UserFactory(), now=NOW)

    assert Email.objects.get(pk=email.pk).subject == "Theirs"


def test_edit_that_changes_nothing_leaves_no_trace():
    email = framed()

    edit(email)

    email.refresh_from_db()
    assert (email.edited_at, email.earlier_texts.count()) == (None, 0)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (EmailFactory, "Hold the e-mail back first; then nobody sends it while you write."),
        (lambda: held(kind="account"), "This e-mail holds a key to an account"),
    ],
)
def test_edit_of_what_may_not_be_edited_is_refused(make, sentence):
    with pytest.raises(ValidationError, match=sentence):
        edit(make(), subject="Other")


def test_edit_of_a_mail_that_holds_several_is_refused():
    email = held()
    EmailFactory(status=EmailStatus.JOINED, joined_into=email)

    with pytest.raises(ValidationError, match="holds several messages"):
        edit(email, subject="Other")


def test_each_deed_stands_on_the_timeline_of_the_school():
    email, by = framed(), UserFactory()
    edit(email, subject="Other words")
    email.refresh_from_db()
    services.release(email=email, by=by, now=NOW)
    services.cancel_waiting(email=email, reason="They rang", by=by, now=NOW)

    assert sorted(notes(email)) == [
        "Cancelled the mail “Other words”: They rang",
        "Edited the mail “Other words” before it went; what it said before is kept with it",
        "Held back the mail “Your link to the pages of Hillside”",
        "Let the mail “Other words” go",
    ]


def test_deed_with_a_mail_of_several_stands_on_the_timeline_of_each_school():
    several = EmailFactory()
    schools = [ContactFactory().school for _ in range(2)]
    for school in schools:
        part = EmailFactory(status=EmailStatus.JOINED, joined_into=several)
        record_event(school=school, kind=TimelineKind.MAIL, text="Mail", email=part)

    services.cancel_waiting(email=several, reason="No", by=UserFactory(), now=NOW)

    noted = TimelineEvent.objects.filter(kind=TimelineKind.NOTE).values_list("school", flat=True)
    assert sorted(noted) == sorted(school.pk for school in schools)


def test_send_failed_again_queues_it_and_says_who(announced):
    email = framed()
    Email.objects.update(status=EmailStatus.FAILED, held_at=None, held_by=None)

    services.send_failed_again(email=email, by=UserFactory(), now=NOW)

    assert Email.objects.get().status == EmailStatus.QUEUED
    assert notes(email)[0] == "Sent the mail “Your link to the pages of Hillside” again, after it had failed"
