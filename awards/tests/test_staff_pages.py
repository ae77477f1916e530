"""What officers see of an award, and what they do with it."""

from datetime import date

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.urls import reverse

from audits.tests.factories import make_open_audit
from awards.models import Award, OutcomePack
from awards.services import preview_outcome_pack, reissue_certificate, send_outcome_pack
from awards.services.outcome import CHANGED, NOBODY
from awards.tests.factories import make_audit, make_award
from hubportal.accounts.models import Role
from hubportal.mail.models import Email
from schools.models import ContactRole
from schools.tests.factories import ContactFactory

pytestmark = pytest.mark.django_db

ROLES = [(None, 302), (Role.VIEWER, 403), (Role.OFFICER, 200), (Role.ADMINISTRATOR, 200)]


@pytest.fixture
def award() -> Award:
    award = make_award(level="silver", on=date(2026, 11, 5))
    ContactFactory(school=award.school, name="Ada Coordinator", email="ada@school.example.org")
    return award


def said(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


@pytest.mark.parametrize("role, status", ROLES)
def test_award_pages_are_for_officers(as_role, award, role, status):
    client = as_role(role)
    contact = award.school.contacts.get()
    pages = [
        reverse("award_list"),
        reverse("award_detail", args=[award.pk]),
        reverse("outcome_pack_preview", args=[award.pk, contact.pk]),
        reverse("staff_certificate", args=[award.pk]),
    ]

    assert [client.get(page).status_code for page in pages] == [status] * 4


@pytest.mark.parametrize("role, status", [*ROLES[:2], (Role.OFFICER, 302), (Role.ADMINISTRATOR, 302)])
def test_award_actions_are_for_officers(as_role, award, role, status):
    client, audit = as_role(role), make_audit()
    actions = [reverse("award_decide", args=[audit.pk]), reverse("outcome_pack_send", args=[award.pk])]

    assert [client.post(action).status_code for action in actions] == [status] * 2
    is_allowed = role in (Role.OFFICER, Role.ADMINISTRATOR)
    assert Award.objects.filter(audit=audit).exists() == is_allowed
    assert OutcomePack.objects.exists() == is_allowed


def test_award_pages_a_schools_contact_is_sent_to_the_sign_in_page(as_contact, award):
    client = as_contact(award.school.contacts.get())

    response = client.get(reverse("award_detail", args=[award.pk]))

    assert response.status_code == 302
    assert response["Location"] == f"{reverse('account_login')}?next=/awards/{award.pk}/"


@pytest.mark.parametrize("name, args", [("outcome_pack_send", 1)])
def test_award_actions_do_nothing_when_merely_opened(client, officer, award, name, args):
    assert client.get(reverse(name, args=[award.pk])).status_code == 405


def test_award_decide_leads_to_the_award(client, officer):
    audit = make_audit()

    response = client.post(reverse("award_decide", args=[audit.pk]))

    assert response["Location"] == reverse("award_detail", args=[Award.objects.get(audit=audit).pk])


def test_award_decide_open_audit_goes_back_with_the_reason(client, officer):
    audit = make_open_audit(default="green")

    response = client.post(reverse("award_decide", args=[audit.pk]))

    assert response["Location"] == reverse("audit_detail", args=[audit.pk])
    assert said(response) == ["Agree the audit with the school first: the award follows from the agreed ratings."]


@pytest.mark.parametrize("name", ["award_decide", "award_detail", "outcome_pack_send", "staff_certificate"])
def test_award_pages_unknown_number_is_a_404(client, officer, name):
    method = client.post if name in ("award_decide", "outcome_pack_send") else client.get

    assert method(reverse(name, args=[999_999])).status_code == 404


def test_award_detail_shows_level_reason_and_percentages_in_the_frameworks_order(client, officer, award):
    response = client.get(reverse("award_detail", args=[award.pk]))

    page = response.context["page"]
    assert [(section.name, section.points, section.maximum, section.percent) for section in page.sections] == [
        ("Intent", 4, 6, "66.7%"),
        ("Implementation", 5, 6, "83.3%"),
        ("Impact", 3, 4, "75%"),
    ]
    assert page.overall == "75%"
    text = response.content.decode()
    for words in (award.reason, f"{award.next_step_lead}:", *award.next_changes, award.certificates.get().number):
        assert words in text


def test_award_detail_shows_exactly_what_will_go(client, officer, award):
    ContactFactory(school=award.school, name="Hal Head", email="hal@school.example.org", role=ContactRole.HEAD_TEACHER)

    response = client.get(reverse("award_detail", args=[award.pk]))

    preview = response.context["preview"]
    assert [mail.to.name for mail in preview.mails] == ["Ada Coordinator", "Hal Head"]
    text = response.content.decode()
    assert "ada@school.example.org" in text
    assert "hal@school.example.org" in text
    for file in preview.attachments:
        assert file.filename in text
    assert f'value="{preview.fingerprint}"' in text


def test_award_detail_without_anybody_to_write_to_says_so_and_has_no_button(client, officer, award):
    award.school.contacts.all().delete()

    text = client.get(reverse("award_detail", args=[award.pk])).content.decode()

    assert "Nobody to write to" in text
    assert reverse("outcome_pack_send", args=[award.pk]) not in text


def test_award_detail_working_towards_says_that_there_are_no_files(client, officer):
    award = make_award(level="working_towards")
    ContactFactory(school=award.school)

    text = client.get(reverse("award_detail", args=[award.pk])).content.decode()

    assert "No files: Working towards Bronze has no certificate." in text
    assert "Valid until" not in text
    assert f"By {award.expires_on:%-d %B %Y}, or when the school is ready" in text
    assert reverse("staff_certificate", args=[award.pk]) not in text


def test_outcome_pack_send_button_sends_what_was_seen(client, officer, award):
    seen = client.get(reverse("award_detail", args=[award.pk])).context["seen"]

    response = client.post(reverse("outcome_pack_send", args=[award.pk]), seen)

    assert response["Location"] == reverse("award_detail", args=[award.pk])
    assert said(response) == ["The outcome pack is on its way to the school."]
    assert OutcomePack.objects.get().sent_by == officer


def test_outcome_pack_send_second_click_says_when_it_went(client, officer, award):
    with time_machine.travel("2026-11-06T15:04:00Z", tick=False):
        send_outcome_pack(award=award, by=officer)

    response = client.post(reverse("outcome_pack_send", args=[award.pk]))

    assert said(response) == ["The outcome pack was already sent on 6 November 2026 at 15:04. Nothing went out again."]
    assert Email.objects.filter(kind="outcome").count() == 1


@pytest.mark.parametrize(
    "seen, sentence", [("0" * 64, CHANGED), ("", NOBODY)], ids=["changed since", "nobody to write to"]
)
def test_outcome_pack_send_refused_says_why(client, officer, award, seen, sentence):
    if not seen:
        award.school.contacts.all().delete()

    response = client.post(reverse("outcome_pack_send", args=[award.pk]), {"seen": seen})

    assert said(response) == [sentence]
    assert OutcomePack.objects.count() == 0


def test_award_detail_after_sending_leads_to_the_mail_as_it_went(client, officer, award):
    send_outcome_pack(award=award, by=officer)

    text = client.get(reverse("award_detail", args=[award.pk])).content.decode()

    assert reverse("pack_sent", args=[award.pk]) in text
    assert reverse("outcome_pack_send", args=[award.pk]) not in text


def test_outcome_pack_preview_is_the_mails_html_under_a_policy_of_its_own(client, officer, award):
    contact = award.school.contacts.get()

    response = client.get(reverse("outcome_pack_preview", args=[award.pk, contact.pk]))

    assert response.content.decode() == preview_outcome_pack(award).mails[0].body_html
    policy = dict(part.strip().partition(" ")[::2] for part in response["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["style-src"] == "'unsafe-inline'"
    assert policy["script-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"


def test_outcome_pack_preview_for_somebody_it_does_not_go_to_is_a_404(client, officer, award):
    stranger = ContactFactory()

    assert client.get(reverse("outcome_pack_preview", args=[award.pk, stranger.pk])).status_code == 404


def test_staff_certificate_is_the_file_as_issued(client, officer, award):
    certificate = award.certificates.get()

    response = client.get(reverse("staff_certificate", args=[award.pk]))

    assert response.content == bytes(certificate.pdf)
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'inline; filename="{certificate.number}.pdf"'


def test_staff_certificate_working_towards_is_a_404(client, officer):
    award = make_award(level="working_towards")

    assert client.get(reverse("staff_certificate", args=[award.pk])).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_award_detail_sent_asks_the_same_number_of_queries(client, officer, number, django_assert_num_queries):
    award = make_award(sent=True)
    for time in range(number - 1):
        reissue_certificate(award=award, school_name=f"Name {time}", reason="A new name.", by=officer)

    # Session, user, the award, its certificates, priorities with promises and notes, reflections with what was said,
    # the recommendation with its steps, the hub's profile.
    with django_assert_num_queries(12):
        client.get(reverse("award_detail", args=[award.pk]))


@pytest.mark.parametrize("number", [1, 3])
def test_award_detail_with_preview_asks_the_same_number_of_queries(
    client, officer, award, number, django_assert_num_queries
):
    for _ in range(number - 1):
        ContactFactory(school=award.school)

    # The contacts, the certificate's file, the readings, and the hub's profile for each text: mail, frame, files, rule.
    with django_assert_num_queries(22):
        client.get(reverse("award_detail", args=[award.pk]))
