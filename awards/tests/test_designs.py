"""Samples of the certificate's designs, for administrators who choose between them."""

from datetime import date

import pytest
from django.urls import reverse

from awards.services import preview_certificate
from awards.services.designs import SAMPLE_SCHOOL
from awards.tests.test_pdf import words_of
from hubportal.accounts.models import Role
from hubportal.tests.tagged_pdf import problems_of
from schools.models import HubProfile

pytestmark = pytest.mark.django_db


def test_preview_certificate_shows_the_hubs_words_marked_as_a_sample(settings):
    HubProfile.objects.create(pk=1, name="Soar Valley Music Hub", signatory_name="Alex Whitcombe")

    content = preview_certificate(design="modern", today=date(2026, 11, 22))

    words = words_of(content)
    assert problems_of(content) == []
    assert words.startswith("Soar Valley Music Hub Developing Quality Award")
    assert "Sample" in words.split()
    said = (SAMPLE_SCHOOL.replace("’", "'"), "22 November 2029", "number SAMPLE")
    assert [part in words for part in said] == [True, True, True]
    assert (settings.HUB_BASE_URL + reverse("verify")) in words.replace(" ", "")


@pytest.mark.parametrize(
    ("role", "status"), [(None, 302), (Role.VIEWER, 403), (Role.OFFICER, 403), (Role.ADMINISTRATOR, 200)]
)
def test_certificate_sample_is_for_administrators(as_role, monkeypatch, role, status):
    monkeypatch.setattr("awards.pdf.render_certificate", lambda text: f"%PDF- {text.design}".encode())

    response = as_role(role).get(reverse("certificate_sample", args=["plain"]))

    assert response.status_code == status
    if status == 200:
        assert (response.content, response["Content-Type"]) == (b"%PDF- plain", "application/pdf")


def test_certificate_sample_of_a_design_there_is_not_is_404(as_role):
    assert as_role(Role.ADMINISTRATOR).get(reverse("certificate_sample", args=["baroque"])).status_code == 404
