"""Five hundred mails due on one day, lived through over Christmas with a real calendar; only the SMTP server is not."""

from collections import Counter, defaultdict
from datetime import date, datetime, timedelta

import pytest
import time_machine

from hubportal.mail import services
from hubportal.mail.models import Email, EmailStatus, Pace
from hubportal.mail.rules import is_going_time
from hubportal.mail.services import delivering
from hubportal.mail.tests.factories import EmailFactory
from meetings.rules import LONDON
from meetings.tests.factories import HubHolidayFactory
from schools.models import Area, Contact, School
from schools.tests.factories import AreaFactory, ContactFactory, SchoolFactory

pytestmark = pytest.mark.django_db

WEDNESDAY = date(2026, 12, 23)
# Friday is Christmas Day, the weekend follows, and the Monday stands in for Boxing Day.
HOLIDAY = (date(2026, 12, 29), date(2026, 12, 31))
# New Year's Day is a Friday.
IN_THE_NEW_YEAR = date(2027, 1, 4)
OF_ONE_AREA = (IN_THE_NEW_YEAR, IN_THE_NEW_YEAR)


class Post:
    """Takes every mail and remembers when; now and then it is busy."""

    def __init__(self) -> None:
        self.taken: dict[str, list[datetime]] = defaultdict(list)
        self.asked: Counter[str] = Counter()

    def send(self, message) -> None:
        key = message.extra_headers["Message-ID"]
        self.asked[key] += 1
        if len(self.asked) % 50 == 0 and self.asked[key] == 1:
            raise ConnectionRefusedError
        self.taken[key].append(datetime.now(LONDON))


@pytest.fixture
def post(monkeypatch):
    post = Post()
    monkeypatch.setattr(
        "hubportal.mail.services.delivering.EmailMultiAlternatives.send", lambda message: post.send(message)
    )
    # Everything that was announced is delivered at once.
    monkeypatch.setattr(delivering, "announce", lambda email_ids: [services.deliver(email_id=pk) for pk in email_ids])
    return post


@pytest.fixture
def closed_area() -> Area:
    area = AreaFactory()
    HubHolidayFactory(first_on=HOLIDAY[0], last_on=HOLIDAY[1])
    HubHolidayFactory(first_on=OF_ONE_AREA[0], last_on=OF_ONE_AREA[1], area=area)
    return area


def due_mails(number: int, closed_area: Area) -> list[Email]:
    """As many mails to as many people: every fifth at a school in the area that opens a day later, the others at the
    hub, where no holidays but everybody's count."""
    due = datetime(2026, 12, 23, 6, 0, tzinfo=LONDON)
    schools = School.objects.bulk_create(SchoolFactory.build(area=closed_area) for _ in range(number // 5))
    contacts = iter(Contact.objects.bulk_create(ContactFactory.build(school=school) for school in schools))
    emails = [EmailFactory.build(pace=Pace.PACED, not_before=due, created_at=due) for _ in range(number)]
    for email in emails[::5]:
        contact = next(contacts)
        email.to_address, email.context = contact.email, {"contact": contact.pk}
    return Email.objects.bulk_create(emails)


def live_through(first: date, last: date) -> None:
    """What the sweep does early, all morning, in the afternoon and late, on every day of the week."""
    day = first
    while day <= last:
        for hour, minute in ((6, 30), (9, 0), (9, 2), (12, 0), (17, 30), (18, 5), (23, 0)):
            moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=LONDON)
            with time_machine.travel(moment, tick=False):
                services.sweep(now=moment)
        day += timedelta(days=1)


@pytest.mark.slow
def test_five_hundred_due_on_one_day_go_within_the_number_each_once_and_never_on_a_holiday(post, closed_area, settings):
    settings.MAIL_DAILY_LIMIT = 150
    emails = due_mails(500, closed_area)

    live_through(WEDNESDAY, date(2027, 1, 6))

    assert Email.objects.exclude(status=EmailStatus.SENT).count() == 0
    assert {key: len(times) for key, times in post.taken.items()} == {email.message_id: 1 for email in emails}
    went = [times[0] for times in post.taken.values()]
    assert Counter(moment.date() for moment in went) == {
        WEDNESDAY: 150, date(2026, 12, 24): 150, IN_THE_NEW_YEAR: 150, date(2027, 1, 5): 50,
    }  # fmt: skip
    assert [moment for moment in went if not is_going_time(moment)] == []
    # The mail server was busy for some: they were tried again, under the number they had.
    assert post.asked.total() == 510
    assert Counter(Email.objects.values_list("counted_on", flat=True)) == Counter(moment.date() for moment in went)
    assert Email.objects.filter(counted_on=IN_THE_NEW_YEAR, context__has_key="contact").count() == 0


def test_what_was_planned_is_what_happens(post, closed_area, settings):
    """The day that pages print is the day on which a mail goes."""
    settings.MAIL_DAILY_LIMIT = 6
    emails = due_mails(20, closed_area)
    services.plan(email_ids=[email.pk for email in emails], now=datetime(2026, 12, 23, 6, 30, tzinfo=LONDON))
    planned = dict(Email.objects.values_list("pk", "not_before__date"))

    live_through(WEDNESDAY, date(2027, 1, 5))

    assert len(set(planned.values())) == 4
    assert dict(Email.objects.values_list("pk", "counted_on")) == planned


def test_a_server_that_slept_over_the_holidays_keeps_to_the_number(post, closed_area, settings):
    settings.MAIL_DAILY_LIMIT = 6
    emails = due_mails(20, closed_area)
    services.plan(email_ids=[email.pk for email in emails], now=datetime(2026, 12, 23, 6, 30, tzinfo=LONDON))

    live_through(date(2027, 1, 5), date(2027, 1, 8))

    assert Counter(times[0].date() for times in post.taken.values()) == {
        date(2027, 1, 5): 6, date(2027, 1, 6): 6, date(2027, 1, 7): 6, date(2027, 1, 8): 2,
    }  # fmt: skip
