"""Is this certificate real? Anybody may ask, and learns nothing about any person."""

import re
from datetime import date
from io import BytesIO

import pikepdf
import pypdf
import pytest
import time_machine
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from awards.forms import LARGEST_FILE
from awards.models import Award, ShownStatus
from awards.queries import find_certificate, verified_certificate
from awards.services import reissue_certificate
from awards.tests.factories import become, make_award, make_known
from hubportal.accounts.models import Role
from schools.tests.factories import ContactFactory, SchoolFactory, UserFactory

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
    second = reissue_certificate(award=award, school_name="Oak", reason="A new name.", by=UserFactory())
    third = reissue_certificate(award=award, school_name="Ash", reason="A new name.", by=UserFactory())

    old = verified_certificate(first.key, today=date(2026, 12, 1))

    assert (old.status, old.newer_number, old.newer_key) == (ShownStatus.SUPERSEDED, third.number, third.key)
    assert verified_certificate(second.key, today=date(2026, 12, 1)).newer_number == third.number
    assert verified_certificate(third.key, today=date(2026, 12, 1)).status == ShownStatus.CURRENT


def test_verified_certificate_reissued_and_withdrawn_says_withdrawn(award):
    first = award.certificates.get()
    reissue_certificate(award=award, school_name="Oak", reason="A new name.", by=UserFactory())
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
    make_known(award)
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


def test_find_certificate_by_a_guessed_number_finds_none_before_the_school_has_heard(award):
    certificate = award.certificates.get()

    assert (find_certificate(certificate.number), find_certificate(certificate.key)) == (None, certificate.key)


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
    second = reissue_certificate(award=award, school_name="Oak", reason="A new name.", by=UserFactory())

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
    make_known(award)
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


@pytest.mark.parametrize("status", ["current", "expired", "superseded", "withdrawn", "corrected"])
def test_verify_certificate_page_never_hides_what_was_awarded(client, award, status):
    certificate = award.certificates.get()
    if status == "corrected":
        reissue_certificate(award=award, school_name="Oak", reason="A new name.", by=UserFactory())
    elif status != "expired":
        become(status)

    with time_machine.travel("2029-11-06 12:00" if status == "expired" else "2026-12-01 12:00", tick=False):
        page = client.get(address(certificate)).content.decode()

    facts = dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page, re.DOTALL))
    assert re.sub(r"<.*?>", "", facts.pop("Level"), flags=re.DOTALL).split() == ["Silver"]
    assert facts == {
        "School": escape(certificate.school_name),
        "Awarded on": "5 November 2026",
        "Valid until": "5 November 2029",
        "Number": certificate.number,
        "Audit used": "Small primary audit, version 1.0",
        "Awarded by": "Music Hub",
    }


@pytest.mark.parametrize("day, is_over", [("2029-11-05", False), ("2029-11-06", True)])
def test_verify_certificate_page_expires_with_the_day_in_london(client, award, day, is_over):
    # Half past midnight of a winter's day in London.
    with time_machine.travel(f"{day} 00:30", tick=False):
        page = client.get(address(award.certificates.get())).content.decode()

    assert ("may no longer be shown" in page) == is_over
    assert ("in force today" in page) != is_over


def test_verify_certificate_page_leads_to_badge_and_credential(client, award, settings):
    certificate = award.certificates.get()
    badge, credential = (f'href="{reverse(name, args=[certificate.key])}"' for name in ("badge", "credential"))

    without = client.get(address(certificate)).content.decode()
    settings.CREDENTIAL_KEY = "a key"
    with_key = client.get(address(certificate)).content.decode()
    become("withdrawn")
    ended = client.get(address(certificate)).content.decode()

    assert [badge in page for page in (without, with_key, ended)] == [True, True, True]
    assert [credential in page for page in (without, with_key, ended)] == [False, True, False]


def edited(pdf: bytes, changes: dict[str, str]) -> bytes:
    """The same page with other words, set in the file's own type as an editing program does: the code stays."""
    with pikepdf.open(BytesIO(pdf)) as document:
        page = document.pages[0]
        letters = {name: readable(font) for name, font in page.Resources.Font.items()}
        steps, left = [], dict(changes)
        font = None
        for operands, operator in pikepdf.parse_content_stream(page):
            if str(operator) == "Tf":
                font = letters[str(operands[0])]
            elif str(operator) == "TJ":
                codes = b"".join(bytes(piece) for piece in operands[0] if isinstance(piece, pikepdf.String)).hex()
                words = "".join(font.get(codes[place : place + 4], "") for place in range(0, len(codes), 4))
                if new := left.pop(words.strip().title(), ""):
                    back = {letter: code for code, letter in font.items()}
                    operands = [pikepdf.Array([pikepdf.String(bytes.fromhex("".join(back[one] for one in new)))])]
            steps.append((operands, operator))
        assert left == {}, "these words stand nowhere"
        page.Contents = document.make_stream(pikepdf.unparse_content_stream(steps))
        saved = BytesIO()
        document.save(saved)
    return saved.getvalue()


