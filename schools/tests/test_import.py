"""The import as a whole: what it adds, changes, leaves alone, refuses and tells."""

from datetime import date

import pytest

from schools.models import AuditOffer, ImportRun, School
from schools.services import choose_audit_offer, import_schools
from schools.tests.factories import AreaFactory, UserFactory
from schools.tests.files import HEADER, LEICESTERSHIRE, MIXED_ROWS, row

pytestmark = pytest.mark.django_db


def register() -> list[tuple]:
    return list(School.objects.order_by("urn").values_list())


# --- What it does ---------------------------------------------------------------------------------------------------


def test_import_of_the_real_schools_takes_the_hubs_open_ones():
    report = import_schools(path=LEICESTERSHIRE)

    assert report.summary == "added 433, updated 0, unchanged 0, closed 0, rejected 0, outside 113"
    assert report.outside_because == {"in another local authority": 33, "closed before the register knew it": 80}
    assert report.lines == []
    assert School.objects.get(urn=119903).name == "The Latimer Primary School"


def test_import_of_real_rows_from_everywhere_takes_what_is_for_us(settings):
    settings.HUB_LOCAL_AUTHORITIES = ["202", "370", "318"]

    report = import_schools(path=MIXED_ROWS)

    assert report.summary == "added 39, updated 0, unchanged 0, closed 0, rejected 0, outside 86"
    assert [(line.urn, line.text.partition(";")[0]) for line in report.lines] == [
        ("130525", "its address stands in the wrong columns"),
        ("133053", "its address stands in the wrong columns"),
    ]


def test_import_done_twice_changes_nothing(file_of):
    path = file_of(row(1), row(2, pupils="3"))
    import_schools(path=path)
    before = register()

    report = import_schools(path=path)

    assert report.summary == "added 0, updated 0, unchanged 2, closed 0, rejected 0, outside 0"
    assert register() == before


def test_import_of_changed_and_new_schools_counts_each(file_of):
    import_schools(path=file_of(row(1), row(2), row(3)))

    report = import_schools(path=file_of(row(1), row(2, Town="Loughborough"), row(3, status="2"), row(4)))

    assert report.summary == "added 1, updated 1, unchanged 1, closed 1, rejected 0, outside 0"
    assert list(School.objects.order_by("urn").values_list("urn", "town", "status")) == [
        (1, "Leicester", "open"),
        (2, "Loughborough", "open"),
        (3, "Leicester", "closed"),
        (4, "Leicester", "open"),
    ]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig"])
def test_import_reads_each_encoding_of_the_real_files(file_of, encoding):
    import_schools(path=file_of(row(1, name="St Cleopas’ École"), encoding=encoding))

    school = School.objects.get()
    assert (school.name, school.search_text) == ("St Cleopas’ École", "st cleopas ecole leicester")


def test_import_folds_accents_of_a_school_that_comes_later_too(file_of):
    import_schools(path=file_of(row(1)))

    import_schools(path=file_of(row(1), row(2, name="Côte Site")))

    assert School.objects.get(urn=2).search_text == "cote site leicester"


def test_import_keeps_backslashes_and_what_copy_would_take_for_unknown(file_of):
    import_schools(path=file_of(row(1, name="A\\B \\N \\.", Street="\\N", Locality="NULL")))

    school = School.objects.get()
    assert (school.name, school.street, school.locality) == ("A\\B \\N \\.", "\\N", "NULL")


def test_import_never_touches_what_the_hub_added(file_of):
    officer = UserFactory()
    import_schools(path=file_of(row(1)))
    school = School.objects.get()
    choose_audit_offer(school=school, audit_offer=AuditOffer.SECONDARY, by=officer)
    area = AreaFactory()
    School.objects.update(area=area)

    report = import_schools(path=file_of(row(1, phase="7", Town="Loughborough")))

    school.refresh_from_db()
    assert report.summary == "added 0, updated 1, unchanged 0, closed 0, rejected 0, outside 0"
    assert (school.audit_offer, school.area, school.town) == ("secondary", area, "Loughborough")


def test_import_leaves_an_audit_that_the_hub_chose_unchanged(file_of):
    import_schools(path=file_of(row(1)))
    School.objects.update(audit_offer=AuditOffer.SECONDARY, has_own_audit_offer=True)

    report = import_schools(path=file_of(row(1)))

    assert report.summary == "added 0, updated 0, unchanged 1, closed 0, rejected 0, outside 0"


def test_import_with_another_phase_offers_another_audit(file_of):
    import_schools(path=file_of(row(1)))

    import_schools(path=file_of(row(1, phase="4", low="11", high="16")))

    assert School.objects.get().audit_offer == "secondary"


def test_import_puts_a_new_school_into_the_area_of_its_postcode(file_of):
    north = AreaFactory(postcode_districts=["LE7", "LE12"])
    AreaFactory(postcode_districts=["LE1"])
    rows = [row(1, Postcode="LE7 7AW"), row(2, Postcode="LE70 1AA"), row(3, Postcode="")]

    import_schools(path=file_of(*rows))
    import_schools(path=file_of(*rows, row(4, Postcode="LE12 8AA")))

    areas = dict(School.objects.values_list("urn", "area"))
    assert areas == {1: north.pk, 2: None, 3: None, 4: north.pk}


