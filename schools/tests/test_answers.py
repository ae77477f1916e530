"""What the portal does about mail that comes in."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from hubportal.access.rules import derive_token
from hubportal.mail.inbox.services import deal_with, leave_to_staff
from hubportal.mail.inbox.tests.letters import OURS, delivery_report, letter
from hubportal.mail.kinds import why_not_send
from hubportal.mail.models import Email, EmailStatus, IncomingEmail
from hubportal.mail.services import deliver
from hubportal.mail.tests.factories import EmailFactory
from schools import services
from schools.models import Contact, ContactLink
from schools.queries import possible_senders, schools_to_ask
from schools.tests.factories import ContactFactory, SchoolFactory, UserFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 3, 2, 9, 30, tzinfo=UTC)


def take_in(raw: bytes, *, now: datetime = NOW) -> IncomingEmail:
    incoming = services.take_answer_in(raw=raw, now=now)
    assert incoming is not None
    return incoming


def queued_for(contact: Contact, **changes) -> Email:
    return EmailFactory(to_address=contact.email, context={"contact": contact.pk}, **changes)


def confirmations() -> list[Email]:
    return list(Email.objects.filter(kind="withdrawal_confirmed").order_by("pk"))


def lines(contact: Contact) -> list[str]:
    return list(contact.school.timeline.order_by("pk").values_list("text", flat=True))


# --- Withdrawals ----------------------------------------------------------------------------------------------------


def test_withdraw_mail_stops_all_mail_to_the_address_at_every_school():
    ada = ContactFactory(email="Ada@school.example.org", name="Ada Lee")
    elsewhere = ContactFactory(email="ada@school.example.org")
    other = ContactFactory()
    waiting, others = queued_for(ada), queued_for(other)

    incoming = take_in(letter(sender="ADA@School.example.org"))

    for contact in (ada, elsewhere, other):
        contact.refresh_from_db()
    waiting.refresh_from_db()
    others.refresh_from_db()
    assert (ada.withdrawn_at, elsewhere.withdrawn_at, other.withdrawn_at) == (NOW, NOW, None)
    assert (waiting.status, others.status) == (EmailStatus.CANCELLED, EmailStatus.QUEUED)
    assert (incoming.sort, incoming.needs_staff) == ("withdrawal", False)
    assert incoming.outcome == (
        "All mail to this address has stopped, and what waited to go is cancelled. Confirmed by mail, once."
    )
    assert lines(ada) == [
        "Ada Lee withdrew consent: no more mail is sent to this address.",
        "Withdrawal confirmed: “We have stopped all our mail to you” to Ada Lee",
    ]


def test_withdrawal_is_confirmed_though_nothing_else_goes():
    ada = ContactFactory(email="ada@school.example.org", name="Ada Lee")

    take_in(letter())

    (confirmation,) = confirmations()
    assert (confirmation.to_address, confirmation.status) == ("ada@school.example.org", EmailStatus.QUEUED)
    assert why_not_send(confirmation) is None
    assert why_not_send(queued_for(ada)) == "The person withdrew consent."
    assert "/link/" not in confirmation.body_text + confirmation.body_html
    assert "/withdraw/" not in confirmation.body_text + confirmation.body_html


def test_withdrawal_confirmed_does_not_go_to_a_dead_address():
    ada = ContactFactory(email="ada@school.example.org")
    take_in(letter())
    Contact.objects.filter(pk=ada.pk).update(bounced_at=NOW)

    assert why_not_send(confirmations()[0]) == "The address does not take mail."


def test_second_withdraw_mail_is_not_confirmed_again():
    ContactFactory(email="ada@school.example.org")
    take_in(letter())

    incoming = take_in(letter(message_id="<2@school.example.org>"), now=NOW + timedelta(days=7))

    assert (incoming.needs_staff, incoming.outcome) == (False, "Nothing: this address had withdrawn already.")
    assert len(confirmations()) == 1


@pytest.mark.parametrize(("after", "number"), [(timedelta(hours=23), 1), (timedelta(hours=25), 2)])
def test_address_is_told_at_most_once_a_day(after, number, time_machine):
    time_machine.move_to(NOW, tick=False)
    ada = ContactFactory(email="ada@school.example.org")
    take_in(letter())
    services.let_mail_go_again(contact=ada, by=UserFactory(), now=NOW)

    take_in(letter(message_id="<2@school.example.org>"), now=NOW + after)

    ada.refresh_from_db()
    assert ada.withdrawn_at == NOW + after
    assert len(confirmations()) == number


def test_automatic_answer_to_our_confirmation_is_never_answered():
    ada = ContactFactory(email="ada@school.example.org")

    incoming = take_in(letter(subject="Automatic reply: Withdraw", Auto_Submitted="auto-replied"))

    ada.refresh_from_db()
    assert (incoming.sort, incoming.needs_staff, ada.withdrawn_at) == ("automatic", False, None)
    assert incoming.outcome == "Nothing: an automatic answer."
    assert Email.objects.count() == 0


@pytest.mark.parametrize("sender", ["eve@school.example.org", "not an address"])
def test_withdraw_mail_of_somebody_unknown_goes_to_staff(sender):
    ada = ContactFactory(email="ada@school.example.org")
    raw = letter(sender="x@example.org").replace(b"From: x@example.org", f"From: {sender}".encode())

    incoming = take_in(raw)

    ada.refresh_from_db()
    assert (incoming.sort, incoming.needs_staff, ada.withdrawn_at) == ("withdrawal", True, None)
    assert incoming.outcome == "Nothing yet: no contact has this address. Choose whom the mail is from."
    assert Email.objects.count() == 0


def test_withdraw_mail_of_somebody_who_has_left_and_is_erased_elsewhere_withdraws():
    gone = ContactFactory(email="ada@school.example.org", left_at=NOW)

    incoming = take_in(letter())

    gone.refresh_from_db()
    assert (gone.withdrawn_at, incoming.needs_staff) == (NOW, False)
    assert [why_not_send(email) for email in confirmations()] == [None]


def test_unclear_withdrawal_goes_to_staff():
    ada = ContactFactory(email="ada@school.example.org")

    incoming = take_in(letter(subject="Please do not withdraw me"))

    ada.refresh_from_db()
    assert (incoming.sort, incoming.needs_staff, ada.withdrawn_at) == ("other", True, None)
    assert incoming.outcome == (
        "Nothing yet: the subject speaks of withdrawing, but not plainly. Please read it and decide."
    )


def test_other_mail_goes_to_staff_with_what_it_answers():
    email = EmailFactory(message_id=OURS)

    incoming = take_in(letter(subject="Re: Your meeting", text="Thursday is better.", In_Reply_To=OURS))

    assert (incoming.sort, incoming.needs_staff, incoming.about) == ("other", True, email)
    assert incoming.body_text == "Thursday is better."


def test_same_mail_twice_is_taken_in_once():
    first = services.take_answer_in(raw=letter(), now=NOW)
    second = services.take_answer_in(raw=letter(), now=NOW)

    assert (first is None, second) == (False, None)
    assert IncomingEmail.objects.count() == 1


def test_mail_that_was_acted_on_is_not_left_to_staff_afterwards():
    incoming = take_in(letter())

    assert leave_to_staff(raw=letter(), now=NOW) == incoming
    incoming.refresh_from_db()
    assert incoming.sort == "withdrawal"


@pytest.mark.parametrize("is_known", [True, False])
def test_officer_withdraws_for_the_sender_they_know(is_known):
    olga = UserFactory(name="Olga Officer")
    ada = ContactFactory(email="ada@school.example.org", name="Ada Lee")
    waiting = queued_for(ada)
    incoming = take_in(letter(sender="ada.lee@home.example.org"))

    services.withdraw_for_sender(incoming=incoming, contact=ada, by=olga, now=NOW)

    for row in (ada, waiting, incoming):
        row.refresh_from_db()
    assert (ada.withdrawn_at, waiting.status) == (NOW, EmailStatus.CANCELLED)
    assert (incoming.handled_at, incoming.handled_by) == (NOW, olga)
    assert incoming.outcome == f"Olga Officer withdrew consent for Ada Lee, {ada.school.name}. Confirmed by mail, once."
    assert [email.to_address for email in confirmations()] == ["ada@school.example.org"]
    assert lines(ada)[-1] == "Olga Officer read the mail in which Ada Lee withdrew."


def test_officer_cannot_withdraw_for_a_sender_twice():
    olga, ada = UserFactory(), ContactFactory()
    incoming = take_in(letter())
    services.withdraw_for_sender(incoming=incoming, contact=ada, by=olga, now=NOW)

    with pytest.raises(ValidationError) as refused:
        services.withdraw_for_sender(incoming=incoming, contact=ContactFactory(), by=olga, now=NOW)

    assert refused.value.message == "This mail needs nothing, or somebody has dealt with it already."


def test_officer_who_chooses_somebody_withdrawn_hears_so_and_the_mail_stays():
    incoming = take_in(letter())

    with pytest.raises(ValidationError) as refused:
        services.withdraw_for_sender(
            incoming=incoming, contact=ContactFactory(withdrawn_at=NOW), by=UserFactory(), now=NOW
        )

    assert refused.value.message == "This person had withdrawn already. Press “Dealt with” if that is all."
    assert list(IncomingEmail.objects.for_staff()) == [incoming]


# --- Mail that came back ----------------------------------------------------------------------------------------------


def test_bounce_marks_the_address_we_wrote_to_and_cancels_what_waits():
    ada = ContactFactory(email="ada@school.example.org", name="Ada Lee")
    email, waiting = queued_for(ada, message_id=OURS, status=EmailStatus.SENT, sent_at=NOW), queued_for(ada)

    # The school passes its mail on to another address.
    incoming = take_in(delivery_report(recipient="ada@elsewhere.example.org"))

    for row in (ada, waiting):
        row.refresh_from_db()
    reason = "550 5.1.1 the address: Recipient address rejected: User unknown"
    assert (ada.bounced_at, ada.bounce_reason) == (NOW, reason)
    assert (waiting.status, waiting.last_error) == (EmailStatus.CANCELLED, "The address does not take mail.")
    assert (incoming.sort, incoming.about, incoming.needs_staff) == ("bounce", email, False)
    assert incoming.outcome == (
        f"No more mail goes to this address: ask the school for the new music lead. Reason: {reason}"
    )
    assert lines(ada) == [f"Mail to Ada Lee came back: {reason}"]
    assert why_not_send(queued_for(ada)) == "The address does not take mail."


def test_bounce_of_an_address_known_to_be_dead_changes_nothing():
    ada = ContactFactory(bounced_at=NOW, bounce_reason="Full")
    queued_for(ada, message_id=OURS)

    incoming = take_in(delivery_report(), now=NOW + timedelta(days=1))

    ada.refresh_from_db()
    assert (ada.bounced_at, ada.bounce_reason, incoming.needs_staff) == (NOW, "Full", False)
    assert incoming.outcome == "Nothing: it was known already that this address takes no mail."


def test_bounce_that_names_no_mail_of_ours_is_believed_by_nobody():
    """Anybody can write one, to have a colleague's mail stopped."""
    ada = ContactFactory(email="music@school.example.org")
    queued_for(ada, message_id="<another@hub.example.org>")

    incoming = take_in(delivery_report(recipient=ada.email))

    ada.refresh_from_db()
    assert (ada.bounced_at, incoming.about, incoming.needs_staff) == (None, None, True)


