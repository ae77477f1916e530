"""Conversation mode: what its pages show, and saving them as plain forms, all of it or one criterion at a time."""

from datetime import date
from html import unescape
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from audits.models import Audit, AuditChange, AuditStatus, Framework, Rating
from audits.queries.conversation import NOT_ANSWERED
from audits.rules import Share, time_in_words, timetable
from audits.services import publish_framework
from audits.tests.factories import (
    FrameworkFactory,
    make_agreed_audit,
    make_meeting,
    make_open_audit,
    rate,
    small_data,
)
from audits.tests.framework_builder import framework_data
from meetings.models import DataForm, MeetingKind
from schools.tests.factories import SchoolFactory, UserFactory
from schools.tests.visitors import said

pytestmark = pytest.mark.django_db

CODES = ["P-INT-01", "P-INT-02", "P-INT-03", "P-IMP-01", "P-IMP-02", "P-IMP-03", "P-IPC-01", "P-IPC-02"]
SAVED = ("officer", "agreed", "reason", "note", "is_parked")


def url(audit: Audit, code: str | None = None) -> str:
    """The whole page, one criterion's, or with "" the closing one."""
    if code:
        return reverse("audit_criterion", args=[audit.pk, code])
    return reverse("audit_conversation" if code is None else "audit_closing", args=[audit.pk])


def sent(response: HttpResponse, **changes: str) -> dict[str, Any]:
    """What a browser sends when a page is saved as it came, with some fields changed."""
    forms = response.context["sheet_form"].forms
    data = {form.add_prefix(name): form[name].value() for form in forms for name in form.fields}
    assert changes.keys() <= data.keys()
    return data | changes


def save(client: Client, address: str, *, then: str = "", **changes: str) -> HttpResponse:
    """Opens a page, changes some fields and presses one of its Save buttons."""
    return client.post(address, sent(client.get(address), **changes) | {"then": then})


def stored(audit: Audit, code: str = "P-INT-01") -> tuple[str | bool, ...]:
    return audit.ratings.filter(criterion__code=code).values_list(*SAVED).get()


# --- The pages ------------------------------------------------------------------------------------------------------


def make_full_audit(sections: int) -> Audit:
    """An open audit with everything that stands beside its criteria: last time's ratings and a data form."""
    framework = publish_framework(definition_data=framework_data([("bronze", "none")] * sections), by=None)
    school = SchoolFactory()
    make_agreed_audit(
        school=school, on=date(2020, 1, 6), framework=framework, kind=MeetingKind.ADDITIONAL, priorities=[]
    )
    audit = make_open_audit(meeting=make_meeting(school=school), framework=framework)
    DataForm.objects.create(meeting=audit.meeting, pupils=210, saved_at=audit.started_at)
    return audit


@pytest.mark.parametrize("code", [None, "A-1", ""])
@pytest.mark.parametrize("sections", [1, 3])
def test_conversation_asks_the_same_number_of_queries(client, officer, sections, code, django_assert_num_queries):
    audit = make_full_audit(sections)
    client.get(url(audit, code))

    with django_assert_num_queries(8):
        client.get(url(audit, code))


def test_conversation_offers_not_applicable_only_where_the_framework_does(client, officer):
    items = client.get(url(make_open_audit())).context["sheet_form"].items

    agreed = {code: [option.value for option in item.options] for code, item in items.items()}
    officers = {code: [option.value for option in item.officer_options] for code, item in items.items()}
    usual = ["red", "amber", "green", "not_discussed"]
    assert officers == agreed
    assert agreed.pop("P-IMP-03") == [*usual, "not_applicable"]
    assert set(map(tuple, agreed.values())) == {tuple(usual)}


def test_conversation_shows_descriptors_prompt_and_support(client, officer):
    page = unescape(client.get(url(make_open_audit())).content.decode())

    for words in (
        "There is an aim that few people know.",
        "What is music for here?",
        "A clear aim protects time for music.",
        "Example visions",
        "Help with one plain page",
        "The school has no nursery class.",
    ):
        assert page.count(words) == 1


def test_conversation_shows_the_schools_own_view_to_read(client, officer):
    audit = make_open_audit()
    rate(audit, "P-INT-01", school="amber", school_note="Few <b>new</b> colleagues know it.")

    page = client.get(url(audit)).content.decode()

    assert page.count("Not rated beforehand") == len(CODES) - 1
    assert page.count("Few &lt;b&gt;new&lt;/b&gt; colleagues know it.</blockquote>") == 1
    assert page.count('data-field="school') == 0


