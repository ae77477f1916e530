"""The administrators' site: who gets in, and that it changes nothing it should not."""

import pytest
from django.urls import reverse

from hubportal.accounts.models import Role
from schools.models import Contact, HubProfile, School
from schools.services import import_schools
from schools.tests.factories import AreaFactory, ContactFactory, SchoolFactory, UserFactory
from schools.tests.files import ODD_ROWS

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client):
    user = UserFactory(role=Role.ADMINISTRATOR)
    client.force_login(user)
    return user


@pytest.fixture
def pages():
    """Each list and each record that the site shows."""
    import_schools(path=ODD_ROWS)
    things = [HubProfile.objects.create(pk=1), AreaFactory(), School.objects.first(), ContactFactory()]
    lists = [
        reverse(f"admin:schools_{name}_changelist") for name in ["hubprofile", "area", "school", "contact", "importrun"]
    ]
    return lists + [reverse(f"admin:schools_{thing._meta.model_name}_change", args=[thing.pk]) for thing in things]


def test_admin_shows_administrators_everything(client, administrator, pages):
    assert {client.get(page).status_code for page in pages} == {200}


@pytest.mark.parametrize("role", [Role.OFFICER, Role.VIEWER, None])
def test_admin_lets_nobody_else_in(client, pages, role):
    if role:
        client.force_login(UserFactory(role=role))

    assert {client.get(page).status_code for page in pages} == {302}


@pytest.mark.parametrize("number", [1, 3])
def test_admin_school_list_asks_the_database_as_often_for_many_as_for_one(
    client, administrator, number, django_assert_num_queries
):
    SchoolFactory.create_batch(number)
    client.get(reverse("admin:schools_school_changelist"))

    with django_assert_num_queries(8):
        client.get(reverse("admin:schools_school_changelist"))


def test_admin_writes_the_hub_profile_as_its_only_row(client, administrator):
    fields = {field.name: field.get_default() for field in HubProfile._meta.fields if field.name != "id"}

    client.post(reverse("admin:schools_hubprofile_add"), fields | {"name": "Soar Valley Music"})

    assert list(HubProfile.objects.values_list("pk", "name")) == [(1, "Soar Valley Music")]
    assert client.get(reverse("admin:schools_hubprofile_add")).status_code == 403


def test_admin_puts_a_contacts_name_right_and_leaves_consent_alone(client, administrator):
    contact = ContactFactory(email="before@school.example.org")
    changes = {
        "name": "New Name",
        "role": contact.role,
        "phone": "",
        "email": "x@school.example.org",
        "consent_wording": "",
    }

    client.post(reverse("admin:schools_contact_change", args=[contact.pk]), changes)

    changed = Contact.objects.get()
    assert (changed.name, changed.email, changed.consent_wording) == (
        "New Name",
        contact.email,
        contact.consent_wording,
    )


@pytest.mark.parametrize(
    ("name", "action"),
    [
        ("school", "add"), ("school", "change"), ("school", "delete"), ("area", "add"), ("area", "change"),
        ("area", "delete"), ("contact", "add"), ("contact", "delete"), ("hubprofile", "delete"), ("importrun", "add"),
    ],
)  # fmt: skip
def test_admin_does_not_change_what_other_pages_keep(client, administrator, name, action):
    things = {"school": SchoolFactory, "area": AreaFactory, "contact": ContactFactory}
    thing = things[name]() if name in things else HubProfile.objects.create(pk=1)
    arguments = [] if action == "add" else [thing.pk]

    response = client.post(
        reverse(f"admin:schools_{name}_{action}", args=arguments), {"name": "Changed", "post": "yes"}
    )

    assert response.status_code == 403
