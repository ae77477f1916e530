"""An award is in force up to its last day in London, and has ended from midnight on: every page says so alike."""

import re
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from awards.models import AwardStatus, Renewal
from awards.queries import AwardFilters, award_rows, reminder_contract
from awards.services import queue_due_mail
from awards.tests.factories import make_award, make_known
from hubportal.mail.kinds import why_not_send
from hubportal.mail.models import Email
from reports.queries import actions_for
from schools.tests.factories import ContactFactory, SchoolFactory, UserFactory

pytestmark = pytest.mark.django_db

MEETING, LAST_DAY = date(2026, 6, 15), date(2029, 6, 15)
# In summer London is an hour ahead: its midnight is at 23:00 UTC.
ELEVEN_AT_NIGHT = datetime(2029, 6, 15, 22, 0, tzinfo=UTC)
HALF_PAST_MIDNIGHT = datetime(2029, 6, 15, 23, 30, tzinfo=UTC)


@pytest.fixture
def award():
    award = make_award(school=SchoolFactory(name="Wren Primary School"), on=MEETING)
    make_known(award)
    ContactFactory(school=award.school, name="Ada Coordinator")
    return award


@pytest.mark.parametrize("now, has_ended", [(ELEVEN_AT_NIGHT, False), (HALF_PAST_MIDNIGHT, True)])
def test_award_has_ended_on_every_page_from_midnight_in_london(award, as_role, as_contact, client, now, has_ended):
    key = award.certificates.get().key
    with time_machine.travel(now, tick=False):
        staff, school = as_role("officer"), as_contact(award.school.contacts.get())
        pages = {
            "list": staff.get(reverse("award_list")),
            "award": staff.get(reverse("award_detail", args=[award.pk])),
            "school": staff.get(reverse("school_detail", args=[award.school.urn])),
            "schools": staff.get(reverse("school_list")),
            "my school": school.get(reverse("my_school")),
            "verify": client.get(reverse("verify_certificate", args=[key])),
            "badge": client.get(reverse("badge", args=[key])),
        }

        verified = pages.pop("verify").context["certificate"].status

    assert verified == ("expired" if has_ended else "current")
    # Words in filters and menus do not count.
    says = {name: bool(re.search(r"\b(Expired|has ended|ended)\b", main(page))) for name, page in pages.items()}
    assert says == dict.fromkeys(pages, has_ended)


def main(page) -> str:
    text = page.content.decode()
    text = re.sub(r"<(form|select|nav|head)\b.*?</\1>", "", text, flags=re.DOTALL)
    return re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)


@pytest.mark.parametrize("now, status", [(ELEVEN_AT_NIGHT, "current"), (HALF_PAST_MIDNIGHT, "expired")])
def test_award_has_ended_in_the_list_and_its_filters(award, now, status):
    officer = UserFactory()
    with time_machine.travel(now, tick=False):
        (row,) = award_rows(user=officer, filters=AwardFilters(), now=now)
        filters = {
            which: [one.pk for one in award_rows(user=officer, filters=AwardFilters(renewal=which), now=now)]
            for which in ("ending", "ended")
        }
        counts = {action.label: action.count for action in actions_for(officer, now=now)}

    assert row.shown_status == status
    ended = status == "expired"
    assert filters == {"ending": [] if ended else [award.pk], "ended": [award.pk] if ended else []}
    assert counts["Awards that end within three months, nothing arranged"] == (not ended)
    assert counts["Awards that have ended without renewal"] == ended


@pytest.mark.parametrize("status, level", [("closed", "silver"), ("open", "working_towards")])
def test_award_lists_for_renewal_leave_out_closed_schools_and_those_working_towards(status, level):
    award = make_award(on=MEETING, level=level)
    award.school.status = status
    award.school.save()

    with time_machine.travel(HALF_PAST_MIDNIGHT, tick=False):
        found = award_rows(user=UserFactory(), filters=AwardFilters(renewal="ended"), now=HALF_PAST_MIDNIGHT)

        assert list(found) == []


def test_award_list_shows_whom_nobody_can_be_written_to_about_renewal(award):
    award.school.contacts.update(withdrawn_at=timezone.now())

    with time_machine.travel(HALF_PAST_MIDNIGHT, tick=False):
        found = award_rows(user=UserFactory(), filters=AwardFilters(renewal="nobody"), now=HALF_PAST_MIDNIGHT)

        assert [row.pk for row in found] == [award.pk]


def test_schools_file_says_that_an_award_has_expired(award, as_role):
    with time_machine.travel(HALF_PAST_MIDNIGHT, tick=False):
        response = as_role("officer").get(reverse("school_list") + "?format=csv")

    assert "silver (expired)" in b"".join(response).decode()


# --- A renewal from beginning to end ----------------------------------------------------------------


def test_earlier_renewal_takes_the_place_of_the_award_with_all_that_belongs_to_it(award, as_contact, client):
    """The sheet and the invitation wait in the outbox while the next conversation is held and decided."""
    with time_machine.travel(datetime(2029, 3, 17, 6, tzinfo=UTC), tick=False):
        # Both on a Saturday, after an outage: they wait for Monday.
        queue_due_mail(date(2029, 3, 17))
    waiting = Email.objects.filter(kind__in=("reflection", "renewal"), status="queued")
    assert [email.kind for email in waiting.order_by("pk")] == ["reflection", "reflection", "renewal"]
    assert {why_not_send(email) for email in waiting} == {None}

    with time_machine.travel(datetime(2029, 3, 18, 12, tzinfo=UTC), tick=False):
        renewed = make_award(school=award.school, on=date(2029, 3, 16), level="gold")
        make_known(renewed)
        reasons = {email.kind: why_not_send(email) for email in waiting}
        mine = as_contact(award.school.contacts.get()).get(reverse("my_school"))
        verify = client.get(reverse("verify_certificate", args=[award.certificates.get().key]))
        promised = [mail.kind for mail in reminder_contract(award.school, now=timezone.now()).mails]

    award.refresh_from_db()
    assert (award.status, renewed.status) == (AwardStatus.SUPERSEDED, AwardStatus.CURRENT)
    assert reasons == {
        "reflection": "A newer conversation has replaced this one.",
        "renewal": "A newer award has replaced this one.",
    }
    assert "superseded" in main(verify).lower()
    assert [one.pk for one in mine.context["page"].earlier] == [award.pk]
    assert (mine.context["page"].award, mine.context["page"].certificate) == (renewed, renewed.certificates.get())
    assert promised.count("renewal") == promised.count("renewal_reminder") == 1
    later = Renewal.objects.due(as_of=date(2040, 1, 1)) | Renewal.objects.to_remind(as_of=date(2040, 1, 1))
    assert [renewal.award_id for renewal in later] == [renewed.pk]