def test_conversation_shows_last_time_beside_the_criterion(client, officer):
    school = SchoolFactory()
    make_agreed_audit(school=school, on=date(2023, 5, 4), ratings={"P-INT-01": "red"}, framework=FrameworkFactory())
    newer = FrameworkFactory(version="2.0")
    audit = make_open_audit(meeting=make_meeting(school=school), framework=newer)

    items = client.get(url(audit)).context["sheet_form"].items

    assert items["P-INT-01"].row.previous == "red"
    assert client.get(url(audit)).content.decode().count("Last time:") == len(CODES)


def with_figures(names: list[str]) -> Framework:
    data = small_data()
    data["sections"][0]["criteria"][0]["figures"] = names
    return publish_framework(definition_data=data, by=None)


@pytest.mark.parametrize(
    "saved, answers", [(True, ["45", "0", "Yes", NOT_ANSWERED]), (False, [NOT_ANSWERED] * 4)], ids=["saved", "not yet"]
)
def test_conversation_shows_the_data_forms_figures_where_they_belong(client, officer, saved, answers):
    names = ["minutes_a_week", "classes_with_weekly_music", "has_published_plan", "pupils"]
    audit = make_open_audit(framework=with_figures(names))
    DataForm.objects.create(
        meeting=audit.meeting,
        minutes_a_week=45,
        classes_with_weekly_music=0,
        has_published_plan=True,
        saved_at=audit.started_at if saved else None,
    )

    items = client.get(url(audit)).context["sheet_form"].items

    assert [figure.answer for figure in items["P-INT-01"].figures] == answers
    assert items["P-INT-01"].figures[1].question == "Classes with music every week"
    assert items["P-INT-02"].figures == ()


def test_conversation_without_a_data_form_says_not_answered(client, officer):
    audit = make_open_audit(framework=with_figures(["pupils"]))

    figures = client.get(url(audit)).context["sheet_form"].items["P-INT-01"].figures

    assert [(figure.question, figure.answer) for figure in figures] == [("Pupils in the school", NOT_ANSWERED)]


def test_conversation_lists_what_is_parked_and_what_is_open(client, officer):
    audit = make_open_audit(ratings={"P-INT-01": "red"}, default="green")
    rate(audit, "P-INT-02", is_parked="yes", agreed="not_discussed")

    page = client.get(url(audit)).context["conversation"]

    assert [row.criterion.code for row in page.parked] == ["P-INT-02"]
    assert page.first_open == "P-INT-02"


def test_conversation_with_everything_discussed_begins_with_the_first_and_leads_to_the_priorities(client, officer):
    response = client.get(url(make_open_audit(default="green")))

    assert response.context["conversation"].first_open == "P-INT-01"
    assert (
        response.content.decode().count('<div class="notice notice-success conversation-all" data-all-discussed>') == 1
    )


def test_conversation_about_an_agreed_audit_leads_to_its_reading_page(client, officer):
    audit = make_agreed_audit()

    places = [client.get(url(audit, code)) for code in (None, "P-INT-01", "")]

    assert [(place.status_code, place.url) for place in places] == [(302, f"/audits/{audit.pk}/")] * 3


def test_conversation_about_an_audit_carried_over_leads_to_reading_and_says_why(client, officer):
    audit = make_open_audit()
    Audit.objects.filter(pk=audit.pk).update(status=AuditStatus.CARRIED_OVER)

    response = client.get(url(audit))

    assert response.url == f"/audits/{audit.pk}/"
    assert said(response) == ["This audit went on under a newer version of its framework. Here it is as it was."]


def test_conversation_that_goes_on_from_an_older_version_says_so(client, officer):
    old = make_open_audit()
    Audit.objects.filter(pk=old.pk).update(status=AuditStatus.CARRIED_OVER)
    new = make_open_audit(meeting=old.meeting, framework=FrameworkFactory(version="2.0"))
    Audit.objects.filter(pk=new.pk).update(carried_from=old)

    page = client.get(url(new)).content.decode()

    assert page.count(f'It goes on from version 1.0 of the framework: <a href="/audits/{old.pk}/">') == 1


