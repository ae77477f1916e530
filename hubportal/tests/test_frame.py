"""The frame around every page and mail, and the pages shown when something is wrong."""

import re
from types import SimpleNamespace

import pytest
from django.http import HttpRequest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils.html import strip_tags
from django.views import defaults

HUB = SimpleNamespace(
    name="Shire Music", contact_email="music@shire.example.org", contact_phone="", accent_colour="#6b2d5c"
)


def title_of(html: str) -> str:
    return " ".join(re.search(r"<title>(.*?)</title>", html, re.S)[1].split())


@pytest.mark.parametrize(
    ("context", "title"),
    [({}, "Ask – Shire Music"), ({"has_errors": True}, "Error: Ask – Shire Music"),
     ({"form": SimpleNamespace(errors={"name": ["Fill it in."]})}, "Error: Ask – Shire Music"),
     ({"form": SimpleNamespace(errors={})}, "Ask – Shire Music"),
     ({"formset": SimpleNamespace(total_error_count=2)}, "Error: Ask – Shire Music")],
)  # fmt: skip
def test_title_of_a_page_says_when_there_are_errors(context, title):
    page = Template('{% extends "base.html" %}{% block title %}Ask{% endblock %}')

    assert title_of(page.render(Context({"hub": HUB, **context}))) == title


def test_base_without_a_hub_still_shows_the_page():
    page = Template('{% extends "base.html" %}{% block title %}Ask{% endblock %}')

    assert title_of(page.render(Context())) == "Ask – Music Hub"


def test_page_not_found_is_our_own_page(client, db):
    response = client.get("/no-such-page/")

    assert (response.status_code, title_of(response.content.decode())) == (404, "Page not found – Music Hub")


@pytest.mark.parametrize(
    ("template", "title"),
    [("400", "We could not read that"), ("403", "You may not open this page"), ("403_csrf", "Please send that again"),
     ("404", "Page not found"), ("429", "Too many tries")],
)  # fmt: skip
def test_error_page_without_any_context_still_shows(template, title):
    assert title_of(render_to_string(f"{template}.html")) == f"{title} – Music Hub"


def test_server_error_page_needs_no_database_and_no_base():
    response = defaults.server_error(HttpRequest())

    assert (response.status_code, title_of(response.content.decode())) == (500, "Something went wrong")


# Mails

MAIL = {"hub": HUB, "action_url": "https://hub.example.org/a?b=1&c=2", "action_label": "Fill in the form",
        "why": "You asked for a meeting.", "stop": "Write Withdraw in the subject."}  # fmt: skip


def test_mail_frame_in_text_says_all_and_escapes_nothing():
    body = Template('{% extends "emails/base.txt" %}{% block content %}Dear O\'Neill & Sons,{% endblock %}')

    lines = [line for line in body.render(Context(MAIL)).splitlines() if line]

    assert lines == [
        "Dear O'Neill & Sons,",
        "Fill in the form:",
        "https://hub.example.org/a?b=1&c=2",
        "Shire Music",
        "music@shire.example.org",
        "--",
        "You asked for a meeting.",
        "Write Withdraw in the subject.",
    ]


def test_mail_frame_in_html_has_one_button_and_says_why_it_came():
    body = Template('{% extends "emails/base.html" %}{% block content %}<p>Dear Ada,</p>{% endblock %}')

    html = body.render(Context(MAIL))

    assert re.findall(r'href="([^"]+)"[^>]*>Fill in the form', html) == ["https://hub.example.org/a?b=1&amp;c=2"]
    assert " ".join(strip_tags(html).split()).endswith("You asked for a meeting. Write Withdraw in the subject.")


def test_mail_frame_without_an_action_has_no_button():
    body = Template('{% extends "emails/base.html" %}{% block content %}<p>Dear Ada,</p>{% endblock %}')

    html = body.render(Context({"hub": HUB, "why": "You asked."}))

    assert re.findall(r'href="([^"]+)"', html) == ["mailto:music@shire.example.org"]
