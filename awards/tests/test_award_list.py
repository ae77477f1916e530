"""The list of awards: filters, sorting, pages, and the same rows as a file."""

import csv
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from awards.models import Award, Reflection
from awards.queries import AwardFilters, AwardRow, award_rows
from awards.tests.factories import become, make_award
from hubportal.mail.models import Email
from schools.tests.factories import AreaFactory, ContactFactory, SchoolFactory, UserFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture
def awards() -> dict[str, Award]:
    """One award in each state, by the name of its school."""
    made = {
        "Abbey": make_award(school=SchoolFactory(name="Abbey School"), level="gold", on=date(2026, 3, 3)),
        "Birch": make_award(school=SchoolFactory(name="Birch School"), level="bronze", on=date(2023, 3, 3), sent=True),
        "Cedar": make_award(
            school=SchoolFactory(name="Cedar School"), level="working_towards", on=date(2024, 2, 1), sent=True
        ),
        "Daisy": make_award(school=SchoolFactory(name="Daisy School"), level="silver", on=date(2025, 6, 6), sent=True),
    }
    become("withdrawn", Award.objects.filter(pk=made["Daisy"].pk))
    return made


def names(**filters: str | int) -> list[str]:
    rows = award_rows(user=UserFactory(), filters=AwardFilters(**filters), now=NOW)
    return [award.school.name.partition(" ")[0] for award in rows]


@pytest.mark.parametrize(
    "filters, found",
    [
        ({}, ["Abbey", "Daisy", "Cedar", "Birch"]),
        ({"level": "gold"}, ["Abbey"]),
        ({"status": "current"}, ["Abbey", "Cedar"]),
        ({"status": "expired"}, ["Birch"]),
        ({"status": "withdrawn"}, ["Daisy"]),
        ({"status": "superseded"}, []),
        ({"status": "renewal"}, ["Cedar", "Birch"]),
        ({"pack": "unsent"}, ["Abbey"]),
        ({"q": "ceda"}, ["Cedar"]),
        ({"q": "nothing of the kind"}, []),
        ({"sort": "school"}, ["Abbey", "Birch", "Cedar", "Daisy"]),
        ({"sort": "-school"}, ["Daisy", "Cedar", "Birch", "Abbey"]),
        ({"sort": "level"}, ["Cedar", "Birch", "Daisy", "Abbey"]),
        ({"sort": "-level"}, ["Abbey", "Daisy", "Birch", "Cedar"]),
        ({"sort": "awarded"}, ["Birch", "Cedar", "Daisy", "Abbey"]),
        ({"sort": "ends"}, ["Birch", "Cedar", "Daisy", "Abbey"]),
        ({"sort": "status"}, ["Abbey", "Cedar", "Birch", "Daisy"]),
        ({"sort": "nonsense"}, ["Birch", "Cedar", "Daisy", "Abbey"]),
    ],
)
def test_award_rows_filters_and_sorts(awards, filters, found):
    assert names(**filters) == found


def test_award_rows_working_towards_bronze_never_expires(awards):
    Award.objects.filter(pk=awards["Birch"].pk).update(status="superseded")
    later = datetime(2040, 1, 1, tzinfo=UTC)

    rows = award_rows(user=UserFactory(), filters=AwardFilters(level="working_towards"), now=later)

    assert [(AwardRow.of(award).status, AwardRow.of(award).cells[6]) for award in rows] == [("current", "")]


def test_award_rows_renewal_begins_ninety_days_before_the_end():
    school = SchoolFactory(name="Elm School")
    make_award(school=school, on=date(2024, 2, 19))  # Ends on 19 February 2027: 90 days from today.
    make_award(school=SchoolFactory(name="Fern School"), on=date(2024, 2, 20))

    assert names(status="renewal") == ["Elm"]


def test_award_rows_finds_by_certificate_number_and_urn(awards):
    number = awards["Birch"].certificates.get().number

    assert names(q=number.lower()) == ["Birch"]
    assert names(q=str(awards["Cedar"].school.urn)) == ["Cedar"]
    assert names(q="9" * 30) == []


def test_award_rows_filters_by_area(awards):
    area = AreaFactory()
    awards["Daisy"].school.area = area
    awards["Daisy"].school.save()

    assert names(area=area.pk) == ["Daisy"]


