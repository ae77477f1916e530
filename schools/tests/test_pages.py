"""The pages about schools and areas: who may open them, what they find, how often they ask the database."""

import pytest
from django.urls import reverse

from audits.tests.factories import make_agreed_audit
from hubportal.accounts.models import Role
from schools.models import Area, AuditOffer
from schools.services import assign_areas_by_postcode
from schools.tests.factories import AreaFactory, SchoolFactory, UserFactory

pytestmark = pytest.mark.django_db

ROLES = (None, Role.VIEWER, Role.OFFICER, Role.ADMINISTRATOR)


@pytest.fixture
def administrator(client):
    user = UserFactory(role=Role.ADMINISTRATOR)
    client.force_login(user)
    return user


def statuses(client, address, method="get"):
    found = []
    for role in ROLES:
        client.logout()
        if role:
            client.force_login(UserFactory(role=role))
        found.append(getattr(client, method)(address).status_code)
    return found


@pytest.mark.parametrize(("name", "expected"), [("school_list", [302, 403, 200, 200]), ("areas", [302, 403, 200, 200])])
def test_list_is_for_officers(client, name, expected):
    assert statuses(client, reverse(name)) == expected


def test_area_forms_are_for_administrators(client):
    area = AreaFactory()

    assert statuses(client, reverse("area_new")) == [302, 403, 403, 200]
    assert statuses(client, reverse("area_edit", args=[area.pk])) == [302, 403, 403, 200]
    assert statuses(client, reverse("areas_assign"), "post") == [302, 403, 403, 302]


@pytest.mark.parametrize("name", ["school_area", "school_audit_offer"])
def test_school_change_is_for_officers_by_button_only(client, name):
    address = reverse(name, args=[SchoolFactory().urn])

    assert statuses(client, address, "post") == [302, 403, 302, 302]
    assert client.get(address).status_code == 405


@pytest.mark.parametrize("number", [1, 3])
def test_school_list_asks_the_same_number_of_queries(client, officer, number, django_assert_num_queries):
    SchoolFactory.create_batch(number)

    with django_assert_num_queries(6):
        response = client.get(reverse("school_list"))

    assert len(response.context["page_obj"]) == number


@pytest.mark.parametrize("number", [1, 3])
def test_area_list_asks_the_same_number_of_queries(client, officer, number, django_assert_num_queries):
    for _ in range(number):
        SchoolFactory()

    with django_assert_num_queries(6):
        response = client.get(reverse("areas"))

    assert len(response.context["page_obj"]) == number


def listed(client, **query):
    return [school.name for school in client.get(reverse("school_list"), query).context["page_obj"]]


def test_school_list_filters_by_the_address_bar(client, officer):
    north, south = AreaFactory(name="North"), AreaFactory(name="South")
    SchoolFactory(name="Ash", area=north)
    SchoolFactory(name="Birch", area=south, audit_offer=AuditOffer.SECONDARY)
    SchoolFactory(name="Cedar", area=south, status="closed")

    assert listed(client) == ["Ash", "Birch"]
    assert listed(client, status="all") == ["Ash", "Birch", "Cedar"]
    assert listed(client, status="closed") == ["Cedar"]
    assert listed(client, area=south.pk) == ["Birch"]
    assert listed(client, audit_offer="secondary") == ["Birch"]
    assert listed(client, sort="-name") == ["Birch", "Ash"]
    assert listed(client, q="birsh") == ["Birch"]
    assert listed(client, q="zebra crossing") == []


def test_school_list_finds_schools_never_reached(client, officer):
    make_agreed_audit(school=SchoolFactory(name="Ash"))
    SchoolFactory(name="Birch")

    assert listed(client, reached="no") == ["Birch"]
    assert listed(client, reached="yes") == ["Ash"]


@pytest.mark.parametrize("query", [{"area": "nonsense"}, {"status": "lost"}, {"sort": "password"}, {"page": "x"}])
def test_school_list_with_a_broken_address_still_opens(client, officer, query):
    assert client.get(reverse("school_list"), query).status_code in (200, 404)


def test_school_list_downloads_exactly_what_is_shown(client, officer):
    SchoolFactory(name='=HYPERLINK("x")', urn=990001, area=None)
    SchoolFactory(name="Birch", urn=990002, status="closed")

    response = client.get(reverse("school_list"), {"format": "csv"})

    lines = response.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert lines[1].startswith('990001,"\'=HYPERLINK(""x"")",Leicester,LE1 1AA,Primary,Primary audit,')