def test_bounce_that_says_nothing_about_the_address_goes_to_staff():
    ada = ContactFactory()
    queued_for(ada, message_id=OURS)

    incoming = take_in(delivery_report(status="5.7.1", diagnostic="smtp; 550 5.7.1 Sender is on a block list"))

    ada.refresh_from_db()
    assert (ada.bounced_at, incoming.needs_staff) == (None, True)
    assert incoming.outcome == (
        "Nothing yet: a mail came back, though the address may be right. Reason: 550 5.7.1 Sender is on a block list"
    )


def test_bounce_of_mail_to_a_colleague_goes_to_staff():
    EmailFactory(message_id=OURS)

    incoming = take_in(delivery_report())

    assert incoming.needs_staff is True
    assert incoming.outcome.startswith("Nothing: a mail to somebody who is no contact of a school came back. Reason:")


def test_delay_is_kept_and_nothing_done():
    ada = ContactFactory()
    email = queued_for(ada, message_id=OURS)

    incoming = take_in(delivery_report(action="delayed", status="4.4.1"))

    ada.refresh_from_db()
    assert (incoming.sort, incoming.about, incoming.needs_staff) == ("delay", email, False)
    assert ada.bounced_at is None


def test_address_that_works_again_gets_mail_at_every_school():
    olga = UserFactory(name="Olga Officer")
    ada = ContactFactory(email="ada@school.example.org", name="Ada Lee", bounced_at=NOW, bounce_reason="x")
    elsewhere = ContactFactory(email="Ada@school.example.org", bounced_at=NOW)

    services.address_works_again(contact=ada, by=olga, now=NOW)

    for contact in (ada, elsewhere):
        contact.refresh_from_db()
    assert (ada.bounced_at, ada.bounce_reason, elsewhere.bounced_at) == (None, "", None)
    assert lines(ada) == ["Mail goes to Ada Lee again: Olga Officer says that the address works."]
    assert why_not_send(queued_for(ada)) is None


