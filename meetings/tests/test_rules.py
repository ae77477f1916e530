from datetime import date, datetime, time, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings.rules import (
    LONDON,
    PARTS_OF_DAY,
    REFERENCE_LETTERS,
    Merged,
    Offer,
    ReadTime,
    SchoolFacts,
    add_months,
    bank_holidays,
    consent_wording,
    doubtful_facts,
    first_working_day,
    is_likely_of_school,
    is_shared_address,
    is_working_day,
    long_date,
    mail_time,
    merge_answers,
    morning_of,
    offered_day_problem,
    offered_start_problem,
    read_time,
    reference_from,
    slot_at,
    start_of_offer,
    start_problem,
    submission_id,
)

SATURDAY = date(2026, 11, 21)
TODAY = SATURDAY


@pytest.mark.parametrize(
    "day, months, expected",
    [
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 29)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 11, 21), 12, date(2027, 11, 21)),
        (date(2026, 11, 21), 24, date(2028, 11, 21)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
    ],
)
def test_add_months_counts_calendar_months(day, months, expected):
    assert add_months(day, months) == expected


@pytest.mark.parametrize(
    "day, expected",
    [
        (date(2026, 11, 20), date(2026, 11, 20)),  # A Friday.
        (date(2026, 11, 21), date(2026, 11, 23)),
        (date(2026, 11, 22), date(2026, 11, 23)),
        (date(2027, 3, 26), date(2027, 3, 30)),  # Good Friday to the Tuesday after Easter Monday.
        (date(2026, 12, 25), date(2026, 12, 29)),  # Christmas, and Boxing Day kept on the Monday.
        (date(2026, 8, 31), date(2026, 9, 1)),  # The late summer bank holiday, which Scotland has not.
    ],
)
def test_first_working_day_skips_weekends_and_bank_holidays(day, expected):
    assert first_working_day(day) == expected


def test_first_working_day_skips_the_hubs_own_holidays():
    closed = {date(2026, 11, 23), date(2026, 11, 24)}

    assert first_working_day(SATURDAY, hub_holidays=closed) == date(2026, 11, 25)


@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)), st.sets(st.dates(date(2020, 1, 1), date(2040, 12, 31))))
def test_first_working_day_is_the_first_there_is(day, closed):
    found = first_working_day(day, hub_holidays=closed)

    between = [day + timedelta(days=number) for number in range((found - day).days)]
    assert is_working_day(found, hub_holidays=closed)
    assert [one for one in between if is_working_day(one, hub_holidays=closed)] == []


def test_bank_holidays_are_those_of_england():
    names = bank_holidays(2026)

    # St Andrew's Day and the second of January are Scotland's, St Patrick's Day is Northern Ireland's.
    assert [day in names for day in (date(2026, 11, 30), date(2026, 1, 2), date(2026, 3, 17))] == [False] * 3


@pytest.mark.parametrize(
    "day, expected",
    [(date(2026, 7, 1), "2026-07-01T09:00:00+01:00"), (date(2026, 12, 1), "2026-12-01T09:00:00+00:00")],
)
def test_morning_is_nine_in_london_in_summer_and_winter(day, expected):
    assert morning_of(day).isoformat() == expected


def test_mail_time_is_the_morning_of_the_first_working_day():
    assert mail_time(SATURDAY, hub_holidays=[date(2026, 11, 23)]) == datetime(2026, 11, 24, 9, tzinfo=LONDON)


@pytest.mark.parametrize(
    "day, problem",
    [
        (date(2026, 11, 20), "Friday 20 November 2026 has passed. Choose a day from today on."),
        (date(2026, 11, 21), "Saturday 21 November 2026 is at the weekend. Choose a day from Monday to Friday."),
        (date(2026, 11, 22), "Sunday 22 November 2026 is at the weekend. Choose a day from Monday to Friday."),
        (date(2026, 11, 23), None),
        (date(2026, 12, 25), "Friday 25 December 2026 is a bank holiday (Christmas Day). Choose another day."),
        (
            date(2027, 11, 22),
            "Monday 22 November 2027 is more than 12 months away. Choose a day up to Sunday 21 November 2027.",
        ),
        (date(2027, 11, 19), None),
    ],
)
def test_offered_day_problem_at_each_boundary(day, problem):
    assert offered_day_problem(day, today=TODAY) == problem


