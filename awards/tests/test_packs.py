"""What goes with an outcome pack: shown file by file before it goes, kept as it went, and checked ever after."""

import hashlib
from unittest.mock import patch

import pytest
from django.db import IntegrityError, connection
from django.db.models import F
from django.urls import reverse

from awards.emails import outcome_text
from awards.models import Award, OutcomePack, PackFile
from awards.queries import logo_files, pack_file, sent_pack
from awards.services import preview_outcome_pack, send_outcome_pack
from awards.tests.factories import make_award
from hubportal.accounts.models import Role
from hubportal.mail.models import Email, EmailAttachment
from schools.tests.factories import ContactFactory, UserFactory

pytestmark = pytest.mark.django_db
LIMIT = 2 * 1024 * 1024


@pytest.fixture
def award() -> Award:
    award = make_award(level="silver")
    ContactFactory(school=award.school, name="Ada Coordinator", email="ada@school.example.org")
    ContactFactory(school=award.school, name="Hal Head", email="hal@school.example.org", role="head_teacher")
    return award


def sent(award: Award) -> OutcomePack:
    return send_outcome_pack(award=award, by=UserFactory(name="Olga Officer"))[0]


def test_preview_files_have_size_and_fingerprint_of_what_will_go(award):
    preview = preview_outcome_pack(award)

    assert [(file.filename, file.size, file.sha256) for file in preview.files] == [
        (file.filename, len(file.content), hashlib.sha256(file.content).hexdigest()) for file in preview.attachments
    ]
    assert [file.is_logo for file in preview.files] == [False, True, True, True, True]
    assert [file.short_sha256 for file in preview.files] == [file.sha256[:12] for file in preview.files]


def test_preview_outcome_pack_says_the_outcome_once_for_all_its_mails(award):
    with patch("awards.emails.outcome.outcome_text", wraps=outcome_text) as asked:
        preview = preview_outcome_pack(award)

    assert (len(preview.mails), asked.call_count) == (2, 1)


def test_outcome_mail_with_all_its_files_stays_below_two_megabytes():
    award = make_award(level="gold", is_set=True)
    ContactFactory(school=award.school)

    files = preview_outcome_pack(award).files

    # As mail carries it, in base 64.
    assert sum(file.size for file in files) * 4 / 3 < LIMIT


def test_send_outcome_pack_keeps_fingerprint_and_files(award):
    preview = preview_outcome_pack(award)

    pack = sent(award)

    assert pack.sha256 == preview.fingerprint
    assert [(file.filename, file.content_type, bytes(file.content), file.sha256) for file in pack.files.all()] == [
        (file.filename, file.content_type, file.content, hashlib.sha256(file.content).hexdigest())
        for file in preview.attachments
    ]


@pytest.mark.parametrize("change", [{"sha256": "0" * 64}, {"sent_at": F("sent_at")}])
def test_outcome_pack_that_went_cannot_change(award, change):
    sent(award)

    with pytest.raises(IntegrityError, match="has gone out and cannot change"):
        OutcomePack.objects.update(**change)


@pytest.mark.parametrize("change", [{"content": b"other"}, {"filename": "other.pdf"}, {"position": F("position") + 9}])
def test_pack_file_that_went_cannot_change(award, change):
    sent(award)

    with pytest.raises(IntegrityError, match="has gone out and cannot change"):
        PackFile.objects.filter(position=1).update(**change)


@pytest.mark.parametrize("table", ["awards_packfile", "awards_outcomepack"])
def test_pack_that_went_cannot_be_deleted_even_by_sql(award, table):
    sent(award)

    with pytest.raises(IntegrityError, match="has gone out and cannot change"), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")


@pytest.mark.parametrize(
    "changes, constraint",
    [
        ({"position": 1}, "awards_packfile_position_once"),
        ({"filename": "first"}, "awards_packfile_name_once"),
        ({"sha256": "0" * 64}, "awards_packfile_fingerprint_true"),
    ],
)
def test_pack_file_that_makes_no_sense_is_refused(award, changes, constraint):
    pack = sent(award)
    if "filename" in changes:
        changes = {"filename": pack.files.first().filename}
    content = b"another file"
    fields = {"filename": "another.txt", "content_type": "text/plain", "content": content, "position": 9}

    with pytest.raises(IntegrityError, match=constraint):
        PackFile.objects.create(pack=pack, **{**fields, "sha256": hashlib.sha256(content).hexdigest(), **changes})


def test_sent_pack_names_mails_and_files_and_finds_them_true(award):
    pack = sent(award)

    found = sent_pack(award)

    assert [mail.to_address for mail in found.mails] == ["ada@school.example.org", "hal@school.example.org"]
    assert [(file.filename, file.sha256, file.size, file.is_true) for file in found.files] == [
        (file.filename, file.sha256, len(file.content), True) for file in pack.files.all()
    ]
    assert found.is_true


def test_sent_pack_file_that_was_changed_in_a_mail_is_found_out(award):
    pack = sent(award)
    tampered = EmailAttachment.objects.filter(email__to_address="hal@school.example.org").first()
    EmailAttachment.objects.filter(pk=tampered.pk).update(content=b"another certificate")

    found = sent_pack(award)

    assert [file.filename for file in found.files if not file.is_true] == [tampered.filename]
    assert (found.is_true, pack.files.get(position=1).filename) == (False, tampered.filename)


