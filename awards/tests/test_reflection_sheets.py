"""What stands on a sheet, early or late, and that nothing typed into it is lost."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse

from audits.models import Rating
from awards.models import ProgressNote, Reflection, SelfRating
from awards.queries import SheetState, sheet_page
from awards.services import PriorityProgress, Sayings, answer_reflection, queue_due_reflections, stop_asking
from awards.tests.factories import become, make_audit, make_award
from hubportal.mail.kinds import why_not_send
from schools.models import Contact, ContactRole, School
from schools.tests.factories import ContactFactory, SchoolFactory, UserFactory

pytestmark = pytest.mark.django_db
# The meeting was on 5 November 2025.
TODAY = date(2026, 11, 21)


@pytest.fixture(autouse=True)
def on_21_november_2026():
    with time_machine.travel(datetime(2026, 11, 21, 12, 0, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def ada() -> Contact:
    return ContactFactory(school=SchoolFactory(name="Wren Primary School"), name="Ada Coordinator")


@pytest.fixture
def sheet(ada) -> Reflection:
    """The 12-month sheet, which waits in the outbox."""
    award = make_award(school=ada.school, on=date(2025, 11, 5))
    queue_due_reflections(as_of=date(2026, 11, 6))
    return award.audit.reflections.get(month=12)


def address(sheet: Reflection) -> str:
    return reverse("reflection_form", args=[sheet.pk])


def typed(**changes: str) -> dict[str, str]:
    fields = {f"{name}_{number}": "" for name in ("helped", "next", "rating") for number in (1, 2, 3)}
    return fields | {f"progress_{number}": "under_way" for number in (1, 2, 3)} | {"anything_else": ""} | changes


def say(sheet: Reflection, by: Contact, progress: str = "under_way", **more):
    answers = [PriorityProgress(one.pk, progress, "New ukuleles.", "A choir.") for one in sheet.audit.priorities.all()]
    return answer_reflection(reflection=sheet, answers=answers, by=by, **more)


def state(sheet: Reflection, contact: Contact, *, on: date = TODAY) -> SheetState:
    found = Reflection.objects.select_related("audit__meeting__school").get(pk=sheet.pk)
    return sheet_page(found, contact=contact, today=on).state


# --- What stands on it ----------------------------------------------------------------------------


def test_sheet_shows_what_was_agreed_the_states_the_notes_and_the_rating_of_then(as_contact, sheet, ada):
    first = sheet.audit.priorities.get(number=1)
    ProgressNote.objects.create(priority=first, text="Twenty children sing.", by_contact=ada)

    response = as_contact(ada).get(address(sheet))

    text, item = response.content.decode(), response.context["page"].priorities[0]
    assert (item.agreed, [note.text for note in item.notes]) == ("amber", ["Twenty children sing."])
    for words in (first.good_looks_like, item.text.school_state, item.text.hub_state, "Twenty children sing."):
        assert (words != "", words in text) == (True, True)
    for words in (first.criterion.red, first.criterion.amber, first.criterion.green, "Leave it as it is"):
        assert words in text


def test_sheet_of_24_months_quotes_what_was_said_at_12_and_fills_nothing_in(as_contact, sheet, ada):
    later = sheet.audit.reflections.get(month=24)
    say(sheet, ada, ratings={sheet.audit.priorities.first().criterion_id: "green"}, anything_else="A harp.")
    hal = ContactFactory(school=ada.school, name="Hal Head", role=ContactRole.HEAD_TEACHER)

    with time_machine.travel(datetime(2027, 11, 8, 8, tzinfo=UTC), tick=False):
        queue_due_reflections(as_of=date(2027, 11, 8))
        response = as_contact(hal).get(address(later))

    text, form = " ".join(response.content.decode().split()), response.context["form"]
    assert text.count("At 12 months Ada Coordinator said: “New ukuleles.”") == 3
    assert text.count("At 12 months Ada Coordinator said: “A choir.”") == 3
    assert text.count("At 12 months Ada Coordinator said: “Under way”") == 3
    assert text.count("At 12 months Ada Coordinator said: “A harp.”") == 1
    assert [item.earlier[0].new_rating for item in response.context["page"].priorities] == ["green", "", ""]
    assert {form[name].value() for name in form.fields} == {None}


def test_sheet_shows_what_a_colleague_answered_beside_the_fields(as_contact, sheet, ada):
    hal = ContactFactory(school=ada.school, name="Hal Head", role=ContactRole.HEAD_TEACHER)
    say(sheet, hal)

    response = as_contact(ada).get(address(sheet))

    text = " ".join(response.content.decode().split())
    assert "Your colleague <strong>Hal Head</strong> answered on 21 November 2026" in text
    assert text.count("New ukuleles.") == 3
    assert response.context["form"]["helped_1"].value() is None


def test_sheet_page_asks_the_same_number_of_queries_with_answers_of_one_or_three(
    as_contact, sheet, ada, django_assert_num_queries
):
    client = as_contact(ada)
    for number in (1, 3):
        while sheet.responses.count() < number:
            say(sheet, ContactFactory(school=ada.school, role=ContactRole.OTHER))
        # As without answers, and with those of each person: answers, ratings.
        with django_assert_num_queries(14):
            client.get(address(sheet))


# --- A new rating ---------------------------------------------------------------------------------


def test_sheet_new_ratings_are_kept_where_they_were_given(as_contact, sheet, ada):
    as_contact(ada).post(address(sheet), typed(rating_1="green", rating_3="red"))

    first, _, third = sheet.audit.priorities.all()
    kept = sheet.responses.get().ratings.order_by("criterion__position").values_list("criterion", "rating")
    assert sorted(kept) == sorted([(first.criterion_id, "green"), (third.criterion_id, "red")])
    assert not Rating.objects.filter(audit=sheet.audit, school__in=SelfRating.values).exists()


def test_sheet_new_rating_taken_back_is_kept_among_the_earlier_answers(as_contact, sheet, ada):
    client = as_contact(ada)
    client.post(address(sheet), typed(rating_1="green"))

    client.post(address(sheet), typed())

    response = sheet.responses.get()
    assert response.ratings.count() == 0
    assert [one["rating"] for one in response.earlier_answers[0]["ratings"]] == ["green"]


@pytest.mark.parametrize("rating", ["blue", "not_discussed"])
def test_sheet_another_word_for_a_rating_is_refused(as_contact, sheet, ada, rating):
    response = as_contact(ada).post(address(sheet), typed(rating_2=rating))

    assert (list(response.context["form"].errors), sheet.responses.count()) == (["rating_2"], 0)


def test_answer_reflection_rating_of_another_criterion_is_refused(sheet, ada):
    concerned = sheet.audit.priorities.values("criterion")
    other = sheet.audit.framework.criteria.exclude(pk__in=concerned).first()

    with pytest.raises(ValidationError) as refused:
        say(sheet, ada, ratings={other.pk: "green"})

    assert refused.value.messages == ["Rate only what your priorities are about, as red, amber or green."]


# --- Early, late, superseded, closed ---------------------------------------------------------------


@pytest.mark.parametrize("day, opens", [(date(2026, 9, 5), False), (date(2026, 9, 6), True)])
def test_sheet_may_be_answered_sixty_days_early_and_then_no_mail_goes(as_contact, ada, day, opens):
    sheet = make_award(school=ada.school, on=date(2025, 11, 5)).audit.reflections.get(month=12)

    with time_machine.travel(datetime(day.year, day.month, day.day, 12, tzinfo=UTC), tick=False):
        to_answer = list(Reflection.objects.to_answer(day=day))
        response = as_contact(ada).post(address(sheet), typed())
        queued = queue_due_reflections(as_of=date(2026, 11, 6))

    assert (response.status_code, to_answer) == ((302, [sheet]) if opens else (404, []))
    assert queued == ([] if opens else [sheet])


def test_sheet_opened_early_says_when_it_would_have_come(as_contact, ada):
    sheet = make_award(school=ada.school, on=date(2025, 12, 5)).audit.reflections.get(month=12)

    text = as_contact(ada).get(address(sheet)).content.decode()

    assert "we would have sent you this sheet about 5 December 2026" in text


def test_sheet_answered_after_the_next_one_went_is_kept_and_welcome(as_contact, sheet, ada):
    with time_machine.travel(datetime(2027, 11, 8, 8, tzinfo=UTC), tick=False):
        queue_due_reflections(as_of=date(2027, 11, 8))
        later = sheet.audit.reflections.get(month=24)
        assert state(sheet, ada, on=date(2027, 11, 8)) == SheetState.LATE
        assert list(Reflection.objects.to_answer(day=date(2027, 11, 8))) == [later]

        response = as_contact(ada).post(address(sheet), typed())

    assert (response.status_code, sheet.responses.count()) == (302, 1)


def test_sheet_answered_after_the_award_ended_is_kept_and_welcome(as_contact, sheet, ada):
    later = sheet.audit.reflections.get(month=24)

    with time_machine.travel(datetime(2028, 12, 1, 8, tzinfo=UTC), tick=False):
        assert state(later, ada, on=date(2028, 12, 1)) == SheetState.ENDED
        response = as_contact(ada).post(address(later), typed())

    assert (response.status_code, later.responses.count()) == (302, 1)


def test_sheet_replaced_by_a_newer_conversation_explains_itself_and_stays_readable(as_contact, sheet, ada):
    say(sheet, ada)
    make_audit(school=ada.school, on=date(2026, 11, 20))

    response = as_contact(ada).get(address(sheet))

    text = response.content.decode()
    assert state(sheet, ada) == SheetState.SUPERSEDED
    assert ("We have met again since" in text, text.count("New ukuleles."), "<textarea" in text) == (True, 3, False)
    assert why_not_send(sheet.email) == "A newer conversation has replaced this one."


def test_sheet_replaced_while_somebody_typed_keeps_what_they_typed(as_contact, sheet, ada):
    make_audit(school=ada.school, on=date(2026, 11, 20))

    as_contact(ada).post(address(sheet), typed(helped_1="New ukuleles."))

    assert sheet.responses.get().answers.get(priority__number=1).what_helped == "New ukuleles."


def test_sheet_of_a_school_that_closed_goes_nowhere_and_stays_readable(as_contact, sheet, ada):
    say(sheet, ada)
    School.objects.filter(pk=ada.school_id).update(status="closed")

    text = as_contact(ada).get(address(sheet)).content.decode()

    assert state(sheet, ada) == SheetState.SCHOOL_CLOSED
    assert ("Your school has closed" in text, text.count("New ukuleles.")) == (True, 3)
    assert list(Reflection.objects.to_answer(day=date(2027, 11, 5))) == []


def test_sheet_of_a_withdrawn_award_asks_for_nothing(as_contact, sheet, ada):
    become("withdrawn")

    text = as_contact(ada).get(address(sheet)).content.decode()

    assert (state(sheet, ada), "<textarea" in text) == (SheetState.WITHDRAWN, False)
    assert list(Reflection.objects.to_answer(day=TODAY)) == []


def test_sheet_the_hub_has_given_up_is_answered_all_the_same(as_contact, sheet, ada):
    stop_asking(reflection=sheet, reason="They are rebuilding.", by=UserFactory(), now=datetime.now(UTC))
    client = as_contact(ada)

    text = client.get(address(sheet)).content.decode()
    client.post(address(sheet), typed())

    assert ("is welcome all the same" in text, "They are rebuilding." in text) == (True, False)
    assert sheet.responses.count() == 1


# --- Nothing typed is lost ------------------------------------------------------------------------


def test_sheet_sent_after_the_visit_ended_shows_what_was_typed_and_sends_it_again(client, as_contact, sheet, ada):
    page = client.post(address(sheet), typed(helped_1="New <b>ukuleles</b>.", progress_1="achieved", other="x"))

    text = page.content.decode()
    assert (page.status_code, sheet.responses.count()) == (403, 0)
    assert "New &lt;b&gt;ukuleles&lt;/b&gt;." in text
    assert "Wren Primary School" not in text
    again = dict(page.context["posted"])
    as_contact(ada).post(address(sheet), again)
    assert (again["helped_1"], "other" in again) == ("New <b>ukuleles</b>.", False)
    assert sheet.responses.get().answers.get(priority__number=1).what_helped == "New <b>ukuleles</b>."


def test_sheet_errors_stand_by_their_fields_and_in_the_summary_with_everything_typed(as_contact, sheet, ada):
    data = typed(helped_2="x" * 2001, next_3="A choir.", rating_1="green", anything_else="A harp.")
    del data["progress_1"]

    response = as_contact(ada).post(address(sheet), data)

    form, text = response.context["form"], response.content.decode()
    assert form.errors == {
        "progress_1": ["Say how far you have got with priority 1."],
        "helped_2": ["This may have at most 2000 characters; it has 2001. Please shorten it."],
    }
    assert [text.count(sentence[0]) for sentence in form.errors.values()] == [2, 2]
    assert [form[name].value() for name in ("helped_2", "next_3", "rating_1", "anything_else")] == [
        "x" * 2001, "A choir.", "green", "A harp.",
    ]  # fmt: skip


def test_sayings_as_data_orders_ratings_by_criterion():
    assert Sayings([], {7: "red", 3: "green"}).as_data()["ratings"] == [
        {"criterion_id": 3, "rating": "green"},
        {"criterion_id": 7, "rating": "red"},
    ]
