"""Taking a person's name, address and telephone number out of words. Pure functions.

Only what is there in full is found: the whole name as it was given, the address, the number as it was typed. A first
name alone, or a name that somebody misspelt, stays, so that "Grace notes" and "Mark" are left alone. In what others
wrote only names of two words or more count: a single one may be any word ("Head", "Bronze", "the").
"""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

ERASED_NAME = "Erased person"
# RFC 2606: no mail can ever go there.
ERASED_ADDRESS = "erased@person.invalid"
ERASED_PHONE = "[erased]"
# What stands in a name field where nobody knew the name.
NOT_A_NAME = frozenset({"head teacher", "headteacher", "music coordinator", "another role", ERASED_NAME.lower()})
# Fewer digits are no telephone number that could be told from other numbers.
PHONE_DIGITS_AT_LEAST = 7
# RFC 5545, section 3.1: a line of a calendar file has 75 octets at most, and goes on behind a space.
CALENDAR_LINE = 75


def digits_of(phone: str) -> str:
    return "".join(filter(str.isdigit, phone))


def distinct_names(names: Iterable[str], *, apart_from: Iterable[str] = ()) -> tuple[str, ...]:
    """The real names among what stands in name fields, the longest first; `apart_from` are names of schools."""
    others = NOT_A_NAME | {" ".join(name.lower().split()) for name in apart_from}
    tidy = {" ".join(name.split()) for name in names}
    return tuple(sorted((name for name in tidy if len(name) > 1 and name.lower() not in others), key=len)[::-1])


def whole_names(names: Iterable[str]) -> tuple[str, ...]:
    """Those by which a person can be told in the words of others: two words or more, each with two letters or more."""
    return tuple(name for name in names if len(name.split()) > 1 and all(map(_is_word, name.split())))


def _is_word(part: str) -> bool:
    return sum(map(str.isalpha, part)) > 1


def distinct_phones(phones: Iterable[str], *, apart_from: Iterable[str] = ()) -> tuple[str, ...]:
    """The person's own numbers as typed; a school's own number (`apart_from`) belongs to nobody."""
    others = {digits_of(phone) for phone in apart_from}
    own = {phone.strip() for phone in phones if len(digits_of(phone)) >= PHONE_DIGITS_AT_LEAST}
    return tuple(sorted(phone for phone in own if digits_of(phone) not in others))


@dataclass(frozen=True)
class Traces:
    """What tells who somebody is."""

    address: str
    names: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()

    @cached_property
    def _address(self) -> re.Pattern[str]:
        return re.compile(rf"(?<![\w.+-]){re.escape(self.address)}(?![\w-])", re.IGNORECASE)

    @cached_property
    def _names(self) -> tuple[re.Pattern[str], ...]:
        return tuple(_pattern(form) for name in self.names for form in _forms(name))

    def taken_out_of(self, text: str) -> str:
        """The text without the person."""
        text = self._address.sub(ERASED_ADDRESS, text)
        for pattern in self._names:
            text = pattern.sub(ERASED_NAME, text)
        for phone in self.phones:
            text = text.replace(phone, ERASED_PHONE)
        return text

    def taken_out_of_value(self, value: object) -> object:
        """The same for what a JSON column holds, however deep."""
        if isinstance(value, str):
            return self.taken_out_of(value)
        if isinstance(value, list):
            return [self.taken_out_of_value(part) for part in value]
        if isinstance(value, dict):
            return {self.taken_out_of(key): self.taken_out_of_value(part) for key, part in value.items()}
        return value

    def taken_out_of_calendar(self, content: str) -> str:
        """The same for a calendar file, in which long lines are broken; whoever is taken out attends no more."""
        lines = re.sub(r"\r?\n[ \t]", "", content).splitlines()
        kept = [line for line in lines if not (line.startswith("ATTENDEE") and self._address.search(line))]
        return "".join(_folded(self.taken_out_of(line)) + "\r\n" for line in kept)


def _forms(name: str) -> list[str]:
    """The name as it stands in plain text, in HTML and in a calendar file."""
    return list(dict.fromkeys((name, html.escape(name), name.replace(",", r"\,"))))


def _pattern(name: str) -> re.Pattern[str]:
    words = [re.escape(word) for word in name.split()]
    # A single word may be an everyday one when it is written small.
    flags = re.IGNORECASE if len(words) > 1 else re.NOFLAG
    return re.compile(r"(?<!\w)" + r"\s+".join(words) + r"(?!\w)", flags)


def _folded(line: str) -> str:
    parts: list[str] = []
    part = ""
    for letter in line:
        # The space in front of a continued line counts.
        if len((part + letter).encode()) > CALENDAR_LINE - (1 if parts else 0):
            parts.append(part)
            part = ""
        part += letter
    return "\r\n ".join([*parts, part])
