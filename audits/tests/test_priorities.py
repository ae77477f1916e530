"""The three priorities: proposed, saved complete or not, agreed."""

import re
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from audits.forms.priorities import FIELDS
from audits.models import Audit, Priority
from audits.tests.factories import make_agreed_audit, make_meeting, make_open_audit, make_priorities
from hubportal.accounts.models import Role, User
from meetings.models import MeetingKind
from schools.models import TimelineEvent
from schools.tests.factories import ContactFactory, UserFactory
from schools.tests.visitors import said

pytestmark = pytest.mark.django_db

WEAK = {"P-INT-02": "red", "P-IMP-02": "amber", "P-IPC-02": "amber", "P-INT-01": "amber"}


def make_rated_audit(kind: str = MeetingKind.QUALITY_CONVERSATION, **ratings: str) -> Audit:
    """Everything rated, four of them red or amber; the meeting was on 5 November 2026."""
    given = WEAK | {code.replace("_", "-"): rating for code, rating in ratings.items()}
    officer = User.objects.filter(name="Olga Officer").first() or UserFactory(name="Olga Officer")
    return make_open_audit(meeting=make_meeting(kind=kind, officer=officer), ratings=given, default="green")


def url(audit: Audit, name: str = "audit_priorities") -> str:
    return reverse(name, args=[audit.pk])


def typed(version: int = 0, **changes: str) -> dict[str, str]:
    """Three complete priorities as a browser sends them, some fields changed (`action_2="…"`)."""
    data = {"version": str(version)}
    for number, code in enumerate(("P-INT-02", "P-IMP-02", "P-IPC-02"), start=1):
        data |= {
            f"{number}-criterion": code,
            f"{number}-action": f"Do {number}",
            f"{number}-support": f"Help {number}",
            f"{number}-owner": "Ada",
            f"{number}-due_on": f"2027-0{number}-15",
            f"{number}-good_looks_like": f"Good {number}",
            f"{number}-offer": "",
            f"{number}-hub_owner": str(User.objects.get(name="Olga Officer").pk),
            f"{number}-hub_due_on": f"2027-01-0{number}",
        }
    for name, value in changes.items():
        field, _, number = name.rpartition("_")
        assert f"{number}-{field}" in data
        data[f"{number}-{field}"] = value
    return data


def saved(audit: Audit) -> list[tuple[Any, ...]]:
    return list(audit.priorities.values_list("number", "criterion__code", "action", "support", "owner", "due_on"))


def initial(response, name: str) -> list[Any]:
    return [form[name].value() for form in response.context["priorities_form"].forms]


def errors(response) -> dict[str, list[str]]:
    forms = response.context["priorities_form"].forms
    return {f"{form.number}-{name}": list(found) for form in forms for name, found in form.errors.items()}


# --- The page -----------------------------------------------------------------------------------------------------


def test_priorities_page_begins_with_proposals(client, officer):
    audit = make_rated_audit()
    ContactFactory(school=audit.meeting.school, name="Ada Coordinator")

    response = client.get(url(audit))

    assert initial(response, "criterion") == ["P-INT-02", "P-IMP-02", "P-IPC-02"]
    assert (
        initial(response, "action")[0] == "Agree a first step for “A music lead with time”, and take it within a term."
    )
    assert initial(response, "good_looks_like")[0] == "The lead has time every week."
    assert initial(response, "support") == ["Music lead induction", "Bursaries", "Advice on closing gaps"]
    assert initial(response, "owner") == ["Ada Coordinator"] * 3
    assert initial(response, "due_on") == ["2027-11-05"] * 3
    assert initial(response, "hub_owner") == [str(officer.pk)] * 3
    assert initial(response, "hub_due_on") == ["2027-05-05"] * 3


def test_priorities_page_after_a_meeting_on_29_february_proposes_28_february(client, officer):
    meeting = make_meeting(on=date(2024, 2, 29))

    response = client.get(url(make_open_audit(meeting=meeting, ratings=WEAK, default="green")))

    assert initial(response, "due_on") == ["2025-02-28"] * 3


def test_priorities_page_with_fewer_weak_criteria_leaves_the_rest_empty(client, officer):
    audit = make_open_audit(ratings={"P-INT-02": "red"}, default="green")

    response = client.get(url(audit))

    assert initial(response, "criterion") == ["P-INT-02", None, None]


