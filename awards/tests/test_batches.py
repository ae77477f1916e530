"""All certificates of a term as one file: chosen, packed by any worker, fetched in pieces."""

import csv
import hashlib
import io
import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import pairwise
from unittest.mock import patch
from zipfile import ZipFile

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from awards.models import Award, BatchPart, Certificate, CertificateBatch
from awards.queries import batch_progress, batch_zip, terms_with_certificates
from awards.queries.batches import file_name
from awards.rules.terms import Term, terms_between
from awards.services import ask_for_batch, pack_part, reissue_certificate, sweep_batches
from awards.services import batches as services
from awards.tests.factories import become, make_award
from hubportal.accounts.models import Role
from meetings.models import HubHoliday
from schools.tests.factories import SchoolFactory, UserFactory

pytestmark = pytest.mark.django_db
AUTUMN = Term(date(2026, 9, 1), date(2027, 1, 3))


@pytest.fixture(autouse=True)
def told(monkeypatch) -> list[int]:
    """The parts that workers were told of."""
    parts: list[int] = []
    monkeypatch.setattr(services.current_app, "send_task", lambda name, args, **options: parts.extend(args))
    return parts


@pytest.fixture
def small_parts(monkeypatch) -> None:
    monkeypatch.setattr(services, "PART_SIZE", 2)


def make_certificates(*names: str, on: date = date(2026, 11, 5)) -> list[Certificate]:
    return [make_award(school=SchoolFactory(name=name), on=on).certificates.get() for name in names]


def pack_all(batch: CertificateBatch) -> CertificateBatch:
    for part in batch.parts.all():
        assert pack_part(part_id=part.pk)
    batch.refresh_from_db()
    return batch


def unpacked(batch: CertificateBatch, *, today: date = date(2026, 12, 1)) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(b"".join(batch_zip(batch, today=today)))) as file:
        assert file.testzip() is None
        names = file.namelist()
        assert len(set(names)) == len(names)
        return {name: file.read(name) for name in names}


# --- Terms -------------------------------------------------------------------------------------------------------


def test_terms_without_entered_holidays_are_the_customary_ones():
    terms = terms_between(date(2026, 9, 1), date(2027, 4, 12), breaks=[])

    assert [(term.label, term.starts_on, term.ends_on) for term in terms] == [
        ("Summer term 2027", date(2027, 4, 12), date(2027, 8, 31)),
        ("Spring term 2027", date(2027, 1, 4), date(2027, 4, 11)),
        ("Autumn term 2026", date(2026, 9, 1), date(2027, 1, 3)),
    ]


def test_terms_begin_after_the_holidays_that_the_hub_entered():
    summer = (date(2026, 7, 18), date(2026, 8, 26))

    terms = terms_between(date(2026, 8, 26), date(2026, 8, 28), breaks=[summer], closed=[date(2026, 8, 27)])

    assert [(term.label, term.starts_on, term.ends_on) for term in terms] == [
        ("Autumn term 2026", date(2026, 8, 28), date(2027, 1, 3)),
        ("Summer term 2026", date(2026, 4, 13), date(2026, 8, 27)),
    ]


def test_terms_share_out_every_day_once():
    terms = list(reversed(terms_between(date(2020, 1, 1), date(2030, 12, 31), breaks=[])))

    gaps = {(later.starts_on - earlier.ends_on).days for earlier, later in pairwise(terms)}
    assert (gaps, terms[0].starts_on <= date(2020, 1, 1), terms[-1].ends_on >= date(2030, 12, 31)) == ({1}, True, True)


def test_terms_with_certificates_count_what_a_batch_would_hold(django_assert_num_queries):
    award, _, withdrawn = (make_award(), make_award(), make_award())
    make_award(on=date(2027, 2, 1))
    make_award(level="working_towards")
    reissue_certificate(award=award, school_name="Oak", reason="A new name.", by=UserFactory())
    become("withdrawn", Award.objects.filter(pk=withdrawn.pk))
    HubHoliday.objects.create(name="Christmas", first_on=date(2026, 12, 19), last_on=date(2027, 1, 5), ends_term=True)

    with django_assert_num_queries(2):
        terms = terms_with_certificates()

    assert [(one.label, one.term.starts_on) for one in terms] == [
        ("Spring term 2027: 1 certificate", date(2027, 1, 6)),
        ("Autumn term 2026: 2 certificates", date(2026, 9, 1)),
    ]


