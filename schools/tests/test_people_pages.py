"""The pages about a school's people and its state: who may open them, and what their buttons do."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from hubportal.accounts.models import Role
from hubportal.mail.models import Email
from schools.forms import ContactForm, HandOverForm
from schools.models import Contact
from schools.queries import people_to_erase
from schools.services import ask_to_be_erased
from schools.tests.factories import ContactFactory, SchoolFactory, UserFactory
from schools.tests.visitors import said
from schools.timeline import record_event

pytestmark = pytest.mark.django_db
EVERYBODY = (None, Role.VIEWER, Role.OFFICER, Role.ADMINISTRATOR)
FOR_OFFICERS = dict(zip(EVERYBODY, (302, 403, 200, 200), strict=True))
FOR_ADMINISTRATORS = dict(zip(EVERYBODY, (302, 403, 403, 200), strict=True))
PAGES = {
    "school_contacts": ("urn", FOR_OFFICERS),
    "school_engagement": ("urn", FOR_OFFICERS),
    "contact_hand_over": ("pk", FOR_OFFICERS),
    "contact_data": ("pk", FOR_ADMINISTRATORS),
    "contact_erase": ("pk", FOR_ADMINISTRATORS),
}


def address(name, contact):
    return reverse(name, args=[contact.school.urn if name.startswith("school") else contact.pk])


@pytest.mark.parametrize("role", EVERYBODY)
@pytest.mark.parametrize("name", PAGES)
def test_page_about_people_opens_for_whom_it_is_meant(as_role, name, role):
    response = as_role(role).get(address(name, ContactFactory()))

    assert response.status_code == PAGES[name][1][role]


@pytest.mark.parametrize("name", PAGES)
def test_page_about_people_stays_shut_to_the_schools_own_contact(as_contact, name):
    contact = ContactFactory()

    assert as_contact(contact).get(address(name, contact)).status_code == 302


@pytest.mark.parametrize("role", EVERYBODY)
@pytest.mark.parametrize("name", ["contact_address_works", "school_resume"])
def test_button_works_for_officers_alone(as_role, name, role):
    school = SchoolFactory(engagement="paused", engagement_reason="x", engagement_since=date(2026, 1, 1))
    contact = ContactFactory(school=school, bounced_at=timezone.now())

    response = as_role(role).post(address(name, contact))

    contact = Contact.objects.select_related("school").get()
    is_changed = contact.bounced_at is None or contact.school.engagement == "taking_part"
    assert (response.status_code == 403, is_changed) == (
        role == Role.VIEWER,
        role in (Role.OFFICER, Role.ADMINISTRATOR),
    )


@pytest.mark.parametrize("role", [None, Role.VIEWER, Role.OFFICER])
def test_erasing_by_whoever_is_no_administrator_changes_nothing(as_role, role):
    contact = ContactFactory()

    as_role(role).post(reverse("contact_erase", args=[contact.pk]))

    contact.refresh_from_db()
    assert contact.erased_at is None


def test_contacts_page_shows_who_is_in_office_and_who_was_before(client, officer):
    school = SchoolFactory()
    now = ContactFactory(school=school, name="Ben Now", consent_wording="You may write to me.")
    ContactFactory(school=school, name="Alice Before", left_at=timezone.now(), replaced_by=now)
    ContactFactory(name="Somebody Elsewhere")

    page = client.get(reverse("school_contacts", args=[school.urn]))

    people, text = page.context["people"], page.content.decode()
    assert ([one.name for one in people.current], [one.name for one in people.former]) == (
        ["Ben Now"],
        ["Alice Before"],
    )
    assert "after Alice Before" in text
    assert "You may write to me." in text
    assert "Somebody Elsewhere" not in text


def test_contacts_page_says_why_mail_comes_back_and_lets_it_go_again(client, officer):
    contact = ContactFactory(bounced_at=timezone.now(), bounce_reason="No such mailbox")

    text = client.get(reverse("school_contacts", args=[contact.school.urn])).content.decode()
    client.post(reverse("contact_address_works", args=[contact.pk]))

    contact.refresh_from_db()
    assert "No such mailbox" in text
    assert "Ask the school for the new music lead" in text
    assert (contact.bounced_at, contact.bounce_reason) == (None, "")


@pytest.mark.parametrize("number", [1, 3])
def test_contacts_page_asks_the_same_number_of_queries(client, officer, number, django_assert_num_queries):
    school = SchoolFactory()
    for _ in range(number):
        successor = ContactFactory(school=school, confirmed_by=officer)
        ContactFactory(school=school, left_at=timezone.now(), replaced_by=successor)

    with django_assert_num_queries(6):
        client.get(reverse("school_contacts", args=[school.urn]))


def test_hand_over_page_puts_the_successor_in_and_says_so(client, officer):
    contact = ContactFactory()
    ben = {"name": "Ben", "email": "ben@oak.example.org", "phone": ""}

    response = client.post(reverse("contact_hand_over", args=[contact.pk]), ben)

    contact.refresh_from_db()
    assert contact.replaced_by.confirmed_by == officer
    assert said(response) == ["Handed over. The new person has a mail with a link of their own."]


def test_hand_over_page_with_a_mistake_keeps_what_was_typed(client, officer):
    contact = ContactFactory()

    response = client.post(
        reverse("contact_hand_over", args=[contact.pk]), {"name": "Ben", "email": "ben", "phone": ""}
    )

    assert response.context["form"].errors == {"email": ["Enter an e-mail address like name@example.org."]}
    assert 'value="Ben"' in response.content.decode()


WRONG = [
    ("name", "Ben www.evil.example", "Enter the name alone, without a web or e-mail address."),
    ("name", "https://evil.example", "Enter the name alone, without a web or e-mail address."),
    ("email", "bén@oak.example.org", "Enter an e-mail address with plain letters only, without accents, such as "
     "name@example.org."),
    ("phone", "ring me", "Enter a telephone number with its dialling code, such as 0116 496 0000."),
]  # fmt: skip


@pytest.mark.parametrize("form_class", [ContactForm, HandOverForm])
@pytest.mark.parametrize(("field", "typed", "sentence"), WRONG)
def test_forms_about_people_take_no_more_than_a_name_an_address_and_a_number(form_class, field, typed, sentence):
    person = {"name": "Ben Cole", "email": "ben@oak.example.org", "phone": "", "role": "other"}

    assert form_class(person | {field: typed}).errors == {field: [sentence]}


@pytest.mark.parametrize("form_class", [ContactForm, HandOverForm])
def test_forms_about_people_keep_a_name_on_one_line(form_class):
    form = form_class({"name": "Ben\r\nBcc: all  Cole", "email": "ben@oak.example.org", "role": "other"})

    assert (form.is_valid(), form.cleaned_data["name"]) == (True, "Ben Bcc: all Cole")


def test_correction_on_the_administrators_site_takes_no_address_for_a_name(client):
    client.force_login(UserFactory(role=Role.ADMINISTRATOR))
    contact = ContactFactory(name="Ben")

    page = reverse("admin:schools_contact_change", args=[contact.pk])
    response = client.post(page, {"name": "www.evil.example", "phone": ""})

    assert response.context["errors"] == [["Enter the name alone, without a web or e-mail address."]]


def test_hand_over_page_of_somebody_who_has_left_is_not_found(client, officer):
    contact = ContactFactory(left_at=timezone.now())

    assert client.get(reverse("contact_hand_over", args=[contact.pk])).status_code == 404


def test_confirming_a_named_successor_on_the_page_sends_them_a_link(client, officer):
    contact = ContactFactory(confirmed_at=None)
    ContactFactory(school=contact.school, left_at=timezone.now(), replaced_by=contact)

    client.post(reverse("contact_confirm", args=[contact.pk]))

    assert contact.personal_links.count() == 1


# --- What we hold -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 3])
def test_personal_data_asks_the_database_as_often_for_one_as_for_three(client, number, django_assert_num_queries):
    client.force_login(UserFactory(role=Role.ADMINISTRATOR))
    contact = ContactFactory()
    for _ in range(number):
        ContactFactory(email=contact.email)
        record_event(school=contact.school, kind="contact", text="Rang up", by_contact=contact)

    with django_assert_num_queries(34):
        client.get(reverse("contact_data", args=[contact.pk]))


def test_personal_data_as_a_file_is_the_same_as_the_page(client):
    client.force_login(UserFactory(role=Role.ADMINISTRATOR))
    contact = ContactFactory(name="Zoë Ash")

    response = client.get(reverse("contact_data", args=[contact.pk]) + "?format=json")

    assert response["Content-Disposition"] == 'attachment; filename="personal-data.json"'
    assert response.json()["held"]["Entries as a contact of a school"][0]["Name"] == "Zoë Ash"
    assert "Zoë" in response.content.decode()


def test_my_data_is_about_oneself_alone_and_open_before_an_officer_knows_one(as_contact):
    colleague = ContactFactory(email="bea@oak.example.org")
    contact = ContactFactory(school=colleague.school, confirmed_at=None)

    response = as_contact(contact).get(reverse("my_data"))

    assert response.status_code == 200
    assert contact.email in response.content.decode()
    assert colleague.email not in response.content.decode()


def test_my_data_as_a_file(as_contact):
    contact = ContactFactory()

    data = as_contact(contact).get(reverse("my_data") + "?format=json").json()

    assert data["about"]["address"] == contact.email


@pytest.mark.parametrize("is_confirmed", [True, False])
def test_pages_say_what_is_found_of_a_person(client, as_contact, is_confirmed):
    contact = ContactFactory(confirmed_at=timezone.now() if is_confirmed else None)
    mine = as_contact(contact).get(reverse("my_data")).content.decode()
    client.force_login(UserFactory(role=Role.ADMINISTRATOR))
    erase = client.get(reverse("contact_erase", args=[contact.pk])).content.decode()

    assert ("you see here what you typed and what we sent you" in mine) is not is_confirmed
    assert ("Only a name of two words or more is found there" in erase) is is_confirmed
    assert ("no officer has ever confirmed this person" in erase) is not is_confirmed


def test_asking_to_be_erased_twice_tells_each_administrator_once(as_contact):
    administrators = [UserFactory(role=Role.ADMINISTRATOR) for _ in range(2)]
    UserFactory(role=Role.ADMINISTRATOR, is_active=False)
    contact = ContactFactory(name="Alice Penrose")
    client = as_contact(contact)

    for _ in range(2):
        client.post(reverse("my_data_erase"))

    mails = Email.objects.filter(kind="erasure_asked").order_by("pk")
    contact.refresh_from_db()
    assert [mail.to_address for mail in mails] == [user.email for user in administrators]
    assert "Penrose" not in mails[0].subject + mails[0].body_text + mails[0].body_html
    assert contact.erasure_asked_at is not None
    assert contact.erased_at is None


def test_asking_to_be_erased_by_somebody_not_confirmed_stands_in_the_list_alone(as_contact):
    UserFactory(role=Role.ADMINISTRATOR)
    contact = ContactFactory(confirmed_at=None)

    as_contact(contact).post(reverse("my_data_erase"))

    assert list(people_to_erase()) == [contact]
    assert not Email.objects.exists()


@pytest.mark.parametrize(("hour", "number"), [(22, 1), (23, 2)])
def test_asking_to_be_erased_at_two_schools_is_one_mail_a_day(hour, number):
    UserFactory(role=Role.ADMINISTRATOR)
    first = ContactFactory()
    second = ContactFactory(email=first.email.upper())

    # In summer the day of Europe/London ends at 23:00 UTC.
    ask_to_be_erased(contact=first, now=datetime(2027, 6, 1, 8, tzinfo=UTC))
    ask_to_be_erased(contact=second, now=datetime(2027, 6, 1, hour, 30, tzinfo=UTC))

    assert Email.objects.filter(kind="erasure_asked").count() == number
    assert people_to_erase().count() == 2


def test_asking_to_be_erased_before_an_officer_knew_the_person_elsewhere_holds_back_no_mail():
    UserFactory(role=Role.ADMINISTRATOR)
    stranger = ContactFactory(confirmed_at=None)
    confirmed = ContactFactory(email=stranger.email)

    for contact in (stranger, confirmed):
        ask_to_be_erased(contact=contact, now=timezone.now())

    assert Email.objects.filter(kind="erasure_asked").count() == 1


def test_erase_page_says_what_goes_and_its_button_erases(client):
    client.force_login(UserFactory(role=Role.ADMINISTRATOR))
    contact = ContactFactory()
    page = reverse("contact_erase", args=[contact.pk])

    before = client.get(page)
    contact.refresh_from_db()
    assert (before.status_code, contact.erased_at) == (200, None)
    response = client.post(page)

    contact.refresh_from_db()
    assert contact.name == "Erased person"
    assert said(response) == ["Erased. The school’s history stays."]
    assert client.get(page).status_code == 404


# --- The state of a school --------------------------------------------------------------------------------------------


def test_engagement_page_pauses_the_school(client, officer):
    school = SchoolFactory()
    typed = {"engagement": "paused", "reason": "Being rebuilt.", "until": "2030-01-04"}

    response = client.post(reverse("school_engagement", args=[school.urn]), typed)

    school.refresh_from_db()
    assert (school.engagement, school.engagement_until) == ("paused", date(2030, 1, 4))
    assert (response.url, said(response)) == (reverse("school_detail", args=[school.urn]), ["Noted: paused."])


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"reason": ""}, {"reason": ["Fill in “Why”."]}),
        ({"engagement": ""}, {"engagement": ["Choose an answer for “State of the school”."]}),
        ({"until": "2020-01-04"}, {"until": ["That day has passed: give today or a later day, or leave it empty."]}),
        (
            {"engagement": "not_engaging"},
            {"until": ["Only a pause has a last day: choose “Paused”, or leave the day empty."]},
        ),
    ],
)
def test_engagement_page_with_a_mistake_says_how_to_mend_it(client, officer, changes, errors):
    typed = {"engagement": "paused", "reason": "Being rebuilt.", "until": "2030-01-04"} | changes

    response = client.post(reverse("school_engagement", args=[SchoolFactory().urn]), typed)

    assert response.context["form"].errors == errors
    assert (typed["reason"] or "2030-01-04") in response.content.decode()


def test_engagement_page_of_a_closed_school_is_not_found(client, officer):
    assert client.get(reverse("school_engagement", args=[SchoolFactory(status="closed").urn])).status_code == 404


def test_state_of_a_school_stands_on_its_page_and_in_the_list(client, officer):
    school = SchoolFactory(engagement="paused", engagement_reason="Being rebuilt.", engagement_since=date(2026, 9, 1))
    SchoolFactory()

    page = client.get(reverse("school_detail", args=[school.urn])).content.decode()
    listed = client.get(reverse("school_list"), {"engagement": "paused"})

    assert "Paused since 1 September 2026" in page
    assert "Being rebuilt." in page
    assert list(listed.context["page_obj"]) == [school]


def test_school_list_finds_the_schools_to_ask_for_their_music_lead(client, officer):
    school = ContactFactory(left_at=timezone.now()).school
    ContactFactory()

    assert list(client.get(reverse("school_list"), {"lead": "missing"}).context["page_obj"]) == [school]


# --- Who asked to be erased -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", EVERYBODY)
def test_list_of_who_asked_to_be_erased_is_for_administrators(as_role, role):
    assert as_role(role).get(reverse("erasures")).status_code == FOR_ADMINISTRATORS[role]


@pytest.mark.parametrize("number", [1, 3])
def test_list_of_who_asked_to_be_erased_asks_the_same_number_of_queries(as_role, number, django_assert_num_queries):
    client = as_role(Role.ADMINISTRATOR)
    for _ in range(number):
        ContactFactory(erasure_asked_at=timezone.now())
    ContactFactory()

    with django_assert_num_queries(5):
        response = client.get(reverse("erasures"))

    assert len(response.context["page_obj"]) == number


def test_staff_home_tells_administrators_who_asked_to_be_erased(as_role):
    ContactFactory(erasure_asked_at=timezone.now())

    actions = as_role(Role.ADMINISTRATOR).get(reverse("staff_home")).context["actions"]

    assert [(one.count, one.url) for one in actions if "erased" in one.label] == [(1, reverse("erasures"))]