def test_import_leaves_a_known_school_out_of_an_area_it_was_taken_out_of(file_of):
    AreaFactory(postcode_districts=["LE1"])
    import_schools(path=file_of(row(1)))
    School.objects.update(area=None)

    import_schools(path=file_of(row(1, Town="Loughborough")))

    assert School.objects.get().area is None


def test_import_of_a_school_that_moved_to_another_authority_leaves_it_and_says_so(file_of):
    import_schools(path=file_of(row(1), row(2)))

    report = import_schools(path=file_of(row(1), row(2, la="860")), force=True)

    assert report.summary == "added 0, updated 0, unchanged 1, closed 0, rejected 0, outside 1"
    assert [str(line) for line in report.lines] == [
        "note: record 3 (URN 2): it is now in another local authority; the register keeps it as it is"
    ]
    assert School.objects.get(urn=2).la_code == "855"


def test_import_without_a_known_school_leaves_it_and_says_so(file_of):
    import_schools(path=file_of(*(row(urn) for urn in range(1, 21))))

    report = import_schools(path=file_of(*(row(urn) for urn in range(1, 20))))

    assert report.summary == "added 0, updated 0, unchanged 19, closed 0, rejected 0, outside 0"
    assert [str(line) for line in report.lines] == [
        "note: 1 open school of the register is not in this file and stays as it is: URN 20"
    ]
    assert School.objects.get(urn=20).is_open


def test_import_without_a_column_leaves_its_field_alone(file_of):
    import_schools(path=file_of(row(1, Street="Latimer Street", SchoolWebsite="www.example.org")))
    header = [name for name in HEADER if name not in ("Street", "StatutoryLowAge")]

    report = import_schools(path=file_of(row(1, SchoolWebsite=""), header=header))

    school = School.objects.get()
    assert report.summary == "added 0, updated 1, unchanged 0, closed 0, rejected 0, outside 0"
    assert (school.street, school.low_age, school.website) == ("Latimer Street", 4, "")


# --- History --------------------------------------------------------------------------------------------------------


def test_import_tells_the_timeline_of_a_closure_with_date_and_reason(file_of):
    officer = UserFactory()
    import_schools(path=file_of(row(1)))

    closing = file_of(row(1, status="2", CloseDate="31-08-2024", reason="Academy Converter"))
    import_schools(path=closing, by=officer)

    school = School.objects.get()
    assert (school.closed_on, school.closed_reason) == (date(2024, 8, 31), "Academy Converter")
    assert [(event.text, event.by) for event in school.timeline.all()] == [
        ("Closed on 31 August 2024 (Academy Converter), says the national register.", officer)
    ]


@pytest.mark.parametrize(
    ("before", "after", "texts"),
    [
        ({}, {"status": "2"}, ["Closed, says the national register."]),
        ({}, {"status": "3"}, ["Proposed to close, says the national register."]),
        ({"status": "3"}, {}, ["Open, says the national register."]),
        (
            {"name": "Old School"},
            {"name": "New School"},
            ["Renamed in the national register, from “Old School” to “New School”."],
        ),
        ({}, {"Town": "Loughborough"}, []),
    ],
)
def test_import_tells_the_timeline_what_people_should_know(file_of, before, after, texts):
    import_schools(path=file_of(row(1, **before)))

    import_schools(path=file_of(row(1, **after)))

    assert [event.text for event in School.objects.get().timeline.all()] == texts


def test_import_of_a_school_that_opens_again_clears_the_closure(file_of):
    import_schools(path=file_of(row(1)))
    import_schools(path=file_of(row(1, status="2", CloseDate="31-08-2024", reason="Academy Converter")))

    report = import_schools(path=file_of(row(1)))

    school = School.objects.get()
    assert report.summary == "added 0, updated 1, unchanged 0, closed 0, rejected 0, outside 0"
    assert (school.status, school.closed_on, school.closed_reason) == ("open", None, "")


def test_import_that_finds_a_closed_school_closed_counts_it_as_unchanged(file_of):
    import_schools(path=file_of(row(1)))
    closing = file_of(row(1, status="2"))
    import_schools(path=closing)

    report = import_schools(path=closing)

    assert report.summary == "added 0, updated 0, unchanged 1, closed 0, rejected 0, outside 0"


def test_import_is_recorded_with_its_counts_and_its_report(file_of):
    officer = UserFactory()

    import_schools(path=file_of(row(1), row("x"), row(2, la="860"), name="edubasealldata.csv"), by=officer)

    run = ImportRun.objects.get()
    counts = (run.rows, run.added, run.updated, run.unchanged, run.closed, run.rejected, run.outside)
    assert (run.file_name, counts, run.by) == ("edubasealldata.csv", (3, 1, 0, 0, 0, 1, 1), officer)
    assert run.report == [{"record": 3, "urn": "x", "is_rejected": True, "text": "its URN “x” is not a number"}]
