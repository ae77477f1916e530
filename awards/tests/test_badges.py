"""The badge that other websites show: what it says on which day, and how it is served."""

from datetime import date
from io import BytesIO
from xml.etree import ElementTree

import pytest
import resvg_py
import time_machine
from django.urls import reverse
from PIL import Image

from awards.badges import draw_badge
from awards.logos import logos_for
from awards.models import Award
from awards.queries import badge_snippet, hosted_badge
from awards.services import reissue_certificate
from awards.tests.factories import become, make_award
from schools.queries import hub_profile
from schools.tests.factories import ContactFactory, UserFactory

pytestmark = pytest.mark.django_db
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def award() -> Award:
    return make_award(level="silver", on=date(2026, 11, 5))


@pytest.fixture
def key(award) -> str:
    return award.certificates.get().key


def words_of(drawing: str) -> list[str]:
    """The titles of the whole and of its parts."""
    return [title.text for title in ElementTree.fromstring(drawing).iter(f"{SVG}title")]


def test_badge_in_force_is_the_logo_with_level_and_years(client, award, key):
    drawing = client.get(reverse("badge", args=[key])).content.decode()

    hub = hub_profile()
    days = {"awarded_on": award.awarded_on, "expires_on": award.expires_on}
    logo = logos_for("silver", **days, hub_name=hub.name, scheme_name=hub.award_name)[0].drawing
    assert drawing == logo
    assert words_of(drawing)[0] == "Developing Quality Award: Silver, 2026 – 2029, Music Hub"


@pytest.mark.parametrize(
    "status, today, words",
    [
        ("current", date(2029, 11, 5), "2026 – 2029, Music Hub"),
        ("current", date(2029, 11, 6), "2026 – 2029, Expired 5 November 2029, Music Hub"),
        ("superseded", date(2026, 12, 1), "2026 – 2029, Superseded, Music Hub"),
        ("superseded", date(2030, 1, 1), "2026 – 2029, Superseded, Music Hub"),
        ("withdrawn", date(2026, 12, 1), "2026 – 2029, Withdrawn, Music Hub"),
    ],
)
@pytest.mark.parametrize("ground", ["light", "dark"])
def test_badge_says_what_became_of_the_award(key, status, today, words, ground):
    become(status)

    drawing = draw_badge(hosted_badge(key, today=today), ground)

    assert words_of(drawing)[0] == f"Developing Quality Award: Silver, {words}"


@pytest.mark.parametrize("ground, band, ink", [("light", (34, 48, 74), 200), ("dark", (255, 253, 248), 60)])
def test_badge_that_ended_shows_it_across_the_picture(key, ground, band, ink):
    drawing = draw_badge(hosted_badge(key, today=date(2029, 11, 6)), ground)

    picture = Image.open(BytesIO(bytes(resvg_py.svg_to_bytes(svg_string=drawing, width=512)))).convert("RGB")

    # The band lies over the whole width, and letters stand on it in the other shade: the word, and the day beneath.
    assert [picture.getpixel(place) for place in ((2, 110), (509, 246))] == [band, band]
    lines = [picture.crop((60, top, 452, foot)).convert("L").getextrema() for top, foot in ((130, 176), (194, 224))]
    assert [(low < 80, high > 180) for low, high in lines] == [(True, True), (True, True)]


@pytest.mark.parametrize("name", ["badge", "badge_dark"])
def test_badge_needs_no_font_and_no_other_file(client, key, name):
    with time_machine.travel("2029-11-06 12:00", tick=False):
        drawing = ElementTree.fromstring(client.get(reverse(name, args=[key])).content)

    assert {element.tag.removeprefix(SVG) for element in drawing.iter()} == {
        "svg", "title", "rect", "g", "circle", "path",
    }  # fmt: skip
    assert not [name for element in drawing.iter() for name in element.attrib if name.endswith(("href", "style"))]


def test_badge_of_a_corrected_certificate_goes_on(client, award, key):
    before = client.get(reverse("badge", args=[key])).content

    reissue_certificate(award=award, school_name="Oak", reason="A new name.", by=UserFactory())

    assert client.get(reverse("badge", args=[key])).content == before


def test_badge_may_be_shown_by_any_site_and_is_kept_shortly(client, key):
    response = client.get(reverse("badge", args=[key]))

    assert response["Content-Type"] == "image/svg+xml"
    assert response["Cache-Control"] == "public, max-age=600"
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert response["Content-Security-Policy"] == "default-src 'none'"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_badge_that_a_browser_has_is_not_sent_again_until_it_changes(client, key):
    etag = client.get(reverse("badge", args=[key]))["ETag"]

    again = client.get(reverse("badge", args=[key]), headers={"If-None-Match": etag})
    with time_machine.travel("2029-11-06 12:00", tick=False):
        later = client.get(reverse("badge", args=[key]), headers={"If-None-Match": etag})

    assert (again.status_code, again.content) == (304, b"")
    assert again["Cache-Control"] == "public, max-age=600"
    assert (later.status_code, later["ETag"] == etag) == (200, False)


def test_badge_is_for_everybody_and_names_no_person(client):
    award = make_award(officer=UserFactory(name="Secret Officer"))
    ContactFactory(school=award.school, name="Secret Coordinator")

    drawing = client.get(reverse("badge", args=[award.certificates.get().key])).content.decode()

    assert "Music Hub" in drawing
    assert "ecret" not in drawing


@pytest.mark.parametrize("name", ["badge", "badge_dark"])
def test_badge_with_an_unknown_key_is_not_found(client, name):
    assert client.get(reverse(name, args=["x" * 22])).status_code == 404


def test_badge_asks_few_queries(client, key, django_assert_num_queries):
    # The certificate with its award; the hub's profile.
    with django_assert_num_queries(2):
        client.get(reverse("badge", args=[key]))


def test_badge_snippet_leads_to_the_certificate_and_stays_true(key):
    assert badge_snippet(key, ground="dark") == (
        f'<a href="http://localhost:8000/verify/{key}/"><img src="http://localhost:8000/badge/{key}/dark.svg" '
        'alt="Our Developing Quality Award from Music Hub: see whether it is in force" width="160" height="160"></a>'
    )
