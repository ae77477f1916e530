"""The hand-over to a national scheme: what hub and school do with it, and the list for staff."""

import csv
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from awards.models import Award, Recommendation, RecommendationStep
from awards.queries import recommendation_standing
from awards.rules.recommendations import Verb
from awards.services import (
    mark_sent,
    note_recommendation_step,
    preview_outcome_pack,
    recommend,
    send_outcome_pack,
    take_back_step,
    withhold_recommendation,
)
from awards.tests.factories import become, make_award
from hubportal.accounts.models import Role, User
from schools.models import Contact
from schools.queries import hub_profile
from schools.tests.factories import ContactFactory, SchoolFactory, UserFactory
from schools.tests.visitors import said

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LIST = reverse("recommendation_list")


# --- What hub and school do -------------------------------------------------------------------------------------------


@pytest.fixture
def now(db):
    with time_machine.travel(NOW, tick=False):
        yield NOW


@pytest.fixture
def contact(now) -> Contact:
    return ContactFactory(name="Ada Coordinator", school__name="Wren Primary School")


@pytest.fixture
def award(contact: Contact) -> Award:
    return make_award(school=contact.school, level="silver", on=date(2026, 11, 5), sent=True)


@pytest.fixture
def recommendation(award: Award) -> Recommendation:
    return award.recommendation


@pytest.fixture
def olga() -> User:
    return UserFactory(name="Olga Officer")


def history(recommendation: Recommendation) -> list[tuple]:
    return [(step.state, step.by or step.by_contact, step.note) for step in recommendation.steps.all()]


def step(recommendation: Recommendation, verb: str, **by: object) -> Recommendation:
    return note_recommendation_step(recommendation=recommendation, verb=Verb(verb), **by)


def test_outcome_pack_recommends_the_school_in_the_words_of_the_day(award, recommendation):
    hub = hub_profile()
    hub.recognition_name, hub.recognition_text = "Another Scheme", "Other words."
    hub.save()

    recommendation.refresh_from_db()

    assert (recommendation.state, recommendation.scheme_name) == ("recommended", "Music Mark of Recognition")
    assert recommendation.wording.startswith("We are glad to recommend your school")
    assert history(recommendation) == [("recommended", award.outcome_pack.sent_by, "")]
    assert award.school.timeline.filter(text="Recommended to Music Mark of Recognition.").count() == 1


def test_outcome_pack_of_working_towards_bronze_recommends_nobody(now):
    make_award(level="working_towards", sent=True)

    assert not Recommendation.objects.exists()


def test_outcome_pack_of_a_school_not_recommended_says_nothing_of_it(contact, olga):
    award = make_award(school=contact.school)
    [before] = preview_outcome_pack(award).mails

    withhold_recommendation(award=award, by=olga)
    pack, _ = send_outcome_pack(award=award, by=olga)

    assert before.body_text.count("MUSIC MARK OF RECOGNITION") == 1
    for body in (pack.email.body_text, pack.email.body_html):
        assert "music mark" not in body.lower()
    assert award.recommendation.state == "withheld"


def test_recommend_later_is_possible_while_the_award_is_current(award, olga):
    award.recommendation.steps.all().delete()
    award.recommendation.delete()

    first, second = recommend(award=award, by=olga), recommend(award=award, by=olga)

    assert (first, history(first)) == (second, [("recommended", olga, "")])


@pytest.mark.parametrize(
    ("level", "status", "sentence"),
    [
        ("working_towards", "current", "Only schools with Bronze, Silver or Gold"),
        ("bronze", "superseded", "no longer the school’s current one"),
    ],
)
def test_recommend_what_cannot_be_is_refused(now, olga, level, status, sentence):
    award = make_award(level=level)
    become(status)

    with pytest.raises(ValidationError, match=sentence):
        recommend(award=award, by=olga)


