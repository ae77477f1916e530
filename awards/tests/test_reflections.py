"""A year later: the school says how far it has got, in its own time and words."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse

from awards.models import Progress, Reflection, ReflectionAnswer, ReflectionResponse
from awards.queries import AwardFilters, award_rows, reflections_overdue, school_awards, school_reflections
from awards.services import PriorityProgress, answer_reflection, queue_due_mail
from awards.tests.factories import make_award
from hubportal.accounts.models import Role
from hubportal.mail.models import Email
from schools.models import ContactRole, TimelineKind
from schools.tests.factories import ContactFactory, SchoolFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def on_21_november_2026():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def school():
    return SchoolFactory(name="Wren Primary School")


@pytest.fixture
def contact(school):
    return ContactFactory(school=school, name="Ada Coordinator")


@pytest.fixture
def sheet(school, contact) -> Reflection:
    """The 12-month sheet, sent this month."""
    award = make_award(school=school, on=date(2025, 11, 5), sent=True)
    queue_due_mail(date(2026, 11, 6))
    made = award.audit.reflections.get(month=12)
    sends(made, at=datetime(2026, 11, 6, 9, 0, tzinfo=UTC))
    return made


def sends(sheet: Reflection, *, at: datetime) -> None:
    """The mail of the sheet has left the hub."""
    Email.objects.filter(pk=sheet.email_id).update(status="sent", sent_at=at)


def address(sheet: Reflection) -> str:
    return reverse("reflection_form", args=[sheet.pk])


def typed(**changes: str) -> dict[str, str]:
    return {
        "progress_1": "achieved",
        "helped_1": "The whole staff sang.",
        "next_1": "A second choir.",
        "progress_2": "under_way",
        "helped_2": "",
        "next_2": "",
        "progress_3": "not_started",
        "helped_3": "No time yet.",
        "next_3": "",
        "anything_else": "A harp.",
        **changes,
    }


def kept(sheet: Reflection) -> list[tuple[str, int, str, str, str]]:
    """What everybody said, the first to answer first."""
    answers = ReflectionAnswer.objects.filter(response__reflection=sheet)
    ordered = answers.order_by("response__answered_at", "response__pk", "priority__number")
    return list(
        ordered.values_list("response__contact__name", "priority__number", "progress", "what_helped", "what_next")
    )


def told(sheet: Reflection) -> list[tuple[str, str]]:
    events = sheet.audit.meeting.school.timeline.filter(kind=TimelineKind.REFLECTION).order_by("id")
    return [(event.text, event.by_contact.name) for event in events.select_related("by_contact")]


@pytest.mark.parametrize("role", [None, Role.VIEWER, Role.OFFICER, Role.ADMINISTRATOR])
def test_reflection_form_without_a_personal_link_explains_how_to_get_in(as_role, sheet, role):
    client = as_role(role)
    pages = [address(sheet), reverse("reflection_thanks", args=[sheet.pk])]

    assert [client.get(page)["Location"] for page in pages] == [reverse("link_needed")] * 2


def test_reflection_form_of_another_school_is_a_404_and_keeps_nothing(as_contact, sheet):
    answer_all(sheet, by=sheet.audit.meeting.school.contacts.get())
    before = kept(sheet)
    client = as_contact(ContactFactory())

    codes = [
        client.get(address(sheet)).status_code,
        client.post(address(sheet), typed()).status_code,
        client.get(reverse("reflection_thanks", args=[sheet.pk])).status_code,
    ]

    assert codes == [404, 404, 404]
    assert kept(sheet) == before


def answer_all(sheet: Reflection, *, by, progress: str = "under_way", anything_else: str = "") -> ReflectionResponse:
    answers = [PriorityProgress(priority.pk, progress) for priority in sheet.audit.priorities.all()]
    return answer_reflection(reflection=sheet, answers=answers, anything_else=anything_else, by=by)


def test_reflection_form_before_it_is_sent_is_a_404(as_contact, sheet, contact):
    later = sheet.audit.reflections.get(month=24)

    assert as_contact(contact).get(address(later)).status_code == 404


def test_reflection_form_quotes_the_three_priorities(as_contact, sheet, contact):
    text = as_contact(contact).get(address(sheet)).content.decode()

    for priority in sheet.audit.priorities.select_related("criterion"):
        for words in (priority.criterion.title, priority.action, priority.support):
            assert words in text


def test_reflection_form_merely_opened_changes_nothing(as_contact, sheet, contact):
    as_contact(contact).get(address(sheet))

    sheet.refresh_from_db()
    assert (sheet.answered_at, kept(sheet)) == (None, [])


def test_reflection_form_answer_is_kept_and_thanked_for(as_contact, sheet, contact):
    client = as_contact(contact)

    response = client.post(address(sheet), typed(), follow=True)

    sheet.refresh_from_db()
    assert response.redirect_chain == [(reverse("reflection_thanks", args=[sheet.pk]), 302)]
    assert (sheet.answered_at, sheet.answered_by) == (NOW, contact)
    assert sheet.responses.get().anything_else == "A harp."
    assert kept(sheet) == [
        ("Ada Coordinator", 1, "achieved", "The whole staff sang.", "A second choir."),
        ("Ada Coordinator", 2, "under_way", "", ""),
        ("Ada Coordinator", 3, "not_started", "No time yet.", ""),
    ]
    assert told(sheet) == [("12-month reflection answered: achieved, under way, not started.", "Ada Coordinator")]
    assert "The whole staff sang." in response.content.decode()


def test_reflection_form_missing_progress_keeps_everything_typed(as_contact, sheet, contact):
    data = typed()
    del data["progress_2"]

    response = as_contact(contact).post(address(sheet), data)

    form = response.context["form"]
    assert form.errors == {"progress_2": ["Say how far you have got with priority 2."]}
    assert form["helped_1"].value() == "The whole staff sang."
    assert form["anything_else"].value() == "A harp."
    assert response.content.decode().count("Say how far you have got with priority 2.") == 2
    assert "<title>Error: " in response.content.decode()
    assert kept(sheet) == []


def test_reflection_form_too_long_an_answer_is_refused_with_a_sentence(as_contact, sheet, contact):
    response = as_contact(contact).post(address(sheet), typed(helped_1="x" * 2001))

    assert list(response.context["form"].errors) == ["helped_1"]
    assert kept(sheet) == []


def test_reflection_form_opens_again_with_what_was_answered(as_contact, sheet, contact):
    client = as_contact(contact)
    client.post(address(sheet), typed())

    form = client.get(address(sheet)).context["form"]

    assert [form[name].value() for name in ("progress_1", "helped_3", "anything_else")] == [
        "achieved", "No time yet.", "A harp.",
    ]  # fmt: skip


def test_answer_reflection_sent_twice_is_one_answer(as_contact, sheet, contact):
    client = as_contact(contact)

    client.post(address(sheet), typed())
    client.post(address(sheet), typed())

    assert sheet.responses.get().earlier_answers == []
    assert len(told(sheet)) == 1


def test_answer_reflection_changed_by_the_same_person_keeps_what_was_said_before(as_contact, sheet, contact):
    client = as_contact(contact)
    client.post(address(sheet), typed())

    client.post(address(sheet), typed(progress_1="changed", next_1="", anything_else=""))

    response = sheet.responses.get()
    assert (response.anything_else, response.changed_at) == ("", NOW)
    assert kept(sheet)[0] == ("Ada Coordinator", 1, "changed", "The whole staff sang.", "")
    first = response.earlier_answers[0]
    assert (first["anything_else"], first["replaced_at"]) == ("A harp.", NOW.isoformat())
    assert first["answers"][0]["what_next"] == "A second choir."
    assert told(sheet)[1] == ("12-month reflection changed: changed, under way, not started.", "Ada Coordinator")


def test_answer_reflection_of_a_second_person_stands_beside_the_first(as_contact, sheet, contact, school):
    as_contact(contact).post(address(sheet), typed())
    head = ContactFactory(school=school, name="Hal Head", role=ContactRole.HEAD_TEACHER)

    as_contact(head).post(address(sheet), typed(progress_1="changed", helped_1="We sing less now.", next_1=""))

    sheet.refresh_from_db()
    assert (sheet.answered_at, sheet.answered_by) == (NOW, contact)
    assert [(name, progress, helped) for name, number, progress, helped, _ in kept(sheet) if number == 1] == [
        ("Ada Coordinator", "achieved", "The whole staff sang."),
        ("Hal Head", "changed", "We sing less now."),
    ]
    assert [response.earlier_answers for response in sheet.responses.all()] == [[], []]
    assert told(sheet)[1] == ("12-month reflection answered: changed, under way, not started.", "Hal Head")


@pytest.mark.parametrize("days, is_open", [(60, True), (61, False)])
def test_answer_reflection_may_be_changed_for_sixty_days(as_contact, sheet, contact, days, is_open):
    answer_all(sheet, by=contact)

    with time_machine.travel(NOW + timedelta(days=days), tick=False):
        response = as_contact(contact).post(address(sheet), typed())
        shown = as_contact(contact).get(address(sheet)).content.decode()

    assert response.status_code == (302 if is_open else 200)
    assert kept(sheet)[0][2] == ("achieved" if is_open else "under_way")
    assert ('<form method="post"' in shown) == is_open


def test_answer_reflection_a_year_late_is_still_welcome(sheet, contact):
    with time_machine.travel(NOW + timedelta(days=400), tick=False):
        answered = answer_all(sheet, by=contact)

    assert answered.answered_at == NOW + timedelta(days=400)


def test_answer_reflection_after_60_days_is_refused_with_a_sentence(sheet, contact):
    answer_all(sheet, by=contact)

    with time_machine.travel(NOW + timedelta(days=61), tick=False), pytest.raises(ValidationError) as refused:
        answer_all(sheet, by=contact, progress="achieved")

    assert refused.value.messages == ["The time to change this answer is over. Write to us instead."]


@pytest.mark.parametrize("number", [0, 2])
def test_answer_reflection_without_each_priority_is_refused(sheet, contact, number):
    some = [PriorityProgress(one.pk, "achieved") for one in sheet.audit.priorities.all()[:number]]

    with pytest.raises(ValidationError) as refused:
        answer_reflection(reflection=sheet, answers=some, anything_else="", by=contact)

    assert refused.value.messages == ["Say of each priority how far you have got."]


def test_answer_reflection_priority_of_another_school_is_refused(sheet, contact):
    other = make_award().audit.priorities.all()
    answers = [PriorityProgress(one.pk, "achieved") for one in other]

    with pytest.raises(ValidationError, match="Say of each priority"):
        answer_reflection(reflection=sheet, answers=answers, anything_else="", by=contact)


@pytest.mark.parametrize("day, is_overdue", [(26, False), (27, True), (28, True)])
def test_reflections_overdue_begin_three_school_weeks_after_the_mail_went(sheet, day, is_overdue):
    make_award(on=date(2025, 11, 5))

    found = reflections_overdue(now=datetime(2026, 11, day, 12, tzinfo=UTC))

    assert list(found) == ([sheet] if is_overdue else [])


def test_reflections_overdue_ends_with_the_answer(sheet, contact):
    answer_all(sheet, by=contact)

    assert list(reflections_overdue(now=NOW + timedelta(days=90))) == []


def test_reflections_overdue_has_one_sheet_a_meeting_so_that_its_count_is_that_of_the_list(sheet, officer):
    queue_due_mail(date(2027, 11, 8))
    later = sheet.audit.reflections.get(month=24)
    sends(later, at=datetime(2027, 11, 8, 9, 0, tzinfo=UTC))
    soon, at_last = (datetime(2027, 11, day, 12, tzinfo=UTC) for day in (20, 29))

    found = [list(reflections_overdue(now=now)) for now in (soon, at_last)]
    rows = award_rows(user=officer, filters=AwardFilters(reflection="unanswered"), now=at_last)

    assert found == [[], [later]]
    assert [award.audit_id for award in rows] == [sheet.audit_id]


def test_reflection_mail_begins_its_first_sentence_with_a_capital(sheet):
    text, html = sheet.email.body_text, sheet.email.body_html

    assert text.splitlines()[2].startswith("About 12 months ago, on 5 November 2025, we talked about music")
    assert html.count(">About 12 months ago, on 5 November 2025,") == 1


def test_school_reflections_have_the_answer_for_the_school_page(sheet, contact, school):
    answer_all(sheet, by=contact, anything_else="A harp.")
    make_award()

    found = school_reflections(school)

    assert [(one.month, [said.anything_else for said in one.responses.all()]) for one in found] == [
        (24, []), (12, ["A harp."]),
    ]  # fmt: skip
    (said,) = found[1].responses.all()
    assert [answer.get_progress_display() for answer in said.answers.all()] == [Progress.UNDER_WAY.label] * 3


@pytest.mark.parametrize("number", [1, 3])
def test_school_awards_and_reflections_ask_the_same_number_of_queries(number, school, django_assert_num_queries):
    for past in range(number):
        make_award(school=school, on=date(2026 - past, 11, 5))

    with django_assert_num_queries(7):
        for award in school_awards(school):
            assert (award.latest_certificate.size > 10, len(award.audit.priorities.all())) == (True, 3)
        for sheet in school_reflections(school):
            assert list(sheet.responses.all()) == []


@pytest.mark.parametrize("number", [1, 3])
def test_reflection_form_asks_the_same_number_of_queries(as_contact, sheet, contact, number, django_assert_num_queries):
    for past in range(1, number):
        make_award(school=sheet.audit.meeting.school, on=date(2025 - past, 11, 5))
    client = as_contact(contact)

    # Session, link, the sheet, those of the meeting, their responses, the award, newer priorities, priorities with
    # promises and notes, ratings, the hub's profile.
    with django_assert_num_queries(12):
        client.get(address(sheet))
