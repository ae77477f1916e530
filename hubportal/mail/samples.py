"""The mail that holds several with made-up messages, for staff to look at. Nothing here is ever saved."""

from hubportal.mail.joined import JOINED, render_joined
from hubportal.mail.kinds import KINDS, SAMPLES, Sample, register_samples
from hubportal.mail.models import Email
from hubportal.mail.render import render_sample


@register_samples(JOINED)
def joined_samples() -> list[Sample]:
    """Two messages of kinds that may be joined; where there are not so many, of any other."""
    others = [kind for key, kind in KINDS.items() if key in SAMPLES and not kind.is_private and kind is not JOINED]
    kinds = sorted(others, key=lambda kind: not kind.is_joinable)[:2]
    messages = [Email(kind=kind.key, **render_sample(SAMPLES[kind.key]()[0])) for kind in kinds]
    return [Sample(rendered=dict[str, str](**render_joined(messages)))]
