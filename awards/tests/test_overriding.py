"""Another level than the rules give: proposed by one officer, agreed by a second, awarded with both reasons."""

from concurrent.futures import ThreadPoolExecutor
from unittest.mock import patch

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from audits.models import Audit
from audits.tests.factories import make_open_audit
from awards.models import Award, LevelOverride
from awards.services import agree_to_level, decide_award, decline_level, preview_outcome_pack, propose_level, take_back
from awards.tests.factories import make_audit, make_award, stand_in
from hubportal.accounts.models import Role, User
from hubportal.mail.kinds import why_not_send
from hubportal.mail.models import Email
from schools.models import TimelineKind
from schools.tests.factories import AreaFactory, ContactFactory, SchoolFactory, UserFactory

pytestmark = pytest.mark.django_db

WHY = "Since the summer every class sings each day, which the ratings do not show yet."


@pytest.fixture
def second() -> User:
    return UserFactory(name="Ben Second", email="ben@hub.example.org")


@pytest.fixture
def audit(second) -> Audit:
    return make_audit(level="bronze", officer=UserFactory(name="Ann First"))


@pytest.fixture
def override(audit, second) -> LevelOverride:
    return proposed(audit)


def proposed(audit: Audit, *, level: str = "silver") -> LevelOverride:
    return propose_level(audit=audit, level=level, reason=WHY, by=audit.meeting.officer)


def decided(audit: Audit) -> Award:
    with patch("awards.pdf.render_certificate", stand_in):
        return decide_award(audit=audit, by=audit.meeting.officer)


def told(audit: Audit) -> list[str]:
    events = audit.meeting.school.timeline.filter(kind=TimelineKind.AWARD)
    return list(events.order_by("id").values_list("text", flat=True))


def refused(**given: object) -> list[str]:
    with pytest.raises(ValidationError) as error:
        propose_level(**given)
    return error.value.messages


def test_propose_level_keeps_both_levels_and_the_reason(audit):
    officer = audit.meeting.officer

    found = propose_level(audit=audit, level="silver", reason=f"  {WHY}\r\n", by=officer)

    assert (found.rules_level, found.level, found.reason) == ("bronze", "silver", WHY)
    assert (found.state, found.proposed_by, found.answered_by) == ("proposed", officer, None)
    assert told(audit) == [f"Silver proposed instead of Bronze. {WHY}"]


def test_propose_level_twice_finds_the_same(audit, override):
    again = proposed(audit)

    assert again == override
    assert len(told(audit)) == 1
    assert Email.objects.filter(kind="level_proposed").count() == 1


@pytest.mark.django_db(transaction=True)
def test_propose_level_by_two_at_once_leaves_one(audit, second):
    def click(by: User) -> bool:
        try:
            propose_level(audit=Audit.objects.get(pk=audit.pk), level="silver", reason=WHY, by=by)
        except ValidationError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(click, [audit.meeting.officer, second]))

    assert sorted(done) == [False, True]
    assert LevelOverride.objects.count() == 1


@pytest.mark.parametrize(
    "changes, sentence",
    [
        ({"level": "platinum"}, "Choose the level that you propose."),
        ({"level": "bronze"}, "Bronze is what the rules give: award it, or choose another level."),
        ({"reason": "A fine school."}, "Say why in at least a sentence: the school reads it beside its level."),
        (
            {"reason": "word " * 401},
            "This may have at most 2000 characters; it has 2004. Please shorten it.",
        ),
    ],
)
def test_propose_level_that_will_not_do_is_refused(audit, changes, sentence):
    given = {"audit": audit, "level": "silver", "reason": WHY, "by": audit.meeting.officer}

    assert refused(**given | changes) == [sentence]
    assert LevelOverride.objects.count() == 0


def test_propose_level_with_nobody_else_at_the_hub_is_refused():
    audit = make_audit(level="bronze")
    User.objects.exclude(pk=audit.meeting.officer_id).update(role=Role.VIEWER)

    assert refused(audit=audit, level="silver", reason=WHY, by=audit.meeting.officer) == [
        "Another level needs a second officer, and nobody else of the hub has an account. Ask an administrator to "
        "invite a colleague, or award the level that the rules give."
    ]


