"""Messages arrive late, twice or out of order, and answers get lost: the state is what was acknowledged.

Hypothesis plays the network, on PostgreSQL. A message that a device has made once stays deliverable for ever, which
is more than any network does.
"""

from dataclasses import dataclass, field, replace

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule
from hypothesis.stateful import run_state_machine_as_test as run

from audits.models import Audit
from audits.services import Change, ChangeConflict, PageOutcome, Stored, apply_change, apply_changes
from audits.services.changes import read_field
from audits.tests.factories import make_open_audit
from schools.tests.factories import UserFactory

# Few of each, so that devices meet.
TARGETS = [("P-INT-01", "agreed"), ("P-INT-01", "note"), ("", "strengths")]
RATINGS = ["red", "green", "not_discussed"]
WORDS = ["", "One", "Two"]
DEVICES = st.integers(0, 2)
Target = tuple[str, str]


@dataclass
class Device:
    """What one browser believes: the value and version of each field, its own unsent changes counted in."""

    values: dict[Target, str]
    versions: dict[str, int] = field(default_factory=lambda: dict.fromkeys(["P-INT-01", ""], 0))

    def learn(self, target: Target, stored: Stored) -> None:
        self.values[target] = stored.value
        # Its other fields may have changed since under the same version: only what it has seen may count.
        self.versions[target[0]] = -1


class Messages(RuleBasedStateMachine):
    sent = Bundle("sent")

    @initialize()
    def begin(self) -> None:
        self.audit = make_open_audit()
        self.officers = [UserFactory() for _ in range(3)]
        start = {(code, name): "not_discussed" if name == "agreed" else "" for code, name in TARGETS}
        self.start, self.devices = start, [Device(dict(start)) for _ in range(3)]
        self.acknowledged: dict[object, Change] = {}

    def stored(self) -> dict[Target, str]:
        audit = Audit.objects.get(pk=self.audit.pk)
        ratings = {rating.criterion.code: rating for rating in audit.ratings.select_related("criterion")}
        return {(code, name): read_field(ratings[code] if code else audit, name) for code, name in TARGETS}

    @rule(
        target=sent, device=DEVICES, what=st.sampled_from(TARGETS), choice=st.integers(0, 2), is_versioned=st.booleans()
    )
    def change(self, device: int, what: Target, choice: int, is_versioned: bool):
        """Somebody changes a field on a device; the message waits there."""
        seen, (code, name) = self.devices[device], what
        value = (RATINGS if name == "agreed" else WORDS)[choice]
        if value == seen.values[what]:
            return multiple()
        version = seen.versions[code] if is_versioned else -1
        message = Change(code=code, field=name, value=value, before=seen.values[what], version=version)
        seen.values[what] = value
        # The version told of the value before: a second change before the first is acknowledged must not use it again.
        seen.versions[code] = -1
        return device, message

    @rule(message=sent, is_answer_lost=st.booleans())
    def deliver(self, message: tuple[int, Change], is_answer_lost: bool) -> None:
        """The message arrives: for the first time or again, in whatever order."""
        device, change = message
        before, target = self.stored(), (change.code, change.field)
        answer, is_conflict = self.answer(device, change)
        if is_conflict:
            assert change.change_id not in self.acknowledged
            expected = before
        elif change.change_id in self.acknowledged:
            expected = before
        else:
            expected = before | {target: change.value}
            self.acknowledged[change.change_id] = change
        assert self.stored() == expected
        assert answer.value == expected[target]
        if not is_answer_lost:
            self.devices[device].learn(target, answer)

    def answer(self, device: int, change: Change) -> tuple[Stored, bool]:
        """What the portal says, and whether it is that somebody else was first."""
        try:
            return apply_change(audit=self.audit, change=change, by=self.officers[device]), False
        except ChangeConflict as conflict:
            return conflict.stored, True

    @rule(what=st.sampled_from(TARGETS), choice=st.integers(0, 2))
    def somebody_changes_it_meanwhile(self, what: Target, choice: int) -> None:
        """A fourth device that is never behind."""
        code, name = what
        value, stored = (RATINGS if name == "agreed" else WORDS)[choice], self.stored()[what]
        if value != stored:
            change = Change(code=code, field=name, value=value, before=stored)
            apply_change(audit=self.audit, change=change, by=self.officers[0])
            self.acknowledged[change.change_id] = change

    @rule(device=DEVICES, what=st.sampled_from(TARGETS))
    def load_again(self, device: int, what: Target) -> None:
        """The page is opened anew: the device sees what is stored."""
        audit = Audit.objects.get(pk=self.audit.pk)
        versions = dict(audit.ratings.values_list("criterion__code", "version")) | {"": audit.notes_version}
        seen = self.devices[device]
        seen.values, seen.versions = self.stored(), {code: versions[code] for code in seen.versions}

    @rule(device=DEVICES, what=st.sampled_from(TARGETS), choice=st.integers(0, 2))
    def save_page(self, device: int, what: Target, choice: int) -> None:
        """Somebody without scripts sends a whole page."""
        before, (code, name) = self.stored(), what
        value = (RATINGS if name == "agreed" else WORDS)[choice]
        seen = self.devices[device].values[what]
        change = Change(code=code, field=name, value=value, before=seen)
        outcome: PageOutcome = apply_changes(audit=self.audit, changes=[change], by=self.officers[device])
        assert self.stored() == (before if outcome.conflicts or not outcome.saved else before | {what: value})
        if outcome.saved:
            self.acknowledged[change.change_id] = replace(change)

    @invariant()
    def state_is_the_acknowledged_changes_in_the_order_of_the_history(self) -> None:
        state, seen = dict(self.start), []
        for line in self.audit.changes.select_related("criterion"):
            target = (line.criterion.code if line.criterion else "", line.field)
            assert line.before == state[target]
            if line.before != line.after:
                # Nobody overwrote what they had not seen.
                assert self.acknowledged[line.change_id].before == line.before
            assert line.after == self.acknowledged[line.change_id].value
            state[target] = line.after
            seen.append(line.change_id)
        assert sorted(map(str, seen)) == sorted(map(str, self.acknowledged))
        assert self.stored() == state


@pytest.mark.slow
@pytest.mark.django_db
def test_messages_in_any_order_leave_what_was_acknowledged():
    # One transaction around all of them: each example has an audit of its own.
    run(
        Messages,
        settings=settings(
            max_examples=40,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