def test_award_rows_unanswered_reflections(awards):
    for school, days in (("Birch", 21), ("Cedar", 19)):
        sheet = Reflection.objects.filter(audit=awards[school].audit, month=12)
        left_at, email = NOW - timedelta(days=days), awards[school].outcome_pack.email
        sheet.update(queued_at=left_at, email=email)
        Email.objects.filter(pk=email.pk).update(status="sent", sent_at=left_at)

    assert names(reflection="unanswered") == ["Birch"]


def test_award_rows_reflections_due_with_nobody_to_write_to(awards):
    for award in awards.values():
        award.school.contacts.update(withdrawn_at=timezone.now())
    ContactFactory(school=awards["Birch"].school)

    # Daisy’s award was withdrawn: it is asked nothing more.
    assert names(reflection="nobody") == ["Cedar"]


def test_award_rows_viewers_see_none(awards):
    rows = award_rows(user=UserFactory(role="viewer"), filters=AwardFilters(), now=NOW)

    assert list(rows) == []


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?renewal=ending",
        "?renewal=ended",
        "?renewal=nobody",
        "?status=renewal",
        "?pack=unsent",
        "?reflection=unanswered",
        "?level=working_towards",
    ],
)
def test_award_list_opens_by_every_link_of_the_staff_home(client, officer, awards, query):
    assert client.get(reverse("award_list") + query).status_code == 200


def test_award_list_filters_that_make_no_sense_count_as_none(client, officer, awards):
    response = client.get(reverse("award_list") + "?level=platinum&area=x&sort=%27&status=")

    assert len(response.context["page_obj"]) == 4


def test_award_list_without_awards_says_what_to_do(client, officer):
    assert "An award follows from an agreed audit." in client.get(reverse("award_list")).content.decode()


def test_award_list_csv_has_the_rows_of_the_list(client, officer, awards):
    with time_machine.travel("2026-11-21 12:00", tick=False):
        response = client.get(reverse("award_list") + "?sort=school&format=csv")

    rows = list(csv.reader(response.content.decode("utf-8-sig").splitlines()))
    assert response["Content-Disposition"] == 'attachment; filename="awards.csv"'
    assert rows[0] == [
        "URN", "School", "Area", "Level", "Status", "Awarded on", "Valid until", "Certificate", "Pack sent on",
    ]  # fmt: skip
    abbey, birch = awards["Abbey"], awards["Birch"]
    assert rows[1] == [
        str(abbey.school.urn), "Abbey School", abbey.school.area.name, "Gold", "Current", "2026-03-03", "2029-03-03",
        abbey.certificates.get().number, "",
    ]  # fmt: skip
    assert rows[2][3:5] == ["Bronze", "Expired"]
    assert rows[2][8] == str(timezone.localdate(birch.outcome_pack.sent_at))
    assert rows[3][7] == ""
    assert len(rows) == 5


def test_award_list_csv_is_not_cut_into_pages(client, officer, monkeypatch, awards):
    monkeypatch.setattr("awards.views.staff.AwardListView.paginate_by", 2)

    assert len(client.get(reverse("award_list")).context["page_obj"]) == 2
    assert len(client.get(reverse("award_list") + "?format=csv").content.splitlines()) == 5


def test_award_list_csv_disarms_formulas(client, officer):
    make_award(school=SchoolFactory(name=" =HYPERLINK(1) School"))

    line = client.get(reverse("award_list") + "?format=csv").content.decode().splitlines()[1]

    assert ",' =HYPERLINK(1) School," in line


@pytest.mark.parametrize("number", [1, 3])
def test_award_list_asks_the_same_number_of_queries(client, officer, number, django_assert_num_queries):
    for _ in range(number):
        ContactFactory(school=make_award(sent=True).school)

    # Session, user, areas for the filter, count, rows, the hub's profile.
    with django_assert_num_queries(6):
        client.get(reverse("award_list"))


@pytest.mark.parametrize("number", [1, 3])
def test_award_list_csv_asks_the_same_number_of_queries(client, officer, number, django_assert_num_queries):
    for _ in range(number):
        make_award(sent=True)

    # Session, user, rows.
    with django_assert_num_queries(3):
        client.get(reverse("award_list") + "?format=csv")
