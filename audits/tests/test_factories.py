"""The factories that other apps' tests rest on."""

from datetime import date

import pytest

from audits.models import Audit, Framework
from audits.tests.factories import FrameworkFactory, make_agreed_audit
from schools.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_framework_factory_used_twice_returns_the_published_framework():
    first, second = FrameworkFactory(), FrameworkFactory()

    assert first == second
    assert Framework.objects.get().criteria.count() == 8


def test_make_agreed_audit_twice_a_day_for_one_officer_makes_two_meetings():
    officer = UserFactory()

    for code in ("P-INT-01", "P-INT-02"):
        make_agreed_audit(officer=officer, on=date(2024, 2, 29), ratings={code: "red"})

    audits = Audit.objects.order_by("pk")
    assert [audit.meeting.held_on for audit in audits] == [date(2024, 2, 29)] * 2
    assert [audit.priorities.count() for audit in audits] == [3, 3]
    assert [list(audit.ratings.filter(agreed="red").values_list("criterion__code", flat=True)) for audit in audits] == [
        ["P-INT-01"],
        ["P-INT-02"],
    ]