def test_address_that_never_failed_cannot_work_again():
    with pytest.raises(ValidationError) as refused:
        services.address_works_again(contact=ContactFactory(), by=UserFactory(), now=NOW)

    assert refused.value.message == "No mail to this person has come back."


def test_public_form_says_nothing_about_whether_an_address_works():
    ada = ContactFactory(email="ada@school.example.org", bounced_at=NOW, bounce_reason="x")

    typed = {"name": "Ada", "email": "Ada@school.example.org", "consent_wording": "Yes", "at": timezone.now()}
    services.keep_contact(school=ada.school, role=ada.role, **typed)
    head = services.keep_contact(school=ada.school, role="head_teacher", **typed)

    ada.refresh_from_db()
    assert [(one.bounced_at, one.bounce_reason) for one in (ada, head)] == [(NOW, "x"), (NOW, "x")]


def test_officer_who_adds_a_person_or_a_successor_knows_the_address_to_work():
    ada = ContactFactory(email="ada@school.example.org", bounced_at=NOW, bounce_reason="x")
    bob = ContactFactory(email="bob@school.example.org", bounced_at=NOW, bounce_reason="x")
    given = {"by": UserFactory(), "now": timezone.now()}

    services.add_contact(school=SchoolFactory(), name="Ada", role="other", email="Ada@school.example.org", **given)
    services.hand_over(contact=ContactFactory(), name="Bob", email="Bob@school.example.org", **given)

    for contact in (ada, bob):
        contact.refresh_from_db()
    assert (ada.bounced_at, ada.bounce_reason, bob.bounced_at) == (None, "", None)