def test_step_of_an_unknown_criterion_is_a_404(client, officer):
    assert client.get(url(make_open_audit(), "P-INT-99")).status_code == 404


# --- Saving the whole page ------------------------------------------------------------------------------------------


def test_conversation_saved_stores_everything_and_returns_to_the_section(client, officer):
    audit = make_open_audit()

    response = save(
        client,
        url(audit),
        then="IMP",
        **{
            "P-INT-01-officer": "red",
            "P-INT-01-agreed": "amber",
            "P-INT-01-reason": "We heard more",
            "P-INT-01-note": "First line\r\nsecond line ",
            "P-INT-01-is_parked": "yes",
            "P-IMP-03-agreed": "not_applicable",
            "notes-strengths": "Singing",
            "notes-private_note": "Call in May",
            "notes-parking_note": "A choir with the infants",
        },
    )

    audit.refresh_from_db()
    assert (response.status_code, response.url) == (302, f"{url(audit)}#section-IMP")
    assert stored(audit) == ("red", "amber", "We heard more", "First line\nsecond line", True)
    assert stored(audit, "P-IMP-03") == ("not_discussed", "not_applicable", "", "", False)
    assert (audit.strengths, audit.private_note) == ("Singing", "Call in May")
    assert audit.parking_note == "A choir with the infants"
    assert AuditChange.objects.filter(audit=audit, by=officer).count() == 9


def test_conversation_takes_a_tick_back(client, officer):
    audit = make_open_audit()
    rate(audit, "P-INT-01", is_parked="yes")
    data = sent(client.get(url(audit)))
    # A browser sends nothing for an empty tick box.
    del data["P-INT-01-is_parked"]

    client.post(url(audit), data)

    assert stored(audit) == ("not_discussed", "not_discussed", "", "", False)


@pytest.mark.parametrize(
    "then, ends",
    [
        ("priorities", "/priorities/"),
        ("", "/conversation/"),
        ("//evil.example.org", "/conversation/"),
        ("INT", "/conversation/#section-INT"),
    ],
)
def test_conversation_saved_leads_where_the_button_says(client, officer, then, ends):
    audit = make_open_audit()

    response = save(client, url(audit), then=then)

    assert response.url == f"/audits/{audit.pk}{ends}"
    assert not AuditChange.objects.filter(audit=audit).exists()


@pytest.mark.parametrize("code", [None, "P-INT-01"])
def test_conversation_saved_from_a_stale_tab_brings_back_both_texts(client, officer, code):
    audit = make_open_audit()
    data = sent(client.get(url(audit, code)), **{"P-INT-01-note": "Mine", "P-INT-01-officer": "green"})
    rate(audit, note="Theirs", agreed="red", by=UserFactory(name="Amir Other"))

    response = client.post(url(audit, code), data)

    item = response.context["sheet_form"].items["P-INT-01"]
    assert response.status_code == 409
    assert {name: (stored.value, stored.by) for name, stored in item.theirs.items()} == {
        "note": ("Theirs", "Amir Other")
    }
    assert (item.form["note"].value(), item.form["note_before"].value()) == ("Mine", "Theirs")
    assert item.agreed == "red"
    assert stored(audit) == ("green", "red", "", "Theirs", False)
    page = response.content.decode()
    assert page.count("Amir Other saved this at") == 1
    assert page.count(">\nMine</textarea>") == 1
    assert page.count('<a href="#P-INT-01">P-INT-01 A shared vision</a>') == 1


def test_conversation_saved_again_after_a_conflict_stores_the_last_word(client, officer):
    audit = make_open_audit()
    data = sent(client.get(url(audit)), **{"P-INT-01-note": "Mine"})
    rate(audit, note="Theirs")
    again = sent(client.post(url(audit), data))

    response = client.post(url(audit), again)

    assert response.status_code == 302
    assert stored(audit) == ("not_discussed", "not_discussed", "", "Mine", False)