def test_offered_day_may_be_today():
    monday = date(2026, 11, 23)

    assert offered_day_problem(monday, today=monday) is None


def test_long_date_is_british():
    assert long_date(date(2027, 3, 2)) == "Tuesday 2 March 2027"


@pytest.mark.parametrize(
    "part, start, fits",
    [
        ("morning", time(7, 59), False),
        ("morning", time(8, 0), True),
        ("morning", time(11, 0), True),
        ("morning", time(11, 1), False),
        ("afternoon", time(11, 59), False),
        ("afternoon", time(14, 30), True),
        ("afternoon", time(14, 31), False),
        ("after_school", time(15, 0), True),
        ("after_school", time(17, 1), False),
        ("any", time(17, 0), True),
    ],
)
def test_start_fits_the_part_of_the_day(part, start, fits):
    assert (start_problem(part, start) is None) == fits


def test_start_problem_says_which_times_would_do():
    assert start_problem("morning", time(13, 0)) == (
        "The school offered the morning: give a start from 08:00 to 11:00, or choose “Another date and time”."
    )


def test_usual_starts_fit_their_own_part_of_the_day():
    assert [part.has_room_at(part.usual_start) for part in PARTS_OF_DAY.values()] == [True] * 5


@pytest.mark.parametrize("start, fits", [(time(15, 44), False), (time(15, 45), True), (time(15, 46), False)])
def test_offer_of_a_certain_time_fits_that_time_alone(start, fits):
    assert (start_problem("at_time", start, offered_start=time(15, 45)) is None) == fits


def test_start_problem_of_a_certain_time_names_it():
    assert start_problem("at_time", time(16, 0), offered_start=time(15, 45)) == (
        "The school offered 15:45: leave the start empty or at 15:45, or choose “Another date and time”."
    )


@pytest.mark.parametrize("part, offered, start", [("at_time", time(15, 45), "15:45"), ("morning", None, "09:30")])
def test_start_of_an_offer_is_its_own_or_the_usual_one(part, offered, start):
    assert f"{start_of_offer(part, offered):%H:%M}" == start


@pytest.mark.parametrize(
    "start, fits", [(time(7, 59), False), (time(8, 0), True), (time(17, 0), True), (time(17, 1), False)]
)
def test_offered_start_leaves_room_for_the_meeting(start, fits):
    assert (offered_start_problem(start) is None) == fits


def test_offered_start_problem_says_which_times_would_do():
    assert offered_start_problem(time(17, 30)) == (
        "17:30 is outside our day. Give a time from 08:00 to 17:00, so that the 90 minutes end by 18:30."
    )


MISSING = "Give the time when the meeting would begin, such as 15:45, or choose a part of the day."
NO_FIT = "A meeting at 15:45 does not fit the morning. Choose “At a certain time” to meet at 15:45, or empty the time."


@pytest.mark.parametrize(
    "part, start, read",
    [
        ("morning", None, ReadTime("morning")),
        ("any", None, ReadTime("any")),
        ("at_time", None, ReadTime("at_time", problem=MISSING)),
        ("at_time", time(15, 45), ReadTime("at_time", time(15, 45))),
        # A time says more than a part of the day.
        ("any", time(15, 45), ReadTime("at_time", time(15, 45))),
        ("after_school", time(15, 45), ReadTime("at_time", time(15, 45))),
        ("morning", time(15, 45), ReadTime("morning", problem=NO_FIT, is_about_start=False)),
        ("morning", time(6, 0), ReadTime("morning", problem=offered_start_problem(time(6, 0)) or "")),
    ],
)
def test_part_of_day_and_time_are_read_together(part, start, read):
    assert read_time(part, start) == read


