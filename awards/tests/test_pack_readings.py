"""A colleague reads an outcome pack before it goes; what they say holds for exactly what they read."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from awards.models import Award, OutcomePack, PackReading
from awards.queries import pack_readings, packs_to_read
from awards.services import answer_reading, ask_second_reader, preview_outcome_pack, send_outcome_pack
from awards.services.outcome import NOT_READ
from awards.services.readings import CHANGED, GONE, NO_LONGER_CURRENT, NOT_A_READER, NOT_ASKED, SAY_WHAT
from awards.tests.factories import become, make_award
from hubportal.accounts.models import Role, User
from hubportal.mail.kinds import why_not_send
from hubportal.mail.models import Email
from schools.models import HubProfile
from schools.tests.factories import ContactFactory, UserFactory
from schools.tests.visitors import said

pytestmark = pytest.mark.django_db


@pytest.fixture
def award() -> Award:
    award = make_award(level="working_towards")
    ContactFactory(school=award.school, name="Ada Coordinator", email="ada@school.example.org")
    return award


@pytest.fixture
def asker() -> User:
    return UserFactory(name="Olga Officer", email="olga@hub.example.org")


@pytest.fixture
def reader() -> User:
    return UserFactory(name="Ruth Reader", email="ruth@hub.example.org")


@pytest.fixture
def reading(award, asker, reader) -> PackReading:
    return ask_second_reader(award=award, reader=reader, by=asker)


def seen_of(award: Award) -> str:
    return preview_outcome_pack(award).fingerprint


def say_fine(reading: PackReading) -> PackReading:
    seen = seen_of(reading.award)
    return answer_reading(reading=reading, is_fine=True, note="", seen=seen, by=reading.reader)


def change_the_pack(award: Award) -> None:
    award.school.contacts.update(name="Another Coordinator")


def test_ask_second_reader_mails_them_and_waits_on_their_home(award, asker, reader):
    reading = ask_second_reader(award=award, reader=reader, by=asker)

    email = Email.objects.get(kind="pack_reading")
    assert (email.to_address, email.subject) == (reader.email, f"Please read an outcome pack: {award.school.name}")
    assert f"http://localhost:8000/awards/{award.pk}/pack/reading/" in email.body_text
    assert (list(packs_to_read(reader)), list(packs_to_read(asker))) == ([reading], [])
    assert award.school.timeline.first().text == "Ruth Reader is asked to read the outcome pack before it goes."


def test_ask_second_reader_twice_is_one_question(award, asker, reader, reading):
    assert ask_second_reader(award=award, reader=reader, by=asker) == reading
    assert Email.objects.filter(kind="pack_reading").count() == 1


def test_ask_second_reader_another_takes_the_question_back_from_the_first(award, asker, reader, reading):
    other = UserFactory()

    again = ask_second_reader(award=award, reader=other, by=asker)

    assert (list(packs_to_read(reader)), list(packs_to_read(other))) == ([], [again])
    first = Email.objects.get(kind="pack_reading", to_address=reader.email)
    assert why_not_send(first) == "Somebody else was asked to read it."


@pytest.mark.parametrize("who", ["asker", "viewer", "left"])
def test_ask_second_reader_who_may_not_read_is_refused(award, asker, who):
    people = {"asker": asker, "viewer": UserFactory(role=Role.VIEWER), "left": UserFactory(is_active=False)}

    with pytest.raises(ValidationError) as refused:
        ask_second_reader(award=award, reader=people[who], by=asker)

    assert refused.value.message_dict == {"reader": [NOT_A_READER]}


@pytest.mark.parametrize("status, sentence", [("current", GONE), ("superseded", NO_LONGER_CURRENT)])
def test_ask_second_reader_of_what_will_not_go_any_more_is_refused(award, asker, reader, status, sentence):
    if status == "current":
        send_outcome_pack(award=award, by=asker)
    become(status)

    with pytest.raises(ValidationError) as refused:
        ask_second_reader(award=award, reader=reader, by=asker)

    assert refused.value.messages == [sentence]


def test_answer_reading_fine_is_bound_to_what_was_read_and_told_to_the_asker(award, asker, reading):
    answered = say_fine(reading)

    assert (answered.is_fine, answered.sha256, answered.note) == (True, seen_of(award), "")
    email = Email.objects.get(kind="pack_read")
    assert (email.to_address, email.subject) == (asker.email, f"Fine to send: outcome pack of {award.school.name}")
    assert award.school.timeline.first().text == "Ruth Reader has read the outcome pack and finds it fine."


def test_answer_reading_please_change_keeps_the_note_out_of_mail_and_timeline(award, reading):
    note = "The second priority names no day."

    answer_reading(reading=reading, is_fine=False, note=note, seen=seen_of(award), by=reading.reader)

    email = Email.objects.get(kind="pack_read")
    assert (PackReading.objects.get().note, email.subject) == (
        note,
        f"Please change: outcome pack of {award.school.name}",
    )
    assert note not in email.body_text + email.body_html
    assert not award.school.timeline.filter(text__contains=note).exists()


def test_answer_reading_please_change_without_a_note_is_refused(award, reading):
    with pytest.raises(ValidationError) as refused:
        answer_reading(reading=reading, is_fine=False, note=" ", seen=seen_of(award), by=reading.reader)

    assert refused.value.message_dict == {"note": [SAY_WHAT]}


def test_answer_reading_of_what_has_changed_meanwhile_is_refused(award, reading):
    seen = seen_of(award)
    change_the_pack(award)

    with pytest.raises(ValidationError) as refused:
        answer_reading(reading=reading, is_fine=True, note="", seen=seen, by=reading.reader)

    assert refused.value.messages == [CHANGED]
    assert PackReading.objects.get().answered_at is None


@pytest.mark.parametrize("case", ["somebody else", "answered", "taken back"])
def test_answer_reading_that_is_not_ones_own_is_refused(award, asker, reading, case):
    by = asker if case == "somebody else" else reading.reader
    if case == "answered":
        say_fine(reading)
    if case == "taken back":
        ask_second_reader(award=award, reader=UserFactory(), by=asker)

    with pytest.raises(ValidationError) as refused:
        answer_reading(reading=reading, is_fine=True, note="", seen=seen_of(award), by=by)

    assert refused.value.messages == [NOT_ASKED]


def test_answer_reading_after_the_pack_went_is_refused(award, asker, reading):
    seen = seen_of(award)
    send_outcome_pack(award=award, by=asker)

    with pytest.raises(ValidationError) as refused:
        answer_reading(reading=reading, is_fine=True, note="", seen=seen, by=reading.reader)

    assert refused.value.messages == [GONE]
    assert why_not_send(Email.objects.get(kind="pack_reading")) == "The outcome pack has gone, or will not go."


def test_pack_readings_fine_no_longer_counts_once_the_pack_changes(award, reading):
    say_fine(reading)
    counted = pack_readings(award, fingerprint=seen_of(award)).lines[0].counts

    change_the_pack(award)

    line = pack_readings(award, fingerprint=seen_of(award)).lines[0]
    assert (counted, line.counts, line.reading.is_fine) == (True, False, True)


def test_pack_readings_please_change_ends_an_earlier_fine(award, asker, reading):
    need_a_reader()
    say_fine(reading)
    seen = seen_of(award)
    let_go = [pack_readings(award, fingerprint=seen).let_it_go(asker)]

    again = ask_second_reader(award=award, reader=UserFactory(), by=asker)
    answer_reading(reading=again, is_fine=False, note="The date is wrong.", seen=seen, by=again.reader)
    let_go.append(pack_readings(award, fingerprint=seen).let_it_go(asker))

    assert let_go == [True, False]


def need_a_reader() -> None:
    HubProfile.objects.update_or_create(pk=1, defaults={"needs_second_reader": True})


def test_send_outcome_pack_where_a_reader_is_wanted_waits_for_one(award, asker):
    need_a_reader()

    with pytest.raises(ValidationError) as refused:
        send_outcome_pack(award=award, by=asker)

    assert refused.value.messages == [NOT_READ]
    assert not OutcomePack.objects.exists()


def test_send_outcome_pack_read_by_a_colleague_goes(award, asker, reading):
    need_a_reader()
    say_fine(reading)

    _, is_new = send_outcome_pack(award=award, by=asker, seen=seen_of(award))

    assert is_new


def test_send_outcome_pack_by_the_reader_themself_is_refused(award, reading):
    need_a_reader()
    say_fine(reading)

    with pytest.raises(ValidationError) as refused:
        send_outcome_pack(award=award, by=reading.reader)

    assert refused.value.messages == [NOT_READ]


def test_send_outcome_pack_changed_since_it_was_read_is_refused(award, asker, reading):
    need_a_reader()
    say_fine(reading)
    change_the_pack(award)

    with pytest.raises(ValidationError) as refused:
        send_outcome_pack(award=award, by=asker)

    assert refused.value.messages == [NOT_READ]


NOW = timezone.now()


@pytest.mark.parametrize(
    "changes, constraint",
    [
        ({"is_fine": True}, "awards_packreading_answered_in_full"),
        ({"answered_at": NOW, "is_fine": True}, "awards_packreading_answered_in_full"),
        ({"answered_at": NOW, "is_fine": False, "sha256": "0" * 64}, "awards_packreading_answered_in_full"),
        ({"note": "Words"}, "awards_packreading_answered_in_full"),
    ],
)
def test_pack_reading_answered_in_part_is_refused(reading, changes, constraint):
    with pytest.raises(IntegrityError, match=constraint):
        PackReading.objects.update(**changes)


def test_pack_reading_by_the_asker_is_refused(reading):
    with pytest.raises(IntegrityError, match="awards_packreading_by_a_colleague"):
        PackReading.objects.update(reader=reading.asked_by)


def test_pack_reading_second_that_waits_is_refused(award, reading):
    with pytest.raises(IntegrityError, match="awards_packreading_one_waiting"):
        PackReading.objects.create(award=award, reader=UserFactory(), asked_by=reading.asked_by)


def test_pack_ask_page_asks_whom_was_chosen(client, officer, award, reader):
    response = client.post(reverse("pack_ask", args=[award.pk]), {"reader": reader.pk})

    assert response["Location"] == reverse("award_detail", args=[award.pk])
    assert said(response) == ["Ruth Reader is asked to read the outcome pack."]
    assert PackReading.objects.get().asked_by == officer


def test_pack_ask_page_offers_colleagues_and_not_oneself(client, officer, award, reader):
    viewer = UserFactory(role=Role.VIEWER)

    field = client.get(reverse("pack_ask", args=[award.pk])).context["form"].fields["reader"]

    assert reader in field.queryset
    assert {officer, viewer} & set(field.queryset) == set()


def test_pack_ask_page_refused_says_why_beside_the_field(client, officer, award):
    response = client.post(reverse("pack_ask", args=[award.pk]), {"reader": ""})

    assert response.context["form"].errors == {"reader": ["Choose the colleague who should read it."]}


def test_pack_reading_page_shows_the_pack_and_takes_the_answer(client, award, reading):
    client.force_login(reading.reader)
    address = reverse("pack_reading", args=[award.pk])

    page = client.get(address)
    response = client.post(address, {"verdict": "fine", "note": "", "seen": page.context["seen"]})

    assert "Ada Coordinator" in page.content.decode()
    assert response["Location"] == reverse("award_detail", args=[award.pk])
    assert PackReading.objects.get().is_fine is True


def test_pack_reading_page_changed_meanwhile_keeps_what_was_typed(client, award, reading):
    client.force_login(reading.reader)
    address = reverse("pack_reading", args=[award.pk])

    response = client.post(address, {"verdict": "change", "note": "Name a day.", "seen": "0" * 64})

    text = response.content.decode()
    assert CHANGED in text
    assert "Name a day." in text
    assert f'value="{seen_of(award)}"' in text


def test_pack_reading_page_change_without_a_note_says_so_beside_the_field(client, award, reading):
    client.force_login(reading.reader)

    response = client.post(
        reverse("pack_reading", args=[award.pk]), {"verdict": "change", "note": "", "seen": seen_of(award)}
    )

    assert response.context["form"].errors == {"note": ["Say what should change, so that your colleague can mend it."]}


def test_pack_reading_page_of_somebody_else_leads_back(client, officer, award, reading):
    response = client.get(reverse("pack_reading", args=[award.pk]))

    assert response["Location"] == reverse("award_detail", args=[award.pk])


def test_award_detail_where_a_reader_is_wanted_offers_asking_before_sending(client, officer, award):
    need_a_reader()

    text = client.get(reverse("award_detail", args=[award.pk])).content.decode()

    assert "A colleague reads it first" in text
    assert reverse("outcome_pack_send", args=[award.pk]) not in text
    assert reverse("pack_ask", args=[award.pk]) in text


def test_award_detail_says_that_a_fine_no_longer_counts(client, officer, award, reading):
    say_fine(reading)
    change_the_pack(award)

    text = client.get(reverse("award_detail", args=[award.pk])).content.decode()

    assert "found it fine on" in text
    assert "but the pack has changed since." in text


def test_award_detail_leads_the_reader_to_the_reading(client, award, reading):
    client.force_login(reading.reader)

    text = client.get(reverse("award_detail", args=[award.pk])).content.decode()

    assert reverse("pack_reading", args=[award.pk]) in text


def test_staff_home_counts_the_packs_to_read(client, award, reading):
    client.force_login(reading.reader)

    actions = client.get(reverse("staff_home")).context["actions"]

    found = next(one for one in actions if one.label == "Outcome packs to read for a colleague")
    rows = client.get(found.url).context["page_obj"].object_list
    assert (found.count, [row.pk for row in rows]) == (1, [award.pk])