@pytest.mark.parametrize("code", [None, ""])
def test_texts_of_the_audit_saved_by_two_bring_back_both(client, officer, code):
    audit = make_open_audit()
    first = sent(client.get(url(audit, code)), **{"notes-strengths": "Theirs", "notes-parking_note": "A choir"})
    second = sent(client.get(url(audit, code)), **{"notes-strengths": "Mine", "notes-private_note": "Call"})
    client.post(url(audit, code), first)

    response = client.post(url(audit, code), second)

    form = response.context["sheet_form"]
    assert response.status_code == 409
    assert {name: stored.value for name, stored in form.their_notes.items()} == {"strengths": "Theirs"}
    assert form.notes_form["strengths"].value() == "Mine"
    audit.refresh_from_db()
    assert (audit.strengths, audit.parking_note, audit.private_note) == ("Theirs", "A choir", "Call")
    assert response.content.decode().count('<a href="#id_notes-strengths">What to celebrate</a>') == 1


@pytest.mark.parametrize(
    "field, value, sentence",
    [
        ("P-INT-01-agreed", "purple", "Select a valid choice. purple is not one of the available choices."),
        ("P-INT-01-officer", "", "Choose an answer for “The hub's own rating”."),
        ("P-INT-01-is_parked", "maybe", "Select a valid choice. maybe is not one of the available choices."),
        ("P-INT-01-note", "x" * 5001, "This may have at most 5000 characters; it has 5001. Please shorten it."),
        ("P-INT-01-reason", "a\x00b", "Null characters are not allowed."),
    ],
)
def test_conversation_with_a_wrong_value_saves_nothing_and_loses_nothing(client, officer, field, value, sentence):
    audit = make_open_audit()

    response = save(client, url(audit), **{"P-INT-02-note": "Half an hour of typing", field: value})

    form = response.context["sheet_form"]
    assert response.status_code == 422
    assert [problem.sentence for problem in form.problems] == [f"P-INT-01: {sentence}"]
    assert form.items["P-INT-02"].form["note"].value() == "Half an hour of typing"
    # Finished as the plain form that it is, and not left unawares.
    scripts = [name for name in ("conversation", "warn-unsaved") if f"js/{name}" in response.content.decode()]
    assert scripts == ["warn-unsaved"]
    assert not Rating.objects.filter(version__gt=0).exists()


def test_conversation_agreed_meanwhile_shows_what_was_typed_and_changes_nothing(client, officer):
    audit = make_open_audit(meeting=make_meeting(kind=MeetingKind.ADDITIONAL), default="green")
    data = sent(client.get(url(audit)), **{"P-INT-01-note": "Too late"})
    Audit.objects.filter(pk=audit.pk).update(
        status=AuditStatus.AGREED, agreed_at=audit.meeting.ends_at, agreed_by=officer
    )

    response = client.post(url(audit), data)

    assert response.status_code == 409
    assert said(response) == ["This audit is agreed, so it cannot be changed any more. Nothing was saved."]
    assert response.content.decode().count(">\nToo late</textarea>") == 1
    assert stored(audit) == ("not_discussed", "green", "", "", False)


def test_conversation_refuses_not_applicable_where_it_applies_to_every_school(client, officer):
    audit = make_open_audit()

    response = save(client, url(audit, "P-INT-01"), **{"P-INT-01-agreed": "not_applicable"})

    assert response.status_code == 409
    assert said(response) == ["P-INT-01 applies to every school: choose red, amber or green."]
    assert stored(audit) == ("not_discussed", "not_discussed", "", "", False)


@pytest.mark.parametrize(
    "school, agreed, wants", [("amber", "green", True), ("amber", "amber", False), ("amber", "not_discussed", False)]
)
def test_conversation_asks_for_a_reason_where_the_ratings_differ(client, officer, school, agreed, wants):
    audit = make_open_audit()
    rate(audit, school=school, agreed=agreed)

    assert client.get(url(audit)).context["sheet_form"].items["P-INT-01"].wants_reason == wants


def test_conversation_goes_on_without_a_reason(client, officer):
    audit = make_open_audit()
    rate(audit, school="amber")

    response = save(client, url(audit, "P-INT-01"), then="next", **{"P-INT-01-agreed": "green"})

    assert response.url == url(audit, "P-INT-02")
    assert stored(audit) == ("not_discussed", "green", "", "", False)


# --- One criterion a page --------------------------------------------------------------------------------------------


