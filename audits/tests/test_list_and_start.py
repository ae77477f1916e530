"""The list of audits, beginning one, and the admin site."""

from datetime import date

import pytest
from django.urls import reverse

from audits.models import Audit, AuditStatus
from audits.tests.factories import FrameworkFactory, make_agreed_audit, make_meeting, make_open_audit, rate
from hubportal.accounts.models import Role
from schools.models import AuditOffer
from schools.tests.factories import SchoolFactory
from schools.tests.visitors import said

pytestmark = pytest.mark.django_db


def test_audit_start_begins_the_audit_and_shows_it(client, officer):
    FrameworkFactory()
    meeting = make_meeting()

    response = client.post(reverse("audit_start", args=[meeting.pk]), {"phase": "primary"})

    audit = Audit.objects.get()
    assert (response.status_code, response.url) == (302, reverse("audit_conversation", args=[audit.pk]))
    assert audit.started_by == officer


def test_audit_start_pressed_twice_shows_the_same_audit(client, officer):
    FrameworkFactory()
    address = reverse("audit_start", args=[make_meeting().pk])

    answers = [client.post(address, {"phase": "primary"}).url for _ in range(2)]

    assert answers == [reverse("audit_conversation", args=[Audit.objects.get().pk])] * 2


@pytest.mark.parametrize("data", [{}, {"phase": "secondary"}, {"phase": "\x00"}])
def test_audit_start_of_a_phase_not_offered_says_so_on_the_meetings_page(client, officer, data):
    FrameworkFactory()
    meeting = make_meeting(school=SchoolFactory(name="Willow Lane", audit_offer=AuditOffer.PRIMARY))

    response = client.post(reverse("audit_start", args=[meeting.pk]), data)

    assert response.url == reverse("meeting_detail", args=[meeting.pk])
    assert said(response) == [
        "Willow Lane is offered the primary audit. To use another one, change it on the school's page."
    ]


def test_audit_start_of_an_unknown_meeting_is_a_404(client, officer):
    assert client.post(reverse("audit_start", args=[4711]), {"phase": "primary"}).status_code == 404


def test_meeting_page_leads_on_with_an_open_audit_and_to_read_the_others(client, officer):
    audit = make_open_audit()
    page = reverse("meeting_detail", args=[audit.meeting_id])
    read, converse = (reverse(name, args=[audit.pk]) for name in ("audit_detail", "audit_conversation"))

    def links() -> tuple[int, int]:
        html = client.get(page).content.decode()
        return html.count(f'href="{converse}"'), html.count(f'href="{read}"')

    assert links() == (1, 0)
    Audit.objects.filter(pk=audit.pk).update(status=AuditStatus.CARRIED_OVER)
    assert links() == (0, 1)


# --- The list -------------------------------------------------------------------------------------------------------


def listed(response) -> list[str]:
    return [audit.meeting.school.name for audit in response.context["page_obj"]]


@pytest.mark.parametrize("number", [1, 3])
def test_audit_list_asks_the_same_number_of_queries(client, officer, number, django_assert_num_queries):
    for _ in range(number):
        make_open_audit()

    with django_assert_num_queries(5):
        response = client.get(reverse("audit_list"))

    assert len(listed(response)) == number


def test_audit_list_counts_what_has_been_discussed(client, officer):
    make_open_audit(ratings={"P-INT-01": "red", "P-IMP-03": "not_applicable"})

    audit = client.get(reverse("audit_list")).context["page_obj"][0]

    assert (audit.discussed, audit.total) == (2, 8)


@pytest.mark.parametrize(
    "query, names",
    [
        ("", ["Third", "Second", "First"]),
        ("status=open", ["Third", "First"]),
        ("status=agreed", ["Second"]),
        ("whose=mine", ["Third"]),
        ("phase=secondary", ["Third"]),
        ("phase=primary", ["Second", "First"]),
        ("q=sec", ["Second"]),
        ("status=carried", ["Fourth"]),
        ("q=100003", ["Third"]),
        ("q=nothing", []),
        ("status=lost&whose=theirs&phase=nursery", ["Third", "Second", "First"]),
    ],
)
def test_audit_list_shows_what_is_asked_for_newest_meeting_first(client, officer, query, names):
    first, second, third = (
        SchoolFactory(name=name, urn=100000 + number) for number, name in enumerate(("First", "Second", "Third"), 1)
    )
    make_open_audit(meeting=make_meeting(school=first, on=date(2026, 1, 1)))
    make_agreed_audit(school=second, on=date(2026, 2, 1))
    make_open_audit(
        meeting=make_meeting(school=third, officer=officer, on=date(2026, 3, 1)),
        framework=FrameworkFactory(phase="secondary"),
    )
    carried = make_open_audit(meeting=make_meeting(school=SchoolFactory(name="Fourth"), on=date(2026, 4, 1)))
    Audit.objects.filter(pk=carried.pk).update(status=AuditStatus.CARRIED_OVER)

    response = client.get(f"{reverse('audit_list')}?{query}")

    assert listed(response) == names


def test_audit_list_says_when_an_audit_was_last_changed(client, officer):
    untouched, changed = (make_open_audit(meeting=make_meeting(on=date(2026, 5, day))) for day in (4, 5))
    rate(changed, agreed="red")

    found = {audit.pk: audit.changed_at for audit in client.get(reverse("audit_list")).context["page_obj"]}

    assert found == {untouched.pk: untouched.started_at, changed.pk: changed.changes.get().saved_at}


def test_audit_list_of_more_than_a_page_has_a_second_one(client, officer):
    framework = FrameworkFactory()
    for _ in range(26):
        make_open_audit(framework=framework)

    pages = [listed(client.get(reverse("audit_list"), {"page": number})) for number in (1, 2)]

    assert [len(page) for page in pages] == [25, 1]


@pytest.mark.parametrize("query, title", [("", "No audit yet"), ("?status=open", "No audit matches")])
def test_audit_list_without_audits_says_what_to_do(client, officer, query, title):
    page = client.get(reverse("audit_list") + query).content.decode()

    assert page.count(f"<h2>{title}</h2>") == 1


# --- The admin site ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role, status", [(Role.OFFICER, 302), (Role.ADMINISTRATOR, 200)])
def test_admin_pages_of_frameworks_and_audits_are_for_administrators(as_role, role, status):
    client, audit = as_role(role), make_agreed_audit()
    pages = [
        reverse("admin:audits_framework_changelist"),
        reverse("admin:audits_framework_change", args=[audit.framework_id]),
        reverse("admin:audits_audit_changelist"),
        reverse("admin:audits_audit_change", args=[audit.pk]),
    ]

    assert [client.get(page).status_code for page in pages] == [status] * 4


def test_admin_changes_nothing(as_role):
    client, audit = as_role(Role.ADMINISTRATOR), make_open_audit()
    actions = [
        reverse("admin:audits_framework_add"),
        reverse("admin:audits_framework_change", args=[audit.framework_id]),
        reverse("admin:audits_framework_delete", args=[audit.framework_id]),
        reverse("admin:audits_audit_add"),
        reverse("admin:audits_audit_change", args=[audit.pk]),
        reverse("admin:audits_audit_delete", args=[audit.pk]),
    ]

    assert [client.post(action).status_code for action in actions] == [403] * 6