def test_mark_sent_counts_those_that_waited(recommendation, olga):
    elsewhere = make_award(sent=True).recommendation
    step(elsewhere, "decline", by=olga)

    numbers = [mark_sent(recommendations=[recommendation, elsewhere], by=olga) for _ in range(2)]

    assert numbers == [1, 0]
    assert [each.state for each in Recommendation.objects.order_by("pk")] == ["sent", "declined"]


def test_school_goes_its_own_steps_and_a_second_click_changes_nothing(recommendation, contact, olga):
    mark_sent(recommendations=[recommendation], by=olga)

    for verb in ("accept", "accept", "download"):
        step(recommendation, verb, by_contact=contact)

    assert history(recommendation)[1:] == [("sent", olga, ""), ("accepted", contact, ""), ("downloaded", contact, "")]


def test_school_of_another_award_may_not_answer(recommendation):
    with pytest.raises(ValidationError, match="Only your own school’s answer"):
        step(recommendation, "accept", by_contact=ContactFactory())


def test_step_of_the_hub_is_not_for_the_school_to_say(recommendation, contact):
    with pytest.raises(ValueError, match="not the school’s to do"):
        step(recommendation, "send", by_contact=contact)


@pytest.mark.parametrize("status", ["superseded", "withdrawn"])
def test_step_of_an_award_that_no_longer_counts_is_refused(recommendation, contact, status):
    become(status)

    with pytest.raises(ValidationError, match="no longer the school’s current one"):
        step(recommendation, "accept", by_contact=contact)


def test_take_back_returns_to_the_step_before_and_keeps_the_history(recommendation, olga):
    mark_sent(recommendations=[recommendation], by=olga)
    step(recommendation, "decline", by=olga)

    for expected in ("sent", "recommended"):
        assert take_back_step(recommendation=recommendation, note="Wrong school.", by=olga).state == expected

    assert [state for state, _, _ in history(recommendation)] == [
        "recommended", "sent", "declined", "sent", "recommended",
    ]  # fmt: skip
    with pytest.raises(ValidationError, match="There is no step to take back"):
        take_back_step(recommendation=recommendation, note="Once more.", by=olga)


def test_take_back_by_the_hub_wants_a_reason(recommendation, olga):
    step(recommendation, "accept", by=olga)

    with pytest.raises(ValidationError, match="Say in a few words why"):
        take_back_step(recommendation=recommendation, note=" ", by=olga)


def test_take_back_by_the_school_reaches_no_step_of_the_hub(recommendation, contact, olga):
    mark_sent(recommendations=[recommendation], by=olga)
    step(recommendation, "accept", by_contact=contact)

    assert take_back_step(recommendation=recommendation, by_contact=contact).state == "sent"
    with pytest.raises(ValidationError, match="The last step was the hub’s"):
        take_back_step(recommendation=recommendation, by_contact=contact)


@pytest.mark.parametrize(
    ("constraint", "model", "change"),
    [
        ("awards_recommendation_state_known", Recommendation, {"state": "forgotten"}),
        ("awards_recommendation_scheme_named", Recommendation, {"scheme_name": ""}),
        ("awards_recommendationstep_state_known", RecommendationStep, {"state": "forgotten"}),
        ("awards_recommendationstep_one_author", RecommendationStep, {"by_contact": True}),
    ],
)
def test_recommendation_that_cannot_be_is_refused_by_the_database(recommendation, contact, constraint, model, change):
    facts = {name: contact if value is True else value for name, value in change.items()}

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        model.objects.update(**facts)


def test_award_with_a_second_recommendation_is_refused_by_the_database(award):
    with pytest.raises(IntegrityError, match="award_id"), transaction.atomic():
        Recommendation.objects.create(award=award, scheme_name="Another Scheme")


# --- Pages for staff --------------------------------------------------------------------------------------------------