@pytest.mark.parametrize("kind", [MeetingKind.FOLLOW_UP, MeetingKind.ADDITIONAL])
def test_priorities_page_of_another_visit_proposes_nothing(client, officer, kind):
    response = client.get(url(make_rated_audit(kind)))

    assert initial(response, "criterion") == [None, None, None]


def test_priorities_page_shows_what_was_saved_before_any_proposal(client, officer):
    audit = make_rated_audit()
    make_priorities(audit, ["P-IPC-01"])

    response = client.get(url(audit))

    assert initial(response, "criterion") == ["P-IPC-01", None, None]
    assert initial(response, "action") == ["Action 1", None, None]


def test_priorities_page_names_what_is_still_to_be_rated_and_does_not_offer_to_agree(client, officer):
    audit = make_rated_audit(P_INT_03="not_discussed")

    page = client.get(url(audit)).content.decode()

    address = reverse("audit_conversation", args=[audit.pk])
    assert page.count(f'<a href="{address}#P-INT-03">P-INT-03 Music in every budget</a>') == 1
    assert page.count("Yes, save and agree the audit") == 0


def test_priorities_page_asks_a_fixed_number_of_queries(client, officer, django_assert_num_queries):
    audit = make_rated_audit()
    client.get(url(audit))

    with django_assert_num_queries(10):
        client.get(url(audit))


def test_priorities_page_of_an_agreed_audit_leads_to_the_audit(client, officer):
    audit = make_agreed_audit()

    assert client.get(url(audit)).url == reverse("audit_detail", args=[audit.pk])


@pytest.mark.parametrize(
    "role, status", [(None, 302), (Role.VIEWER, 403), (Role.OFFICER, 302), (Role.ADMINISTRATOR, 302)]
)
@pytest.mark.parametrize("name", ["audit_priorities", "audit_agree"])
def test_priorities_are_written_by_officers_only(as_role, role, status, name):
    client, audit = as_role(role), make_rated_audit()

    response = client.post(url(audit, name), typed())

    audit.refresh_from_db()
    may = role in (Role.OFFICER, Role.ADMINISTRATOR)
    assert (response.status_code, len(saved(audit)), audit.is_open) == (
        status,
        3 if may else 0,
        not (may and name == "audit_agree"),
    )


# --- Saving for now -----------------------------------------------------------------------------------------------


def test_priorities_saved_complete_are_stored(client, officer):
    audit = make_rated_audit()

    response = client.post(url(audit), typed(action_1="First line\r\nsecond line", support_3=""))

    assert (response.status_code, response.url, said(response)) == (302, url(audit), ["Saved."])
    assert saved(audit) == [
        (1, "P-INT-02", "First line\nsecond line", "Help 1", "Ada", date(2027, 1, 15)),
        (2, "P-IMP-02", "Do 2", "Help 2", "Ada", date(2027, 2, 15)),
        (3, "P-IPC-02", "Do 3", "", "Ada", date(2027, 3, 15)),
    ]


def test_priorities_saved_incomplete_come_back_word_for_word(client, officer):
    audit = make_rated_audit()
    data = typed(owner_1="", criterion_2="", due_on_2="", action_3="")

    response = client.post(url(audit), data)

    assert said(response) == ["Saved for now. Not complete yet: Priority 1, Priority 2, Priority 3."]
    assert saved(audit) == []
    again = client.get(url(audit))
    for name in FIELDS:
        assert initial(again, name) == [data[f"{number}-{name}"] for number in (1, 2, 3)]


def test_priorities_all_emptied_on_purpose_stay_empty(client, officer):
    audit = make_rated_audit()

    client.post(url(audit), dict.fromkeys(typed(), "") | {"version": "0"})

    assert initial(client.get(url(audit)), "action") == ["", "", ""]


