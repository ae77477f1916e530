"""Digital credentials: what they say, that they are signed once, and that others than we can check them."""

import json
import threading
from datetime import UTC, date, datetime

import jwt
import pytest
import time_machine
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from openbadgeslib.ob3 import OB3VerificationError, OB3Verifier

from awards.models import Award, Certificate, Credential
from awards.rules.credentials import encoded_list
from awards.services import issue_credential, reissue_certificate
from awards.tests.factories import become, make_award
from hubportal import signing
from hubportal.deploy_checks import problems
from schools.tests.factories import ContactFactory, UserFactory

pytestmark = pytest.mark.django_db
HUB = "http://localhost:8000"
# Kept for the whole run, and made in it: a new one takes a third of a second.
KEYS: list[str] = []


@pytest.fixture
def hub_key(settings) -> str:
    """A hub that signs, with a throw-away key."""
    if not KEYS:
        KEYS.append(signing.new_key(bits=signing.LEAST_BITS))
    settings.CREDENTIAL_KEY = KEYS[0]
    return KEYS[0]


@pytest.fixture
def award() -> Award:
    with time_machine.travel("2026-11-09 10:00", tick=False):
        return make_award(level="silver", on=date(2026, 11, 5))


@pytest.fixture
def certificate(award) -> Certificate:
    return award.certificates.get()


def address(certificate: Certificate) -> str:
    return reverse("credential", args=[certificate.key])


def downloaded(client, certificate: Certificate) -> str:
    response = client.get(address(certificate))
    assert response.status_code == 200
    return response.content.decode()


def published_key(client, token: str) -> jwt.PyJWK:
    """The key that the credential's header names, fetched from where it says."""
    kid = jwt.get_unverified_header(token)["kid"]
    return jwt.PyJWK(client.get(kid.removeprefix(HUB)).json())


def verifier(client, token: str) -> OB3Verifier:
    return OB3Verifier(published_key(client, token).key)


def fetch_from(client):
    """What a program does that reads an address of ours."""
    return lambda url: client.get(url.removeprefix(HUB)).content


def test_credential_is_checked_by_an_independent_library(client, hub_key, certificate, award):
    token = downloaded(client, certificate)

    checked = verifier(client, token).verify(token, check_status=True, download=fetch_from(client))

    assert checked.recipient_id == f"{GIAS}{award.school.urn}"
    assert checked.achievement.name == "Developing Quality Award: Silver"
    assert checked.issuer.name == "Music Hub"


GIAS = "https://get-information-schools.service.gov.uk/Establishments/Establishment/Details/"


