"""The public request form: what it takes, what it refuses, and that nothing typed is lost."""

import re
from datetime import date, time
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from hubportal.mail.models import Email
from meetings.models import MeetingRequest, OfferedTime
from meetings.rules import consent_wording
from meetings.tests.factories import MeetingRequestFactory
from meetings.tests.public_form import URL, answers, go_on, problems, send
from schools.models import SchoolStatus
from schools.tests.factories import SchoolFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]

NOBODY_CALLED = "No school found for “zzzzqqqq”"


# --- A good request -------------------------------------------------------------------------------


def test_good_request_is_taken_in_and_thanked(client, school):
    response = send(client, answers(school))

    request = MeetingRequest.objects.get()
    assert (response.status_code, response.url) == (302, f"/request-a-meeting/thanks/{request.reference}/")
    assert (request.school, request.email, request.assigned_to) == (
        school,
        "cara@school.example.org",
        school.area.leader,
    )
    assert [(time.on, time.part) for time in request.offered_times.all()] == [(date(2027, 3, 2), "morning")]


def test_consent_is_kept_as_the_page_showed_it(client, school):
    page = client.get(URL, {"school": school.urn}, follow=True)
    wording = consent_wording(hub="Music Hub", award="Developing Quality Award", address="music@hub.example.org")

    send(client, answers(school))

    assert page.context["form"].fields["consent"].label == wording
    assert MeetingRequest.objects.get().consent_wording == wording


def test_request_may_offer_a_certain_time(client, school):
    send(client, answers(school, part_1="at_time", start_1="15:45", day_2="2027-03-03", start_2="9.15"))
    send(client, answers(school, start_1="09:15"))

    assert list(OfferedTime.objects.values_list("on", "part", "start")) == [
        (date(2027, 3, 2), "at_time", time(9, 15)),
        (date(2027, 3, 2), "at_time", time(15, 45)),
        (date(2027, 3, 3), "at_time", time(9, 15)),
    ]


@pytest.mark.parametrize("typed", ["15:45", "15.45", "3.45pm", "3:45 PM", "15:45:00"])
def test_times_are_taken_as_people_write_them(client, school, typed):
    send(client, answers(school, part_1="any", start_1=typed))

    assert OfferedTime.objects.get().start == time(15, 45)


def test_request_may_offer_six_times(client, school):
    days = {f"day_{number}": f"2027-03-{number:02}" for number in (1, 2, 3, 4, 5)}

    send(client, answers(school, **days, day_6="2027-03-08", part_6="after_school"))

    assert [time.on.day for time in MeetingRequest.objects.get().offered_times.all()] == [1, 2, 3, 4, 5, 8]


def test_british_date_is_understood(client, school):
    send(client, answers(school, day_1="2/3/2027"))

    assert MeetingRequest.objects.get().offered_times.get().on == date(2027, 3, 2)


def test_thank_you_page_names_the_reference_and_nobody(client):
    request = MeetingRequestFactory()

    content = client.get(reverse("request_thanks", args=[request.reference])).content.decode()

    assert f"Your reference is {request.reference}." in content
    for private in (request.name, request.email, request.school.name):
        assert private not in content


def test_thank_you_page_of_an_unknown_reference_is_not_found(client):
    assert client.get(reverse("request_thanks", args=["MR-33333"])).status_code == 404


# --- What is refused, each with its sentence ------------------------------------------------------