def test_hand_over_by_link_says_nothing_about_whether_an_address_works():
    former = ContactFactory(email="carol@school.example.org")
    ContactFactory(email="bob@school.example.org", bounced_at=NOW)

    bob = services.hand_over(
        contact=former, name="Bob", email="bob@school.example.org", by_contact=former, now=timezone.now()
    )

    assert bob.bounced_at == NOW


def test_who_types_an_address_that_takes_no_mail_gets_one_answer():
    ada = ContactFactory(bounced_at=timezone.now() - timedelta(hours=1))
    first, second = (
        EmailFactory(to_address=ada.email.upper(), context={"contact": ada.pk, "just_typed": True}) for _ in range(2)
    )
    other = EmailFactory(to_address=ada.email, context={"contact": ada.pk})

    assert [deliver(email_id=email.pk) for email in (other, first, second)] == ["cancelled", "sent", "cancelled"]


# --- Reads ------------------------------------------------------------------------------------------------------------


def test_schools_to_ask_are_those_whose_lead_no_mail_reaches():
    olga = UserFactory()
    silent = ContactFactory(bounced_at=NOW)
    ContactFactory(school=silent.school, role="head_teacher")
    left = ContactFactory(left_at=NOW)
    one_of_two = ContactFactory(bounced_at=NOW)
    ContactFactory(school=one_of_two.school)
    ContactFactory()
    SchoolFactory()

    found = schools_to_ask(olga)

    assert [(school, school.last_leads) for school in found] == [(silent.school, [silent]), (left.school, [left])]


