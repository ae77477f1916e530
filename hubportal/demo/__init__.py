"""The made-up hub that `make run` shows on an empty database. Schools are real; every person is invented."""

from hubportal.demo.people import PASSWORD, STAFF


def logins() -> list[tuple[str, str, str]]:
    """Who may sign in to the demo: role, e-mail address, password."""
    return [(person.role, person.email, PASSWORD) for person in STAFF if person.is_shown]