def test_school_area_moves_the_school_and_says_so_on_its_timeline(client, officer):
    school, area = SchoolFactory(), AreaFactory(name="North")

    client.post(reverse("school_area", args=[school.urn]), {"area": area.pk})

    school.refresh_from_db()
    assert (school.area, school.timeline.get().text) == (area, "Moved to area North.")


def test_school_audit_offer_is_kept_as_the_hubs_own_choice(client, officer):
    school = SchoolFactory()

    client.post(reverse("school_audit_offer", args=[school.urn]), {"audit_offer": "secondary"})

    school.refresh_from_db()
    assert (school.audit_offer, school.has_own_audit_offer) == ("secondary", True)


@pytest.mark.parametrize(
    ("school", "answer", "sentence"),
    [
        ({}, "tertiary", "Choose one of the audits."),
        ({"status": "closed"}, "primary", "This school is closed, so no audit can be offered to it."),
    ],
)
def test_school_audit_offer_that_makes_no_sense_says_why(client, officer, school, answer, sentence):
    made = SchoolFactory(**school)

    response = client.post(reverse("school_audit_offer", args=[made.urn]), {"audit_offer": answer}, follow=True)

    assert [str(message) for message in response.context["messages"]] == [sentence]


def test_area_form_keeps_districts_tidy(client, administrator):
    client.post(
        reverse("area_new"), {"name": "North", "leader": administrator.pk, "postcode_districts": "le7, LE12 le7"}
    )

    assert Area.objects.get().postcode_districts == ["LE7", "LE12"]


def test_area_form_with_a_wrong_district_keeps_what_was_typed(client, administrator):
    response = client.post(reverse("area_new"), {"name": "North", "postcode_districts": "LE7, Leicester"})

    assert response.context["form"].errors == {
        "postcode_districts": ["LEICESTER: a postcode district is the first half of a postcode, like LE7."]
    }
    assert "LE7, Leicester" in response.content.decode()


def test_assign_areas_only_where_one_area_claims_the_district():
    north = AreaFactory(postcode_districts=["LE7", "LE1"])
    AreaFactory(postcode_districts=["LE1"])
    joins = SchoolFactory(area=None, postcode="LE7 7AW")
    claimed_twice = SchoolFactory(area=None, postcode="LE1 1AA")
    has_one = SchoolFactory(postcode="LE7 7AW")

    assert assign_areas_by_postcode(by=None) == 1
    for school in (joins, claimed_twice, has_one):
        school.refresh_from_db()
    assert (joins.area, claimed_twice.area) == (north, None)
    assert has_one.area != north
    assert [event.text for event in joins.timeline.all()] == [f"Joined area {north.name} by its postcode."]


def test_school_search_leads_on_to_the_request_form(client):
    school = SchoolFactory(name="The Latimer Primary School", postcode="LE7 7AW")
    SchoolFactory(name="Closed Primary School", status="closed")

    text = client.get(reverse("school_search"), {"q": "lattimer"}).content.decode()
    closed = client.get(reverse("school_search"), {"q": "closed"}).context["found"]

    assert f"?school={school.urn}" in text
    assert closed == []


def test_school_search_answers_a_script_with_data(client):
    school = SchoolFactory(name="Ash", town="Anstey", postcode="LE7 7AW")

    response = client.get(reverse("school_search"), {"q": "ash"}, headers={"accept": "application/json"})

    assert response.json() == {"schools": [{"urn": school.urn, "name": "Ash", "place": "Anstey, LE7 7AW"}]}


def test_area_leaders_names_the_leader_and_no_address(client):
    school = SchoolFactory(name="Ash")

    text = client.get(reverse("area_leaders"), {"q": "ash"}).content.decode()

    assert school.area.leader.name in text
    assert school.area.leader.email not in text


@pytest.mark.parametrize("name", ["school_search", "area_leaders", "request_meeting"])
def test_school_search_that_finds_too_many_says_so(client, name):
    SchoolFactory.create_batch(21, town="Loughborough")

    text = client.get(reverse(name), {"q": "loughborough"}).content.decode()

    assert "These are the first 20." in text


@pytest.mark.parametrize("name", ["school_search", "area_leaders", "request_meeting"])
def test_school_search_for_nothing_says_what_to_type(client, name):
    text = client.get(reverse(name), {"q": " "}).content.decode()

    assert "Type part of the school’s name" in text
