"""Reading untrusted data entry by entry, collecting a sentence for each thing that is wrong."""

import re
import reprlib
import unicodedata
from collections.abc import Mapping, Sequence

_short = reprlib.Repr()
_short.maxlevel = 2
_short.maxlist = _short.maxdict = _short.maxtuple = _short.maxset = 3
_short.maxstring = _short.maxother = 40


def show(value: object) -> str:
    """The value as found, short enough for a sentence and safe to print."""
    if value is None:
        return "nothing"
    try:
        return _short.repr(value)
    except ValueError:
        # Python will not write out a whole number of more than 4,300 digits.
        return "a very large number"


def listed(names: Sequence[str], word: str = "or") -> str:
    """Names as a sentence lists them: "bronze, silver or gold"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {word} {names[-1]}"


class Problems:
    """What is wrong so far, in the order of the file."""

    def __init__(self) -> None:
        self.sentences: list[str] = []

    def add(self, sentence: str) -> None:
        """Note one more thing to mend."""
        self.sentences.append(sentence)


class Entry:
    """One set of named entries, and what to call it in a sentence.

    Every reading method returns something of the right type whatever the data: when it had to note a
    problem, an empty stand-in. The caller throws everything away at the end if there was a problem.
    """

    def __init__(self, data: object, where: str, problems: Problems, *, is_noted: bool = False) -> None:
        self.where = where
        self.problems = problems
        # Of something that is wrong as a whole, its missing parts are not worth another sentence.
        self.is_noted = is_noted
        if isinstance(data, Mapping):
            self.data: Mapping[object, object] = data
            return
        self.data = {}
        self.is_noted = True
        problems.add(f"{where} must be a set of named entries, not {show(data)}.")

    def __contains__(self, key: str) -> bool:
        return self.data.get(key) is not None

    def refuse_unknown(self, known: Sequence[str]) -> None:
        """Note each entry that means nothing here: usually a slip of spelling, which must not be ignored."""
        for key in self.data:
            if not (isinstance(key, str) and key in known):
                self.problems.add(
                    f"{self.where} has an entry {show(key)} that is not known here; it may be {listed(known)}."
                )

    def child(self, key: str, *, called: str, missing_is_empty: bool = False) -> "Entry":
        """The named entries under a name. With `missing_is_empty`, leaving them out is like having none."""
        value = self.data.get(key)
        if isinstance(value, Mapping):
            return Entry(value, called, self.problems)
        if value is None and missing_is_empty:
            return Entry({}, called, self.problems, is_noted=self.is_noted)
        if value is None:
            self._note_missing(key)
        else:
            self.problems.add(f"{self.where}: {key} must be a set of named entries, not {show(value)}.")
        return Entry({}, called, self.problems, is_noted=True)

    def names(self) -> tuple[str, ...]:
        """The names used, each a piece of text."""
        usable = tuple(key for key in self.data if isinstance(key, str) and key.isprintable() and key.strip())
        for key in self.data:
            if key not in usable:
                self.problems.add(f"{self.where}: the name {show(key)} must be text.")
        return usable

    def items(self, key: str, called: str) -> Sequence[object]:
        """A list with at least one thing in it."""
        value = self.data.get(key)
        if value is None or value == []:
            self._note_missing(called)
            return []
        if not isinstance(value, list | tuple):
            self.problems.add(f"{self.where}: {called} must be a list, not {show(value)}.")
            return []
        return value

    def text(
        self,
        key: str,
        longest: int | None = None,
        *,
        pattern: re.Pattern[str] | None = None,
        like: str = "",
        called: str = "",
        required: bool = True,
    ) -> str:
        """Text of at most `longest` characters that matches the pattern, of which `like` is an example."""
        called = called or key
        if key not in self:
            if required:
                self._note_missing(called)
            return ""
        value = self._clean(self.data[key], called)
        if value and longest and len(value) > longest:
            self.problems.add(f"{self.where}: {called} may have at most {longest} characters; this has {len(value)}.")
        if value and pattern and not pattern.fullmatch(value):
            self.problems.add(f"{self.where}: {called} must look like {like}, not {show(value)}.")
        return value

    def texts(self, key: str, *, called: str = "") -> tuple[str, ...]:
        """A list of text with at least one thing in it."""
        called = called or key
        return tuple(self._clean(item, called) for item in self.items(key, called))

    def flag(self, key: str) -> bool:
        """A plain true or false."""
        value = self.data.get(key)
        if value is None:
            self._note_missing(key)
        elif not isinstance(value, bool):
            self.problems.add(f"{self.where}: {key} must be true or false, not {show(value)}.")
        return value is True

    def choice(self, key: str, known: Sequence[str], *, default: str = "") -> str:
        """One of the known words; the default stands in for a wrong one."""
        value = self.data.get(key)
        if value is None:
            self._note_missing(key)
            return default
        if isinstance(value, str) and value in known:
            return value
        self.problems.add(f"{self.where}: {key} must be {listed(known)}, not {show(value)}.")
        return default

    def choices(self, key: str, known: Sequence[str]) -> tuple[str, ...]:
        """Any number of the known words, none of them twice; the entry may be left out."""
        value = self.data.get(key)
        if value is None:
            return ()
        if not isinstance(value, list | tuple):
            self.problems.add(f"{self.where}: {key} must be a list, not {show(value)}.")
            return ()
        for item in value:
            if not (isinstance(item, str) and item in known):
                self.problems.add(f"{self.where}: {key} must name {listed(known)}, not {show(item)}.")
        return tuple(item for item in value if isinstance(item, str))

    def whole_number(self, key: str, *, most: int | None, required: bool = True) -> int | None:
        """A whole number from 0 to `most`."""
        value = self.data.get(key)
        if value is None:
            if required:
                self._note_missing(key)
            return None
        # True and False are whole numbers to Python, but not to whoever reads the file.
        is_whole = isinstance(value, int) and not isinstance(value, bool)
        if isinstance(value, int) and is_whole and value >= 0 and (most is None or value <= most):
            return value
        span = "of 0 or more" if most is None else f"from 0 to {most}"
        self.problems.add(f"{self.where}: {key} must be a whole number {span}, not {show(value)}.")
        return None

    def _note_missing(self, called: str) -> None:
        if not self.is_noted:
            self.problems.add(f"{self.where} has no {called}.")

    def _clean(self, value: object, called: str) -> str:
        if not isinstance(value, str):
            hint = " (put it in quotation marks)" if isinstance(value, int | float) else ""
            self.problems.add(f"{self.where}: {called} must be text, not {show(value)}{hint}.")
            return ""
        value = value.strip()
        if not value:
            self.problems.add(f"{self.where}: {called} is empty.")
        # Control characters and lone surrogates can be typed as YAML escapes, but never stored or sent.
        elif any(unicodedata.category(character) in {"Cc", "Cs"} for character in value.replace("\n", " ")):
            self.problems.add(f"{self.where}: {called} has a character that cannot be printed: {show(value)}.")
        return value