# --- Packing -----------------------------------------------------------------------------------------------------


def test_batch_holds_each_certificate_as_issued_and_a_list(small_parts, told, django_capture_on_commit_callbacks):
    oak, ash, gwyl = make_certificates("Oak & Elm School", "Ash School", "Ysgol Gŵyl")
    other_term = make_certificates("Late School", on=date(2027, 2, 1))

    with django_capture_on_commit_callbacks(execute=True):
        batch = ask_for_batch(term=AUTUMN, by=UserFactory())
    files = unpacked(pack_all(batch))

    listed = list(csv.DictReader(io.StringIO(files.pop("certificates.csv").decode("utf-8-sig"))))
    expected = {
        f"ash-school-silver-{ash.number.lower()}.pdf": ash,
        f"oak-elm-school-silver-{oak.number.lower()}.pdf": oak,
        f"ysgol-gwyl-silver-{gwyl.number.lower()}.pdf": gwyl,
    }
    assert files == {name: bytes(certificate.pdf) for name, certificate in expected.items()}
    assert other_term[0].number not in str(listed)
    assert [(row["File"], row["SHA-256"]) for row in listed] == [
        (name, hashlib.sha256(content).hexdigest()) for name, content in files.items()
    ]
    assert (listed[2]["School"], listed[2]["Level"], listed[2]["Awarded on"], listed[2]["Status today"]) == (
        "Ysgol Gŵyl", "Silver", "2026-11-05", "Current",
    )  # fmt: skip
    assert (batch.total, batch.state, told) == (3, "ready", [part.pk for part in batch.parts.all()])


def test_batch_list_says_what_each_certificate_is_worth_on_the_day_of_the_download(small_parts):
    for name in ("Ash", "Elm", "Oak"):
        make_certificates(name)
    batch = pack_all(ask_for_batch(term=AUTUMN, by=UserFactory()))
    ash, elm, _ = Award.objects.order_by("school__name")
    become("withdrawn", Award.objects.filter(pk=ash.pk))
    reissue_certificate(award=elm, school_name="Elm Academy", reason="A new name.", by=UserFactory())

    def states(today: date) -> list[str]:
        text = unpacked(batch, today=today)["certificates.csv"].decode("utf-8-sig")
        return [row["Status today"] for row in csv.DictReader(io.StringIO(text))]

    assert states(date(2026, 12, 1)) == ["Withdrawn", "Superseded", "Current"]
    assert states(date(2029, 11, 6)) == ["Withdrawn", "Superseded", "Expired"]


def test_batch_asked_for_twice_while_it_is_packed_is_one():
    make_certificates("Oak")
    officer = UserFactory()

    first = ask_for_batch(term=AUTUMN, by=officer)
    again = ask_for_batch(term=AUTUMN, by=officer)
    pack_all(first)

    assert again == first
    assert ask_for_batch(term=AUTUMN, by=officer) != first
    assert ask_for_batch(term=AUTUMN, by=UserFactory()) != first


def test_batch_of_a_term_without_certificates_is_refused():
    with pytest.raises(ValidationError) as refused:
        ask_for_batch(term=AUTUMN, by=UserFactory())

    assert refused.value.messages == ["There are no certificates in this term."]


def test_part_packed_again_stays_as_it_is_and_gives_the_same_bytes():
    make_certificates("Oak", "Ash")
    officer = UserFactory()
    first = pack_all(ask_for_batch(term=AUTUMN, by=officer)).parts.get()

    assert pack_part(part_id=first.pk) is False
    assert pack_part(part_id=0) is False
    second = pack_all(ask_for_batch(term=AUTUMN, by=officer)).parts.get()

    assert bytes(second.content) == bytes(first.content)


def test_part_with_a_certificate_that_is_not_as_issued_ends_the_batch_in_a_sentence(small_parts):
    oak, _, _ = make_certificates("Ash", "Oak", "Yew")
    batch = ask_for_batch(term=AUTUMN, by=UserFactory())
    first, last = batch.parts.all()
    pack_part(part_id=last.pk)

    with patch("awards.services.batches.hashlib.sha256") as sha256:
        sha256.return_value.hexdigest.return_value = "0" * 64
        assert pack_part(part_id=first.pk) is False

    batch.refresh_from_db()
    assert (batch.state, batch.failure) == (
        "failed",
        f"Certificate {oak.number} is not as it was issued: its fingerprint differs. "
        "Please tell whoever runs the portal.",
    )
    assert sweep_batches() == 0


