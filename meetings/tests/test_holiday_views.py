"""The hub's holidays by school year."""

from datetime import date

import pytest

from meetings.models import HubHoliday
from meetings.tests.factories import HubHolidayFactory, administrator, viewer
from schools.tests.factories import AreaFactory, ContactFactory, UserFactory
from schools.tests.visitors import said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]

LIST, NEW = "/staff/holidays/", "/staff/holidays/new/"
HALF_TERM = {"name": "Half-term", "first_on": "2027-02-15", "last_on": "19/2/2027"}


def half_term(**fields) -> HubHoliday:
    days = {"first_on": date(2027, 2, 15), "last_on": date(2027, 2, 19)}
    return HubHolidayFactory(**({"name": "Half-term"} | days | fields))


def rows(response) -> list[tuple[str, date, bool]]:
    return [(row.name, row.first_on, row.holiday is None) for row in response.context["page"].rows]


@pytest.mark.parametrize("page, officers", [("", 200), ("new/", 403), ("{pk}/", 403)], ids=["list", "new", "change"])
def test_holidays_are_read_by_officers_and_changed_by_administrators(sign_in, page, officers):
    url = LIST + page.format(pk=half_term().pk)
    people = {"anonymous": None, "viewer": viewer(), "officer": UserFactory(), "administrator": administrator()}

    statuses = {name: sign_in(person).get(url).status_code for name, person in people.items()}

    assert statuses == {"anonymous": 302, "viewer": 403, "officer": officers, "administrator": 200}


def test_holidays_are_not_for_contacts_of_a_school(as_contact):
    assert as_contact(ContactFactory()).get(LIST).status_code == 302


def test_holidays_are_changed_only_by_administrators(sign_in):
    holiday = half_term()
    urls = (NEW, f"{LIST}{holiday.pk}/", f"{LIST}{holiday.pk}/delete/")

    statuses = [
        sign_in(who).post(url, HALF_TERM | {"name": "Mine"}).status_code
        for who in (viewer(), UserFactory())
        for url in urls
    ]

    assert statuses == [403] * 6
    assert list(HubHoliday.objects.values_list("name", flat=True)) == ["Half-term"]


def test_list_shows_this_school_year_with_its_bank_holidays(client, officer):
    half_term()
    half_term(name="Summer 2026", first_on=date(2026, 7, 20), last_on=date(2026, 9, 1))
    half_term(name="Last year", first_on=date(2026, 7, 20), last_on=date(2026, 8, 31))

    found = rows(client.get(LIST))

    assert [row for row in found if not row[2]] == [
        ("Summer 2026", date(2026, 7, 20), False),
        ("Half-term", date(2027, 2, 15), False),
    ]
    assert [day for _, day, is_bank in found if is_bank] == [
        date(2026, 12, 25), date(2026, 12, 26), date(2026, 12, 28), date(2027, 1, 1), date(2027, 3, 26),
        date(2027, 3, 29), date(2027, 5, 3), date(2027, 5, 31), date(2027, 8, 30),
    ]  # fmt: skip
    assert found == sorted(found, key=lambda row: row[1])


@pytest.mark.parametrize(
    "year, shown",
    [
        ("2027", "2027/28"),
        ("", "2026/27"),
        ("x", "2026/27"),
        ("1999", "2026/27"),
        ("2099", "2026/27"),
        ("²026", "2026/27"),
    ],
)
def test_list_is_turned_by_the_address(client, officer, year, shown):
    response = client.get(LIST, {"year": year})

    assert (response.status_code, response.context["page"].name) == (200, shown)


@pytest.mark.parametrize("number", [1, 3])
def test_list_asks_the_database_as_often_for_one_as_for_three(client, officer, django_assert_num_queries, number):
    for _ in range(number):
        half_term(area=AreaFactory())

    with django_assert_num_queries(4):
        assert len([row for row in rows(client.get(LIST)) if not row[2]]) == number


def test_administrator_adds_a_holiday_and_sees_its_school_year(sign_in):
    area = AreaFactory()

    response = sign_in(administrator()).post(NEW, HALF_TERM | {"area": area.pk, "ends_term": "on"})

    assert (response.status_code, response.url) == (302, "/staff/holidays/?year=2026")
    made = HubHoliday.objects.get()
    assert (made.name, made.first_on, made.last_on, made.area, made.ends_term) == (
        "Half-term",
        date(2027, 2, 15),
        date(2027, 2, 19),
        area,
        True,
    )


def test_holidays_may_overlap(sign_in):
    half_term()

    sign_in(administrator()).post(NEW, HALF_TERM | {"name": "Somewhere else"})

    assert HubHoliday.objects.count() == 2


def test_administrator_changes_a_holiday(sign_in):
    holiday = half_term(area=AreaFactory())

    response = sign_in(administrator()).post(f"{LIST}{holiday.pk}/", HALF_TERM | {"last_on": "2027-02-22"})

    holiday.refresh_from_db()
    assert (said(response), holiday.last_on, holiday.area) == (["Half-term is saved."], date(2027, 2, 22), None)


def test_administrator_deletes_a_holiday_by_a_button(sign_in):
    holiday, other = half_term(), half_term(name="Stays")
    client = sign_in(administrator())

    opened = client.get(f"{LIST}{holiday.pk}/delete/").status_code
    response = client.post(f"{LIST}{holiday.pk}/delete/")

    assert (opened, response.url, list(HubHoliday.objects.all())) == (405, "/staff/holidays/?year=2026", [other])


@pytest.mark.parametrize(
    "changes, field, sentence",
    [
        ({"name": ""}, "name", "Fill in “Name”."),
        ({"first_on": ""}, "first_on", "Give a date for “First day”."),
        ({"last_on": "2027-02-14"}, "last_on", "The last day cannot be before the first."),
        ({"last_on": "2027-04-13"}, "last_on", "A holiday of the hub is eight weeks at most: check the dates."),
        ({"first_on": "0227-02-15"}, "first_on", "Check the year."),
        ({"area": "0"}, "area", "Select a valid choice. That choice is not one of the available choices."),
    ],
)
def test_holiday_that_makes_no_sense_is_pointed_out_beside_the_field(sign_in, changes, field, sentence):
    response = sign_in(administrator()).post(NEW, HALF_TERM | changes)

    assert {name: list(errors) for name, errors in response.context["form"].errors.items()} == {field: [sentence]}
    assert HubHoliday.objects.count() == 0


@pytest.mark.parametrize("last_on", ["2027-02-15", "2027-04-12"])
def test_holiday_takes_from_one_day_to_eight_weeks(sign_in, last_on):
    sign_in(administrator()).post(NEW, HALF_TERM | {"last_on": last_on})

    assert HubHoliday.objects.get().last_on == date.fromisoformat(last_on)