def make_pack_as_before(award: Award) -> OutcomePack:
    """A pack sent before packs kept their files: they are with its mail only."""
    preview = preview_outcome_pack(award)
    email = Email.objects.create(kind="outcome", dedupe_key=f"outcome:{award.pk}:1", message_id="<old@x>")
    EmailAttachment.objects.bulk_create(
        EmailAttachment(
            email=email,
            position=place,
            filename=file.filename,
            content_type=file.content_type,
            content=file.content,
            sha256=hashlib.sha256(file.content).hexdigest(),
        )
        for place, file in enumerate(preview.attachments, start=1)
    )
    return OutcomePack.objects.create(award=award, email=email, sent_by=award.decided_by)


def test_pack_sent_by_an_earlier_version_has_its_files_with_its_mail(award):
    make_pack_as_before(award)
    award.refresh_from_db()

    found = sent_pack(award)

    assert (len(found.files), found.is_true) == (5, True)
    assert [file.filename for file in logo_files(award)] == [file.filename for file in found.files[1:]]
    assert pack_file(award, found.files[0].filename).content == bytes(award.certificates.get().pdf)


PAGES = [("pack_sent", 200), ("pack_ask", 200), ("pack_reading", 302), ("certificate_correct", 200)]


@pytest.mark.parametrize(
    "role, allowed", [(None, False), (Role.VIEWER, False), (Role.OFFICER, True), (Role.ADMINISTRATOR, True)]
)
def test_pack_pages_are_for_officers(as_role, award, role, allowed):
    sent(award)
    client, filename = as_role(role), award.outcome_pack.files.first().filename

    codes = [client.get(reverse(name, args=[award.pk])).status_code for name, _ in PAGES]
    codes.append(client.get(reverse("pack_file", args=[award.pk, filename])).status_code)

    refused = 302 if role is None else 403
    assert codes == ([code for _, code in PAGES] + [200] if allowed else [refused] * 5)


def test_pack_pages_a_schools_contact_is_sent_to_the_sign_in_page(as_contact, award):
    client = as_contact(award.school.contacts.first())

    response = client.get(reverse("pack_sent", args=[award.pk]))

    assert response["Location"] == f"{reverse('account_login')}?next=/awards/{award.pk}/pack/"


@pytest.mark.parametrize("is_sent", [False, True])
def test_pack_file_opens_as_it_goes_and_as_it_went(client, officer, award, is_sent):
    files = preview_outcome_pack(award).attachments
    if is_sent:
        sent(award)

    for file in files:
        response = client.get(reverse("pack_file", args=[award.pk, file.filename]))
        assert (response.content, response["Content-Type"]) == (file.content, file.content_type)
        assert response["Content-Disposition"] == f'inline; filename="{file.filename}"'
        assert response["X-Content-Type-Options"] == "nosniff"


def test_pack_file_a_drawing_may_run_and_load_nothing(client, officer, award):
    drawing = preview_outcome_pack(award).attachments[1]

    response = client.get(reverse("pack_file", args=[award.pk, drawing.filename]))

    assert drawing.content_type == "image/svg+xml"
    policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
    assert response["Content-Security-Policy"] == policy


def test_pack_file_of_another_name_or_without_files_is_a_404(client, officer, award):
    poor = make_award(level="working_towards")
    names = [(award.pk, "other.pdf"), (poor.pk, "other.pdf"), (award.pk, "developing-quality-award-silver-2048.png")]

    assert [client.get(reverse("pack_file", args=names)).status_code for names in names] == [404] * 3


def test_pack_sent_page_lists_every_fingerprint_in_full(client, officer, award):
    pack = sent(award)

    text = client.get(reverse("pack_sent", args=[award.pk])).content.decode()

    for fingerprint in (pack.sha256, *pack.files.values_list("sha256", flat=True)):
        assert fingerprint in text
    assert "Every file, here and in each e-mail, still has the fingerprint it went with." in text


def test_pack_sent_page_says_which_file_is_not_as_it_went(client, officer, award):
    sent(award)
    EmailAttachment.objects.filter(position=2).update(content=b"another logo")

    text = client.get(reverse("pack_sent", args=[award.pk])).content.decode()

    assert "Every file, here" not in text
    assert (text.count(">Not as it went<"), text.count(">As it went<")) == (2, 4)


def test_pack_sent_page_before_it_went_is_a_404(client, officer, award):
    assert client.get(reverse("pack_sent", args=[award.pk])).status_code == 404


@pytest.mark.parametrize("people", [1, 3])
def test_pack_sent_page_asks_the_same_number_of_queries(client, officer, people, django_assert_num_queries):
    award = make_award(level="silver")
    for number in range(people):
        ContactFactory(school=award.school, role=("music_coordinator", "head_teacher", "other")[number])
    sent(award)

    # Session, user, the award, its pack, mails, what they carry, the files, who read it, the hub's profile.
    with django_assert_num_queries(9):
        client.get(reverse("pack_sent", args=[award.pk]))


def test_award_detail_shows_each_logo_on_both_grounds_and_each_file_by_link(client, officer, award):
    response = client.get(reverse("award_detail", args=[award.pk]))

    text = response.content.decode()
    for file in response.context["preview"].files:
        address = reverse("pack_file", args=[award.pk, file.filename])
        assert (text.count(f'src="{address}"'), text.count(f'href="{address}"')) == (2 if file.is_logo else 0, 1)
        assert file.short_sha256 in text