def readable(font: pikepdf.Object) -> dict[str, str]:
    """Which letter each code of a font stands for."""
    table = font.ToUnicode.read_bytes().decode()
    pairs = re.findall(r"^<([0-9a-f]{4})> <([0-9a-f]{4})>$", table, re.MULTILINE | re.IGNORECASE)
    return {code.lower(): chr(int(letter, 16)) for code, letter in pairs}


def check_file(client: Client, content: bytes) -> str:
    file = SimpleUploadedFile("certificate.pdf", content, content_type="application/pdf")
    response = client.post(reverse("verify_file"), {"file": file})
    assert response.status_code == 200
    return response.content.decode()


def test_edited_certificate_is_contradicted_by_the_page_its_code_leads_to(client):
    award = make_award(school=SchoolFactory(name="Gold Dale School"), level="silver", is_set=True)
    issued = bytes(award.certificates.get().pdf)

    forged = edited(issued, {"Silver": "Gold", "Gold Dale School": "Dale Gold School"})

    page = pypdf.PdfReader(BytesIO(forged)).pages[0]
    words = page.extract_text()
    assert ("Dale Gold School" in words, "Gold Dale School" in words, "silver" in words.lower()) == (True, False, False)
    leads_to = page["/Annots"][0].get_object()["/A"]["/URI"]
    shown = verified_certificate(find_certificate(leads_to), today=date(2026, 12, 1))
    assert (shown.school_name, shown.level_label) == ("Gold Dale School", "Silver")
    answer = client.get(leads_to.removeprefix("http://localhost:8000")).content.decode()
    assert ("Gold Dale School" in answer, "Dale Gold School" in answer) == (True, False)
    assert "Does the certificate in front of you say something else? Then what stands here counts" in answer
    assert "This file is byte for byte the one we issued." in check_file(client, issued)
    assert "This is not a file we issued." in check_file(client, forged)


def test_verify_file_of_ours_names_its_certificate(client, award):
    certificate = award.certificates.get()

    page = check_file(client, bytes(certificate.pdf))

    assert f"It is certificate {certificate.number} of {escape(certificate.school_name)}, Silver." in page
    assert f'href="{address(certificate)}"' in page


def test_verify_file_saved_anew_is_not_ours(client, award):
    page = check_file(client, bytes(award.certificates.get().pdf) + b"\n")

    assert "This is not a file we issued." in page
    assert "byte for byte" not in page


@pytest.mark.parametrize(
    "size, sentence",
    [
        (None, "Choose the certificate’s PDF file."),
        (
            LARGEST_FILE + 1,
            "This file is larger than 2 MB, and none of our certificates is. Choose the certificate’s PDF file.",
        ),
    ],
)
def test_verify_file_bad_input_says_how_to_mend_it(client, size, sentence):
    file = {} if size is None else {"file": SimpleUploadedFile("certificate.pdf", b"%" * size)}

    response = client.post(reverse("verify_file"), file)

    assert response.context["form"].errors == {"file": [sentence]}
    assert "<title>Error: " in response.content.decode()


@pytest.mark.parametrize("size", [0, LARGEST_FILE])
def test_verify_file_of_any_size_up_to_the_limit_is_looked_at(client, size):
    assert "This is not a file we issued." in check_file(client, b"%" * size)


def test_verify_file_is_held_in_memory_alone(client, tmp_path, settings):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "nowhere")
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1

    assert "This is not a file we issued." in check_file(client, b"%" * 100_000)


def test_verify_file_counts_all_files_of_a_visit_together(client):
    def send(*names: str) -> bool:
        files = {name: SimpleUploadedFile("a.pdf", b"%" * (LARGEST_FILE // 2)) for name in names}
        return bool(client.post(reverse("verify_file"), files).context["form"].errors)

    # A hundred files just below the limit would fill the memory all the same.
    assert [send("one", "file"), send("one", "two", "file")] == [False, True]


def test_verify_file_without_the_forms_token_is_refused():
    strict = Client(enforce_csrf_checks=True)

    assert strict.post(reverse("verify_file"), {"file": SimpleUploadedFile("a.pdf", b"%")}).status_code == 403


def test_verify_file_is_throttled(client, settings):
    settings.PUBLIC_FORM_LIMIT_PER_HOUR = 1
    cache.clear()

    codes = [client.post(reverse("verify_file")).status_code for _ in range(2)]

    assert (codes, client.get(reverse("verify_file")).status_code) == ([200, 429], 200)
