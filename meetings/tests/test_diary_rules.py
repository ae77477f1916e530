"""What speaks against a time in an officer's diary, and which times are proposed."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings.rules import LONDON, MEETING_LENGTH, PARTS_OF_DAY, Slot, slot_at
from meetings.rules.diaries import Appointment, ClashKind, DiaryDay, Hours, clashes, free_starts_on

TUESDAY = date(2027, 3, 2)


def at(clock: str, *, on: date = TUESDAY) -> datetime:
    return datetime.combine(on, time.fromisoformat(clock), tzinfo=LONDON)


def day(**facts) -> DiaryDay:
    return DiaryDay(**({"on": TUESDAY} | facts))


def barwell(starts: str, ends: str) -> Appointment:
    return Appointment(Slot(at(starts), at(ends)), "Barwell School", 7)


def found(slot: Slot, diary_day: DiaryDay, **where) -> list[tuple[str, str]]:
    return [(clash.kind, clash.sentence) for clash in clashes(slot, diary_day, **where)]


HALF_PAST_NINE = slot_at(TUESDAY, time(9, 30))
OVERLAP = [("meeting", "Overlaps the meeting at Barwell School, {}.")]
AFTER = "after the meeting at Barwell School, {}; the diary allows 30 for travel."
BEFORE = "before the meeting at Barwell School, {}; the diary allows 30 for travel."


@pytest.mark.parametrize(
    "starts, ends, expected",
    [
        ("08:00", "09:00", []),
        ("08:00", "09:01", [("travel", f"Only 29 minutes {AFTER}")]),
        ("08:00", "09:30", [("travel", f"No time to travel {AFTER}")]),
        ("08:00", "09:31", OVERLAP),
        ("09:45", "10:00", OVERLAP),
        ("10:59", "12:00", OVERLAP),
        ("11:00", "12:00", [("travel", f"No time to travel {BEFORE}")]),
        ("11:29", "12:00", [("travel", f"Only 29 minutes {BEFORE}")]),
        ("11:30", "12:00", []),
    ],
)
def test_time_near_another_meeting_clashes_by_its_distance(starts, ends, expected):
    appointments = [barwell(starts, ends)]

    assert found(HALF_PAST_NINE, day(appointments=appointments)) == [
        (kind, sentence.format(f"{starts} to {ends}")) for kind, sentence in expected
    ]


@pytest.mark.parametrize("starts, ends, kinds", [("11:00", "12:00", []), ("10:59", "12:00", ["meeting"])])
def test_nobody_travels_between_two_meetings_at_one_school(starts, ends, kinds):
    diary_day = day(appointments=[barwell(starts, ends)])

    assert [clash.kind for clash in clashes(HALF_PAST_NINE, diary_day, place=7)] == kinds


def test_officer_who_needs_no_time_to_travel_goes_straight_on():
    assert found(HALF_PAST_NINE, day(appointments=[barwell("08:00", "09:30")], travel=timedelta(0))) == []


@pytest.mark.parametrize(
    "starts_at, ends_at, sentence",
    [
        (at("11:00"), at("12:00"), None),
        (at("10:59"), at("12:00"), "Time off from 10:59 until 12:00."),
        (at("08:00"), at("09:30"), None),
        (at("00:00"), at("09:31"), "Time off until 09:31."),
        (at("10:59"), at("00:00", on=date(2027, 3, 3)), "Time off from 10:59."),
        (at("00:00"), at("00:00", on=date(2027, 3, 3)), "Time off that day."),
        (at("12:00", on=date(2027, 3, 1)), at("12:00", on=date(2027, 3, 5)), "Time off that day."),
    ],
)
def test_time_off_clashes_with_what_it_touches(starts_at, ends_at, sentence):
    times_off = [Slot(starts_at, ends_at)]

    assert found(HALF_PAST_NINE, day(times_off=times_off)) == ([("time_off", sentence)] if sentence else [])


@pytest.mark.parametrize(
    "opens, closes, fits",
    [("09:30", "11:00", True), ("09:31", "12:00", False), ("08:00", "10:59", False), ("08:00", "18:00", True)],
)
def test_meeting_lies_within_the_working_hours(opens, closes, fits):
    hours = Hours(time.fromisoformat(opens), time.fromisoformat(closes))

    expected = [] if fits else [("hours", f"Outside working hours, on Tuesdays {opens} to {closes}.")]
    assert found(HALF_PAST_NINE, day(hours=hours)) == expected


def test_weekday_without_hours_is_no_working_day():
    assert found(HALF_PAST_NINE, day(hours=None)) == [("hours", "Not a working day: no hours on Tuesdays.")]


def test_holiday_is_named():
    assert found(HALF_PAST_NINE, day(no_school="Half-term")) == [("no_school", "Not a school day: Half-term.")]


def test_everything_that_clashes_is_said_the_gravest_first():
    crowded = day(
        hours=None,
        appointments=[barwell("08:00", "09:20"), barwell("10:00", "12:00")],
        times_off=[Slot(at("10:00"), at("11:00"))],
        no_school="Half-term",
    )

    assert [clash.kind for clash in clashes(HALF_PAST_NINE, crowded)] == list(ClashKind)


@pytest.mark.parametrize("on", [date(2027, 3, 26), date(2027, 3, 29), date(2027, 10, 29), date(2027, 11, 1)])
def test_hours_are_those_of_the_clock_on_the_wall_on_both_sides_of_its_change(on):
    hours = Hours(time(9, 30), time(11, 0))
    fits, early = slot_at(on, time(9, 30)), slot_at(on, time(9, 29))
    in_utc = [
        Slot(one.starts_at.astimezone(UTC), one.starts_at.astimezone(UTC) + MEETING_LENGTH) for one in (fits, early)
    ]

    assert [len(clashes(slot, DiaryDay(on=on, hours=hours))) for slot in in_utc] == [0, 1]


def test_travel_is_measured_in_real_time_when_the_clock_goes_back():
    night = date(2027, 10, 31)
    first = Appointment(Slot(at("00:00", on=night), at("00:45", on=night)), "Barwell School", 7)
    # A quarter past one comes twice that night; the second time is 90 minutes after a quarter to one.
    second = datetime(2027, 10, 31, 1, 15, tzinfo=UTC).astimezone(LONDON)
    slot = Slot(second, second + timedelta(minutes=30))

    allowed = {
        travel: DiaryDay(on=night, travel=timedelta(minutes=travel), appointments=[first]) for travel in (90, 91)
    }
    kinds = {travel: [c.kind for c in clashes(slot, one) if c.kind == "travel"] for travel, one in allowed.items()}
    assert kinds == {90: [], 91: ["travel"]}


@pytest.mark.parametrize(
    "part, starts",
    [
        ("morning", ["09:30", "09:45", "10:00"]),
        ("afternoon", ["13:30", "13:45", "14:00"]),
        ("after_school", ["15:45", "16:00", "16:15"]),
        ("any", ["09:30", "09:45", "10:00"]),
    ],
)
def test_starts_are_proposed_from_the_usual_one_on(part, starts):
    assert [f"{start:%H:%M}" for start in free_starts_on(day(), part=part)] == starts


def test_starts_before_the_usual_one_are_proposed_when_later_ones_are_taken():
    diary_day = day(appointments=[barwell("10:15", "12:00")])

    assert [f"{start:%H:%M}" for start in free_starts_on(diary_day, part="morning")] == ["08:15", "08:00"]


def test_no_start_is_proposed_on_a_day_off():
    assert free_starts_on(day(no_school="Half-term"), part="any") == []


moments = st.integers(0, 24 * 60 - 1).map(lambda number: timedelta(minutes=number))
lengths = st.integers(1, 300).map(lambda number: timedelta(minutes=number))


@given(st.sampled_from(sorted(PARTS_OF_DAY)), st.lists(st.tuples(moments, lengths), max_size=4))
def test_whatever_is_proposed_fits_the_part_of_the_day_and_the_diary(part, taken):
    midnight = at("00:00")
    appointments = [
        Appointment(slot_at(TUESDAY, (midnight + begin).time(), length=length), "School", 1) for begin, length in taken
    ]
    diary_day = day(appointments=appointments)

    starts = free_starts_on(diary_day, part=part, limit=99)

    assert len(set(starts)) == len(starts)
    assert [start for start in starts if not PARTS_OF_DAY[part].has_room_at(start)] == []
    assert [start for start in starts if clashes(slot_at(TUESDAY, start), diary_day)] == []
