"""Is this certificate real? Anybody may ask, and learns nothing about any person."""

from datetime import date

import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse

from awards.models import Award, ShownStatus
from awards.queries import find_certificate, verified_certificate
from awards.services import reissue_certificate
from awards.tests.factories import become, make_award
from hubportal.accounts.models import Role
from schools.tests.factories import ContactFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def award() -> Award:
    return make_award(level="silver", on=date(2026, 11, 5))


def address(certificate) -> str:
    return reverse("verify_certificate", args=[certificate.key])


@pytest.mark.parametrize("role", [None, Role.VIEWER, Role.OFFICER, Role.ADMINISTRATOR])
def test_verify_pages_are_for_everybody(as_role, award, role):
    client = as_role(role)

    codes = [client.get(page).status_code for page in (reverse("verify"), address(award.certificates.get()))]

    assert codes == [200, 200]


def test_verified_certificate_tells_what_it_is(award):
    certificate = award.certificates.get()

    found = verified_certificate(certificate.key, today=date(2026, 12, 1))

    assert found is not None
    assert (found.school_name, found.level_label, found.number) == (award.school.name, "Silver", certificate.number)
    assert (found.awarded_on, found.expires_on) == (date(2026, 11, 5), date(2029, 11, 5))
    assert found.framework == "Small primary audit, version 1.0"
    assert (found.status, found.is_valid) == (ShownStatus.CURRENT, True)


@pytest.mark.parametrize(
    "status, today, shown",
    [
        ("current", date(2029, 11, 5), ShownStatus.CURRENT),
        ("current", date(2029, 11, 6), ShownStatus.EXPIRED),
        ("superseded", date(2026, 12, 1), ShownStatus.SUPERSEDED),
        ("withdrawn", date(2026, 12, 1), ShownStatus.WITHDRAWN),
    ],
)
def test_verified_certificate_status_is_that_of_the_day(award, status, today, shown):
    become(status)

    assert verified_certificate(award.certificates.get().key, today=today).status == shown


def test_verified_certificate_reissued_twice_names_the_one_that_counts(award):
    first = award.certificates.get()
    second = reissue_certificate(award=award, reason="A new name.", by=UserFactory())
    third = reissue_certificate(award=award, reason="A new name.", by=UserFactory())

    old = verified_certificate(first.key, today=date(2026, 12, 1))

    assert (old.status, old.newer_number, old.newer_key) == (ShownStatus.SUPERSEDED, third.number, third.key)
    assert verified_certificate(second.key, today=date(2026, 12, 1)).newer_number == third.number
    assert verified_certificate(third.key, today=date(2026, 12, 1)).status == ShownStatus.CURRENT


def test_verified_certificate_reissued_and_withdrawn_says_withdrawn(award):
    first = award.certificates.get()
    reissue_certificate(award=award, reason="A new name.", by=UserFactory())
    become("withdrawn")

    assert verified_certificate(first.key, today=date(2026, 12, 1)).status == ShownStatus.WITHDRAWN


@pytest.mark.parametrize(
    "typed",
    [
        "{number}",
        "  {number} ",
        "{lower}",
        "{spaces}",
        "{dashes}",
        "{key}",
        "http://localhost:8000/verify/{key}/",
        "localhost:8000/verify/{key}",
    ],
)
def test_find_certificate_takes_number_key_or_address(award, typed):
    certificate = award.certificates.get()
    number = certificate.number
    text = typed.format(
        number=number,
        lower=number.lower(),
        spaces=number.replace("-", " "),
        dashes=number.replace("-", " – "),
        key=certificate.key,
    )

    assert find_certificate(text) == certificate.key


@pytest.mark.parametrize("typed", ["DQA-1999-0001", "nonsense", "/", "%", "x" * 300])
def test_find_certificate_unknown_is_none(award, typed):
    assert find_certificate(typed) is None


@pytest.mark.parametrize(
    "status, words",
    [
        ("current", "This certificate is real, and the award is in force today."),
        ("withdrawn", "We issued this certificate, but the award has been withdrawn."),
        (
            "superseded",
            "We issued this certificate; since then the school has been through a newer conversation, and this award "
            "no longer counts.",
        ),
    ],
)
def test_verify_certificate_page_says_where_it_stands(client, award, status, words):
    become(status)

    response = client.get(address(award.certificates.get()))

    assert words in response.content.decode()


def test_verify_certificate_page_expired_says_so(client, award):
    with time_machine.travel("2029-11-06 12:00", tick=False):
        response = client.get(address(award.certificates.get()))

    assert "This certificate is real, but the award has ended and may no longer be shown." in response.content.decode()


def test_verify_certificate_page_reissued_leads_to_the_newer_one(client, award):
    first = award.certificates.get()
    second = reissue_certificate(award=award, reason="A new name.", by=UserFactory())

    page = client.get(address(first)).content.decode()

    assert "We issued this certificate; a corrected one has taken its place." in page
    assert f'<a href="{address(second)}">See the certificate that counts, {second.number}</a>' in page


def test_verify_certificate_page_names_no_person(client):
    officer = UserFactory(name="Secret Officer")
    award = make_award(officer=officer)
    ContactFactory(school=award.school, name="Secret Coordinator", email="secret@school.example.org")

    page = client.get(address(award.certificates.get())).content.decode()

    assert award.school.name in page
    assert "ecret" not in page


def test_verify_certificate_page_is_not_indexed_nor_cached(client, award):
    response = client.get(address(award.certificates.get()))

    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in response["Cache-Control"]


def test_verify_certificate_unknown_key_is_a_404_with_the_form(client):
    response = client.get(reverse("verify_certificate", args=["x" * 22]))

    page = response.content.decode()
    assert response.status_code == 404
    assert "We do not know this certificate" in page
    assert 'name="certificate"' in page
    assert response["X-Robots-Tag"] == "noindex, nofollow"


def test_verify_form_known_number_leads_to_the_certificate(client, award):
    certificate = award.certificates.get()

    response = client.post(reverse("verify"), {"certificate": certificate.number.lower()})

    assert response.status_code == 302
    assert response["Location"] == address(certificate)


@pytest.mark.parametrize(
    "typed, sentence",
    [
        ("", "Type the number of the certificate, for example DQA-2026-0001."),
        (
            "DQA-1999-0001",
            "We have issued no certificate with this number. Check each letter and figure, and try again.",
        ),
    ],
)
def test_verify_form_bad_input_keeps_it_and_says_how_to_mend_it(client, typed, sentence):
    response = client.post(reverse("verify"), {"certificate": typed})

    assert response.status_code == 200
    assert response.context["form"].errors == {"certificate": [sentence]}
    assert response.content.decode().count(sentence) == 2
    assert "<title>Error: " in response.content.decode()
    assert response.context["form"]["certificate"].value() == typed


def test_verify_form_is_throttled(client, settings):
    settings.PUBLIC_FORM_LIMIT_PER_HOUR = 2
    cache.clear()

    codes = [client.post(reverse("verify"), {"certificate": "DQA-1999-0001"}).status_code for _ in range(3)]

    assert codes == [200, 200, 429]


def test_verify_certificate_asks_few_queries(client, award, django_assert_num_queries):
    page = address(award.certificates.get())

    # The certificate with its award and framework; the hub's profile.
    with django_assert_num_queries(2):
        client.get(page)
