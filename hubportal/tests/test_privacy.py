import pytest
from django.urls import reverse

from hubportal.accounts.models import Role
from schools.models import ContactLink, HubProfile
from schools.permissions import SESSION_KEY
from schools.tests.factories import ContactFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_personal_pages_are_not_kept_by_browsers(client):
    client.force_login(UserFactory(role=Role.VIEWER))

    assert client.get(reverse("staff_home"))["Cache-Control"] == "private, no-store"


def test_pages_behind_a_personal_link_are_not_kept_by_browsers(client):
    link = ContactLink.mint(destination="/my-school/", contact=ContactFactory())
    link.save()
    session = client.session
    session[SESSION_KEY] = str(link.pk)
    session.save()

    assert client.get(reverse("my_school"))["Cache-Control"] == "private, no-store"


def test_public_pages_may_be_kept(client):
    assert client.get(reverse("home")).has_header("Cache-Control") is False


@pytest.mark.parametrize("address", ["/verify/%00/", "/find-a-school/?q=%00a"])
def test_nul_in_an_address_is_answered_with_a_400(client, address):
    assert client.get(address).status_code == 400


def test_privacy_notice_says_who_else_gets_something_and_how_long_words_are_kept(client):
    HubProfile.objects.create(pk=1, recognition_name="Music Mark & more")

    page = client.get(reverse("privacy")).content.decode()

    for sentence in (
        "When we recommend your school to Music Mark &amp; more, they get your award and what the public register says",
        "Our public list of award holders shows your school only if somebody at your school agreed to it.",
        "What people at a school said of its priorities: reflections, notes, telephone calls",
    ):
        assert page.count(sentence) == 1, sentence


def test_privacy_notice_says_what_lies_on_a_device_and_until_when(client):
    page = client.get(reverse("privacy")).content.decode()

    for sentence in (
        "They go from it when the officer signs out.",
        "When you rate your school yourself, your device keeps nothing.",
    ):
        assert page.count(sentence) == 1, sentence
