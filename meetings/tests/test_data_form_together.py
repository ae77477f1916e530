"""Two people of a school at one data form: nobody's answers are lost, and what was sent stays sent."""

from datetime import UTC, datetime

import pytest

from meetings.models import DataForm, Meeting
from meetings.services import AnswersCollide, save_data_form, send_data_form
from meetings.tests.factories import DataFormFactory, MeetingFactory
from schools.models import Contact
from schools.tests.factories import ContactFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


@pytest.fixture
def meeting() -> Meeting:
    meeting = MeetingFactory(school__pupils=210)
    DataFormFactory(meeting=meeting, saved_at=NOW, pupils=205, classes=7, ensembles="Choir\r\nBand")
    return meeting


@pytest.fixture
def colleague(meeting) -> Contact:
    return ContactFactory(school=meeting.school)


@pytest.fixture
def open_form(as_contact, meeting):
    """Opens the form; what comes back changes boxes of that page and sends it, however much later."""
    client = as_contact(ContactFactory(school=meeting.school))
    address = f"/my-school/data-form/{meeting.pk}/"

    def page_of(response):
        form = response.context["form"]
        boxes = {name: form[name].value() for name in form.fields}
        shown = {name: str(value) for name, value in boxes.items() if value is not None} | dict(form.loaded_inputs)
        assert all(f'name="{name}" value=' in response.content.decode() for name, _ in form.loaded_inputs)

        def answer(button: str, **typed: str):
            response = client.post(address, shown | typed | {button: "yes"})
            return response if response.status_code == 302 else (response, page_of(response))

        return answer

    return lambda: page_of(client.get(address))


def stored(*names: str) -> tuple[object, ...]:
    return DataForm.objects.values_list(*names).get()


def sent_by(colleague: Contact, **answers: object) -> None:
    data_form = DataForm.objects.get()
    for name, answer in answers.items():
        setattr(data_form, name, answer)
    send_data_form(data_form=data_form, by_contact=colleague, now=NOW)


def test_stale_save_keeps_what_a_colleague_sent_meanwhile(open_form, colleague):
    answer = open_form()
    sent_by(colleague, classes=8, minutes_a_week=45)

    response = answer("save", instrumental_pupils="20")

    assert response.status_code == 302
    assert stored("classes", "minutes_a_week", "instrumental_pupils", "ensembles") == (8, 45, 20, "Choir\r\nBand")
    assert stored("sent_at", "sent_by") == (NOW, colleague.pk)


def test_saving_what_was_read_before_a_colleague_sent_never_unsends(meeting, colleague):
    stale = DataForm.objects.get()
    sent_by(colleague)

    save_data_form(data_form=stale, now=NOW)

    assert stored("sent_at", "sent_by") == (NOW, colleague.pk)


def test_answer_that_both_changed_comes_back_with_both_to_choose_from(open_form, colleague):
    answer = open_form()
    sent_by(colleague, classes=8)

    response, _ = answer("save", classes="9", instrumental_pupils="20")

    form = response.context["form"]
    assert form.errors == {
        "stays_classes": [
            "Choose which answer stays: somebody else changed “Classes” while you had the form open. Nothing is saved "
            "yet."
        ]
    }
    assert (form["classes"].value(), form["instrumental_pupils"].value()) == ("9", "20")
    assert form.fields["stays_classes"].choices == [
        ("yours", "Yours, as it stands above: 9"),
        ("theirs", "The other, saved meanwhile: 8"),
    ]
    assert stored("classes", "instrumental_pupils") == (8, None)


@pytest.mark.parametrize("choice, kept", [("yours", 9), ("theirs", 8)])
def test_answer_that_was_chosen_stays(open_form, colleague, choice, kept):
    answer = open_form()
    sent_by(colleague, classes=8, minutes_a_week=45)
    _, choose = answer("save", classes="9", instrumental_pupils="20")

    response = choose("send", stays_classes=choice)

    assert response.status_code == 302
    assert stored("classes", "instrumental_pupils", "minutes_a_week") == (kept, 20, 45)


def test_choice_is_kept_when_another_box_has_a_problem(open_form, colleague):
    answer = open_form()
    sent_by(colleague, classes=8, has_published_plan=True)
    _, choose = answer("save", classes="9", has_published_plan="False")

    response, again = choose("save", stays_classes="theirs", minutes_a_week="many")

    form = response.context["form"]
    assert form["stays_classes"].value() == "theirs"
    assert form.fields["stays_has_published_plan"].choices[0] == ("yours", "Yours, as it stands above: No")
    assert again("save", minutes_a_week="45").status_code == 302
    assert stored("classes", "has_published_plan", "minutes_a_week") == (8, False, 45)


def test_answer_the_register_suggested_is_kept_when_untouched_but_never_over_a_colleagues(open_form, colleague):
    DataForm.objects.update(saved_at=None, pupils=None)
    answer = open_form()
    sent_by(colleague, pupils=199)

    answer("save", classes="9")

    assert stored("pupils", "classes") == (199, 9)


def test_answer_the_register_suggested_is_saved_with_the_first_page(open_form):
    DataForm.objects.update(saved_at=None, pupils=None)

    open_form()("save")

    assert stored("pupils") == (210,)


def test_page_that_brings_nonsense_along_is_taken_as_it_stands(open_form):
    answer = open_form()

    response = answer("save", loaded_classes="many", loaded_pupils="\0", classes="9", pupils="206")

    assert response.status_code == 302
    assert stored("classes", "pupils") == (9, 206)


def test_answers_that_collide_are_not_written(meeting, colleague):
    stale = DataForm.objects.get()
    stale.classes, stale.pupils = 9, 300
    sent_by(colleague, classes=8)

    with pytest.raises(AnswersCollide) as collision:
        save_data_form(data_form=stale, loaded={"classes": 7, "pupils": 205}, now=NOW)

    assert collision.value.saved == {"classes": 8}
    assert stored("classes", "pupils") == (8, 205)
