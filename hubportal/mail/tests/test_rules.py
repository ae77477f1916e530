from datetime import timedelta

import pytest

from hubportal.mail.rules import BACKOFF_MINUTES, is_permanent, next_attempt


@pytest.mark.parametrize(
    ("attempts", "minutes"),
    [(1, 1), (2, 5), (3, 15), (4, 60), (5, 180), (6, 720)],
)
def test_next_attempt_waits_longer_each_time(attempts: int, minutes: int):
    assert next_attempt(attempts=attempts) == timedelta(minutes=minutes)


def test_next_attempt_after_the_last_gives_up():
    assert next_attempt(attempts=len(BACKOFF_MINUTES) + 1) is None


def test_next_attempt_before_the_first_is_an_error():
    with pytest.raises(ValueError, match="not tried"):
        next_attempt(attempts=0)


@pytest.mark.parametrize(
    ("code", "permanent"), [(421, False), (499, False), (500, True), (550, True), (599, True), (600, False)]
)
def test_is_permanent_only_for_5xx(code: int, permanent: bool):
    assert is_permanent(code) is permanent