@pytest.mark.parametrize("role", [Role.VIEWER, None], ids=["a viewer", "oneself"])
def test_propose_level_to_somebody_who_may_not_agree_is_refused(audit, role):
    officer = audit.meeting.officer
    reader = UserFactory(role=role) if role else officer

    sentences = refused(audit=audit, level="silver", reason=WHY, by=officer, reader=reader)

    assert sentences == ["Choose another officer or administrator of the hub."]


def test_propose_level_of_an_open_audit_is_refused(second):
    audit = make_open_audit(default="green")

    assert refused(audit=audit, level="silver", reason=WHY, by=audit.meeting.officer) == [
        "Agree the audit with the school first: the award follows from the agreed ratings."
    ]


def test_propose_level_after_the_award_is_refused(second):
    audit = make_award(level="working_towards").audit

    assert refused(audit=audit, level="silver", reason=WHY, by=second) == [
        "The award is decided already, and what is decided does not change."
    ]


def test_propose_level_beside_another_proposal_is_refused(audit, override, second):
    assert refused(audit=audit, level="gold", reason=WHY, by=second) == [
        "Ann First has proposed Silver already. That proposal has to be answered or taken back first."
    ]


def test_propose_level_after_two_have_agreed_is_refused(audit, override, second):
    agree_to_level(override=override, by=second)

    assert refused(audit=audit, level="gold", reason=WHY, by=second) == [
        "Two officers have agreed on Silver already. Award it."
    ]


@pytest.mark.parametrize(
    "chosen, leader, expected",
    [
        (True, True, ["chosen"]),
        (False, True, ["leader"]),
        (False, False, ["administrator"]),
    ],
    ids=["the one chosen", "the area's leader", "the administrators"],
)
def test_propose_level_asks_by_mail(chosen, leader, expected):
    people = {
        "chosen": UserFactory(),
        "leader": UserFactory(),
        "administrator": UserFactory(role=Role.ADMINISTRATOR),
    }
    officer = UserFactory()
    area = AreaFactory(leader=people["leader"] if leader else officer)
    audit = make_audit(level="bronze", school=SchoolFactory(area=area), officer=officer)

    reader = people["chosen"] if chosen else None
    propose_level(audit=audit, level="silver", reason=WHY, by=officer, reader=reader)

    asked = Email.objects.filter(kind="level_proposed").values_list("to_address", flat=True)
    assert list(asked) == [people[name].email for name in expected]


def test_propose_level_mail_says_what_is_asked(audit, override):
    mail = Email.objects.get(kind="level_proposed")

    assert mail.subject == f"Your second opinion, please: Silver for {audit.meeting.school.name}?"
    assert WHY in mail.body_text
    assert f"/awards/levels/{override.pk}/" in mail.body_text


def test_agree_to_level_is_told_to_who_proposed_it(audit, override, second):
    agreed = agree_to_level(override=override, by=second, note="I heard it too.")

    assert (agreed.state, agreed.answered_by, agreed.answer_note) == ("agreed", second, "I heard it too.")
    assert told(audit)[-1] == "Silver instead of Bronze: agreed by a second officer. I heard it too."
    mail = Email.objects.get(kind="level_answered")
    assert mail.to_address == audit.meeting.officer.email
    assert mail.subject == f"Agreed: Silver for {audit.meeting.school.name}"


def test_agree_to_level_twice_tells_once(audit, override, second):
    agree_to_level(override=override, by=second)

    agree_to_level(override=override, by=second)

    assert len(told(audit)) == 2
    assert Email.objects.filter(kind="level_answered").count() == 1


@pytest.mark.parametrize("answer", [agree_to_level, decline_level])
def test_answer_to_ones_own_proposal_is_refused(override, answer):
    with pytest.raises(ValidationError) as error:
        answer(override=override, by=override.proposed_by, note="I agree with myself.")

    assert error.value.messages == [
        "You proposed this level yourself. A second officer or an administrator has to agree to it."
    ]
    override.refresh_from_db()
    assert override.state == "proposed"


def test_decline_level_needs_a_note(override, second):
    with pytest.raises(ValidationError) as error:
        decline_level(override=override, note="  ", by=second)

    assert error.value.messages == ["Say in a few words why you do not agree, so that your colleague can go on."]


def test_decline_level_leaves_the_rules_level_to_be_awarded(audit, override, second):
    decline_level(override=override, note="The choir is one class only.", by=second)

    award = decided(audit)

    assert (award.level, award.rules_level, award.override) == ("bronze", "bronze", None)
    assert award.reason.startswith("Bronze, with 50% overall: for Silver, ")
    assert Email.objects.get(kind="level_answered").subject == f"Not agreed: Silver for {audit.meeting.school.name}"