@pytest.mark.parametrize(
    "changes, field, sentence",
    [
        ({"due_on_2": "2026-11-05"}, "2-due_on", "The date must be after the day of the meeting, 5 November 2026."),
        ({"due_on_2": "2020-01-01"}, "2-due_on", "The date must be after the day of the meeting, 5 November 2026."),
        ({"due_on_2": "31/2/2027"}, "2-due_on", "Enter a real date, such as 27/3/2027."),
        ({"criterion_2": "P-INT-02"}, "2-criterion", "This is priority 1 already. Choose another criterion."),
        (
            {"criterion_2": "P-XXX-99"},
            "2-criterion",
            "Select a valid choice. P-XXX-99 is not one of the available choices.",
        ),
        (
            {"action_2": "x" * 5001},
            "2-action",
            "This may have at most 5000 characters; it has 5001. Please shorten it.",
        ),
        ({"owner_2": "a\x00b"}, "2-owner", "Null characters are not allowed."),
    ],
)
def test_priorities_with_something_wrong_say_so_and_keep_every_word(client, officer, changes, field, sentence):
    audit = make_rated_audit()

    response = client.post(url(audit), typed(action_3="Half an hour of typing", **changes))

    assert response.status_code == 422
    assert errors(response) == {field: [sentence]}
    assert initial(response, "action")[2] == "Half an hour of typing"
    assert [row[0] for row in saved(audit)] == [1, 3]
    assert initial(client.get(url(audit)), "action")[2] == "Half an hour of typing"


def test_priorities_saved_again_after_a_mistake_are_not_taken_for_a_stale_page(client, officer):
    audit = make_rated_audit()
    page = client.post(url(audit), typed(due_on_1="2020-01-01")).content.decode()
    version = re.search(r'name="version" value="(\d+)"', page)[1]

    response = client.post(url(audit), typed(version=int(version)))

    assert (response.status_code, len(saved(audit))) == (302, 3)


def test_priorities_saved_from_a_stale_tab_show_both_and_replace_nothing(client, officer):
    audit = make_rated_audit()
    client.post(url(audit), typed(action_1="Theirs"))

    response = client.post(url(audit), typed(action_1="Mine"))

    page = response.content.decode()
    assert response.status_code == 409
    assert (page.count("P-INT-02: Theirs"), initial(response, "action")[0]) == (1, "Mine")
    assert saved(audit)[0][2] == "Theirs"
    assert client.post(url(audit), typed(version=1, action_1="Mine")).status_code == 302
    assert saved(audit)[0][2] == "Mine"


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30])
def test_priorities_with_a_version_that_is_no_number_are_taken_as_current(client, officer, version):
    audit = make_rated_audit()

    assert client.post(url(audit), typed() | {"version": version}).status_code == 302


def test_priorities_of_an_audit_agreed_meanwhile_show_what_was_typed_and_change_nothing(client, officer):
    audit = make_agreed_audit()

    response = client.post(url(audit), typed(action_1="Too late"))

    assert response.status_code == 409
    assert initial(response, "action")[0] == "Too late"
    assert saved(audit)[0][2] == "Action 1"


# --- Suggested words ----------------------------------------------------------------------------------------------


def test_suggest_fills_only_what_is_empty_and_saves_nothing(client, officer):
    audit = make_rated_audit()
    data = typed(criterion_1="P-INT-01", action_1="", support_1="My own words", criterion_2="P-INT-01")

    response = client.post(url(audit), data | {"suggest": "1"})

    assert response.status_code == 200
    assert initial(response, "action") == [
        "Finish what is begun in “A shared vision”, one step each term.",
        "Do 2",
        "Do 3",
    ]
    assert initial(response, "support") == ["My own words", "Help 2", "Help 3"]
    assert saved(audit) == []


def test_suggest_replaces_an_earlier_suggestion_that_nobody_touched(client, officer):
    audit = make_rated_audit()
    data = typed(
        criterion_1="P-INT-01",
        action_1="Agree a first step for “A music lead with time”, and take it within a term.",
        support_1="Music lead induction",
    )

    response = client.post(url(audit), data | {"suggest": "1"})

    assert initial(response, "action")[0] == "Finish what is begun in “A shared vision”, one step each term."
    assert initial(response, "support")[0] == "Help with one plain page"


@pytest.mark.parametrize("number, criterion", [("1", ""), ("1", "P-XXX-99"), ("7", "P-INT-01"), ("", "P-INT-01")])
def test_suggest_without_a_criterion_changes_nothing(client, officer, number, criterion):
    response = client.post(url(make_rated_audit()), typed(criterion_1=criterion, action_1="") | {"suggest": number})

    assert (response.status_code, initial(response, "action")) == (200, ["", "Do 2", "Do 3"])


# --- Agreeing -----------------------------------------------------------------------------------------------------