def test_empty_form_is_refused_with_a_sentence_for_each_thing(client):
    response = go_on(client, {"key": uuid4()})

    assert response.status_code == 200
    assert problems(response) == [
        "Choose your school.",
        "Enter your name.",
        "Choose your role at the school.",
        "Enter your e-mail address, such as name@example.org.",
        "Choose whether this is a first or an additional meeting.",
        "Give at least one day when you could meet.",
        "Tick the box to agree: without it we may not keep your details or answer you.",
    ]
    assert (MeetingRequest.objects.count(), Email.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    "change, sentence",
    [
        ({"email": "cara(at)school"}, "Enter an e-mail address like name@example.org."),
        ({"head_email": "hilary"}, "Enter an e-mail address like name@example.org."),
        (
            {"email": "ann@schöl.org"},
            "Enter an e-mail address with plain letters only, without accents, such as name@example.org.",
        ),
        (
            {"head_email": "renée@school.example.org"},
            "Enter an e-mail address with plain letters only, without accents, such as name@example.org.",
        ),
        ({"email": f"cara@{'school.' * 35}example.org"}, "That is too long for an e-mail address: check it."),
        ({"name": "Cara\0"}, "Null characters are not allowed."),
        ({"notes": "\0"}, "Null characters are not allowed."),
        ({"consent": None}, "Tick the box to agree: without it we may not keep your details or answer you."),
        ({"day_1": "2026-11-19"}, "Thursday 19 November 2026 has passed. Choose a day from today on."),
        (
            {"day_1": "2027-03-06"},
            "Saturday 6 March 2027 is at the weekend. Choose a day from Monday to Friday.",
        ),
        (
            {"day_1": "2027-11-22"},
            "Monday 22 November 2027 is more than 12 months away. Choose a day up to Saturday 20 November 2027.",
        ),
        ({"day_1": "31/2/2027"}, "Enter a real date, such as 27/3/2027."),
        ({"day_1": ""}, "Give at least one day when you could meet."),
        ({"day_5": "2026-11-19"}, "Thursday 19 November 2026 has passed. Choose a day from today on."),
        (
            {"part_1": "at_time"},
            "Give the time when the meeting would begin, such as 15:45, or choose a part of the day.",
        ),
        (
            {"start_1": "15:45"},
            "A meeting at 15:45 does not fit the morning. Choose “At a certain time” to meet at 15:45, or empty the "
            "time.",
        ),
        (
            {"part_1": "at_time", "start_1": "18:00"},
            "18:00 is outside our day. Give a time from 08:00 to 17:00, so that the 90 minutes end by 18:30.",
        ),
        ({"part_1": "at_time", "start_1": "noon"}, "Enter a time such as 15:30."),
        ({"start_2": "15:45"}, "Give the day as well, or empty this time."),
        ({"name": "Buy at www.example.org"}, "Enter the name alone, without a web or e-mail address."),
        ({"phone": "12"}, "Enter a telephone number with its dialling code, such as 0116 496 0000."),
        ({"phone": "ring the school"}, "Enter a telephone number with its dialling code, such as 0116 496 0000."),
        ({"subject_line": "Cheap!"}, "Empty the box “Leave this box empty”: it is there to keep robots out."),
    ],
)
def test_bad_answer_is_refused_with_a_sentence_and_everything_typed_is_still_there(client, school, change, sentence):
    typed = answers(school, **change)

    response = send(client, typed)

    form = response.context["form"]
    names = [name for name in typed if name in form.fields and name not in ("consent", "school")]
    shown = {name: str(form[name].value() or "") for name in names}
    assert problems(response) == [sentence]
    assert shown == {name: typed[name] for name in shown}
    assert "Error: Request a meeting" in response.content.decode()
    assert MeetingRequest.objects.count() == 0


def test_school_not_in_the_register_is_refused_with_what_to_do(client, school):
    response = send(client, answers(school, school="999999"))

    assert problems(response) == [
        "We cannot find that school in our register of schools. Look for it again by its name, town, postcode or URN; "
        "if it is not there, write to music@hub.example.org and we will arrange the meeting with you."
    ]
    assert response.context["form"]["name"].value() == "Cara Coordinator"


def test_closed_school_cannot_be_chosen(client):
    school = SchoolFactory(name="Old Mill School", status=SchoolStatus.CLOSED)

    response = send(client, answers(school))

    assert problems(response) == [
        "Old Mill School has closed, so it cannot ask for a meeting. Look for the school that took its place."
    ]
    assert MeetingRequest.objects.count() == 0


@pytest.mark.parametrize("phone", ["", "0116 496 0001", "+44 (0)116 496 0001", "0116 496 0001 ext 12"])
def test_telephone_numbers_are_taken_as_people_write_them(client, school, phone):
    send(client, answers(school, phone=phone))

    assert MeetingRequest.objects.get().phone == phone