def test_answer_that_comes_too_late_is_refused(override, second):
    take_back(override=override, by=override.proposed_by)

    with pytest.raises(ValidationError) as error:
        agree_to_level(override=override, by=second)

    assert error.value.messages == ["This proposal waits no longer: taken back by Ann First. Nothing was changed."]


def test_take_back_by_somebody_else_is_refused(override, second):
    with pytest.raises(ValidationError) as error:
        take_back(override=override, by=second)

    assert error.value.messages == ["Only Ann First can take this proposal back. You can decline it."]


def test_take_back_twice_is_harmless_and_stops_the_mail(audit, override):
    for _ in range(2):
        take_back(override=override, by=override.proposed_by)

    assert told(audit)[1:] == ["Silver instead of Bronze: not proposed any more."]
    mail = Email.objects.get(kind="level_proposed")
    assert why_not_send(mail) == "The proposal has been answered or taken back."


def test_level_proposed_mail_goes_while_the_proposal_waits(override):
    assert why_not_send(Email.objects.get(kind="level_proposed")) is None


def test_decide_award_while_a_proposal_waits_is_refused(audit, override):
    with pytest.raises(ValidationError) as error:
        decide_award(audit=audit, by=audit.meeting.officer)

    assert error.value.messages == [
        "Ann First has proposed Silver for this audit. It can be awarded once a second officer has agreed or declined."
    ]
    assert Award.objects.count() == 0


def test_decide_award_agreed_upwards_gives_that_level_with_the_portals_own_reason(audit, override, second):
    agree_to_level(override=override, by=second)

    award = decided(audit)

    award.refresh_from_db()
    assert (award.level, award.rules_level, award.override) == ("silver", "bronze", override)
    assert award.reason == (
        "Silver, agreed by two officers of the hub; by the rules alone it would be Bronze, with 50% overall."
    )
    assert award.override_reason == WHY
    assert award.next_step.startswith("Gold needs ")
    assert award.decision["award"] == "Bronze"
    assert award.certificates.count() == 1
    assert told(audit)[-2] == f"Award decided. {award.reason}"


@pytest.mark.parametrize(
    "rules, level, certificates", [("working_towards", "bronze", 1), ("bronze", "working_towards", 0)]
)
def test_decide_award_agreed_level_decides_about_the_certificate(second, rules, level, certificates):
    audit = make_audit(level=rules)
    agree_to_level(override=proposed(audit, level=level), by=second)

    award = decided(audit)

    assert (award.level, award.rules_level) == (level, rules)
    assert award.certificates.count() == certificates


def test_decide_award_agreed_downwards_says_that_the_ratings_reach_further(second):
    audit = make_audit(level="silver")
    agree_to_level(override=proposed(audit, level="bronze"), by=second)

    award = decided(audit)

    assert award.next_step == (
        "The ratings alone reach the next level already. The two officers say what is still missing for it."
    )
    assert award.next_changes == ()
    assert [step.level for step in award.further_steps] == ["gold"]


def test_decide_award_highest_level_agreed_has_no_next_step(audit, second):
    agree_to_level(override=proposed(audit, level="gold"), by=second)

    assert decided(audit).next_step == ""


def test_decide_award_other_level_than_was_seen_is_refused(audit, override, second):
    agree_to_level(override=override, by=second)

    with pytest.raises(ValidationError) as error:
        decide_award(audit=audit, by=second, seen="bronze")

    assert error.value.messages == ["Two officers have agreed on Silver meanwhile. Please read it, then award it."]


def test_outcome_mail_says_what_the_two_officers_say(audit, override, second):
    ContactFactory(school=audit.meeting.school)
    agree_to_level(override=override, by=second, note="For hub staff only.")

    mail = preview_outcome_pack(decided(audit)).mails[0]

    assert mail.body_text.count(f"What the two officers say: {WHY}") == 1
    assert mail.body_html.count(WHY) == 1
    assert "For hub staff only." not in mail.body_text + mail.body_html


def test_outcome_mail_of_the_rules_level_has_no_such_line(second):
    award = make_award(level="working_towards")
    ContactFactory(school=award.school)

    assert preview_outcome_pack(award).mails[0].body_text.count("two officers") == 0
