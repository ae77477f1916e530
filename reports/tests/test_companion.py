"""The companion for an inspection and the draft of the music plan: a school's own answers, each with its source."""

from datetime import date
from io import BytesIO

import pypdf
import pytest
import yaml
from django.urls import reverse
from django.utils import timezone
from docx import Document

from audits.management.commands.load_frameworks import DEFAULT_DIRECTORY
from audits.models import Promise, PromiseSide, PromiseStatus
from audits.tests.factories import make_open_audit
from awards.models import Award
from awards.tests.factories import become, make_award
from hubportal.accounts.models import Role
from hubportal.tests.tagged_pdf import problems_of
from meetings.models import DATA_FORM_FIELDS, DataForm
from reports.companion.pdf import companion_pdf
from reports.companion.queries import inspection_companion, music_plan
from reports.companion.rules import (
    PLAN_PARTS,
    QUESTIONS,
    academic_year,
    listed,
    quoted,
    share_words,
)
from reports.companion.word import music_plan_word
from schools.tests.factories import ContactFactory, SchoolFactory

PAGES = ("companion", "companion_pdf", "music_plan", "music_plan_word")
TODAY = date(2026, 11, 22)
SECRET = "Only for the hub's own eyes."


# --- Rules ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", [*QUESTIONS, *PLAN_PARTS], ids=lambda part: part.key)
def test_each_part_names_questions_and_criteria_that_exist(part):
    codes = {
        criterion["code"]
        for phase in ("primary", "secondary")
        for section in yaml.safe_load((DEFAULT_DIRECTORY / f"{phase}.yaml").read_text(encoding="utf-8"))["sections"]
        for criterion in section["criteria"]
    }

    assert (set(part.figures) - set(DATA_FORM_FIELDS), set(part.codes) - codes) == (set(), set())


@pytest.mark.parametrize(
    "part, whole, words",
    [(48, 210, "48 of 210, 23%"), (1, 200, "1 of 200, 1%"), (0, 10, "0 of 10, 0%"), (None, 10, ""), (5, 0, ""),
     (5, None, ""), (11, 10, "")],
)  # fmt: skip
def test_share_words_says_nothing_where_the_numbers_do_not_fit(part, whole, words):
    assert share_words(part, whole) == words


def test_quoted_cuts_long_words_at_a_words_end():
    assert (quoted("Sings\n every day"), quoted("one two three", longest=9)) == ("“Sings every day”", "“one two …”")
    assert quoted("x" * 30, longest=10) == f"“{'x' * 10} …”"


@pytest.mark.parametrize("month, words", [(8, "2025 to 2026"), (9, "2026 to 2027")])
def test_academic_year_begins_in_september(month, words):
    assert academic_year(year=2026, month=month) == words


def test_listed_keeps_commas_apart():
    assert [listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])] == ["a", "a and b", "a; b; and c"]


# --- What it says -----------------------------------------------------------------------------------


@pytest.fixture
def school(db):
    return SchoolFactory(name="Oak Hill Primary School")


def answer_data_form(award: Award, **answers: object) -> DataForm:
    now = timezone.now()
    given = {
        "pupils": 210, "classes": 7, "classes_with_weekly_music": 6, "minutes_a_week": 45, "whole_class_pupils": 60,
        "instrumental_pupils": 42, "instrumental_pupil_premium": 6, "singing": "In assembly, every Friday.",
    }  # fmt: skip
    form, _ = DataForm.objects.update_or_create(
        meeting=award.audit.meeting, defaults={**given, **answers, "saved_at": now, "sent_at": now}
    )
    return form


@pytest.fixture
def award(school):
    make_award(school=school, level="bronze", on=date(2023, 10, 3), sent=True)
    award = make_award(school=school, level="silver", on=date(2026, 11, 5), sent=True)
    answer_data_form(award)
    return award


def said(companion, key: str) -> list[str]:
    return [one.text for answer in companion.answers if answer.question.key == key for one in answer.statements]


