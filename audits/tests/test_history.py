"""Who changed what in an audit: the lines in words, the filters, the file."""

import csv
import io
import re
import uuid
from datetime import datetime, timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from audits.models import Audit, AuditChange
from audits.queries.history import FORMER_CONTACT
from audits.services import Change, apply_change, carry_over_audit, publish_framework
from audits.services.changes import stored_field
from audits.tests.factories import FrameworkFactory, make_open_audit, small_data
from hubportal.accounts.models import User
from schools.models import Contact
from schools.tests.factories import ContactFactory, UserFactory

pytestmark = pytest.mark.django_db

NOON = timezone.make_aware(datetime(2026, 11, 20, 12, 0))


def change(
    audit: Audit,
    field: str,
    value: str,
    *,
    code: str = "P-INT-01",
    by: User | Contact | None = None,
    at: datetime = NOON,
    made_at: datetime | None = None,
) -> None:
    """Somebody changes one field of what is stored now, at that time."""
    author = {"by_contact": by} if isinstance(by, Contact) else {"by": by or UserFactory(name="Olga Officer")}
    before = stored_field(audit=audit, code=code, field=field).value
    message = Change(code=code, field=field, value=value, before=before, made_at=made_at)
    apply_change(audit=audit, change=message, now=at, **author)


def url(audit: Audit, query: str = "") -> str:
    return reverse("audit_history", args=[audit.pk]) + query


def told(response) -> list[str]:
    return [f"{line.who} {line.what}, {line.when}" for line in response.context["lines"]]


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())


def test_history_tells_each_change_in_words_the_newest_first(client, officer):
    audit, olga = make_open_audit(), UserFactory(name="Olga Officer")
    carla = ContactFactory(school=audit.meeting.school, name="Carla Coordinator")
    change(audit, "school", "amber", by=carla)
    change(audit, "agreed", "amber", by=olga, at=NOON + timedelta(minutes=1))
    change(audit, "agreed", "green", by=olga, at=NOON + timedelta(minutes=42), made_at=NOON)
    change(audit, "strengths", "Choir", code="", by=olga, at=NOON + timedelta(minutes=43))

    response = client.get(url(audit))

    assert told(response) == [
        "Olga Officer wrote what to celebrate, 12:43",
        "Olga Officer changed the agreed rating of P-INT-01 from amber to green, "
        "made 12:00 without a network, arrived 12:42",
        "Olga Officer set the agreed rating of P-INT-01 to amber, 12:01",
        "Carla Coordinator set the school’s own rating of P-INT-01 to amber, 12:00",
    ]
    page = words(response.content.decode())
    assert page.count("Friday 20 November 2026") == 1
    assert page.count("Carla Coordinator set the school’s own rating of P-INT-01 to amber for the school, 12:00") == 1


def test_history_leaves_out_messages_that_changed_nothing(client, officer):
    audit = make_open_audit()
    for _ in range(2):
        apply_change(
            audit=audit, change=Change("agreed", "green", "not_discussed", code="P-INT-01"), by=UserFactory(), now=NOON
        )

    lines = told(client.get(url(audit)))

    assert AuditChange.objects.count() == 2
    assert len(lines) == 1


def test_history_marks_the_words_that_came_and_went_for_eyes_and_ears(client, officer):
    audit = make_open_audit()
    change(audit, "note", "All <b>sing</b>.")
    change(audit, "note", "Most <b>sing</b>.")

    page = client.get(url(audit)).content.decode()

    found = re.findall(r"<blockquote class=\"history-words\">(.*?)</blockquote>", page, re.DOTALL)
    hidden = '<span class="visually-hidden">'
    assert found == [
        f"<del>{hidden}[removed:</span>All{hidden}]</span></del><ins>{hidden}[added:</span>Most{hidden}]</span></ins>"
        " &lt;b&gt;sing&lt;/b&gt;.",
        f"<ins>{hidden}[added:</span>All &lt;b&gt;sing&lt;/b&gt;.{hidden}]</span></ins>",
    ]


def test_history_of_somebody_who_was_erased_keeps_what_was_done(client, officer):
    audit = make_open_audit()
    contact = ContactFactory(school=audit.meeting.school)
    change(audit, "school", "red", by=contact)
    AuditChange.objects.update(by_contact=None)

    assert told(client.get(url(audit, "?who=school"))) == [
        f"{FORMER_CONTACT} set the school’s own rating of P-INT-01 to red, 12:00"
    ]


