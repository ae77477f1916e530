"""The hub's own sentences: looked at first, published by administrators, and never a way into anything."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from hubportal.accounts.models import Role
from hubportal.mail import services
from hubportal.mail.kinds import KINDS
from hubportal.mail.models import Email, HubSentence
from hubportal.mail.queries import sentence_rows
from hubportal.mail.render import render_email, render_sample
from hubportal.mail.samples import joined_samples
from schools.emails import SIGN_OFF
from schools.samples import contact_sample
from schools.tests.factories import UserFactory
from schools.tests.visitors import said

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
THANKS = KINDS["request_thanks"]
OPENING = THANKS.sentences[0]
ADDRESS = ["request_thanks", "opening"]


@pytest.fixture
def administrator(client):
    user = UserFactory(name="Ann Admin", role=Role.ADMINISTRATOR)
    client.force_login(user)
    return user


def own(text: str, **fields) -> HubSentence:
    given = {"kind": "request_thanks", "place": "opening", "changed_at": NOW}
    return HubSentence.objects.create(text=text, **given | {"changed_by": UserFactory()} | fields)


def publish(text: str, *, by, seen_text: str | None = None) -> None:
    seen = services.look(kind=THANKS, sentence=OPENING, text=seen_text or text, by=by)
    services.publish_sentence(kind=THANKS, sentence=OPENING, text=text, seen=seen, by=by, now=NOW)


def rendered(**tried):
    context = contact_sample("", context={"request": {"reference": "MR-1"}}).context
    return render_email("meetings/emails/request_thanks", context, tried=tried)


def test_mail_without_words_of_the_hub_has_ours():
    assert "Thank you for asking for a Developing Quality Award meeting for St Mary's" in rendered()["body_text"]


def test_mail_has_the_hubs_words_in_both_parts_escaped_and_filled_in():
    own("<b>Hooray</b>, {school} & {hub}!\nSoon.")

    parts = rendered()

    assert "<b>Hooray</b>, St Mary's & All Saints' School & Music Hub!\nSoon." in parts["body_text"]
    assert "&lt;b&gt;Hooray&lt;/b&gt;, St Mary&#x27;s &amp; All Saints&#x27; School" in parts["body_html"]
    assert "Music Hub!<br>Soon." in parts["body_html"]


def test_mail_looks_into_nothing_that_stands_in_braces():
    own("{school.urn} {contact.email} {% now 'Y' %} {{ request }}")

    assert "{school.urn} {contact.email} {% now 'Y' %} {{ request }}" in rendered()["body_text"]


def test_sign_off_of_the_hub_stands_in_every_mail_to_schools():
    own("With best wishes\nThe team of {hub}", kind="shared", place="sign_off")

    parts = rendered()

    assert "With best wishes\nThe team of Music Hub\nmusic@hub.example.org" in parts["body_text"]
    assert "With best wishes<br>The team of Music Hub<br>" in parts["body_html"]
    shared = [row.own for kind in KINDS.values() for row in sentence_rows(kind) if row.sentence is SIGN_OFF]
    assert len(shared) > 5
    assert None not in shared


def test_mail_that_lacks_a_fact_goes_with_a_gap_and_says_so_in_the_log(caplog):
    own("Dear {award_name} school.")
    context = {**contact_sample("", context={"request": {}}).context, "award_name": None}

    assert "Dear  school." in render_email("meetings/emails/request_thanks", context)["body_text"]
    assert caplog.messages == ["A mail has no fact “award_name” for its sentence “opening”."]


def test_publish_after_a_look_keeps_text_who_and_when():
    by = UserFactory(role=Role.ADMINISTRATOR)
    own("Before.")

    publish(" Hello, \n\n  {school}! ", by=by)

    kept = HubSentence.objects.get()
    assert (kept.text, kept.changed_by, kept.changed_at) == ("Hello,\n{school}!", by, NOW)


def test_publish_of_other_words_than_those_looked_at_is_refused():
    with pytest.raises(ValidationError) as error:
        publish("Hello!", seen_text="Hullo!", by=UserFactory(role=Role.ADMINISTRATOR))

    assert error.value.message_dict == {"text": ["Look at the e-mail with these words first, then publish them."]}
    assert HubSentence.objects.count() == 0


def test_publish_of_what_a_colleague_looked_at_is_refused():
    seen = services.look(kind=THANKS, sentence=OPENING, text="Hello!", by=UserFactory(role=Role.ADMINISTRATOR))

    with pytest.raises(ValidationError, match="Look at the e-mail"):
        services.publish_sentence(
            kind=THANKS, sentence=OPENING, text="Hello!", seen=seen, by=UserFactory(role=Role.ADMINISTRATOR), now=NOW
        )


@pytest.mark.parametrize("role", [Role.OFFICER, Role.VIEWER])
def test_only_administrators_publish_and_restore(role):
    by = UserFactory(role=role)
    own("Ours.")

    with pytest.raises(ValidationError, match="Only administrators"):
        publish("Hello!", by=by)
    with pytest.raises(ValidationError, match="Only administrators"):
        services.restore_sentence(kind=THANKS, sentence=OPENING, by=by)
    assert HubSentence.objects.get().text == "Ours."


def test_published_words_leave_waiting_mail_as_it_is(administrator):
    email = Email(kind="request_thanks", **rendered())
    before = email.body_text

    publish("Quite other words.", by=administrator)

    assert (email.body_text, "Quite other words." in rendered()["body_text"]) == (before, True)


@pytest.mark.parametrize(
    ("role", "reading", "changing"), [(None, 302, 302), (Role.VIEWER, 403, 403), (Role.OFFICER, 200, 403)]
)
def test_pages_of_sentences_are_read_by_officers_and_changed_by_nobody_but_administrators(
    client, as_role, role, reading, changing
):
    own("Ours.")
    as_role(role)

    assert client.get(reverse("mail_kind", args=["request_thanks"])).status_code == reading
    assert client.get(reverse("mail_sentence", args=ADDRESS)).status_code == changing
    assert client.post(reverse("mail_sentence", args=ADDRESS), {"text": "Hello!"}).status_code == changing
    assert client.post(reverse("mail_sentence_restore", args=ADDRESS)).status_code == changing
    assert HubSentence.objects.get().text == "Ours."


def test_page_of_a_sentence_shows_the_mail_then_publishes(client, administrator):
    address = reverse("mail_sentence", args=ADDRESS)
    looked = client.post(address, {"text": "Hello, {school}!", "look": "1"})
    seen = looked.context["seen"]
    html = client.get(reverse("mail_sample", args=["request_thanks", 1]), {"tried": seen}).content.decode()
    assert HubSentence.objects.count() == 0

    response = client.post(address, {"text": "Hello, {school}!", "publish": "1", "seen": seen})

    assert looked.content.decode().count("Hello, St Mary&#x27;s &amp; All Saints&#x27; School!") == 2
    assert html.count("Hello, St Mary&#x27;s &amp; All Saints&#x27; School!") == 1
    assert response["Location"] == reverse("mail_kind", args=["request_thanks"])
    assert said(response) == ["Published. These words stand in every e-mail that is written from now on."]
    assert (HubSentence.objects.get().text, HubSentence.objects.get().changed_by) == ("Hello, {school}!", administrator)


@pytest.mark.parametrize("button", ["look", "publish"])
def test_page_of_a_sentence_that_cannot_stand_says_how_to_mend_it_and_keeps_it(client, administrator, button):
    response = client.post(reverse("mail_sentence", args=ADDRESS), {"text": "Dear {teacher", button: "1"})

    errors = response.context["form"].errors["text"]
    assert [error[:47] for error in errors] == ["There is a brace that does not belong to a fact"]
    assert response.content.decode().count("Dear {teacher</textarea>") == 1
    assert HubSentence.objects.count() == 0


def test_page_of_a_sentence_publishes_nothing_that_nobody_looked_at(client, administrator):
    response = client.post(reverse("mail_sentence", args=ADDRESS), {"text": "Hello!", "publish": "1", "seen": "forged"})

    assert response.context["form"].errors["text"] == ["Look at the e-mail with these words first, then publish them."]
    assert HubSentence.objects.count() == 0


def test_restore_goes_back_to_our_wording(client, administrator):
    own("Ours.")
    address = reverse("mail_sentence_restore", args=ADDRESS)

    assert client.get(address).status_code == 405
    client.post(address)
    client.post(address)

    assert HubSentence.objects.count() == 0


def test_html_of_a_sample_takes_no_words_without_proof(client, officer):
    address = reverse("mail_sample", args=["request_thanks", 1])

    plain = client.get(address).content
    forged = client.get(address, {"tried": "Click here"}).content

    assert plain == forged


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("mail_kind", ["none"]),
        ("mail_sample", ["booking", 99]),
        ("mail_sample", ["none", 1]),
        ("mail_sentence", ["booking", "none"]),
        ("mail_sentence", ["account", "opening"]),
    ],
)
def test_pages_of_mails_that_are_not_there_are_not_found(client, administrator, name, args):
    assert client.get(reverse(name, args=args)).status_code == 404


@pytest.mark.slow
def test_every_kind_has_its_page(client, officer):
    assert {client.get(reverse("mail_kind", args=[key])).status_code for key in KINDS} == {200}


def test_list_of_kinds_says_where_the_hub_has_words_of_its_own(client, officer):
    own("Ours.")

    rows = client.get(reverse("mail_kinds")).context["rows"]

    assert [kind.key for kind, _, is_changed in rows if is_changed] == ["request_thanks"]
    assert len(rows) == len(KINDS)


def test_joined_mail_signs_off_once_with_the_words_of_the_hub():
    own("With best wishes\nThe team", kind="shared", place="sign_off")

    text = render_sample(joined_samples()[0])["body_text"]

    assert text.count("With best wishes\nThe team") == 1


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [({"text": ""}, "mail_hubsentence_not_empty"), ({}, "mail_hubsentence_once")],
)
def test_hub_sentence_constraint_broken_is_refused(changes, constraint):
    own("Ours.", place="opening" if not changes else "closing")
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        own(**{"text": "Again."} | changes)
