"""The script by which a device opens an audit without a network, and how pages say for whom they are."""

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.test import Client
from django.urls import reverse

from audits.tests.factories import make_open_audit
from hubportal.accounts.models import User

pytestmark = pytest.mark.django_db


def test_worker_reaches_the_audits_only_is_asked_for_anew_and_holds_nothing_of_anybody(client: Client):
    response = client.get(reverse("audit_worker"))

    # Without a header that widens it, a worker reaches what stands beside it.
    assert reverse("audit_worker").rpartition("/")[0] == "/audits"
    assert "Service-Worker-Allowed" not in response
    assert response.status_code == 200
    assert response["Content-Type"] == "text/javascript; charset=utf-8"
    assert response["Cache-Control"] == "no-cache"
    assert "script-src 'self'" in response["Content-Security-Policy"]
    assert not response.cookies


def test_worker_is_the_same_for_everybody(client: Client, officer: User):
    make_open_audit()

    assert client.get(reverse("audit_worker")).content == Client().get(reverse("audit_worker")).content


def test_worker_is_a_new_one_when_styles_or_scripts_have_changed(client: Client, monkeypatch):
    def version() -> str:
        text = client.get(reverse("audit_worker")).content.decode()
        return next(line for line in text.splitlines() if line.startswith("const VERSION"))

    assert version() == 'const VERSION = "development";'
    monkeypatch.setattr(staticfiles_storage, "manifest_hash", "0a1b2c3d4e5f", raising=False)
    assert version() == 'const VERSION = "0a1b2c3d4e5f";'


def test_worker_takes_no_post(client: Client):
    assert client.post(reverse("audit_worker")).status_code == 405


def body_of(response) -> str:
    return next(line.strip() for line in response.content.decode().splitlines() if "<body" in line)


def test_page_says_for_which_account_it_is(client: Client, officer: User):
    own = f'<body class="staff" data-account="{officer.pk}" data-sign-out-url="/account/logout/">'

    assert body_of(client.get(reverse("audit_list"))) == own
    assert body_of(Client().get(reverse("account_login"))) == '<body class="" data-account="">'


def test_page_of_a_fault_says_nothing_of_an_account(client: Client, officer: User, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr("audits.views.pages.audit_list", None)

    response = client.get(reverse("audit_list"))

    assert response.status_code == 500
    assert "data-account" not in response.content.decode()