def test_history_shows_the_lines_asked_for(client, officer):
    audit = make_open_audit()
    ada, bo = UserFactory(name="Ada"), UserFactory(name="Bo")
    carla = ContactFactory(school=audit.meeting.school, name="Carla")
    change(audit, "agreed", "red", by=ada)
    change(audit, "agreed", "green", code="P-INT-02", by=bo)
    change(audit, "school", "red", by=carla)
    change(audit, "strengths", "Choir", code="", by=ada)

    def who(query: str) -> list[str]:
        return [line.who for line in client.get(url(audit, query)).context["lines"]]

    assert who("?code=P-INT-01") == ["Carla", "Ada"]
    assert who("?code=audit") == ["Ada"]
    assert who("?who=staff") == ["Ada", "Bo", "Ada"]
    assert who("?who=school") == ["Carla"]
    assert who(f"?who=staff-{bo.pk}") == ["Bo"]
    assert who(f"?who=school-{carla.pk}&code=P-INT-01") == ["Carla"]
    assert who("?who=staff-4711&code=P-XYZ-01") == ["Ada", "Carla", "Bo", "Ada"]


def test_history_offers_only_people_who_changed_this_audit(client, officer):
    audit, other = make_open_audit(), make_open_audit()
    ada = UserFactory(name="Ada")
    carla = ContactFactory(school=audit.meeting.school, name="Carla")
    change(audit, "agreed", "red", by=ada)
    change(audit, "school", "red", by=carla)
    change(other, "agreed", "red", by=UserFactory(name="Zoe"))

    choices = client.get(url(audit)).context["filter_form"].fields["who"].choices

    assert choices == [
        ("", "Everybody"),
        ("staff", "Hub staff"),
        ("school", "The school"),
        (f"staff-{ada.pk}", "Ada"),
        (f"school-{carla.pk}", "Carla"),
    ]


@pytest.mark.parametrize("query, title", [("", "No change yet"), ("?code=P-INT-01", "No change matches")])
def test_history_without_lines_says_so(client, officer, query, title):
    page = client.get(url(make_open_audit(), query)).content.decode()

    assert page.count(f"<h2>{title}</h2>") == 1


def test_history_of_more_than_a_page_has_a_second_one(client, officer):
    audit = make_open_audit()
    AuditChange.objects.bulk_create(
        AuditChange(audit=audit, change_id=uuid.uuid4(), field="strengths", after="Choir", version=1, made_at=NOON)
        for _ in range(51)
    )

    pages = [client.get(url(audit, f"?page={number}")) for number in (1, 2)]

    assert [len(page.context["lines"]) for page in pages] == [50, 1]


@pytest.mark.parametrize("number", [1, 3])
def test_history_asks_the_same_number_of_queries(client, officer, number, django_assert_num_queries):
    audit = make_open_audit()
    for place in range(number):
        change(audit, "agreed", "red", code=f"P-INT-0{place + 1}", by=UserFactory())

    with django_assert_num_queries(9):
        response = client.get(url(audit))

    assert len(response.context["lines"]) == number


def test_history_as_a_file_has_exactly_what_the_filters_show(client, officer):
    audit = make_open_audit()
    carla = ContactFactory(school=audit.meeting.school, name="Carla")
    change(audit, "agreed", "red")
    change(audit, "school_note", "=1+1", by=carla, at=NOON + timedelta(minutes=5), made_at=NOON)

    response = client.get(url(audit, "?who=school&format=csv"))

    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert response["Content-Disposition"] == f'attachment; filename="audit-{audit.pk}-history.csv"'
    assert rows == [
        ["Saved", "Made on the device", "Who", "Side", "Criterion", "What", "Before", "After"],
        [
            "2026-11-20 12:05:00",
            "2026-11-20 12:00:00",
            "Carla",
            "The school",
            "P-INT-01",
            "School's own words",
            "",
            "'=1+1",
        ],
    ]


def test_history_of_a_carried_over_audit_says_what_came_along(client, officer):
    old = make_open_audit(framework=FrameworkFactory())
    change(old, "school", "amber", by=ContactFactory(school=old.meeting.school))
    publish_framework(definition_data=small_data(version="1.1", replaces="1.0"), by=None)
    new = carry_over_audit(audit=old, by=officer, now=NOON)
    change(new, "agreed", "green", by=officer, at=NOON + timedelta(minutes=1))

    assert told(client.get(url(new))) == [
        "Olga Officer set the agreed rating of P-INT-01 to green, 12:01",
        "Olga Officer carried over the school’s own rating of P-INT-01, amber, 12:00",
    ]


def test_history_groups_by_the_hubs_own_day(client, officer):
    audit = make_open_audit()
    # Half past midnight in London is still the day before by universal time.
    summer = timezone.make_aware(datetime(2026, 7, 2, 0, 30))
    change(audit, "agreed", "red", at=summer)

    page = client.get(url(audit)).content.decode()

    assert page.count("Thursday 2 July 2026") == 1