def elsewhere(work: Callable[[], None]) -> None:
    """In another worker, with a connection of its own."""

    def go() -> None:
        try:
            work()
        finally:
            connection.close()

    worker = threading.Thread(target=go)
    worker.start()
    worker.join()


class Killed(BaseException):
    """A process that ends at once."""


@pytest.mark.django_db(transaction=True)
def test_part_of_a_worker_that_dies_is_packed_by_another(small_parts, told, monkeypatch):
    make_certificates("Ash", "Oak", "Yew")
    batch = ask_for_batch(term=AUTUMN, by=UserFactory())
    first, last = (part.pk for part in batch.parts.all())
    told.clear()
    pack, outcome = services._packed, []

    def die_in_the_middle(certificate_ids: list[int]) -> bytes:
        if threading.current_thread() is not threading.main_thread():
            return pack(certificate_ids)
        # While this worker has the part in hand, another one leaves it alone and packs the other part.
        elsewhere(lambda: outcome.extend([pack_part(part_id=first), pack_part(part_id=last)]))
        raise Killed

    monkeypatch.setattr(services, "_packed", die_in_the_middle)
    with pytest.raises(Killed):
        pack_part(part_id=first)
    monkeypatch.setattr(services, "_packed", pack)

    assert outcome == [False, True]
    assert (sweep_batches(), told) == (1, [first])
    assert pack_part(part_id=first) is True
    batch.refresh_from_db()
    assert (batch.state, len(unpacked(batch))) == ("ready", 4)


def test_sweep_finishes_what_nobody_finished(told):
    make_certificates("Oak")
    batch = ask_for_batch(term=AUTUMN, by=UserFactory())
    with patch.object(services, "finish_batch"):
        pack_part(part_id=batch.parts.get().pk)

    assert sweep_batches() == 0

    batch.refresh_from_db()
    assert batch.state == "ready"


def test_sweep_gives_up_after_a_day_and_removes_after_a_week(told):
    make_certificates("Oak")
    batch = ask_for_batch(term=AUTUMN, by=UserFactory())
    asked_at = batch.asked_at

    kept = []
    for later in (timedelta(hours=23), timedelta(days=1, minutes=1), timedelta(days=7), timedelta(days=7, minutes=1)):
        sweep_batches(now=asked_at + later)
        kept.append(CertificateBatch.objects.values_list("state", "failure").first())

    gave_up = ("failed", "It could not be packed within a day. Please ask for it again.")
    assert kept == [("waiting", ""), gave_up, gave_up, None]
    assert not BatchPart.objects.exists()


def test_announce_with_no_broker_loses_nothing(monkeypatch, told, django_capture_on_commit_callbacks):
    make_certificates("Oak")
    monkeypatch.setattr(services.current_app, "send_task", lambda *args, **options: 1 / 0)

    with django_capture_on_commit_callbacks(execute=True):
        batch = ask_for_batch(term=AUTUMN, by=UserFactory())
    monkeypatch.setattr(services.current_app, "send_task", lambda name, args, **options: told.extend(args))

    assert (sweep_batches(), told) == (1, [batch.parts.get().pk])


@pytest.mark.parametrize(
    "table, change, constraint",
    [
        (CertificateBatch, {"state": "lost"}, "awards_batch_(state_known|finished_in_full)"),
        (CertificateBatch, {"ends_on": date(2020, 1, 1)}, "awards_batch_dates_in_order"),
        (CertificateBatch, {"state": "ready"}, "awards_batch_finished_in_full"),
        (BatchPart, {"done_at": timezone.make_aware(datetime(2026, 12, 1))}, "awards_batchpart_done_in_full"),
        (BatchPart, {"position": 1}, "awards_batchpart_position_once"),
    ],
)
def test_batch_in_part_is_refused_by_the_database(table, change, constraint):
    batch = CertificateBatch.objects.create(
        label="A", starts_on=AUTUMN.starts_on, ends_on=AUTUMN.ends_on, asked_by=UserFactory()
    )
    BatchPart.objects.bulk_create(BatchPart(batch=batch, position=place) for place in (1, 2))

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        table.objects.update(**change)


