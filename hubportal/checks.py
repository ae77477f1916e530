"""The part of `make check` that asks Django: migrations, production settings and templates.

Run as `python -m hubportal.checks`. It sets the environment of a well set-up production server, so that what
`check --deploy` reports is a fault of ours and not of this machine.
"""

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from hubportal.embedded import DEFAULT_BASE, NOT_DURABLE, Servers, services

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates"
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "hubportal.settings",
    "SECRET_KEY": "only-for-these-checks: long enough, with 0123456789 and many different letters",
    "HUB_BASE_URL": "https://portal.example.org",
    "ALLOWED_HOSTS": "portal.example.org",
    "DEBUG": "false",
    "DEMO": "false",
    "SECOND_FACTOR_REQUIRED": "true",
    "EMAIL_URL": "smtp+tls://portal@mail.example.org:587",
}
# Our Content-Security-Policy blocks each of these in a browser.
INLINE = (
    (re.compile(r"<script(?![^>]*\bsrc=)[^>]*>", re.IGNORECASE), "a script without src"),
    (re.compile(r"<style\b", re.IGNORECASE), "a style element"),
    (re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE), "a style attribute"),
    (re.compile(r"<[^>]*\son[a-z]+\s*=\s*[\"']", re.IGNORECASE), "an event attribute"),
    (re.compile(r"[\"']\s*javascript:", re.IGNORECASE), "a javascript: address"),
)
# Mails and PDFs are not shown by a browser under that policy, and mail programs know only inline styles.
NOT_FOR_BROWSERS = {"emails", "pdf"}


def inline_problems(source: str) -> list[str]:
    """What in a template's source the browser would refuse, each with its line."""
    return [
        f"line {source.count(chr(10), 0, found.start()) + 1}: {what} (the Content-Security-Policy blocks it)"
        for pattern, what in INLINE
        for found in pattern.finditer(source)
    ]


def template_problems(folder: Path = TEMPLATES) -> Iterator[str]:
    """Templates that do not compile, and inline code in those a browser shows."""
    from django.template import TemplateSyntaxError, engines

    engine = engines["django"]
    for path in sorted(path for path in folder.rglob("*") if path.suffix in {".html", ".txt", ".svg", ".css", ".xml"}):
        name = path.relative_to(folder)
        source = path.read_text()
        try:
            engine.from_string(source)
        except TemplateSyntaxError as error:
            yield f"templates/{name}: {error}"
        if path.suffix in {".html", ".svg"} and not NOT_FOR_BROWSERS & set(name.parts):
            yield from (f"templates/{name}: {problem}" for problem in inline_problems(source))


def main() -> int:
    import django
    from django.core.management import call_command
    from django.db import connections

    os.environ.update(PRODUCTION)
    with services(os.environ, Servers(DEFAULT_BASE / "test", settings=NOT_DURABLE)):
        django.setup()
        call_command("makemigrations", check=True, dry_run=True)
        call_command("check", deploy=True, fail_level="WARNING")
        connections.close_all()
        problems = list(template_problems())
    print("\n".join(problems) or "Templates: no problems.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