def test_schools_to_ask_are_not_for_viewers():
    ContactFactory(bounced_at=NOW)

    assert list(schools_to_ask(UserFactory(role="viewer"))) == []


def test_possible_senders_are_whom_we_wrote_to_and_their_colleagues():
    ada = ContactFactory(name="Ada", email="ada@first.example.org")
    bea = ContactFactory(name="Bea", email="bea@second.example.org")
    ContactFactory(name="Carol", email="carol@second.example.org", withdrawn_at=NOW)
    ContactFactory(name="Dora", email="dora@third.example.org")
    email = queued_for(ada)
    olga = UserFactory()

    assert possible_senders(olga, about=email, address="x@second.example.org") == [ada, bea]
    assert possible_senders(olga, about=None, address="") == []
    assert possible_senders(olga, about=email, address="x@second.example.org", text="DOR") == [
        Contact.objects.get(name="Dora")
    ]
    assert possible_senders(UserFactory(role="viewer"), about=email, address="") == []


# --- Keeping ----------------------------------------------------------------------------------------------------------


def test_mail_is_dealt_with_once():
    olga = UserFactory()
    incoming = take_in(letter(subject="Hello"))

    deal_with(incoming=incoming, by=olga, now=NOW)

    incoming.refresh_from_db()
    assert (incoming.handled_at, incoming.handled_by) == (NOW, olga)
    with pytest.raises(ValidationError) as refused:
        deal_with(incoming=incoming, by=olga, now=NOW)
    assert refused.value.message == "This mail needs nothing, or somebody has dealt with it already."


def test_no_mailbox_is_read_where_none_is_named(settings):
    settings.INBOX_URL = ""

    assert services.read_inbox(now=NOW) == 0


def test_wrong_setting_is_logged_without_the_password(settings, caplog):
    settings.INBOX_URL = "imap://user:secret@imap.example.org"

    assert services.read_inbox(now=NOW) == 0
    assert caplog.messages == [
        "The mailbox could not be read: "
        "INBOX_URL would send the password in the open: use imaps://, or add ?starttls=1."
    ]


def test_mail_programs_own_button_withdraws_without_a_cookie(settings):
    """RFC 8058: the provider's server posts, with no visit before and no token of ours against forgery."""
    ada = ContactFactory()
    link = ContactLink.mint(destination="/my-school/", contact=ada)
    link.save()
    address = f"/withdraw/{derive_token(link_id=link.pk, secret=settings.SECRET_KEY)}/"
    provider = Client(enforce_csrf_checks=True)

    assert provider.get(address).status_code == 200
    ada.refresh_from_db()
    assert ada.withdrawn_at is None

    assert provider.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    ada.refresh_from_db()
    assert ada.withdrawn_at is not None
