"""The hub's own sentences: what may stand in one, and how its facts are filled in. Pure functions.

A sentence is plain text. A word in braces, such as {school}, stands for a fact of the mail; nothing else between
braces means anything, so that nobody can break a mail, or look into it, by what they type.
"""

import re
from collections.abc import Collection, Mapping

FACT = re.compile(r"\{([a-z_]+)\}")
# A paragraph, not a letter.
LONGEST = 800
# What stands where a personal link belongs begins so (hubportal.access.rules): it would open somebody's pages.
LINK_MARK = "[["


def mistakes_in(text: str, *, facts: Collection[str]) -> list[str]:
    """What is wrong with a sentence, each as a sentence that says how to mend it; empty when it may be published."""
    mistakes = []
    if not text.strip():
        mistakes.append("Write at least a few words, or go back to the standard wording.")
    if len(text) > LONGEST:
        mistakes.append(f"Keep it to {LONGEST} characters; these are {len(text)}.")
    if LINK_MARK in text:
        mistakes.append("Leave out the two square brackets “[[”: they are kept for personal links.")
    mistakes += [
        f"“{{{name}}}” is not a fact of this e-mail. {_known(facts)}"
        for name in dict.fromkeys(FACT.findall(text))
        if name not in facts
    ]
    rest = FACT.sub("", text)
    if "{" in rest or "}" in rest:
        mistakes.append(f"There is a brace that does not belong to a fact. {_known(facts)}")
    return mistakes


def _known(facts: Collection[str]) -> str:
    if not facts:
        return "This sentence can name no facts, so leave out the braces."
    names = ", ".join(f"{{{name}}}" for name in facts)
    return f"You can use {names}, each with its two braces."


def fill_in(text: str, *, values: Mapping[str, str]) -> str:
    """The sentence as it is sent. A fact that has no value leaves nothing behind; whatever else stands in braces
    stays as it was typed."""
    return FACT.sub(lambda found: values.get(found[1], ""), text)