def test_agree_saves_what_was_typed_and_agrees_the_audit(client, officer):
    audit = make_rated_audit()

    response = client.post(url(audit, "audit_agree"), typed(action_1="The last word"))

    audit.refresh_from_db()
    assert (response.status_code, response.url) == (302, reverse("audit_detail", args=[audit.pk]))
    assert said(response) == ["Agreed. From now on the ratings and priorities stay as they are."]
    assert (audit.is_open, audit.agreed_by, audit.priorities_draft) == (False, officer, [])
    assert saved(audit)[0][2] == "The last word"


def test_agree_pressed_twice_is_harmless(client, officer):
    audit = make_rated_audit()
    client.post(url(audit, "audit_agree"), typed())

    response = client.post(url(audit, "audit_agree"), typed(action_1="Second click"))

    assert response.url == reverse("audit_detail", args=[audit.pk])
    assert saved(audit)[0][2] == "Do 1"
    assert TimelineEvent.objects.filter(kind="audit").count() == 1


def test_agree_with_something_missing_names_each_and_keeps_every_word(client, officer):
    audit = make_rated_audit()

    response = client.post(
        url(audit, "audit_agree"), typed(
            criterion_1="", action_2="", owner_2="", good_looks_like_2="", hub_owner_2="",
            due_on_3="", support_3="", hub_owner_3="", hub_due_on_3="",
        ),
    )  # fmt: skip

    audit.refresh_from_db()
    assert (response.status_code, audit.is_open) == (422, True)
    assert errors(response) == {
        "1-criterion": ["Choose what this priority is about."],
        "2-action": ["Say what the school will do."],
        "2-owner": ["Name who at the school will see to it."],
        "2-good_looks_like": ["Say what good looks like in 12 months."],
        "2-hub_owner": ["Choose who at the hub sees to the support."],
        "3-due_on": ["Give a date by when."],
    }
    assert initial(client.get(url(audit)), "action") == ["Do 1", "", "Do 3"]


def test_agree_with_a_criterion_not_rated_says_which_and_keeps_the_priorities(client, officer):
    audit = make_rated_audit(P_INT_03="not_discussed")

    response = client.post(url(audit, "audit_agree"), typed())

    audit.refresh_from_db()
    assert (response.status_code, audit.is_open, len(saved(audit))) == (409, True, 3)
    assert response.context["refused"] == [
        "Still to be rated: P-INT-03. “Not discussed” is never counted as red, so it must be settled."
    ]


def test_agree_without_a_form_takes_the_priorities_as_saved(client, officer):
    audit = make_rated_audit()
    make_priorities(audit, ["P-INT-01", "P-IMP-01", "P-IPC-01"])

    response = client.post(url(audit, "audit_agree"))

    audit.refresh_from_db()
    assert (response.status_code, audit.is_open) == (302, False)


def test_agree_without_a_form_and_without_priorities_is_refused(client, officer):
    response = client.post(url(make_rated_audit(), "audit_agree"))

    assert response.status_code == 409
    assert response.context["refused"] == [
        "A quality conversation ends with exactly three complete priorities; there are none yet."
    ]


def test_agree_of_another_visit_takes_one_priority_and_two_empty_ones(client, officer):
    audit = make_rated_audit(MeetingKind.FOLLOW_UP)
    empty = {name: "" for name in typed() if name[0] in "23"}

    response = client.post(url(audit, "audit_agree"), typed() | empty)

    audit.refresh_from_db()
    assert (response.status_code, audit.is_open, Priority.objects.count()) == (302, False, 1)


def test_agree_of_another_visit_with_a_half_written_priority_is_refused(client, officer):
    audit = make_rated_audit(MeetingKind.FOLLOW_UP)
    empty = {name: "" for name in typed() if name[0] in "23"}

    response = client.post(url(audit, "audit_agree"), typed(owner_1="") | empty)

    assert errors(response) == {"1-owner": ["Name who at the school will see to it."]}


def test_agree_from_a_stale_tab_agrees_nothing(client, officer):
    audit = make_rated_audit()
    client.post(url(audit), typed(action_1="Theirs"))

    response = client.post(url(audit, "audit_agree"), typed(action_1="Mine"))

    audit.refresh_from_db()
    assert (response.status_code, audit.is_open, saved(audit)[0][2]) == (409, True, "Theirs")