def test_companion_says_what_the_work_with_the_hub_changed(school, award):
    promise = Promise.objects.get(priority__audit=award.audit, priority__number=1, side=PromiseSide.HUB)
    Promise.objects.filter(pk=promise.pk).update(status=PromiseStatus.KEPT, settled_at=timezone.now())
    sheet = award.audit.reflections.get(month=12)
    response = sheet.responses.create(contact=ContactFactory(school=school))
    response.answers.create(
        priority=award.audit.priorities.first(), progress="achieved", what_helped="The whole staff sang."
    )

    texts = said(inspection_companion(school, today=TODAY), "impact")

    assert (
        texts[0]
        == "Levels reached: Bronze on 3 October 2023, Silver on 5 November 2026. 2 meetings with the hub so far."
    )
    assert texts[1].startswith("Since the conversation before, 4 criteria got better: ")
    assert texts[2] == f"The hub supported “{promise.priority.criterion.title}”: “Support 1”."
    title = award.audit.priorities.first().criterion.title
    assert texts[3] == f"Achieved: “{title}”. What helped: “The whole staff sang.”"


def test_companion_gives_shares_and_words_of_the_data_form(school, award):
    companion = inspection_companion(school, today=TODAY)

    assert said(companion, "lessons")[:2] == [
        "Classes with music every week: 6 of 7, 86%.",
        "Minutes of music lessons a week for a typical class: 45",
    ]
    everybody = said(companion, "everybody")
    assert everybody[:3] == [
        "Pupils learning an instrument in whole-class lessons: 60 of 210, 29%.",
        "Pupils having lessons on an instrument or in singing: 42 of 210, 20%.",
        "Of these, pupils eligible for pupil premium: 6 of 42, 14%.",
    ]
    assert "Singing: when and how often pupils sing together: “In assembly, every Friday.”" in everybody


@pytest.mark.slow
def test_companion_every_statement_has_a_source_that_opens(as_contact, school, award):
    client = as_contact(ContactFactory(school=school))
    companion, plan = inspection_companion(school, today=TODAY), music_plan(school, today=TODAY)
    statements = [one for answer in companion.answers for one in answer.statements]
    statements += [one for section in plan.sections for one in section.statements] + list(plan.planned)

    assert all(statement.sources for statement in statements)
    paths = {source.path.partition("#")[0] for statement in statements for source in statement.sources}
    assert {path: client.get(path).status_code for path in paths} == dict.fromkeys(paths, 200)


def test_companion_source_of_a_figure_is_the_field_it_was_typed_into(as_contact, school, award):
    source = inspection_companion(school, today=TODAY).answers[1].statements[0].sources[0]
    path, _, field = source.path.partition("#")

    assert f'id="{field}"' in as_contact(ContactFactory(school=school)).get(path).content.decode()


def test_companion_names_the_questions_left_open(school, award):
    answer = inspection_companion(school, today=TODAY).answers[1]

    assert [gap.path.partition("#")[2] for gap in answer.gaps] == ["id_specialist_staff"]


def test_companion_of_a_school_that_has_told_nothing_is_empty_and_opens(as_contact, school):
    companion = inspection_companion(school, today=TODAY)
    text = as_contact(ContactFactory(school=school)).get(reverse("companion")).content.decode()

    assert [answer.statements for answer in companion.answers] == [()] * 4
    assert text.count("You have not told us anything about this yet.") == 4


def test_companion_leaves_out_an_award_that_is_not_released_or_withdrawn(school):
    make_award(school=school, sent=False)
    other = SchoolFactory()
    make_award(school=other, sent=True)
    become("withdrawn", Award.objects.filter(school=other))

    companions = [inspection_companion(one, today=TODAY) for one in (school, other)]

    assert [said(one, "impact") for one in companions] == [[], []]


def test_companion_and_plan_hold_no_note_of_the_hub(school):
    audit = make_award(school=school, sent=True, strengths="Singing.").audit
    open_audit = make_open_audit()
    open_audit.private_note = SECRET
    open_audit.save()
    texts = [
        statement.text
        for answer in inspection_companion(school, today=TODAY).answers
        for statement in answer.statements
    ]

    assert audit.ratings.exclude(note="").count() == 0
    assert [text for text in texts if SECRET in text] == []


# --- The files ----------------------------------------------------------------------------------------


def pages_of(content: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(BytesIO(content)).pages]


