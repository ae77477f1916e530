"""How a promise stands, wherever staff read it: `{% promise_state promise=priority.hub_promise %}`."""

from typing import Any

from django import template
from django.utils import timezone

from audits.models import Promise
from audits.queries import owner_in_words, state_of

register = template.Library()


@register.inclusion_tag("audits/_promise_state.html")
def promise_state(*, promise: Promise | None, is_linked: bool = True) -> dict[str, Any]:
    """State, day, and for what the hub promised the person; with a link to where it is settled. None shows nothing."""
    if promise is None:
        return {"promise": None}
    state = state_of(promise, today=timezone.localdate())
    return {"promise": promise, "state": state, "owner": owner_in_words(promise), "is_linked": is_linked}


@register.inclusion_tag("components/status_tag.html")
def promise_word(*, promise: Promise) -> dict[str, Any]:
    """The state alone, where day and person stand beside it."""
    state = state_of(promise, today=timezone.localdate())
    return {"text": state.word, "tone": state.tone}