def test_name_with_a_line_break_becomes_one_line(client, school):
    send(client, answers(school, name="Cara\r\nBcc: all@example.org".replace("@", " at ")))

    assert MeetingRequest.objects.get().name == "Cara Bcc: all at example.org"


# --- Changing the school without losing anything --------------------------------------------------


def test_another_school_is_found_with_everything_typed_still_there(client, school):
    other = SchoolFactory(name="Barwell Primary School", town="Barwell")
    typed = answers(school, find="school", school_text="barwell")

    response = go_on(client, typed)

    form = response.context["form"]
    assert response.context["found"] == [school, other]
    assert form.errors == {}
    names = ("name", "email", "day_1", "notes")
    assert {name: str(form[name].value()) for name in names} == {name: typed[name] for name in names}
    assert form.opened == typed["opened"]
    assert f'name="school" id="school_{other.urn}" value="{other.urn}"' in response.content.decode()
    assert MeetingRequest.objects.count() == 0


def test_school_chosen_so_far_stays_chosen_until_another_one_is(client, school):
    SchoolFactory(name="Barwell Primary School", town="Barwell")

    content = go_on(client, answers(school, find="school", school_text="barwell")).content.decode()

    assert f'value="{school.urn}" checked>' in content


def test_form_without_a_school_but_with_words_to_find_one_shows_those_found(client, school):
    response = send(client, answers(None, school_text="anstey"))

    assert problems(response) == ["Choose your school."]
    assert response.context["found"] == [school]


def test_request_may_leave_the_first_day_empty(client, school):
    send(client, answers(school, day_1="", day_2="2027-03-03", part_2=None))

    assert [(time.on.day, time.part) for time in MeetingRequest.objects.get().offered_times.all()] == [(3, "any")]


def test_another_school_that_is_not_found_keeps_the_first(client, school):
    response = go_on(client, answers(school, find="school", school_text="zzzzqqqq"))

    content = response.content.decode()
    assert (NOBODY_CALLED in content, f'name="school" value="{school.urn}"' in content) == (True, True)


# --- Robots and floods ----------------------------------------------------------------------------


def test_too_many_forms_from_one_address_are_answered_with_429(client, settings):
    settings.PUBLIC_FORM_LIMIT_PER_HOUR = 1

    statuses = [go_on(client, {"key": uuid4()}).status_code for _ in range(4)]

    assert statuses == [200, 200, 200, 429]


def test_too_many_requests_from_one_address_are_answered_with_429(client, settings):
    settings.PUBLIC_FORM_LIMIT_PER_HOUR = 2

    statuses = [client.post(f"{URL}check/{uuid4()}/", {}).status_code for _ in range(3)]

    assert statuses == [200, 200, 429]


def test_reading_the_form_is_not_limited(client, settings):
    settings.PUBLIC_FORM_LIMIT_PER_HOUR = 1

    assert [client.get(URL).status_code for _ in range(3)] == [200, 200, 200]


# --- For people -----------------------------------------------------------------------------------


def test_only_the_first_day_is_asked_for(client, school):
    content = client.get(URL, {"school": school.urn}, follow=True).content.decode()

    labels = re.findall(r'<label for="id_day_\d".*?</label>', content)
    assert [strip_tags(label).strip() for label in labels] == [
        "Day 1",
        *(f"Day {number} (optional)" for number in range(2, 7)),
    ]


def test_fields_tell_browsers_what_belongs_in_them(client, school):
    form = client.get(URL, {"school": school.urn}, follow=True).context["form"]

    attributes = {name: form.fields[name].widget.attrs for name in ("name", "email", "phone", "head_email", "day_1")}
    assert (attributes["name"]["autocomplete"], attributes["head_email"]["autocomplete"]) == ("name", "off")
    assert (attributes["email"]["autocomplete"], attributes["email"]["inputmode"]) == ("email", "email")
    assert (attributes["phone"]["autocomplete"], attributes["phone"]["inputmode"]) == ("tel", "tel")
    assert 'type="date" name="day_1"' in str(form["day_1"])
