"""Change of coordinator: the old person's links end, the new one gets what waits."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from hubportal.mail.models import Email
from hubportal.mail.services import deliver
from hubportal.mail.tests.factories import EmailFactory
from schools.models import Contact, ContactLink
from schools.rules import belongs_to_school
from schools.services import confirm_contact, hand_over, let_contact_go
from schools.tests.factories import ContactFactory, SchoolFactory, UserFactory

pytestmark = pytest.mark.django_db
BEN = {"name": "Ben Cole", "email": "ben@oak.example.org", "phone": "0116 496 0123"}


@pytest.fixture
def alice():
    school = SchoolFactory(website="https://www.oak.example.org/music")
    return ContactFactory(school=school, name="Alice Penrose", email="alice@oak.example.org")


def link_of(contact):
    link = ContactLink.mint(destination="/my-school/", contact=contact)
    link.save()
    return link


def over(contact, **changes):
    return hand_over(contact=contact, **BEN | {"now": timezone.now()} | changes)


def told(contact):
    return [event.text for event in contact.school.timeline.exclude(kind="mail").order_by("pk")]


def mails():
    return {email.kind: email for email in Email.objects.all()}


def test_hand_over_by_an_officer_puts_a_confirmed_successor_in_the_same_role(alice):
    officer, now = UserFactory(), timezone.now()

    ben = over(alice, by=officer, now=now)

    alice.refresh_from_db()
    assert (alice.left_at, alice.replaced_by) == (now, ben)
    assert (ben.name, ben.role, ben.phone, ben.confirmed_by) == ("Ben Cole", alice.role, BEN["phone"], officer)
    assert list(alice.school.contacts.reachable()) == [ben]
    assert told(alice)[-1] == "Alice Penrose handed over to Ben Cole as music coordinator."


def test_hand_over_ends_every_link_and_the_visit_at_once(as_contact, alice):
    client, other = as_contact(alice), link_of(alice)
    assert client.get("/my-school/").status_code == 200

    over(alice, by=UserFactory())

    assert client.get("/my-school/").status_code == 302
    other.refresh_from_db()
    assert other.revoked_at is not None


def test_hand_over_cancels_what_waits_for_this_entry_only(alice):
    user = UserFactory()
    elsewhere = ContactFactory(email=alice.email)
    waiting = EmailFactory(to_address=alice.email, context={"contact": alice.pk})
    held = EmailFactory(
        to_address=alice.email,
        context={"contact": alice.pk},
        status="held",
        held_at=timezone.now(),
        held_by=user,
    )
    other = EmailFactory(to_address=alice.email, context={"contact": elsewhere.pk})

    over(alice, by=user)

    for email in (waiting, held, other):
        email.refresh_from_db()
    assert (waiting.status, held.status, other.status) == ("cancelled", "cancelled", "queued")
    assert waiting.last_error == "Ben Cole has taken over."


def test_hand_over_welcomes_the_successor_with_a_link_and_thanks_the_person_before(alice):
    ben = over(alice, by=UserFactory())

    sent = mails()
    assert sorted(sent) == ["handed_over", "successor"]
    assert (sent["successor"].to_address, sent["handed_over"].to_address) == (ben.email, alice.email)
    assert "/link/[[personal-link:" in sent["successor"].body_text
    assert "/link/" not in sent["handed_over"].body_text
    assert "/withdraw/[[personal-link:" in sent["handed_over"].body_text


def test_farewell_goes_though_the_person_has_left_and_its_link_opens_nothing(alice):
    over(alice, by=UserFactory())

    assert deliver(email_id=mails()["handed_over"].pk) == "sent"
    assert not alice.personal_links.usable(now=timezone.now()).exists()


@pytest.mark.parametrize("field", ["withdrawn_at", "bounced_at"])
def test_hand_over_writes_nothing_to_whom_may_not_be_written_to(alice, field):
    setattr(alice, field, timezone.now())
    alice.save()

    over(alice, by=UserFactory())

    assert sorted(mails()) == ["successor"]


def test_farewell_is_stopped_when_the_person_withdraws_before_it_goes(alice):
    over(alice, by=UserFactory())
    Contact.objects.filter(pk=alice.pk).update(withdrawn_at=timezone.now())

    assert deliver(email_id=mails()["handed_over"].pk) == "cancelled"


def test_hand_over_by_link_within_the_schools_mail_domain_confirms_and_tells_the_officer(alice):
    ben = over(alice, by_contact=alice)

    assert (ben.is_confirmed, ben.confirmed_by) == (True, None)
    notice = mails()["successor_notice"]
    assert notice.to_address == alice.school.area.leader.email
    assert "Ben" not in notice.subject + notice.body_text + notice.body_html
    assert alice.school.timeline.get(text__contains="handed over").by_contact == alice


@pytest.mark.parametrize("email", ["ben@elsewhere.example.org", "ben@gmail.com"])
def test_hand_over_by_link_to_another_mail_domain_waits_for_an_officer(alice, email):
    ben = over(alice, by_contact=alice, email=email)

    assert ben.is_confirmed is False
    assert "/link/" not in mails()["successor"].body_text
    assert "waits for an officer" in told(alice)[-1]
    assert "please confirm" in mails()["successor_notice"].subject


@pytest.mark.parametrize("domain", ["gmail.com", "ntlworld.com", "hotmail.fr", "any.example.org", "org.uk"])
def test_hand_over_by_link_within_a_domain_that_is_not_known_as_a_schools_waits_for_an_officer(alice, domain):
    alice.email = f"alice@{domain}"
    alice.save()

    ben = over(alice, by_contact=alice, email=f"ben@{domain}")

    assert ben.is_confirmed is False
    assert "please confirm" in mails()["successor_notice"].subject


@pytest.mark.parametrize("is_shared", [True, False])
def test_hand_over_by_link_within_a_domain_for_schools_confirms_where_no_other_school_has_it(alice, is_shared):
    alice.email = "alice@oak.example.sch.uk"
    alice.save()
    ContactFactory(email=f"carol@{'OAK' if is_shared else 'not-oak'}.example.sch.uk")
    ContactFactory(school=alice.school, email="dora@oak.example.sch.uk")

    assert over(alice, by_contact=alice, email="Ben@Oak.example.sch.uk").is_confirmed is not is_shared


@pytest.mark.parametrize(
    ("address", "website", "colleague", "belongs"),
    [
        ("ben@oak.example.org", "https://www.oak.example.org/", "", True),
        ("Ben@OAK.example.org.", "oak.example.org", "", True),
        ("ben@mail.oak.example.org", "https://www.oak.example.org", "", False),
        ("ben@noak.example.org", "https://www.oak.example.org", "", False),
        ("ben@btinternet.com", "http://www.btinternet.com/~oak", "", False),
        ("ben@oak.example.sch.uk", "", "alice@oak.example.sch.uk", True),
        ("ben@ash.example.sch.uk", "", "alice@oak.example.sch.uk", False),
        ("ben@trust.example.org", "", "alice@trust.example.org", False),
        ("ben@", "", "alice@", False),
        ("ben", "ben", "", False),
    ],
)
def test_address_belongs_to_a_school_where_nobody_else_can_have_one(address, website, colleague, belongs):
    assert belongs_to_school(address, website=website, colleague=colleague, is_shared=False) is belongs


def test_confirming_a_named_successor_brings_the_link_once(alice):
    ben = over(alice, by_contact=alice, email="ben@elsewhere.example.org")

    for _ in range(2):
        confirm_contact(contact=Contact.objects.get(pk=ben.pk), by=UserFactory(), now=timezone.now())

    welcomes = Email.objects.filter(kind="successor").order_by("pk")
    assert ["/link/" in email.body_text for email in welcomes] == [False, True]


def test_hand_over_to_a_colleague_who_is_a_contact_already_keeps_one_entry(alice):
    ben = ContactFactory(school=alice.school, email=BEN["email"].upper(), name="Benjamin Cole")

    assert over(alice, by=UserFactory()) == ben
    assert alice.school.contacts.filter(left_at__isnull=True).get() == ben


def test_hand_over_to_an_address_that_withdrew_sends_it_nothing(alice):
    ContactFactory(email=BEN["email"], withdrawn_at=timezone.now())

    ben = over(alice, by=UserFactory())

    assert ben.withdrawn_at is not None
    assert sorted(mails()) == ["handed_over"]


def test_hand_over_to_oneself_is_refused(alice):
    with pytest.raises(ValidationError) as error:
        over(alice, email=" Alice@oak.example.org", by=UserFactory())

    assert list(error.value.message_dict) == ["email"]
    alice.refresh_from_db()
    assert alice.left_at is None


def test_hand_over_of_somebody_else_by_link_is_refused(alice):
    head = ContactFactory(school=alice.school, role="head_teacher")

    with pytest.raises(ValidationError, match="Only the person themself"):
        over(alice, by_contact=head)


def test_hand_over_twice_is_refused(alice):
    over(alice, by=UserFactory())

    with pytest.raises(ValidationError, match="has left the school already"):
        over(alice, by=UserFactory(), email="carol@oak.example.org")


def test_let_contact_go_by_the_person_themself_is_on_the_timeline(alice):
    let_contact_go(contact=alice, by_contact=alice, now=timezone.now())

    assert alice.school.timeline.get().by_contact == alice


def test_head_teacher_hands_over_likewise():
    head = ContactFactory(role="head_teacher", left_at=None, created_at=timezone.now() - timedelta(days=9))

    assert over(head, by=UserFactory()).role == "head_teacher"