# --- Pages -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "role, code", [(None, 302), (Role.VIEWER, 403), (Role.OFFICER, 200), (Role.ADMINISTRATOR, 200)]
)
def test_batch_pages_are_for_officers(as_role, role, code):
    make_certificates("Oak")
    batch = pack_all(ask_for_batch(term=AUTUMN, by=UserFactory()))
    client = as_role(role)

    pages = [reverse("batch_list"), *(reverse(name, args=[batch.pk]) for name in ("batch_detail", "batch_download"))]
    assert [client.get(page).status_code for page in pages] == [code] * 3


def test_batch_journey_from_the_choice_to_the_file(client, officer, small_parts):
    certificates = make_certificates("Ash", "Oak", "Yew")
    page = client.get(reverse("batch_list")).content.decode()
    assert '<option value="2026-09-01">Autumn term 2026: 3 certificates</option>' in page

    asked = client.post(reverse("batch_list"), {"term": "2026-09-01"})
    batch = CertificateBatch.objects.get()
    assert asked["Location"] == reverse("batch_detail", args=[batch.pk])
    first, last = batch.parts.all()
    pack_part(part_id=first.pk)
    half_way = client.get(asked["Location"]).content.decode()
    as_data = client.get(asked["Location"], headers={"Accept": "application/json"}).json()
    assert '<progress value="2" max="3" aria-label="Certificates packed"></progress>' in half_way
    assert as_data == {"packed": 2, "words": "2 of 3 certificates packed", "isGoingOn": True}
    assert client.get(reverse("batch_download", args=[batch.pk])).status_code == 404

    pack_part(part_id=last.pk)
    ready = client.get(asked["Location"]).content.decode()
    assert f'href="{reverse("batch_download", args=[batch.pk])}"' in ready
    download = client.get(reverse("batch_download", args=[batch.pk]))
    assert download["Content-Disposition"] == 'attachment; filename="certificates-autumn-term-2026.zip"'
    with ZipFile(io.BytesIO(download.getvalue())) as file:
        assert len(file.namelist()) == len(certificates) + 1


def test_batch_page_of_one_that_failed_says_why(client, officer):
    make_certificates("Oak")
    batch = ask_for_batch(term=AUTUMN, by=officer)
    sweep_batches(now=batch.asked_at + timedelta(days=2))

    page = client.get(reverse("batch_detail", args=[batch.pk])).content.decode()

    assert "It could not be packed within a day. Please ask for it again." in page


@pytest.mark.parametrize(
    "typed, sentence",
    [("", "Choose a term."), ("2020-09-01", "This term has no certificates any more. Choose another.")],
)
def test_batch_form_bad_input_says_how_to_mend_it(client, officer, typed, sentence):
    make_certificates("Oak")

    response = client.post(reverse("batch_list"), {"term": typed})

    assert response.context["form"].errors == {"term": [sentence]}
    assert not CertificateBatch.objects.exists()


def test_batch_list_without_certificates_says_what_leads_to_one(client, officer):
    assert "A certificate is issued when" in client.get(reverse("batch_list")).content.decode()


def test_batch_list_asks_as_many_queries_for_three_as_for_one(client, officer, django_assert_num_queries):
    make_certificates("Oak")
    page = reverse("batch_list")
    client.get(page)
    for number in (1, 2):
        for _ in range(number):
            ask_for_batch(term=AUTUMN, by=UserFactory())
        # Session and account; terms and holidays; the batches; the hub's profile.
        with django_assert_num_queries(6):
            client.get(page)


def test_batch_progress_counts_certificates_not_parts(small_parts):
    make_certificates("Ash", "Oak", "Yew")
    batch = ask_for_batch(term=AUTUMN, by=UserFactory())
    pack_part(part_id=batch.parts.last().pk)

    assert batch_progress(batch).words == "1 of 3 certificates packed"


def test_batch_file_name_has_each_letter_of_a_name_in_some_form():
    certificate = Certificate(
        award=Award(level="gold"), number="DQA-2026-0010", school_name="Ysgol Llŷn a’r Sœur Thérèse"
    )

    assert file_name(certificate) == "ysgol-llyn-ar-soeur-therese-gold-dqa-2026-0010.pdf"
