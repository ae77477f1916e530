"""The first step of the public form: the school is found without JavaScript."""

import pytest

from schools.models import School, SchoolLink, SchoolStatus
from schools.tests.factories import SchoolFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]

URL = "/request-a-meeting/"


@pytest.fixture
def school() -> School:
    return SchoolFactory(name="Anstey Primary School", town="Anstey", postcode="LE7 7AA", head_name="Mrs H Known")


def test_first_step_asks_for_the_school(client):
    response = client.get(URL)

    assert response.status_code == 200
    assert response.templates[0].name == "meetings/request_school.html"


@pytest.mark.parametrize("text", ["anstey", "Primary Anstey", "LE7 7AA"])
def test_school_is_found_by_name_town_and_postcode(client, school, text):
    SchoolFactory(name="Another School", town="Rutland", postcode="LE15 6AA")

    response = client.get(URL, {"q": text})

    assert response.context["found"] == [school]
    assert f'href="{URL}?school={school.urn}"' in response.content.decode()


def test_school_is_found_by_its_urn(client, school):
    response = client.get(URL, {"q": str(school.urn)})

    assert response.context["found"] == [school]


def test_search_that_finds_nothing_says_what_to_do(client, school):
    content = client.get(URL, {"q": "zzzzqqqq"}).content.decode()

    assert "No school found for “zzzzqqqq”" in content
    assert "Try part of the name, the town, the postcode or the URN." in content


def test_chosen_school_leads_to_the_form(client, school):
    response = client.get(URL, {"school": school.urn}, follow=True)

    assert response.context["school"] == school
    assert response.context["form"]["head_name"].value() == "Mrs H Known"


@pytest.mark.parametrize("urn", ["1", "99999999999999999999", "abc", "²", "-5"])
def test_school_that_is_not_in_the_register_leads_back_to_the_search(client, school, urn):
    response = client.get(URL, {"school": urn})

    sentence = "We cannot find that school in our register of schools."
    assert (response.status_code, sentence in response.content.decode()) == (200, True)


@pytest.fixture
def closed() -> School:
    """A school that has closed; an academy took its place, and one before it closed as well."""
    school = SchoolFactory(name="Old Mill School", status=SchoolStatus.CLOSED)
    between = SchoolFactory(name="Mill Middle School", status=SchoolStatus.CLOSED)
    academy = SchoolFactory(name="Riverside Academy", town="Anstey", postcode="LE7 7AB", urn=140001)
    for earlier, later in ((school, between), (between, academy)):
        link = {"linked_urn": later.urn, "linked_name": later.name}
        SchoolLink.objects.create(school=earlier, link_type="Successor", **link)
    return school


@pytest.mark.parametrize("query", [{"q": "old mill"}, {"school": "140000"}])
def test_closed_school_is_explained_and_leads_to_its_successor(client, closed, query):
    School.objects.filter(pk=closed.pk).update(urn=140000)

    response = client.get(URL, query)

    content = response.content.decode()
    assert [(one.school.name, [s.name for s in one.successors]) for one in response.context["closed_schools"]] == [
        ("Old Mill School", ["Riverside Academy"])
    ]
    assert ("Old Mill School has closed" in content, f'href="{URL}?school=140001">Riverside Academy' in content) == (
        True,
        True,
    )


def test_closed_school_without_a_successor_says_so(client):
    school = SchoolFactory(name="Old Mill School", status=SchoolStatus.CLOSED)

    content = client.get(URL, {"school": school.urn}).content.decode()

    assert "It cannot ask for a meeting. Look for the school that took its place." in content


def test_closed_school_is_not_among_those_found(client, closed):
    assert client.get(URL, {"q": "old mill"}).context["found"] == []


def test_closed_schools_of_another_name_are_not_mentioned(client, closed, school):
    assert client.get(URL, {"q": "anstey"}).context["closed_schools"] == []


@pytest.mark.parametrize("schools", [1, 3])
def test_search_asks_the_database_as_often_for_one_school_as_for_three(client, django_assert_num_queries, schools):
    for number in range(schools):
        SchoolFactory(name=f"Anstey School {number}")

    with django_assert_num_queries(3):
        assert len(client.get(URL, {"q": "anstey"}).context["found"]) == schools
