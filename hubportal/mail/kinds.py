"""The mails there are. Each app registers its own in `emails.py`; the last check before sending lives with it."""

from collections.abc import Callable
from dataclasses import dataclass

from hubportal.mail.models import Email, Pace

# Returns why the mail no longer applies, or None when it does.
Check = Callable[[Email], str | None]


@dataclass(frozen=True)
class Sentence:
    """A place in a mail whose words the hub may replace by its own (`HubSentence`).

    `text` is what stands there otherwise. It may name facts in braces, such as {school}; `facts` says which. The
    mail's templates print it as `{{ words.<place> }}`.
    """

    place: str
    name: str
    text: str
    facts: tuple[str, ...] = ()


@dataclass(frozen=True)
class MailKind:
    """One kind of mail: its key in `Email.kind`, its name for staff, how soon it goes and whether it still applies."""

    key: str
    name: str
    no_longer_applies: Check | None = None
    # Security mails (password reset) hold a key to an account; staff never read their text.
    is_private: bool = False
    pace: Pace = Pace.AT_ONCE
    # May share one e-mail with others of these that are due for the same address on the same day.
    is_joinable: bool = False
    sentences: tuple[Sentence, ...] = ()


KINDS: dict[str, MailKind] = {}
# Checks that hold for every mail, whatever its kind (consent withdrawn).
UNIVERSAL_CHECKS: list[Check] = []


def register(kind: MailKind) -> MailKind:
    KINDS[kind.key] = kind
    return kind


def register_universal_check(check: Check) -> Check:
    UNIVERSAL_CHECKS.append(check)
    return check


def why_not_send(email: Email) -> str | None:
    """The first reason why this mail should no longer go, asked at the moment of sending."""
    kind = KINDS.get(email.kind)
    checks = [
        *UNIVERSAL_CHECKS,
        *([kind.no_longer_applies] if kind and kind.no_longer_applies else []),
    ]
    return next((reason for check in checks if (reason := check(email))), None)


ACCOUNT = register(MailKind(key="account", name="Sign-in and password", is_private=True))
