"""A certificate is corrected: a new one takes its place, and nobody is written to unless somebody chooses it."""

from unittest.mock import patch

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from awards.models import Award, Certificate
from awards.services import reissue_certificate
from awards.services.certificates import NOBODY_TO_TELL, NOT_SENT_YET, UNCHANGED
from awards.tests.factories import become, make_award, stand_in
from hubportal.accounts.models import Role
from hubportal.mail.kinds import why_not_send
from hubportal.mail.models import Email
from schools.models import HubProfile
from schools.tests.factories import ContactFactory, SchoolFactory, UserFactory
from schools.tests.visitors import said

pytestmark = pytest.mark.django_db
WHY = "The head asked for the full name."


@pytest.fixture(autouse=True)
def _quickly():
    with patch("awards.pdf.render_certificate", stand_in):
        yield


@pytest.fixture
def award() -> Award:
    school = SchoolFactory(name="Oak School")
    ContactFactory(school=school, name="Ada Coordinator", email="ada@school.example.org")
    return make_award(school=school, sent=True)


def mails() -> list[Email]:
    return list(Email.objects.filter(kind="corrected_certificate"))


def test_reissue_certificate_prints_the_name_and_mails_nobody(award):
    new = reissue_certificate(award=award, school_name="  Oak  Church School ", reason=WHY, by=UserFactory())

    assert (new.school_name, new.reason) == ("Oak Church School", WHY)
    assert b"Oak Church School" in bytes(new.pdf)
    assert mails() == []
    assert award.school.name == "Oak School"


def test_reissue_certificate_that_is_to_be_sent_goes_with_the_new_file(award):
    new = reissue_certificate(award=award, school_name="Oak Church School", reason=WHY, by=UserFactory(), notify=True)

    (email,) = mails()
    assert (email.to_address, email.attachments.get().sha256) == ("ada@school.example.org", new.sha256)
    assert f"It reads “Oak Church School” and has the number {new.number}." in email.body_text
    assert f"It takes the place of {new.replaces.number}" in email.body_text
    assert WHY not in email.body_text + email.body_html


@pytest.mark.parametrize("name", ["", "Oak School", " Oak   School"])
def test_reissue_certificate_with_nothing_changed_is_refused(award, name):
    number = award.certificates.get().number

    with pytest.raises(ValidationError) as refused:
        reissue_certificate(award=award, school_name=name, reason=WHY, by=UserFactory())

    assert refused.value.message_dict == {"school_name": [UNCHANGED.format(number=number, name="Oak School")]}
    assert Certificate.objects.count() == 1


def test_reissue_certificate_same_name_in_another_design_is_a_change(award):
    HubProfile.objects.update_or_create(pk=1, defaults={"certificate_design": "modern"})

    new = reissue_certificate(award=award, reason="The new design.", by=UserFactory())

    assert (new.school_name, new.design) == ("Oak School", "modern")


def test_reissue_certificate_without_a_reason_is_refused(award):
    with pytest.raises(ValidationError) as refused:
        reissue_certificate(award=award, school_name="Oak Church School", reason=" ", by=UserFactory())

    assert list(refused.value.message_dict) == ["reason"]


@pytest.mark.parametrize("case, sentence", [("not sent", NOT_SENT_YET), ("nobody", NOBODY_TO_TELL)])
def test_reissue_certificate_that_cannot_be_sent_is_refused_whole(award, case, sentence):
    if case == "not sent":
        award = make_award()
    else:
        award.school.contacts.update(left_at=timezone.now())
    before = Certificate.objects.count()

    with pytest.raises(ValidationError) as refused:
        reissue_certificate(award=award, school_name="Oak Church School", reason=WHY, by=UserFactory(), notify=True)

    assert refused.value.message_dict == {"notify": [sentence]}
    assert Certificate.objects.count() == before


@pytest.mark.parametrize(
    "case, reason",
    [
        ("withdrawn", "The award no longer counts."),
        ("corrected again", "A newer correction has taken its place."),
        ("neither", None),
    ],
)
def test_corrected_certificate_mail_asks_once_more_whether_it_applies(award, case, reason):
    reissue_certificate(award=award, school_name="Oak Church School", reason=WHY, by=UserFactory(), notify=True)
    if case == "withdrawn":
        become("withdrawn")
    if case == "corrected again":
        reissue_certificate(award=award, school_name="Oak", reason=WHY, by=UserFactory())

    assert why_not_send(mails()[0]) == reason


@pytest.mark.parametrize(
    "role, code", [(None, 302), (Role.VIEWER, 403), (Role.OFFICER, 302), (Role.ADMINISTRATOR, 302)]
)
def test_certificate_correct_is_for_officers(as_role, award, role, code):
    typed = {"school_name": "Oak Church School", "reason": WHY}

    response = as_role(role).post(reverse("certificate_correct", args=[award.pk]), typed)

    assert response.status_code == code
    assert (Certificate.objects.count() == 2) == (role in (Role.OFFICER, Role.ADMINISTRATOR))


def test_certificate_correct_page_has_the_registers_name_and_sends_nothing_of_itself(client, officer, award):
    award.school.name = "Oak Church School"
    award.school.save()

    form = client.get(reverse("certificate_correct", args=[award.pk])).context["form"]

    assert (form["school_name"].value(), form["notify"].value()) == ("Oak Church School", None)


@pytest.mark.parametrize(
    "tick, told, number", [("", "Nothing was mailed.", 0), ("on", "It is on its way to the school.", 1)]
)
def test_certificate_correct_page_mails_only_what_was_ticked(client, officer, award, tick, told, number):
    typed = {"school_name": "Oak Church School", "reason": WHY, "notify": tick}

    response = client.post(reverse("certificate_correct", args=[award.pk]), typed)

    new = award.certificates.get(replaces__isnull=False)
    assert said(response) == [f"Certificate {new.number} is issued. {told}"]
    assert len(mails()) == number


def test_certificate_correct_page_unchanged_says_so_and_keeps_what_was_typed(client, officer, award):
    response = client.post(
        reverse("certificate_correct", args=[award.pk]), {"school_name": "Oak School", "reason": WHY}
    )

    assert list(response.context["form"].errors) == ["school_name"]
    assert WHY in response.content.decode()


def test_certificate_correct_page_before_the_pack_went_offers_no_mail(client, officer):
    award = make_award()

    response = client.get(reverse("certificate_correct", args=[award.pk]))

    assert "notify" not in response.context["form"].fields
    assert "it will bring the school the corrected certificate" in response.content.decode()


@pytest.mark.parametrize("level, status", [("working_towards", "current"), ("silver", "superseded")])
def test_certificate_correct_page_with_nothing_to_correct_is_a_404(client, officer, level, status):
    award = make_award(level=level)
    become(status)

    assert client.get(reverse("certificate_correct", args=[award.pk])).status_code == 404