def addresses(recommendation: Recommendation) -> list[tuple[str, str]]:
    return [
        ("get", LIST),
        ("post", reverse("recommendations_sent")),
        ("post", reverse("recommend", args=[recommendation.award_id])),
        ("post", reverse("withhold_recommendation", args=[recommendation.award_id])),
        ("post", reverse("recommendation_step", args=[recommendation.pk])),
        ("get", reverse("recommendation_back", args=[recommendation.pk])),
    ]


@pytest.mark.parametrize(
    ("role", "codes"),
    [(None, {302}), (Role.VIEWER, {403}), (Role.OFFICER, {200, 302}), (Role.ADMINISTRATOR, {200, 302})],
)
def test_recommendation_pages_are_for_officers_and_administrators(as_role, recommendation, role, codes):
    client = as_role(role)

    responses = [getattr(client, method)(address) for method, address in addresses(recommendation)]

    assert {response.status_code for response in responses} == codes
    if role is None:
        assert {response["Location"].partition("?")[0] for response in responses} == {reverse("account_login")}


def test_recommendation_pages_are_closed_to_contacts(as_contact, recommendation, contact):
    client = as_contact(contact)

    codes = [getattr(client, method)(address).status_code for method, address in addresses(recommendation)]

    assert (codes, Recommendation.objects.get().state) == ([302] * 6, "recommended")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Ash", "Wren Primary School"]),
        ("?state=nonsense", ["Ash", "Wren Primary School"]),
        ("?state=sent", ["Elm"]),
        ("?state=", ["Ash", "Elm", "Wren Primary School", "Yew"]),
        ("?state=&q=wren", ["Wren Primary School"]),
    ],
)
def test_recommendation_list_shows_what_is_to_be_handed_over_unless_asked_otherwise(
    client, officer, recommendation, query, names
):
    for name, state in (("Ash", "recommended"), ("Elm", "sent")):
        award = make_award(school=SchoolFactory(name=name), sent=True)
        Recommendation.objects.filter(award=award).update(state=state)
    old = make_award(school=SchoolFactory(name="Old"), sent=True)
    Award.objects.filter(pk=old.pk).update(status="superseded")
    make_award(school=SchoolFactory(name="Yew"), on=timezone.localdate() - timedelta(days=1100), sent=True)

    response = client.get(LIST + query)

    assert sorted(row.award.school.name for row in response.context["page_obj"]) == names
    has_button = response.content.decode().count("Mark the ticked schools as sent")
    assert has_button == (0 if names == ["Elm"] else 1)


def test_recommendation_list_as_a_file_names_no_contact(client, officer, recommendation, contact):
    response = client.get(LIST + "?format=csv")

    text = response.content.decode("utf-8-sig")
    [row] = list(csv.DictReader(text.splitlines()))
    school = contact.school
    assert (row["URN"], row["School"], row["Level"], row["State"]) == (
        str(school.urn), "Wren Primary School", "Silver", "Recommended by the hub",
    )  # fmt: skip
    assert [text.count(words) for words in (contact.email, contact.name, "@")] == [0, 0, 0]


def test_recommendation_list_marks_the_ticked_schools_as_sent(client, officer, recommendation):
    other = make_award(sent=True).recommendation

    response = client.post(reverse("recommendations_sent"), {"chosen": [recommendation.pk]})

    assert said(response) == ["1 school is marked as handed over."]
    assert [each.state for each in Recommendation.objects.order_by("pk")] == ["sent", "recommended"]
    assert history(recommendation)[-1] == ("sent", officer, "")
    assert other.steps.count() == 1


@pytest.mark.parametrize(
    ("chosen", "begins"), [([], "Tick the schools"), ([0], "One of these"), (["x"], "One of these")]
)
def test_recommendation_list_with_nothing_or_nonsense_ticked_says_so(client, officer, recommendation, chosen, begins):
    [message] = said(client.post(reverse("recommendations_sent"), {"chosen": chosen}))

    assert message.startswith(begins)


