"""Who counts as a contact: anybody may ask, an officer confirms, and whoever has left is let go."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from hubportal.accounts.models import Role
from hubportal.mail.models import Email
from hubportal.mail.services import deliver
from hubportal.mail.tests.factories import EmailFactory
from schools.models import Contact, ContactLink
from schools.permissions import SESSION_KEY
from schools.queries import last_sign_of_life
from schools.services import confirm_contacts, keep_contact, let_contact_go, let_mail_go_again
from schools.tests.factories import ContactFactory, SchoolFactory, UserFactory

pytestmark = pytest.mark.django_db
WORDING = "You may write to me."


def keep(school, **changes):
    person = {"name": "Eve", "role": "music_coordinator", "email": "eve@school.example.org", "phone": "01"}
    return keep_contact(school=school, at=timezone.now(), consent_wording=WORDING, **person | changes)


def visit(client, contact):
    link = ContactLink.mint(destination="/my-school/", contact=contact)
    link.save()
    session = client.session
    session[SESSION_KEY] = str(link.pk)
    session.save()
    return link


def test_keep_contact_of_a_stranger_is_willing_and_not_reachable():
    contact = keep(SchoolFactory())

    assert list(Contact.objects.willing()) == [contact]
    assert list(Contact.objects.reachable()) == []
    assert (contact.is_confirmed, contact.is_reachable) == (False, False)


def test_keep_contact_twice_before_confirmation_brings_it_up_to_date():
    school = SchoolFactory()
    keep(school)

    contact = keep(school, name="Eve Adams", email="EVE@school.example.org", phone="")

    assert (Contact.objects.count(), contact.name, contact.phone) == (1, "Eve Adams", "01")


def test_keep_contact_by_the_public_form_leaves_a_confirmed_person_as_they_are():
    confirmed = ContactFactory(name="Alice", email="alice@school.example.org", phone="01")

    contact = keep(confirmed.school, name="Mallory", email="alice@school.example.org", phone="99")

    assert (contact.pk, contact.name, contact.phone) == (confirmed.pk, "Alice", "01")


def test_keep_contact_by_the_public_form_leaves_the_consent_and_the_yearly_question_of_a_confirmed_person():
    earlier = timezone.now() - timedelta(days=400)
    confirmed = ContactFactory(consented_at=earlier, confirmed_at=earlier, still_there_at=earlier)

    keep(confirmed.school, email=confirmed.email)

    confirmed.refresh_from_db()
    assert (confirmed.consent_wording, confirmed.consented_at) == ("We may write to you about this meeting.", earlier)
    assert last_sign_of_life(confirmed) == earlier


def test_keep_contact_keeps_the_newest_consent_of_a_stranger():
    stranger = ContactFactory(confirmed_at=None)

    assert keep(stranger.school, email=stranger.email).consent_wording == WORDING


@pytest.mark.parametrize("changes", [{}, {"role": "head_teacher"}])
def test_keep_contact_leaves_a_withdrawal_in_force_in_every_role(changes):
    withdrawn = ContactFactory(withdrawn_at=timezone.now())

    same_school = keep(withdrawn.school, email=withdrawn.email.upper(), **changes)
    elsewhere = keep(SchoolFactory(), email=withdrawn.email, **changes)

    assert same_school.withdrawn_at == elsewhere.withdrawn_at == withdrawn.withdrawn_at
    assert list(Contact.objects.willing()) == []


def test_let_mail_go_again_ends_the_withdrawal_everywhere_and_says_who_said_so():
    withdrawn = ContactFactory(withdrawn_at=timezone.now())
    elsewhere = ContactFactory(email=withdrawn.email.upper(), withdrawn_at=timezone.now())

    let_mail_go_again(contact=withdrawn, by=UserFactory(name="Rosa"), now=timezone.now())

    assert Contact.objects.willing().count() == 2
    assert elsewhere.school.timeline.get().text == f"Mail may go to {elsewhere.name} again: they said so to Rosa."


def test_let_mail_go_again_without_a_withdrawal_is_refused():
    with pytest.raises(ValidationError, match="has not withdrawn"):
        let_mail_go_again(contact=ContactFactory(), by=UserFactory(), now=timezone.now())


def test_mail_to_a_withdrawn_address_is_stopped_at_the_last_moment_whatever_entry_it_was_written_for():
    withdrawn = ContactFactory(withdrawn_at=timezone.now())
    other_entry = ContactFactory(email=withdrawn.email)
    email = EmailFactory(to_address=withdrawn.email, context={"contact": other_entry.pk})

    assert deliver(email_id=email.pk) == "cancelled"


def test_pages_of_the_school_stay_closed_until_the_contact_is_confirmed(client):
    contact = keep(SchoolFactory(name="Ash"))
    visit(client, contact)

    before = client.get(reverse("my_school"))
    confirm_contacts(contacts=[contact], by=UserFactory(), now=timezone.now())
    after = client.get(reverse("my_school"))

    assert before.templates[0].name == "schools/not_confirmed.html"
    assert after.templates[0].name == "awards/my_school.html"


def test_confirm_contacts_twice_keeps_the_first_time():
    contact, first, second = keep(SchoolFactory()), UserFactory(), UserFactory()

    confirm_contacts(contacts=[contact], by=first, now=timezone.now())
    confirm_contacts(contacts=[contact], by=second, now=timezone.now())

    contact.refresh_from_db()
    assert contact.confirmed_by == first
    assert contact.school.timeline.count() == 1


def test_let_contact_go_ends_links_and_visits(client):
    contact = ContactFactory()
    link = visit(client, contact)
    assert client.get(reverse("my_school")).status_code == 200

    let_contact_go(contact=contact, by=UserFactory(), now=timezone.now())

    link.refresh_from_db()
    assert link.revoked_at is not None
    assert client.get(reverse("my_school")).url == reverse("link_needed")
    assert list(Contact.objects.reachable()) == []


def test_let_contact_go_twice_is_refused():
    contact = ContactFactory()
    let_contact_go(contact=contact, by=UserFactory(), now=timezone.now())

    with pytest.raises(ValidationError, match="has left the school already"):
        let_contact_go(contact=contact, by=UserFactory(), now=timezone.now())


@pytest.mark.parametrize("name", ["contact_confirm", "contact_left"])
@pytest.mark.parametrize(("role", "status"), [(None, 302), (Role.VIEWER, 403), (Role.OFFICER, 302)])
def test_contact_buttons_are_for_officers(client, name, role, status):
    contact = keep(SchoolFactory())
    if role:
        client.force_login(UserFactory(role=role))

    response = client.post(reverse(name, args=[contact.pk]))

    contact.refresh_from_db()
    is_changed = contact.is_confirmed or contact.left_at is not None
    assert (response.status_code, is_changed) == (status, role == Role.OFFICER)


@pytest.mark.parametrize("name", ["contact_confirm", "contact_left", "contact_mail_again"])
def test_contact_buttons_by_mere_opening_are_refused(client, name):
    client.force_login(UserFactory())

    assert client.get(reverse(name, args=[ContactFactory().pk])).status_code == 405


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"role": "king"}, "schools_contact_role_known"),
        ({"consent_wording": ""}, "schools_contact_consent_with_wording"),
        ({"consented_at": None}, "schools_contact_consent_with_wording"),
    ],
)
def test_contact_constraint_broken_is_refused(changes, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ContactFactory(**changes)


def test_contact_confirmed_by_somebody_at_no_time_is_refused():
    with pytest.raises(IntegrityError, match="schools_contact_confirmed_with_time"), transaction.atomic():
        ContactFactory(confirmed_at=None, confirmed_by=UserFactory())


def test_contact_twice_in_one_role_is_refused():
    contact = ContactFactory()
    with pytest.raises(IntegrityError, match="schools_contact_current_once"), transaction.atomic():
        ContactFactory(school=contact.school, email=contact.email.upper())


def test_contact_form_adds_a_confirmed_contact(client):
    officer, school = UserFactory(), SchoolFactory()
    client.force_login(officer)
    person = {"name": "Ada", "role": "head_teacher", "email": "ada@school.example.org", "phone": ""}

    client.post(reverse("contact_new", args=[school.urn]), person)

    contact = school.contacts.get()
    assert (contact.name, contact.confirmed_by, contact.is_reachable) == ("Ada", officer, True)


def test_contact_form_with_a_known_address_says_so_and_keeps_what_was_typed(client):
    contact = ContactFactory()
    client.force_login(UserFactory())
    person = {"name": "Twin", "role": contact.role, "email": contact.email.upper(), "phone": "0116 496 0001"}

    response = client.post(reverse("contact_new", args=[contact.school.urn]), person)

    assert response.context["form"].errors == {
        "email": ["This address is a contact of the school in that role already."]
    }
    assert 'value="Twin"' in response.content.decode()


@pytest.mark.parametrize(("role", "status"), [(None, 302), (Role.VIEWER, 403), (Role.OFFICER, 200)])
def test_contact_form_is_for_officers(client, role, status):
    if role:
        client.force_login(UserFactory(role=role))

    assert client.get(reverse("contact_new", args=[SchoolFactory().urn])).status_code == status


def test_contact_form_of_a_closed_school_is_not_found(client):
    client.force_login(UserFactory())

    assert client.get(reverse("contact_new", args=[SchoolFactory(status="closed").urn])).status_code == 404


def test_send_personal_link_mails_a_link_that_opens_the_schools_pages(client):
    contact = ContactFactory()
    client.force_login(UserFactory())

    for _ in range(2):
        client.post(reverse("contact_send_link", args=[contact.pk]))

    emails = Email.objects.filter(kind="personal_link", to_address=contact.email)
    assert emails.count() == 2
    assert [link.destination for link in contact.personal_links.all()] == ["/my-school/"] * 2
    assert "/link/[[personal-link:" in emails[0].body_text
    assert "/link/[[personal-link:" in emails[0].body_html


def test_send_personal_link_to_somebody_not_confirmed_is_refused(client):
    contact = keep(SchoolFactory())
    client.force_login(UserFactory())

    response = client.post(reverse("contact_send_link", args=[contact.pk]), follow=True)

    assert [str(message) for message in response.context["messages"]] == [
        "This person may not be written to: they are not confirmed, or they withdrew consent."
    ]
    assert Email.objects.count() == 0