@pytest.mark.parametrize("is_rich", [True, False])
def test_companion_pdf_is_two_tagged_pages_however_much_is_said(school, is_rich):
    if is_rich:
        make_award(school=school, level="bronze", on=date(2023, 10, 3), sent=True)
        award = make_award(school=school, level="gold", on=date(2026, 11, 5), sent=True)
        long = "Every class sings, plays and listens, and everybody has a turn. " * 20
        answer_data_form(award, singing=long, ensembles=long, specialist_staff=long, ks4_pupils=12, ks5_pupils=3)
        response = award.audit.reflections.get(month=12).responses.create()
        for priority in award.audit.priorities.all():
            response.answers.create(priority=priority, progress="achieved", what_helped=long)

    content = companion_pdf(inspection_companion(school, today=TODAY))

    pages = pages_of(content)
    assert len(pages) == 2
    assert problems_of(content, pages=2) == []
    assert ["Oak Hill Primary School" in page for page in pages] == [True, True]


def test_companion_pdf_links_each_source(school, award):
    reader = pypdf.PdfReader(BytesIO(companion_pdf(inspection_companion(school, today=TODAY))))
    targets = {note.get_object()["/A"]["/URI"] for page in reader.pages for note in page.get("/Annots", [])}

    form = reverse("data_form", args=[award.audit.meeting_id])
    assert f"http://localhost:8000{form}#id_minutes_a_week" in targets


def test_music_plan_leaves_out_what_the_school_has_done_or_given_up(school, award):
    before = [one.text.partition(":")[0] for one in music_plan(school, today=TODAY).planned]
    own = Promise.objects.filter(priority__audit=award.audit, side=PromiseSide.SCHOOL)
    own.filter(priority__number=1).update(status=PromiseStatus.KEPT, settled_at=timezone.now())
    given_up = {"status": PromiseStatus.GIVEN_UP, "settled_at": timezone.now(), "note": "No room."}
    own.filter(priority__number=3).update(**given_up)

    after = [one.text.partition(":")[0] for one in music_plan(school, today=TODAY).planned]

    assert (len(before), after) == (3, [before[1]])


def test_music_plan_word_has_its_table_its_parts_and_the_priorities(school, award):
    ContactFactory(school=school, name="Ada Coordinator")

    document = Document(BytesIO(music_plan_word(music_plan(school, today=TODAY))))

    headings = [one.text for one in document.paragraphs if one.style.name.startswith("Heading")]
    assert headings == ["Overview", "Curriculum music", "Music beyond lessons", "Musical experiences", "In the future"]
    facts = {row.cells[0].text: row.cells[1].text for row in document.tables[0].rows}
    assert (facts["Academic year that this summary covers"], facts["Name of the school music lead"]) == (
        "2026 to 2027", "Ada Coordinator",
    )  # fmt: skip
    assert sum("Action 1" in one.text for one in document.paragraphs) == 1


def test_music_plan_word_of_a_name_with_control_characters_is_written_without_them(db):
    school = SchoolFactory(name="Oak\x01 Hill")

    properties = Document(BytesIO(music_plan_word(music_plan(school, today=TODAY)))).core_properties

    assert (properties.author, properties.last_modified_by) == ("Oak Hill", "Oak Hill")


# --- Who may open them ---------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("role", [None, Role.VIEWER, Role.OFFICER, Role.ADMINISTRATOR])
def test_companion_without_a_personal_link_explains_how_to_get_in(as_role, name, role):
    assert as_role(role).get(reverse(name))["Location"] == reverse("link_needed")


@pytest.mark.parametrize("name", PAGES)
def test_companion_is_that_of_ones_own_school(as_contact, school, award, name):
    response = as_contact(ContactFactory()).get(reverse(name))

    assert (response.status_code, b"Oak Hill" in response.content) == (200, False)


@pytest.mark.parametrize("number", [1, 3])
def test_companion_asks_the_same_number_of_queries(number, school, django_assert_num_queries):
    for past in reversed(range(number)):
        answer_data_form(make_award(school=school, on=date(2026 - past, 3, 5), sent=True))
    make_award(school=school, level="gold", on=date(2026, 11, 6), sent=True)

    with django_assert_num_queries(10):
        inspection_companion(school, today=TODAY)
