"""What every test runs under: a database of its own, no network, and a browser where there is one.

The embedded PostgreSQL starts before Django reads its settings; the workers of pytest-xdist inherit its address.
"""

import atexit
import contextlib
import gc
import os
import signal
from collections.abc import Iterator

import django
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase

from hubportal.embedded import DEFAULT_BASE, NOT_DURABLE, Servers, services
from hubportal.prepare import chromium_path, is_ci

pytest_plugins = ["hubportal.tests.browser", "hubportal.tests.live", "hubportal.tests.imap", "schools.tests.visitors"]

# Ctrl-C and a plain kill both unwind, so that the servers stop with us.
signal.signal(signal.SIGTERM, signal.default_int_handler)

if settings.configured and "DATABASE_URL" not in os.environ:
    raise pytest.UsageError("Unset DJANGO_SETTINGS_MODULE: conftest.py sets it once a database is running.")

held = contextlib.ExitStack()
atexit.register(held.close)
held.enter_context(services(os.environ, Servers(DEFAULT_BASE / "test", settings=NOT_DURABLE)))
# The same on every machine, whatever a developer's own environment says.
os.environ.update(
    DJANGO_SETTINGS_MODULE="hubportal.settings",
    SECRET_KEY="only-for-tests",
    # Styles and scripts straight from their folders; Django's test runner itself turns debugging off.
    DEBUG="true",
    DEMO="false",
    # Tests sign in without a code; those about the second factor turn it on.
    SECOND_FACTOR_REQUIRED="false",
    HUB_BASE_URL="http://localhost:8000",
    EMAIL_URL="",
    CREDENTIAL_KEY="",
    CREDENTIAL_OLD_KEYS="",
    MAIL_DIR=str(DEFAULT_BASE / "test" / "mail"),
)
# The conftest.py of an app may import its models.
django.setup()
# A real hash takes a third of a second on purpose.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Each test's client is a server of its own: it finds a static file when one is asked for, not all of them beforehand.
settings.WHITENOISE_AUTOREFRESH = True


def pytest_configure(config: pytest.Config) -> None:
    config.add_cleanup(held.close)


NO_BROWSER = "there is no Chromium here (Debian: sudo apt-get install chromium)"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests first, one after another in one worker; without a browser they are skipped, but never in CI."""
    browser_tests = [item for item in items if item.get_closest_marker("browser")]
    is_skipped = chromium_path() is None and not is_ci()
    for item in browser_tests:
        item.add_marker(pytest.mark.xdist_group("browser"))
        if is_skipped:
            item.add_marker(pytest.mark.skip(reason=NO_BROWSER))
    chosen = set(browser_tests)
    items[:] = [*browser_tests, *(item for item in items if item not in chosen)]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if NO_BROWSER in str(report.longrepr)]
    if skipped:
        terminalreporter.write_line(f"Browser tests skipped: {len(skipped)}; {NO_BROWSER}.")


# The libraries' objects are many and stay: looking through all of them again and again for rubbish took a third of
# the tests' time.
gc.freeze()
gc.set_threshold(100_000, 50, 50)

# What `migrate` fills in, the same for every test.
KEPT_TABLES = {"django_migrations", "django_content_type", "auth_permission"}


def _empty_used_tables(_test: TransactionTestCase) -> None:
    """After a test that commits: empty the tables that it wrote to.

    Django would empty all hundred of them and write content types and permissions anew, which takes longer than most
    tests.
    """
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor)) - KEPT_TABLES
        cursor.execute(" UNION ALL ".join(f"SELECT '{one}' WHERE EXISTS (SELECT 1 FROM \"{one}\")" for one in tables))
        used = ", ".join(f'"{table}"' for (table,) in cursor.fetchall())
        if used:
            cursor.execute(f"TRUNCATE {used} CASCADE")


TransactionTestCase._fixture_teardown = _empty_used_tables  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _nobody_has_been_counted(request: pytest.FixtureRequest) -> Iterator[None]:
    """The rate limits of a test end with it, also where it commits: their table is no model's, so nobody empties it."""
    yield
    marker = request.node.get_closest_marker("django_db")
    commits = {"live_server", "transactional_db"} & set(request.fixturenames)
    if commits or (marker and marker.kwargs.get("transaction")):
        with request.getfixturevalue("django_db_blocker").unblock():
            cache.clear()