def test_offers_are_in_the_order_of_the_day():
    offers = [
        Offer(date(2027, 3, 3), "morning"),
        Offer(date(2027, 3, 2), "after_school"),
        Offer(date(2027, 3, 2), "at_time", time(13, 15)),
        Offer(date(2027, 3, 2), "any"),
    ]

    assert sorted(offers, key=lambda offer: offer.order) == [offers[3], offers[2], offers[1], offers[0]]


def test_slot_is_ninety_minutes():
    slot = slot_at(date(2027, 3, 2), time(9, 30))

    assert (slot.starts_at, slot.ends_at) == (
        datetime(2027, 3, 2, 9, 30, tzinfo=LONDON),
        datetime(2027, 3, 2, 11, 0, tzinfo=LONDON),
    )


def test_slot_is_ninety_minutes_when_the_clocks_change():
    slot = slot_at(date(2027, 3, 28), time(0, 30))

    assert slot.ends_at.isoformat() == "2027-03-28T03:00:00+01:00"


@pytest.mark.parametrize(
    "address, is_shared",
    [
        ("office@school.example.org", True),
        ("OFFICE@school.example.org", True),
        ("admin@school.example.org", True),
        ("head@school.example.org", True),
        ("info@school.example.org", True),
        ("enquiries@school.example.org", True),
        ("office.anstey@school.example.org", True),
        ("head.teacher@school.example.org", True),
        ("headteacher@school.example.org", True),
        ("school-office@school.example.org", True),
        ("admin2@school.example.org", True),
        ("office+music@school.example.org", True),
        ("j.head@school.example.org", False),
        ("officer@school.example.org", False),
        ("ruth.adminson@school.example.org", False),
        ("r.mason@office.example.org", False),
        ("@school.example.org", False),
        ("42@school.example.org", False),
    ],
)
def test_shared_address_is_known_by_what_stands_before_the_at(address, is_shared):
    assert is_shared_address(address) is is_shared


SITE = "https://www.anstey.example.org/about?x=1"


@pytest.mark.parametrize(
    "address, website, known, is_likely",
    [
        ("alice@anstey.example.org", SITE, [], True),
        ("ALICE@Anstey.Example.ORG", SITE, [], True),
        ("alice@anstey.example.org", "http://anstey.example.org", [], True),
        ("alice@anstey.example.org", "WWW.Anstey.example.org:8080", [], True),
        ("alice@www.example.org", "www.example.org", [], False),
        ("alice@mail.anstey.example.org", SITE, [], False),
        ("alice@notanstey.example.org", SITE, [], False),
        ("alice@example.org", SITE, [], False),
        ("alice@anstey.example.org.evil.example.com", SITE, [], False),
        ("alice@trust.example.org", SITE, ["head@trust.example.org"], True),
        ("alice@trust.example.org", "", ["Head@Trust.example.org"], True),
        ("alice@other.example.org", SITE, ["head@trust.example.org"], False),
        ("alice@other.example.org", "", [], False),
        ("alice@gmail.com", SITE, ["head@gmail.com"], False),
        ("alice@gmail.com", "https://gmail.com", [], False),
        ("alice@gmail.com", "", ["Alice@gmail.com"], True),
        ("alice", "", [], False),
        ("", "", [], False),
        ("alice@", "", [], False),
        ("alice@anstey.example.org", "http://[broken", [], False),
    ],
)
def test_address_is_likely_of_a_school_by_its_domain(address, website, known, is_likely):
    assert is_likely_of_school(address, website=website, known_addresses=known) is is_likely


def test_reference_uses_the_letters_in_order():
    assert reference_from([0, 1, 2, 3, 21]) == "MR-3467Y"


def test_reference_letters_cannot_be_confused():
    assert set(REFERENCE_LETTERS) & set("0O1IL5S2Z8BAEU") == set()


