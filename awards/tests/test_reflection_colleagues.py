"""A sheet handed to a colleague: known, named anew, waiting for an officer; both answers kept."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from awards.models import Reflection
from awards.services import queue_due_reflection_reminders, queue_due_reflections
from awards.tests.factories import make_due_reflections
from hubportal.mail.models import Email, EmailStatus
from schools.models import Contact, ContactRole, TimelineKind
from schools.services import confirm_contact
from schools.tests.factories import ContactFactory, UserFactory

pytestmark = pytest.mark.django_db
NEW = {"colleague": "new", "name": "Ben Bell", "email": "ben@elsewhere.example.org"}


@pytest.fixture
def sheet() -> Reflection:
    (made,) = make_due_reflections(1, due_on=date(2025, 11, 4))
    queue_due_reflections(as_of=date(2025, 11, 4))
    return Reflection.objects.select_related("audit__meeting__school").get(pk=made.pk)


@pytest.fixture
def ada(sheet) -> Contact:
    return sheet.audit.meeting.school.contacts.get()


@pytest.fixture
def hal(ada) -> Contact:
    return ContactFactory(school=ada.school, name="Hal Head", role=ContactRole.HEAD_TEACHER, email="hal@x.example.org")


def address(sheet: Reflection) -> str:
    return reverse("reflection_colleague", args=[sheet.pk])


def mails() -> list[tuple[str, bool]]:
    """Mails to colleagues, and whether each leads to the school's pages."""
    found = Email.objects.filter(kind="reflection_colleague").order_by("pk")
    return [(mail.to_address, "personal-link" in mail.body_text.split("--")[0]) for mail in found]


def told(sheet: Reflection) -> list[str]:
    events = sheet.audit.meeting.school.timeline.filter(kind=TimelineKind.REFLECTION).order_by("pk")
    return list(events.values_list("text", flat=True))


def test_hand_over_without_a_link_explains_how_to_get_in(client, sheet):
    assert client.get(address(sheet))["Location"] == reverse("link_needed")


def test_hand_over_of_another_schools_sheet_is_a_404(as_contact, sheet):
    client = as_contact(ContactFactory())

    assert [client.get(address(sheet)).status_code, client.post(address(sheet), NEW).status_code] == [404, 404]
    assert mails() == []


def test_hand_over_merely_opened_changes_nothing(as_contact, sheet, ada, hal):
    text = as_contact(ada).get(address(sheet)).content.decode()

    assert ("Hal Head, head teacher" in text, mails()) == (True, [])


def test_hand_over_to_somebody_known_sends_them_a_link_of_their_own(as_contact, sheet, ada, hal):
    client = as_contact(ada)

    response = client.post(address(sheet), {"colleague": hal.pk}, follow=True)

    assert mails() == [(hal.email, True)]
    assert [link.destination for link in hal.personal_links.all()] == [reverse("reflection_form", args=[sheet.pk])]
    assert told(sheet) == [f"{ada.name} handed the 12-month reflection sheet to Hal Head."]
    assert "Hal Head gets an e-mail with a link of their own." in response.content.decode()


def test_hand_over_to_the_same_person_twice_a_day_is_one_mail_and_a_sentence(as_contact, sheet, ada, hal):
    client = as_contact(ada)
    client.post(address(sheet), {"colleague": hal.pk})

    response = client.post(address(sheet), {"colleague": hal.pk})

    assert response.context["form"].non_field_errors() == ["Hal Head has been sent the sheet today already."]
    assert len(mails()) == 1


def test_hand_over_to_a_stranger_opens_nothing_until_an_officer_confirms(as_contact, sheet, ada):
    as_contact(ada).post(address(sheet), NEW)

    ben = Contact.objects.get(email=NEW["email"])
    assert (ben.is_confirmed, ben.school, mails()) == (False, ada.school, [(ben.email, False)])
    assert sheet.audit.priorities.first().action not in Email.objects.get(kind="reflection_colleague").body_text
    notice = Email.objects.get(kind="reflection_colleague_notice")
    assert (ben.name in notice.body_text, ben.email in notice.body_text) == (False, False)
    assert as_contact(ben).get(reverse("reflection_form", args=[sheet.pk])).templates[0].name == (
        "schools/not_confirmed.html"
    )

    confirm_contact(contact=ben, by=UserFactory(), now=timezone.now())

    assert mails() == [(ben.email, False), (ben.email, True)]
    assert as_contact(ben).get(reverse("reflection_form", args=[sheet.pk])).status_code == 200
    assert told(sheet)[0].endswith("to Ben Bell. It waits until an officer has confirmed them.")


def test_hand_over_to_a_stranger_who_is_confirmed_after_the_answer_sends_nothing_more(as_contact, sheet, ada):
    as_contact(ada).post(address(sheet), NEW)
    Reflection.objects.filter(pk=sheet.pk).update(answered_at=timezone.now())

    confirm_contact(contact=Contact.objects.get(email=NEW["email"]), by=UserFactory(), now=timezone.now())

    assert len(mails()) == 1


def test_hand_over_to_an_address_that_is_certainly_the_schools_goes_at_once(as_contact, sheet, ada):
    ada.school.website = "https://www.wren.example.org"
    ada.school.save()

    as_contact(ada).post(address(sheet), NEW | {"email": "ben@wren.example.org"})

    assert mails() == [("ben@wren.example.org", True)]
    assert not Email.objects.filter(kind="reflection_colleague_notice").exists()


def test_hand_over_to_the_typed_address_of_somebody_known_adds_nobody(as_contact, sheet, ada, hal):
    as_contact(ada).post(address(sheet), NEW | {"email": hal.email.upper()})

    assert (ada.school.contacts.count(), mails()) == (2, [(hal.email, True)])


@pytest.mark.parametrize(
    "data, errors",
    [
        ({}, {"colleague": ["Choose who should answer."]}),
        (
            {"colleague": "new"},
            {"name": ["Give your colleague’s name."], "email": ["Give your colleague’s e-mail address."]},
        ),
        ({"colleague": "999999"}, {"colleague": ["Choose one of these people."]}),
    ],
)
def test_hand_over_that_names_nobody_is_refused_with_a_sentence(as_contact, sheet, ada, hal, data, errors):
    response = as_contact(ada).post(address(sheet), data)

    assert (response.context["form"].errors, mails()) == (errors, [])


def test_hand_over_to_oneself_is_refused_with_a_sentence(as_contact, sheet, ada):
    response = as_contact(ada).post(address(sheet), NEW | {"email": ada.email})

    assert response.context["form"].errors == {"email": ["This is your own address. Give that of your colleague."]}


@pytest.mark.parametrize("change", ["withdrawn_at", "bounced_at"])
def test_hand_over_to_somebody_who_gets_no_mail_is_refused_with_a_sentence(as_contact, sheet, ada, hal, change):
    Contact.objects.filter(pk=hal.pk).update(**{change: timezone.now()})

    response = as_contact(ada).post(address(sheet), NEW | {"email": hal.email})

    assert mails() == []
    assert response.context["form"].non_field_errors() == [
        "We may not write to Hal Head at the moment. Choose somebody else, or write to us."
    ]


def test_reminder_goes_to_the_colleague_whom_the_sheet_was_handed_to(as_contact, sheet, ada, hal):
    now = timezone.now()
    Email.objects.filter(pk=sheet.email_id).update(status=EmailStatus.SENT, sent_at=now)
    as_contact(ada).post(address(sheet), {"colleague": hal.pk})

    queue_due_reflection_reminders(as_of=timezone.localdate() + timedelta(days=40))

    assert Email.objects.get(kind="reflection_reminder").to_address == hal.email
