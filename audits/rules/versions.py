"""Version numbers of frameworks: 1.10 comes after 1.9, and 1.0.0 is 1.0."""

from collections.abc import Iterable


def version_order(version: str) -> tuple[int, ...]:
    """What versions are sorted by."""
    numbers = [int(number) for number in version.split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def next_version(version: str) -> str:
    """The number that a small change gets: 1.2 after 1.1."""
    major, minor = (*version.split("."), "0")[:2]
    return f"{major}.{int(minor) + 1}"


def check_version(version: str, earlier: Iterable[str], *, phase: str) -> list[str]:
    """A sentence when this version number is not higher than those of all earlier versions."""
    latest = max(earlier, key=version_order, default=None)
    if latest is None or version_order(version) > version_order(latest):
        return []
    return [
        f"The {phase} framework has changed, but its version {version} is not higher than {latest}, the last one "
        f"published. Raise the version, for example to {next_version(latest)}."
    ]