@pytest.mark.parametrize("number", [1, 3])
def test_recommendation_list_asks_the_same_number_of_queries(client, officer, now, number, django_assert_num_queries):
    for _ in range(number):
        make_award(sent=True)

    # Session, user; how many, rows; the hub's profile.
    with django_assert_num_queries(5):
        client.get(LIST)


def test_award_page_moves_a_recommendation_on_and_back(client, officer, award, recommendation):
    page = reverse("award_detail", args=[award.pk])

    client.post(reverse("recommendation_step", args=[recommendation.pk]), {"verb": "accept"})
    accepted = client.get(page).content.decode()
    client.post(reverse("recommendation_back", args=[recommendation.pk]), {"note": "It was another school."})
    back = client.get(page).content.decode()

    assert accepted.count("The school has its certificate") == 1
    assert back.count("Recommended by the hub: It was another school.") == 1
    assert recommendation_standing(award).recommendation.state == "recommended"


def test_award_page_takes_no_step_that_is_the_hubs_own_list(client, officer, recommendation):
    client.post(reverse("recommendation_step", args=[recommendation.pk]), {"verb": "send"})

    assert Recommendation.objects.get().state == "recommended"


def test_step_back_without_a_reason_says_so_beside_the_field(client, officer, recommendation):
    response = client.post(reverse("recommendation_back", args=[recommendation.pk]), {"note": ""})

    assert response.context["form"].errors == {"note": ["Say in a few words why."]}


def test_award_page_lets_an_officer_leave_a_school_without_a_recommendation(client, officer, contact):
    award = make_award(school=contact.school)
    page = reverse("award_detail", args=[award.pk])

    before = client.get(page).content.decode()
    client.post(reverse("withhold_recommendation", args=[award.pk]))
    withheld = client.get(page).content.decode()
    client.post(reverse("recommend", args=[award.pk]))

    assert [text.count("Do not recommend</summary>") for text in (before, withheld)] == [1, 0]
    assert withheld.count("Recommend now") == 1
    assert [state for state, _, _ in history(award.recommendation)] == ["withheld", "recommended"]


# --- The school's page ------------------------------------------------------------------------------------------------


def test_my_school_tells_of_the_recommendation_and_takes_the_schools_answer(as_contact, contact, recommendation):
    client, address = as_contact(contact), reverse("my_recommendation", args=[recommendation.pk])
    told = client.get(reverse("my_school")).content.decode()

    response = client.post(address, {"verb": "accept"})
    accepted = client.get(reverse("my_school")).content.decode()
    client.post(reverse("my_recommendation_back", args=[recommendation.pk]))

    assert told.count('<h2 id="scheme-title">Music Mark of Recognition</h2>') == 1
    assert said(response) == ["Thank you. We have noted that you accepted."]
    assert [accepted.count(label) for label in ("We have accepted", "That was a wrong click")] == [0, 1]
    assert [state for state, _, _ in history(recommendation)] == ["recommended", "accepted", "recommended"]


@pytest.mark.parametrize("name", ["my_recommendation", "my_recommendation_back"])
def test_my_recommendation_opened_changes_nothing_and_of_another_school_is_not_found(
    as_contact, recommendation, contact, name
):
    address = reverse(name, args=[recommendation.pk])
    own = as_contact(contact).get(address).status_code
    other = as_contact(ContactFactory()).post(address, {"verb": "accept"}).status_code

    assert (own, other, Recommendation.objects.get().state) == (405, 404, "recommended")


def test_my_recommendation_without_a_link_explains_how_to_get_in(client, officer, recommendation):
    response = client.post(reverse("my_recommendation", args=[recommendation.pk]), {"verb": "accept"})

    assert response.url == reverse("link_needed")


def test_my_school_says_nothing_of_a_recommendation_that_was_withheld(as_contact, contact, recommendation, olga):
    withhold_recommendation(award=recommendation.award, by=olga)

    assert "scheme-title" not in as_contact(contact).get(reverse("my_school")).content.decode()