def test_reference_of_another_length_is_refused():
    with pytest.raises(ValueError) as refused:
        reference_from([1, 2, 3])

    assert str(refused.value) == "A reference needs 5 numbers."


def test_consent_names_the_hub_and_how_to_withdraw():
    assert consent_wording(hub="Rutland Music", award="Music Award", address="m@hub.example.org") == (
        "I agree that Rutland Music may keep these details and write to me about this meeting, the Music Award and "
        "the steps that follow it. I can withdraw this at any time with the link in each e-mail, or by e-mailing "
        "m@hub.example.org with “Withdraw” in the subject."
    )


KEY = UUID("7e7b9c2a-52a6-4d0e-9a3f-0d9c6f1f1a11")


def test_submission_of_the_same_form_with_the_same_answers_is_the_same():
    assert submission_id(KEY, ["a", "b"]) == submission_id(KEY, ["a", "b"])


@pytest.mark.parametrize("answers", [["a", "c"], ["ab"], ["a", "b", ""]])
def test_submission_with_other_answers_is_another(answers):
    assert submission_id(KEY, answers) != submission_id(KEY, ["a", "b"])


@pytest.mark.parametrize(
    "facts, doubts",
    [
        (SchoolFacts(), {}),
        (SchoolFacts(pupils=200, classes=7, classes_with_weekly_music=7, minutes_a_week=300), {}),
        (
            SchoolFacts(classes=7, classes_with_weekly_music=8),
            {
                "classes_with_weekly_music": (
                    "That is more classes with music every week than classes (8 and 7). Is that right?"
                )
            },
        ),
        (
            SchoolFacts(pupils=200, instrumental_pupils=201),
            {
                "instrumental_pupils": (
                    "That is more pupils with lessons than pupils in the school (201 and 200). Is that right?"
                )
            },
        ),
        (
            SchoolFacts(minutes_a_week=301),
            {"minutes_a_week": ("301 minutes is more than five hours of music a week for one class. Is that right?")},
        ),
        (SchoolFacts(instrumental_pupils=20, instrumental_pupil_premium=20), {}),
    ],
)
def test_doubtful_facts_are_pointed_out_at_each_boundary(facts, doubts):
    assert doubtful_facts(facts) == doubts


@pytest.mark.parametrize(
    "loaded, typed, stored, kept, collision",
    [
        (7, 7, 7, 7, False),  # Nobody changed it.
        (7, 8, 7, 8, False),  # I did.
        (7, 7, 9, 9, False),  # Somebody else did.
        (7, 8, 8, 8, False),  # Both did, in the same way.
        (7, 8, 9, 8, True),
        (7, None, 9, None, True),
        (7, 8, None, 8, True),
        (None, None, 9, 9, False),
        ("a\r\nb", "a\nb", "c", "c", False),
        (None, False, None, False, False),
        (None, False, True, False, True),
    ],
)
def test_answers_are_merged_field_by_field(loaded, typed, stored, kept, collision):
    merged = merge_answers(loaded={"field": loaded}, typed={"field": typed}, stored={"field": stored})

    assert merged == Merged({"field": kept}, {"field": stored} if collision else {})


def test_answers_of_a_page_that_brings_nothing_along_are_all_taken():
    merged = merge_answers(loaded={}, typed={"a": 1, "b": 2}, stored={"a": 3, "b": 2})

    assert merged == Merged({"a": 1, "b": 2}, {})


VALUES = st.dictionaries(st.sampled_from("abc"), st.none() | st.integers(0, 2)).map(
    lambda some: {name: some.get(name) for name in "abc"}
)


@given(VALUES, VALUES, VALUES)
def test_no_change_is_ever_lost_in_a_merge(loaded, typed, stored):
    merged = merge_answers(loaded=loaded, typed=typed, stored=stored)

    for name in "abc":
        if typed[name] != loaded[name]:
            assert merged.answers[name] == typed[name]
        if stored[name] != loaded[name] and merged.answers[name] != stored[name]:
            assert merged.collisions[name] == stored[name]