def test_steps_lead_through_the_whole_audit_to_the_priorities(client, officer):
    audit = make_open_audit()
    address, walked = url(audit, CODES[0]), []

    while address.startswith(url(audit)):
        code = client.get(address).context["code"]
        walked.append(code)
        last = save(
            client, address, then="next" if code else "priorities", **({f"{code}-agreed": "green"} if code else {})
        )
        address = last.url

    assert walked == [*CODES, ""]
    assert address == reverse("audit_priorities", args=[audit.pk])
    assert set(audit.ratings.values_list("agreed", flat=True)) == {"green"}


@pytest.mark.parametrize(
    "code, then, leads",
    [
        ("P-INT-02", "previous", "P-INT-01"),
        ("P-INT-01", "previous", "P-INT-01"),
        ("P-IPC-02", "next", ""),
        ("", "previous", "P-IPC-02"),
        ("", "next", ""),
        ("P-INT-02", "", "P-INT-02"),
        ("P-INT-02", "//evil.example.org", "P-INT-02"),
    ],
)
def test_step_saved_leads_to_its_neighbour(client, officer, code, then, leads):
    audit = make_open_audit()

    assert save(client, url(audit, code), then=then).url == url(audit, leads)


def test_step_changes_nothing_but_its_criterion(client, officer):
    audit = make_open_audit()
    address = url(audit, "P-INT-01")
    whole = sent(client.get(url(audit)), **{"P-INT-02-agreed": "red", "notes-strengths": "Singing"})

    client.post(address, whole | {"P-INT-01-agreed": "green"})

    audit.refresh_from_db()
    assert stored(audit) == ("not_discussed", "green", "", "", False)
    assert stored(audit, "P-INT-02") == ("not_discussed", "not_discussed", "", "", False)
    assert audit.strengths == ""


def test_step_with_a_text_too_long_says_so_in_the_title_and_the_summary(client, officer):
    audit = make_open_audit()

    response = save(client, url(audit, "P-INT-01"), **{"P-INT-01-note": "x" * 5001})

    page = response.content.decode()
    sentence = "P-INT-01: This may have at most 5000 characters; it has 5001. Please shorten it."
    assert response.status_code == 422
    assert page.count("<title>Error: P-INT-01 A shared vision") == 1
    assert page.count(f'<a href="#id_P-INT-01-note">{sentence}</a>') == 1


# --- The time -------------------------------------------------------------------------------------------------------

NINETY = timetable(minutes=90, sections=[("Intent", 9), ("Implementation", 10), ("Impact", 9)])


def test_timetable_gives_each_criterion_the_same_time_and_keeps_the_end_for_the_priorities():
    assert (
        Share("Intent", 0, 24),
        Share("Implementation", 24, 50),
        Share("Impact", 50, 75),
        Share("the priorities", 75, 90),
    ) == NINETY


def test_timetable_without_criteria_is_all_for_the_end():
    assert timetable(minutes=60, sections=[("Intent", 0)]) == (Share("Intent", 0, 0), Share("the priorities", 50, 60))


@pytest.mark.parametrize(
    "elapsed, words",
    [
        (-1, ""),
        (0, "0 of 90 minutes · about time for Intent"),
        (23, "23 of 90 minutes · about time for Intent"),
        (24, "24 of 90 minutes · about time for Implementation"),
        (49, "49 of 90 minutes · about time for Implementation"),
        (50, "50 of 90 minutes · about time for Impact"),
        (74, "74 of 90 minutes · about time for Impact"),
        (75, "75 of 90 minutes · about time for the priorities"),
        (89, "89 of 90 minutes · about time for the priorities"),
        (90, "90 minutes have passed · about time to close"),
        (400, "90 minutes have passed · about time to close"),
    ],
)
def test_time_in_words_at_each_boundary(elapsed, words):
    assert time_in_words(NINETY, elapsed=elapsed) == words


@pytest.mark.parametrize(
    "at, words",
    [
        ("2026-11-05T07:59:00Z", ""),
        ("2026-11-05T08:34:00Z", "34 of 90 minutes · about time for Implementation"),
        ("2026-11-05T10:59:00Z", "90 minutes have passed · about time to close"),
        ("2026-11-05T11:00:00Z", ""),
    ],
)
def test_conversation_says_where_the_time_is_only_around_the_meeting(client, officer, time_machine, at, words):
    audit = make_open_audit(meeting=make_meeting(on=date(2026, 11, 5)))
    time_machine.move_to(at, tick=False)

    assert client.get(url(audit)).context["time_in_words"] == words
