"""Save a request and come back to it: by a mailed link, which nobody but its reader can use."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client

from hubportal.access.rules import derive_token
from hubportal.mail.kinds import why_not_send
from hubportal.mail.models import Email
from hubportal.mail.services import deliver
from meetings.models import MeetingRequest, RequestDraft
from meetings.services import delete_expired_drafts, save_draft, usable_draft
from meetings.tests.public_form import URL, address, answers, go_on, problems, send
from schools.tests.factories import ContactFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
CARA = "cara@school.example.org"


def save(client, typed):
    """Press "Save and come back later"."""
    return client.post(address("save", typed), typed)


def saved(**changes) -> RequestDraft:
    fields = {"email": CARA, "answers": {"name": "Cara"}, "now": NOW}
    return save_draft(**(fields | changes))


def token_of(draft: RequestDraft) -> str:
    return derive_token(link_id=draft.pk, secret=django_settings.SECRET_KEY)


def link_to(draft: RequestDraft) -> str:
    return f"{URL}saved/{token_of(draft)}/"


# --- Saving -----------------------------------------------------------------------------------------


def test_saved_request_is_kept_as_typed_without_consent_and_a_link_is_mailed(client, school):
    typed = answers(school, day_1="soon", phone="x")

    response = save(client, typed)

    draft, email = RequestDraft.objects.get(), Email.objects.get()
    expected = {name: str(text) for name, text in typed.items() if text and name not in ("key", "consent", "opened")}
    assert response.url == address("kept", typed)
    assert (draft.email, draft.answers, draft.saved_at) == (CARA, expected, NOW)
    assert draft.expires_at == NOW + timedelta(days=30)
    assert (email.kind, email.to_address, email.to_name) == ("request_draft", CARA, "")
    assert MeetingRequest.objects.count() == 0


def test_mail_with_the_link_repeats_nothing_that_was_typed(client, school):
    save(client, answers(school))

    email = Email.objects.get()
    everything = email.subject + email.body_text + email.body_html
    for private in ("Cara", "Hilary", "0116", "painted", school.name, "{{", "{%"):
        assert private not in everything
    assert f"[[personal-link:{RequestDraft.objects.get().pk}]]" in email.body_text


def test_link_is_written_into_the_mail_only_when_it_goes(client, school):
    save(client, answers(school))
    draft, email = RequestDraft.objects.get(), Email.objects.get()

    deliver(email_id=email.pk)

    email.refresh_from_db()
    assert f"http://localhost:8000{link_to(draft)}" in mail.outbox[0].body
    assert token_of(draft) not in email.body_text + email.body_html


def test_page_after_saving_says_where_the_link_goes_and_is_the_same_for_everybody(client, school):
    ContactFactory(school=school, email="withdrawn@school.example.org", withdrawn_at=NOW)
    for _ in range(3):
        saved(email="flooded@school.example.org")

    def words(email: str) -> str:
        typed = answers(school, email=email)
        content = client.get(save(client, typed).url).content.decode()
        assert f"<strong>{email}</strong>" in content
        return content.replace(email, "").replace(typed["key"], "")

    assert words(CARA) == words("withdrawn@school.example.org") == words("flooded@school.example.org")


def test_saving_without_an_address_asks_for_it_and_loses_nothing(client, school):
    typed = answers(school, email="")

    page = save(client, typed)
    again = client.post(address("save", typed), page.context["others"] | {"ask": "yes", "email": CARA})

    assert (page.context["form"].is_bound, page.context["others"]["notes"]) == (False, "The hall is being painted.")
    assert again.url == address("kept", typed)
    assert RequestDraft.objects.get().answers["notes"] == "The hall is being painted."


@pytest.mark.parametrize(
    "typed_address, sentence",
    [
        ("", "Enter your e-mail address, such as name@example.org."),
        ("cara(at)school", "Enter an e-mail address like name@example.org."),
    ],
)
def test_saving_with_a_bad_address_says_what_is_wrong(client, school, typed_address, sentence):
    typed = answers(school, email=typed_address, ask="yes")

    assert problems(save(client, typed)) == [sentence]
    assert RequestDraft.objects.count() == 0


def test_saving_by_a_robot_is_refused(client, school):
    response = save(client, answers(school, subject_line="Cheap!"))

    assert problems(response) == ["Empty the box “Leave this box empty”: it is there to keep robots out."]
    assert (RequestDraft.objects.count(), Email.objects.count()) == (0, 0)


def test_request_can_be_saved_from_the_page_to_check_it(client, school):
    typed = answers(school)
    form = client.get(go_on(client, typed).url).context["form"]

    client.post(address("save", typed), form.typed)

    assert RequestDraft.objects.get().answers["notes"] == "The hall is being painted."


def test_saving_again_keeps_the_link_and_the_newest_answers(client, school, time_machine):
    typed = answers(school)
    save(client, typed)
    draft = RequestDraft.objects.get()
    time_machine.move_to(NOW + timedelta(hours=3), tick=False)

    save(client, typed | {"notes": "Now finished."})

    again = RequestDraft.objects.get()
    assert (again.pk, again.answers["notes"]) == (draft.pk, "Now finished.")
    assert again.expires_at == NOW + timedelta(days=30, hours=3)
    assert Email.objects.count() == 2


def test_saving_under_another_address_ends_the_first_link(client, school):
    typed = answers(school, email="wrong@school.example.org")
    save(client, typed)
    wrong = RequestDraft.objects.get()

    save(client, typed | {"email": CARA})

    draft = RequestDraft.objects.get()
    assert (draft.email, draft.pk == wrong.pk) == (CARA, False)
    assert client.get(link_to(wrong)).status_code == 404
    assert why_not_send(Email.objects.get(to_address="wrong@school.example.org")) == (
        "The request has been sent, or what was saved has been deleted."
    )


def test_address_gets_three_links_a_day(time_machine):
    for _ in range(4):
        saved(email="Cara@School.example.org")
        time_machine.shift(timedelta(seconds=1))
    time_machine.move_to(NOW + timedelta(hours=24), tick=False)
    saved(now=NOW + timedelta(hours=24))
    saved(now=NOW + timedelta(hours=24), email="dara@school.example.org")

    assert RequestDraft.objects.count() == 6
    assert sorted(Email.objects.values_list("to_address", flat=True)) == [
        "Cara@School.example.org",
        "Cara@School.example.org",
        "Cara@School.example.org",
        "cara@school.example.org",
        "dara@school.example.org",
    ]


def test_nobody_who_withdrew_gets_a_link():
    draft = saved()
    email = Email.objects.get()
    assert why_not_send(email) is None

    ContactFactory(email=draft.email.upper(), withdrawn_at=NOW)

    assert why_not_send(email) == "The person withdrew consent."


def test_too_many_savings_from_one_network_are_answered_with_429(client, school, settings):
    settings.PUBLIC_FORM_LIMIT_PER_HOUR = 2

    assert [save(client, answers(school)).status_code for _ in range(3)] == [302, 302, 429]


def test_page_after_saving_needs_something_saved(client):
    key = uuid4()

    assert client.get(f"{URL}kept/{key}/").url == f"{URL}form/{key}/"


# --- Coming back ------------------------------------------------------------------------------------


def test_opening_the_link_shows_a_button_and_none_of_the_answers(client):
    draft = saved(answers={"name": "Cara Coordinator", "notes": "Painted."})

    response = client.get(link_to(draft))

    content = response.content.decode()
    assert (response.status_code, "Go on with the request" in content) == (200, True)
    assert [private for private in ("Cara", "cara@", "Painted") if private in content] == []
    assert client.session.keys() == set()
    assert "no-store" in response["Cache-Control"]


def test_button_opens_the_form_with_the_answers(client, school):
    typed = answers(school, phone="x")
    save(client, typed)
    draft = RequestDraft.objects.get()
    client.cookies.clear()

    page = client.post(link_to(draft), follow=True)

    form = page.context["form"]
    names = ("name", "email", "phone", "day_1", "part_1", "notes")
    assert {name: form[name].value() for name in names} == {name: typed[name] for name in names}
    assert (page.context["school"], bool(form["consent"].value())) == (school, False)


def test_request_that_was_saved_can_be_sent_at_once_and_its_link_ends(client, school, time_machine):
    save(client, answers(school))
    draft = RequestDraft.objects.get()
    time_machine.move_to(NOW + timedelta(days=1), tick=False)
    client.cookies.clear()
    form = client.post(link_to(draft), follow=True).context["form"]

    response = send(client, draft.answers | {"key": str(form.key), "opened": form.opened, "consent": "on"})

    assert response.url == f"{URL}thanks/{MeetingRequest.objects.get().reference}/"
    assert RequestDraft.objects.count() == 0
    assert client.get(link_to(draft)).status_code == 404


def test_saving_after_coming_back_changes_the_same_draft(client, school):
    save(client, answers(school))
    draft = RequestDraft.objects.get()
    client.cookies.clear()
    form = client.post(link_to(draft), follow=True).context["form"]

    save(client, draft.answers | {"key": str(form.key), "notes": "Later."})

    again = RequestDraft.objects.get()
    assert (again.pk, again.answers["notes"]) == (draft.pk, "Later.")


# --- Whose it is --------------------------------------------------------------------------------------


@pytest.fixture
def opened(client, school) -> tuple[Client, dict, Client, dict]:
    """A request that a stranger saved for Cara's address, and that she has opened by her mail and saved again.

    Each with the browser and what was typed there.
    """
    stranger, typed = Client(), answers(school, notes="By a stranger.")
    save(stranger, typed)
    form = client.post(link_to(RequestDraft.objects.get()), follow=True).context["form"]
    hers = answers(school, key=form.key, notes="By Cara.")
    save(client, hers)
    return stranger, typed, client, hers


def notes() -> list[str]:
    return sorted(draft.answers["notes"] for draft in RequestDraft.objects.all())


def test_reader_of_the_mail_goes_on_with_the_same_draft(opened):
    _, _, cara, hers = opened

    save(cara, hers | {"notes": "By Cara, finished."})

    assert notes() == ["By Cara, finished."]


def test_whoever_saved_a_request_cannot_change_it_once_its_reader_has_opened_it(opened):
    stranger, typed, *_ = opened
    draft = RequestDraft.objects.get()

    save(stranger, typed | {"notes": "Overwritten."})

    assert notes() == ["By Cara.", "Overwritten."]
    assert RequestDraft.objects.get(pk=draft.pk).answers["notes"] == "By Cara."


def test_whoever_saved_a_request_cannot_delete_it_by_another_address_once_its_reader_has_opened_it(opened):
    stranger, typed, *_ = opened

    save(stranger, typed | {"email": "stranger@example.org"})

    assert notes() == ["By Cara.", "By a stranger."]


def test_whoever_saved_a_request_cannot_delete_it_by_sending_theirs_once_its_reader_has_opened_it(opened):
    stranger, typed, *_ = opened

    send(stranger, typed)

    assert (MeetingRequest.objects.count(), notes()) == (1, ["By Cara."])


def test_link_opens_the_draft_again_and_whoever_opened_it_last_goes_on_with_it(opened, time_machine):
    _, _, cara, hers = opened
    phone, draft = Client(), RequestDraft.objects.get()
    time_machine.shift(timedelta(seconds=1))
    form = phone.post(link_to(draft), follow=True).context["form"]

    save(phone, draft.answers | {"key": str(form.key), "notes": "On the phone."})
    save(cara, hers | {"notes": "On the laptop."})

    assert RequestDraft.objects.get(pk=draft.pk).answers["notes"] == "On the phone."
    assert notes() == ["On the laptop.", "On the phone."]


def test_looking_at_the_link_takes_the_draft_from_nobody(client, school):
    typed = answers(school)
    save(client, typed)

    Client().get(link_to(RequestDraft.objects.get()))
    save(client, typed | {"notes": "Now finished."})

    assert notes() == ["Now finished."]


# --- Links that open nothing --------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("token", ["unknown", "x" * 3000])
def test_link_that_never_was_opens_nothing(client, method, token):
    saved()

    response = getattr(client, method)(f"{URL}saved/{token}/")

    assert (response.status_code, "This link does not open anything" in response.content.decode()) == (404, True)


@pytest.mark.parametrize("days, opens", [(29, True), (30, False)])
def test_link_opens_the_form_for_thirty_days(client, days, opens, time_machine):
    draft = saved()
    time_machine.move_to(NOW + timedelta(days=days), tick=False)

    statuses = (client.get(link_to(draft)).status_code, client.post(link_to(draft)).status_code)

    assert statuses == ((200, 302) if opens else (404, 404))
    assert (usable_draft(token=token_of(draft), now=NOW + timedelta(days=days)) is not None) == opens


@pytest.mark.parametrize("as_of, left", [(date(2026, 12, 20), 2), (date(2026, 12, 21), 1)])
def test_saved_requests_are_deleted_when_thirty_days_are_over(as_of, left):
    saved()
    saved(email="dara@school.example.org", now=NOW + timedelta(days=1))

    assert (delete_expired_drafts(as_of=as_of), RequestDraft.objects.count()) == (2 - left, left)
    assert delete_expired_drafts(as_of=as_of) == 0


def test_draft_that_ends_before_it_began_is_refused_by_the_database():
    draft = RequestDraft.mint(destination="", email=CARA)
    draft.expires_at = draft.created_at

    with pytest.raises(IntegrityError) as error, transaction.atomic():
        draft.save()

    assert error.value.__cause__.diag.constraint_name == "meetings_requestdraft_expires_after_creation"
