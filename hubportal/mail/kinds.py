"""The mails there are. Each app registers its own in `emails.py`; the last check before sending lives with it.

A new kind of mail needs, beside its function and its three templates in `templates/<app>/emails/<key>/`:

* `register(MailKind(key, name, …))`, the key being the last part of the template folder;
* the sentences that administrators may change, each a `Sentence` that the templates print as `{{ words.<place> }}`;
* at least one `Sample` in `<app>/samples.py`, by which staff look at the mail on the page "E-mails we send":

      @register_samples(BOOKING)
      def booking_samples() -> list[Sample]:
          return [contact_sample("meetings/emails/booking", context={…})]

  `schools.samples.contact_sample` and `meetings.samples.staff_sample` add what every such mail has (hub, school,
  contact, links, closing lines). A test renders every sample of every kind and fails for a kind that has none.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hubportal.mail.models import Email, Pace

# Returns why the mail no longer applies, or None when it does.
Check = Callable[[Email], str | None]


# Where the hub's words for sentences that many mails share are kept.
SHARED = "shared"


@dataclass(frozen=True)
class Sentence:
    """A place in a mail whose words the hub may replace by its own (`HubSentence`).

    `text` is what stands there otherwise. It may name facts in braces, such as {school}; `facts` says which: keys of
    the mail's context that are always there (a person or a school reads as its name, a date as 2 March 2027). The
    mail's templates print it as `{{ words.<place> }}`, in HTML with `|linebreaksbr`. It is plain text.
    """

    place: str
    name: str
    text: str
    facts: tuple[str, ...] = ()
    # The same in every mail that has it (the sign-off): changed once, it is changed in all of them.
    is_shared: bool = False

    def kept_under(self, kind_key: str) -> str:
        """The `HubSentence.kind` of the hub's own words for it."""
        return SHARED if self.is_shared else kind_key


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
    # About something that is arranged, such as a booked meeting: a school's pause does not hold it back.
    goes_through_pauses: bool = False


@dataclass(frozen=True)
class Sample:
    """A mail of a kind with made-up facts, for staff to look at and for the test that renders every kind.

    `folder` and `context` are what the mail's own function would give to `render_email`. Made up means: objects that
    are never saved, no row of the database, no real person, addresses at example.org. `case` tells several samples
    of one kind apart, such as "With a certificate". A mail that a library renders gives its three parts as `rendered`
    (keys subject, body_text, body_html) and needs no folder.
    """

    folder: str = ""
    context: Mapping[str, Any] = field(default_factory=dict)
    case: str = ""
    rendered: Mapping[str, str] | None = None


MakeSamples = Callable[[], Sequence[Sample]]

KINDS: dict[str, MailKind] = {}
# Makes the samples of each kind, by its key; called when somebody looks.
SAMPLES: dict[str, MakeSamples] = {}
# Checks that hold for every mail, whatever its kind (consent withdrawn).
UNIVERSAL_CHECKS: list[Check] = []


def register(kind: MailKind) -> MailKind:
    KINDS[kind.key] = kind
    return kind


def register_samples(kind: MailKind) -> Callable[[MakeSamples], MakeSamples]:
    """Decorates the function that makes the samples of a kind."""

    def remember(make: MakeSamples) -> MakeSamples:
        SAMPLES[kind.key] = make
        return make

    return remember


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