def test_credential_claims_agree_with_the_document(client, hub_key, certificate, award):
    token = downloaded(client, certificate)

    claims = jwt.decode(token, published_key(client, token), algorithms=["RS256"])

    begins, ends = datetime(2026, 11, 5, tzinfo=UTC), datetime(2029, 11, 5, 23, 59, 59, tzinfo=UTC)
    assert claims["@context"] == [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    ]
    assert claims["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert claims["iss"] == claims["issuer"]["id"] == HUB + reverse("credential_issuer")
    assert claims["jti"] == claims["id"] == HUB + address(certificate)
    assert claims["sub"] == claims["credentialSubject"]["id"] == f"{GIAS}{award.school.urn}"
    assert (claims["nbf"], claims["validFrom"]) == (begins.timestamp(), "2026-11-05T00:00:00Z")
    assert (claims["exp"], claims["validUntil"]) == (ends.timestamp(), "2029-11-05T23:59:59Z")
    assert [one["identityHash"] for one in claims["credentialSubject"]["identifier"]] == [
        certificate.school_name,
        str(award.school.urn),
    ]
    assert claims["evidence"][0]["id"] == HUB + reverse("verify_certificate", args=[certificate.key])


def test_credential_in_summer_is_valid_by_the_clock_of_london(client, hub_key):
    certificate = make_award(on=date(2026, 6, 30)).certificates.get()

    claims = jwt.decode(downloaded(client, certificate), options={"verify_signature": False})

    assert (claims["validFrom"], claims["validUntil"]) == ("2026-06-29T23:00:00Z", "2029-06-30T22:59:59Z")


def test_credential_header_names_the_published_key_and_holds_none(client, hub_key, certificate):
    token = downloaded(client, certificate)

    key_set = client.get("/.well-known/jwks.json").json()["keys"]

    header = jwt.get_unverified_header(token)
    assert header == {"alg": "RS256", "typ": "JWT", "kid": key_set[0]["kid"]}
    assert [sorted(key) for key in key_set] == [["alg", "e", "kid", "kty", "n", "use"]]
    assert Credential.objects.get().key_id == key_set[0]["kid"].rpartition("/")[2].removesuffix(".json")


def test_credential_names_no_person(client, hub_key):
    officer = UserFactory(name="Secret Officer")
    award = make_award(officer=officer)
    ContactFactory(school=award.school, name="Secret Coordinator", email="secret@school.example.org")

    claims = jwt.decode(downloaded(client, award.certificates.get()), options={"verify_signature": False})

    assert award.school.name in json.dumps(claims)
    assert "ecret" not in json.dumps(claims)


def test_credential_achievement_is_published_as_it_stands_in_the_credential(client, hub_key, certificate):
    claims = jwt.decode(downloaded(client, certificate), options={"verify_signature": False})
    achievement = claims["credentialSubject"]["achievement"]

    published = client.get(achievement["id"].removeprefix(HUB)).json()

    assert published == achievement
    assert achievement["criteria"]["narrative"] == (
        "Silver by the Small primary audit, version 1.0, asks: at least 60% overall; at least 50% in every section; "
        "no red Bronze essential; at most one red Silver essential, agreed as a priority."
    )
    assert client.get(claims["issuer"]["id"].removeprefix(HUB)).json() == claims["issuer"]


def test_documents_that_there_are_not_are_not_found(client, hub_key, award):
    pages = [
        reverse("credential_achievement", args=["primary", "1.0", "working_towards"]),
        reverse("credential_achievement", args=["primary", "1.0", "platinum"]),
        reverse("credential_achievement", args=["primary", "9.9", "gold"]),
        reverse("credential_key", args=["unknown"]),
        reverse("credential", args=["x" * 22]),
    ]

    assert [client.get(page).status_code for page in pages] == [404] * len(pages)
    assert client.get(reverse("credential_achievement", args=["primary", "1.0", "gold"])).status_code == 200


def test_credential_asked_for_twice_is_the_same(client, hub_key, certificate):
    first = downloaded(client, certificate)

    with time_machine.travel("2027-03-01 10:00", tick=False):
        second = downloaded(client, certificate)

    assert second == first
    assert Credential.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_credential_asked_for_by_several_at_once_is_signed_once(hub_key):
    certificate = make_award().certificates.get()
    tokens: list[str] = []

    def ask() -> None:
        try:
            tokens.append(issue_credential(certificate=certificate).jwt)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(tokens) == 4
    assert len(set(tokens)) == 1


@pytest.mark.parametrize("change", [{"jwt": "a.b.c"}, {"key_id": "another"}])
def test_credential_that_is_signed_cannot_change(hub_key, certificate, change):
    issue_credential(certificate=certificate)

    with pytest.raises(IntegrityError, match="has gone out and cannot change"), transaction.atomic():
        Credential.objects.update(**change)


def test_credential_whose_words_were_edited_is_refused(client, hub_key, certificate):
    token = downloaded(client, certificate)
    head, _, signature = token.split(".")
    claims = jwt.decode(token, options={"verify_signature": False})
    claims["credentialSubject"]["achievement"]["name"] = "Developing Quality Award: Gold"
    forged = jwt.encode(claims, "x" * 64, algorithm="HS256").split(".")[1]

    with pytest.raises(OB3VerificationError, match="Invalid signature"):
        verifier(client, token).verify(f"{head}.{forged}.{signature}")


def test_credential_signed_by_another_key_is_refused(client, hub_key, certificate, settings):
    token = downloaded(client, certificate)
    settings.CREDENTIAL_KEY = signing.new_key(bits=signing.LEAST_BITS)
    stranger = signing.signing_key()

    with pytest.raises(OB3VerificationError, match="Invalid signature"):
        OB3Verifier(stranger.public_key).verify(token)


def test_credential_of_an_expired_award_says_so_itself(client, hub_key, certificate):
    token = downloaded(client, certificate)
    check = verifier(client, token)

    with time_machine.travel(datetime(2029, 11, 5, 23, 50, tzinfo=UTC), tick=False):
        check.verify(token)
    after = time_machine.travel(datetime(2029, 11, 6, 0, 10, tzinfo=UTC), tick=False)
    with after, pytest.raises(OB3VerificationError, match="expired"):
        check.verify(token)


@pytest.mark.parametrize("ended", ["withdrawn", "superseded", "corrected"])
def test_credential_that_ended_is_on_the_list(client, hub_key, award, certificate, ended):
    other = make_award()
    token, others = downloaded(client, certificate), downloaded(client, other.certificates.get())
    check = verifier(client, token)
    if ended == "corrected":
        reissue_certificate(award=award, reason="A new name.", by=UserFactory(), school_name="Oak Hill Academy")
    else:
        become(ended, Award.objects.filter(pk=award.pk))

    with pytest.raises(OB3VerificationError, match="'revocation' is set"):
        check.verify(token, check_status=True, download=fetch_from(client))
    assert (
        check.verify(others, check_status=True, download=fetch_from(client)).id
        == jwt.decode(others, options={"verify_signature": False})["id"]
    )
    # What was signed stays to be had: it says where to look.
    assert downloaded(client, certificate) == token


def test_status_list_of_yesterday_counts_for_nothing(client, hub_key, certificate):
    with time_machine.travel("2027-01-01 10:00", tick=False):
        token = downloaded(client, certificate)
        kept = client.get(reverse("credential_status")).content
        check = verifier(client, token)
        check.verify(token, check_status=True, download=lambda url: kept)

    with time_machine.travel("2027-01-02 11:00", tick=False), pytest.raises(OB3VerificationError, match="expired"):
        check.verify(token, check_status=True, download=lambda url: kept)


def test_encoded_list_grows_with_the_places_that_are_given():
    from openbadgeslib.ob3.status import decode_encoded_list, set_indices

    short, long = (decode_encoded_list(encoded_list([0, 9], highest=last)) for last in (131_071, 131_072))

    assert (len(short) * 8, len(long) * 8) == (131_072, 262_144)
    assert set_indices(short) == set_indices(long) == {0, 9}


@pytest.mark.parametrize("ended", ["withdrawn", "superseded", "corrected", "expired"])
def test_credential_is_not_made_after_the_certificate_has_ended(client, hub_key, award, certificate, ended):
    if ended == "corrected":
        reissue_certificate(award=award, reason="A new name.", by=UserFactory(), school_name="Oak Hill Academy")
    elif ended != "expired":
        become(ended)

    with time_machine.travel("2029-11-06 12:00" if ended == "expired" else "2026-12-01 12:00", tick=False):
        response = client.get(address(certificate))

    assert response.status_code == 404
    assert "This certificate no longer counts, and no digital credential was made while it did." in (
        response.content.decode()
    )
    assert Credential.objects.count() == 0


def test_credential_without_a_key_is_a_page_that_says_so(client, certificate):
    response = client.get(address(certificate))

    assert response.status_code == 404
    assert "This hub does not sign digital credentials." in response.content.decode()
    assert client.get("/.well-known/jwks.json").json() == {"keys": []}
    assert client.get(reverse("credential_status")).status_code == 404


def test_credential_after_a_change_of_key_is_still_checked(client, hub_key, certificate, settings, capsys):
    token = downloaded(client, certificate)
    call_command("make_credential_key")
    lines = dict(line.split("=", 1) for line in capsys.readouterr().out.splitlines())
    settings.CREDENTIAL_KEY = lines["CREDENTIAL_KEY"]
    settings.CREDENTIAL_OLD_KEYS = lines["CREDENTIAL_OLD_KEYS"].split(",")

    later = downloaded(client, make_award().certificates.get())

    key_set = client.get("/.well-known/jwks.json").json()["keys"]
    assert [key["kid"] for key in key_set] == [jwt.get_unverified_header(one)["kid"] for one in (later, token)]
    assert verifier(client, token).verify(token).id == HUB + address(certificate)
    assert downloaded(client, certificate) == token


@pytest.mark.parametrize("text", ["nonsense", "bm8ga2V5", "é"])
def test_key_that_is_none_is_refused_in_a_sentence(settings, text):
    settings.CREDENTIAL_KEY = text

    with pytest.raises(ImproperlyConfigured) as refused:
        signing.signing_key()

    sentence = "CREDENTIAL_KEY is no RSA key of 2048 bits or more: make one with manage.py make_credential_key."
    assert str(refused.value) == sentence
    assert signing.problems_of_keys() == [sentence]


def test_old_key_that_is_none_is_refused_in_a_sentence(settings):
    settings.CREDENTIAL_OLD_KEYS = ["bm8ga2V5"]

    assert signing.problems_of_keys() == [
        "CREDENTIAL_OLD_KEYS is no RSA key of 2048 bits or more: make one with manage.py make_credential_key."
    ]


def test_portal_does_not_start_with_a_key_that_is_none(settings):
    settings.CREDENTIAL_KEY = "bm8ga2V5"

    assert [code for code, _ in problems()] == ["hubportal.E004"]


def test_issue_credential_without_a_key_is_refused(certificate):
    with pytest.raises(ValidationError, match=r"^\['This hub does not sign digital credentials.'\]$"):
        issue_credential(certificate=certificate)


def test_documents_may_be_fetched_by_any_site_and_kept_shortly(client, hub_key):
    for name in ("jwks", "credential_issuer", "credential_status"):
        response = client.get(reverse(name))

        assert response["Access-Control-Allow-Origin"] == "*"
        assert response["Cache-Control"] == "public, max-age=300"
