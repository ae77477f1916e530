"""What an audit says on paper, read from the database: everything for the school, nothing for staff only."""

from datetime import date

import pytest
from django.utils import timezone

from audits.models import AuditStatus, Priority
from audits.queries import audits_for_page, filled_paper
from audits.queries.paper import _priority
from audits.tests.factories import make_agreed_audit, make_open_audit, rate
from support.models import Offer

pytestmark = pytest.mark.django_db
HUB = "Soar Valley Music Education Hub"


def test_filled_paper_says_what_was_agreed_and_nothing_for_staff_only():
    audit = make_open_audit(ratings={"P-INT-01": "red"})
    rate(audit, school="amber", officer="red", note="Heard.", school_note="Nearly.", reason="New plan.")
    type(audit).objects.filter(pk=audit.pk).update(private_note="Never print this", parking_note="Nor that")

    paper = filled_paper(audits_for_page().get(pk=audit.pk), hub_name=HUB, now=timezone.now())

    item = paper.sections[0].items[0]
    assert item.named_views == (("School", "Amber"), ("Hub", "Red"), ("Agreed", "Red"))
    untouched = paper.sections[0].items[1]
    assert untouched.named_views == (("School", "Not rated"), ("Hub", "Not rated"), ("Agreed", "Not discussed"))
    assert [text for _, text in item.words] == ["Nearly.", "Heard.", "New plan."]
    assert [choice.ticks for choice in item.choices] == [
        (False, True, True),
        (True, False, False),
        (False, False, False),
    ]
    assert "print this" not in repr(paper)
    assert "Nor that" not in repr(paper)


@pytest.mark.parametrize(
    "make, is_form, begins", [(make_open_audit, True, "Not agreed"), (make_agreed_audit, False, "Agreed on")]
)
def test_filled_paper_leaves_room_to_write_only_while_the_audit_is_open(make, is_form, begins):
    audit = audits_for_page().get(pk=make().pk)

    paper = filled_paper(audit, hub_name=HUB, now=timezone.now())

    assert (paper.is_form, paper.standing[: len(begins)], len(paper.priorities)) == (is_form, begins, 3)


def test_filled_paper_prints_every_field_of_a_priority():
    audit = make_agreed_audit()

    paper = filled_paper(audits_for_page().get(pk=audit.pk), hub_name=HUB, now=timezone.now())

    assert dict(paper.priorities[0].rows) == {
        "Criterion": "P-INT-01 A shared vision",
        "What the school will do": "Action 1",
        "Who at the school": "Music coordinator",
        "By when": "4 May 2027",
        "What good looks like in 12 months": "Good 1",
        "Support from the hub or a partner": "Support 1",
        "Who at the hub": audit.meeting.officer.name,
        "Support by": "3 February 2027",
    }


def test_filled_paper_names_the_offer_that_support_is_taken_from():
    audit = make_agreed_audit()
    priority = Priority(
        audit=audit,
        number=1,
        criterion=audit.framework.criteria.first(),
        support="A visit in May.",
        offer=Offer(title="Plan surgery"),
        due_on=date(2027, 5, 4),
    )

    assert (
        dict(_priority(priority).rows)["Support from the hub or a partner"] == "A visit in May. (Offer: Plan surgery)"
    )


def test_filled_paper_runs_on_after_more_lines_than_it_has_room_for():
    audit = make_open_audit()
    rate(audit, note="\n" * 4000 + "Sing\n\nand play", reason="\n".join(["a"] * 60))

    item = filled_paper(audits_for_page().get(pk=audit.pk), hub_name=HUB, now=timezone.now()).sections[0].items[0]

    assert (item.note, item.reason) == ("\n" * 59 + "Sing and play", "\n".join(["a"] * 60))


def test_filled_paper_of_an_audit_that_was_carried_over_says_so_and_is_no_form():
    audit = audits_for_page().get(pk=make_open_audit().pk)
    audit.status = AuditStatus.CARRIED_OVER

    paper = filled_paper(audit, hub_name=HUB, now=timezone.now())

    assert (paper.is_form, paper.priorities) == (False, ())
    assert paper.standing.startswith("This audit went on with a newer version")


def test_filled_paper_asks_a_fixed_number_of_queries(django_assert_num_queries):
    audit = audits_for_page().get(pk=make_agreed_audit().pk)
    filled_paper(audit, hub_name=HUB, now=timezone.now())

    # The ratings; the priorities come with the audit.
    with django_assert_num_queries(1):
        filled_paper(audit, hub_name=HUB, now=timezone.now())
