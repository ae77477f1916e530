# ruff: noqa: E501 (the lines of a mail are as long as its paragraphs)
"""The outcome pack: seen as it goes, sent once, with the files as issued."""

import hashlib
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from audits.models import Audit
from audits.tests.factories import FrameworkFactory, make_agreed_audit
from awards.emails import OutcomeText, StepText, outcome_text
from awards.models import Award, OutcomePack, ProgressNote
from awards.queries import PriorityText
from awards.services import decide_award, preview_outcome_pack, reissue_certificate, send_outcome_pack
from awards.services.outcome import CHANGED, NOBODY
from awards.tests.factories import become, make_award, make_award_with_private_note
from hubportal.access.rules import withhold_placeholders
from hubportal.mail.kinds import why_not_send
from hubportal.mail.models import Email
from schools.models import ContactRole, TimelineKind
from schools.tests.factories import ContactFactory, UserFactory

pytestmark = pytest.mark.django_db


def with_people(award: Award) -> Award:
    ContactFactory(school=award.school, name="Ada Coordinator", email="ada@school.example.org")
    ContactFactory(school=award.school, name="Hal Head", email="hal@school.example.org", role=ContactRole.HEAD_TEACHER)
    return award


@pytest.fixture
def award() -> Award:
    return with_people(make_award(level="silver"))


def test_send_outcome_pack_goes_to_coordinator_and_head_teacher(award):
    officer = UserFactory()

    pack, is_new = send_outcome_pack(award=award, by=officer)

    assert is_new
    assert (pack.award, pack.sent_by, pack.email.to_address) == (award, officer, "ada@school.example.org")
    sent = Email.objects.filter(kind="outcome").order_by("to_address")
    assert [email.to_address for email in sent] == ["ada@school.example.org", "hal@school.example.org"]
    told = award.school.timeline.filter(kind=TimelineKind.AWARD, by=officer).values_list("text", flat=True)
    assert "Outcome pack sent to Ada Coordinator and Hal Head." in told


def test_send_outcome_pack_same_person_in_both_roles_gets_one_mail(award):
    award.school.contacts.filter(role=ContactRole.HEAD_TEACHER).update(email="ADA@school.example.org")

    send_outcome_pack(award=award, by=UserFactory())

    assert [email.to_address for email in Email.objects.filter(kind="outcome")] == ["ada@school.example.org"]


def test_send_outcome_pack_goes_to_the_newest_coordinator_who_may_be_written_to(award):
    contacts = award.school.contacts
    ContactFactory(school=award.school, email="newest@school.example.org")
    ContactFactory(school=award.school, email="left@school.example.org", left_at=timezone.now())
    ContactFactory(school=award.school, email="withdrawn@school.example.org", withdrawn_at=timezone.now())
    ContactFactory(school=award.school, email="unconfirmed@school.example.org", confirmed_at=None)
    contacts.filter(role=ContactRole.HEAD_TEACHER).update(withdrawn_at=timezone.now())

    send_outcome_pack(award=award, by=UserFactory())

    assert [email.to_address for email in Email.objects.filter(kind="outcome")] == ["newest@school.example.org"]


def test_send_outcome_pack_without_coordinator_and_head_goes_to_whoever_is_left():
    award = make_award()
    ContactFactory(school=award.school, role=ContactRole.OTHER, email="deputy@school.example.org")

    pack, _ = send_outcome_pack(award=award, by=UserFactory())

    assert pack.email.to_address == "deputy@school.example.org"


def test_send_outcome_pack_nobody_reachable_is_refused_with_a_sentence():
    award = make_award()
    ContactFactory(school=award.school, withdrawn_at=timezone.now())

    with pytest.raises(ValidationError) as refused:
        send_outcome_pack(award=award, by=UserFactory())

    assert refused.value.messages == [NOBODY]
    assert (OutcomePack.objects.count(), Email.objects.filter(kind="outcome").count()) == (0, 0)


def test_send_outcome_pack_second_click_sends_nothing(award):
    first, _ = send_outcome_pack(award=award, by=UserFactory())

    again, is_new = send_outcome_pack(award=award, by=UserFactory())

    assert (again, is_new) == (first, False)
    assert Email.objects.filter(kind="outcome").count() == 2


@pytest.mark.django_db(transaction=True)
def test_send_outcome_pack_four_clicks_at_once_send_it_once():
    award, officer = with_people(make_award(level="silver")), UserFactory()

    def click(_: int) -> bool:
        try:
            return send_outcome_pack(award=award, by=officer)[1]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        new = list(pool.map(click, range(4)))

    assert sorted(new) == [False, False, False, True]
    assert (OutcomePack.objects.count(), Email.objects.filter(kind="outcome").count()) == (1, 2)


@pytest.mark.parametrize("status", ["superseded", "withdrawn"])
def test_send_outcome_pack_of_an_award_that_no_longer_counts_is_refused(award, status):
    become(status)

    with pytest.raises(ValidationError, match="no longer the school’s current one"):
        send_outcome_pack(award=award, by=UserFactory())


def test_send_outcome_pack_attaches_certificate_and_logos_as_issued(award):
    pack, _ = send_outcome_pack(award=award, by=UserFactory())

    certificate = award.certificates.get()
    files = list(pack.email.attachments.all())
    assert [(file.filename, file.content_type) for file in files] == [
        (f"developing-quality-award-certificate-{certificate.number}.pdf", "application/pdf"),
        ("developing-quality-award-silver-2026-2029-on-light.svg", "image/svg+xml"),
        ("developing-quality-award-silver-2026-2029-on-light-512.png", "image/png"),
        ("developing-quality-award-silver-2026-2029-on-dark.svg", "image/svg+xml"),
        ("developing-quality-award-silver-2026-2029-on-dark-512.png", "image/png"),
    ]
    assert bytes(files[0].content) == bytes(certificate.pdf)
    assert files[0].sha256 == certificate.sha256
    assert [file.sha256 for file in files] == [hashlib.sha256(bytes(file.content)).hexdigest() for file in files]


def test_send_outcome_pack_after_a_correction_attaches_the_corrected_certificate(award):
    corrected = reissue_certificate(award=award, school_name="Oak", reason="A new name.", by=UserFactory())

    pack, _ = send_outcome_pack(award=award, by=UserFactory())

    assert pack.email.attachments.first().sha256 == corrected.sha256


def test_send_outcome_pack_working_towards_bronze_has_no_files_and_no_recognition():
    award = with_people(make_award(level="working_towards"))

    pack, _ = send_outcome_pack(award=award, by=UserFactory())

    assert list(pack.email.attachments.all()) == []
    for body in (pack.email.body_text, pack.email.body_html):
        assert "Music Mark" not in body
        assert "certificate" not in body
        assert " end" not in body.partition("WHAT COMES NEXT")[2].partition("Open your")[0]
    assert "open your school’s page below and press “We are ready”." in pack.email.body_text
    page = re.search(r"http://localhost:8000/link/\S+", pack.email.body_text)[0]
    assert f'<a href="{page}" style="color:#26211c">open your school’s page</a>' in pack.email.body_html


def test_preview_outcome_pack_is_word_for_word_what_goes(award):
    preview = preview_outcome_pack(award)

    send_outcome_pack(award=award, by=UserFactory())

    went = list(Email.objects.filter(kind="outcome").order_by("to_address"))
    for mail, email in zip(preview.mails, went, strict=True):
        assert mail.to.email == email.to_address
        assert mail.subject == email.subject
        assert mail.body_text == withhold_placeholders(email.body_text)
        assert mail.body_html == withhold_placeholders(email.body_html)
        files = [(file.filename, bytes(file.content)) for file in email.attachments.all()]
        assert [(file.filename, file.content) for file in preview.attachments] == files


def test_preview_outcome_pack_writes_nothing(award):
    preview_outcome_pack(award)

    assert (Email.objects.filter(kind="outcome").count(), OutcomePack.objects.count()) == (0, 0)
    assert award.school.contacts.filter(personal_links__isnull=False).count() == 0


def test_send_outcome_pack_as_it_was_seen_goes(award):
    seen = preview_outcome_pack(award).fingerprint

    _, is_new = send_outcome_pack(award=award, by=UserFactory(), seen=seen)

    assert is_new


def test_send_outcome_pack_changed_since_it_was_seen_is_refused(award):
    seen = preview_outcome_pack(award).fingerprint
    award.school.contacts.filter(role=ContactRole.HEAD_TEACHER).update(name="Another Head")

    with pytest.raises(ValidationError) as refused:
        send_outcome_pack(award=award, by=UserFactory(), seen=seen)

    assert refused.value.messages == [CHANGED]
    assert OutcomePack.objects.count() == 0


def test_outcome_mail_withdrawn_award_is_not_announced_any_more(award):
    pack, _ = send_outcome_pack(award=award, by=UserFactory())
    assert why_not_send(pack.email) is None

    become("withdrawn")

    assert why_not_send(pack.email) == "The award was withdrawn."


SECRET = "PRIVATE-the-head-is-leaving"


@pytest.mark.parametrize("level", ["working_towards", "silver"])
def test_outcome_mail_never_holds_what_is_for_staff_only(level):
    award = with_people(make_award_with_private_note(SECRET, level=level))
    assert Audit.objects.get().private_note == SECRET

    pack, _ = send_outcome_pack(award=award, by=UserFactory())

    email = pack.email
    assert SECRET not in email.subject + email.body_text + email.body_html
    assert SECRET not in str(outcome_text(award))


def test_outcome_text_holds_words_only_so_that_no_template_can_reach_further():
    plain = {str, bool, date, tuple[str, ...], tuple[date, ...], tuple[PriorityText, ...], tuple[StepText, ...]}

    assert {field.type for field in fields(OutcomeText)} <= plain
    assert {field.type for field in fields(StepText)} == {str}
    # The school's own notes are for its pages: no mail gets them.
    words = {field.type for field in fields(PriorityText) if field.name != "notes"}
    assert words <= {int, str, date, date | None}


def test_outcome_text_has_none_of_the_notes_that_pages_show(award):
    priority = award.audit.priorities.first()
    ProgressNote.objects.create(priority=priority, text="We have begun.")

    assert [text.notes for text in outcome_text(award).priorities] == [()] * 3


def test_outcome_mail_text_part_tells_the_whole_outcome():
    award = with_people(make_award(level="silver", on=date(2026, 11, 5), strengths="A choir of ninety & a harp."))
    audit = award.audit
    school = award.school

    pack, _ = send_outcome_pack(award=award, by=UserFactory())

    link = pack.email.body_text.partition("Open your school’s page:\n")[2].partition("\n")[0]
    withdraw = link.replace("/link/", "/withdraw/")
    assert len(award.next_changes) > 1
    changes = "\n".join(f"- {change}" for change in award.next_changes)
    titles = [priority.criterion.title for priority in audit.priorities.all()]
    assert pack.email.subject == f"Your Silver award, certificate and three priorities: {school.name}"
    assert (
        pack.email.body_text
        == f"""\
Dear Ada Coordinator,

Thank you for the conversation with {audit.meeting.officer.name} on Thursday 5 November 2026 about music at {school.name}.

We are delighted to give {school.name} the Developing Quality Award at Silver level. The certificate and the logos are attached.

Why this level: {award.reason}

WHAT WE CELEBRATED

A choir of ninety & a harp.

YOUR THREE PRIORITIES

1. {titles[0]}
   What you will do: Action 1
   What good looks like in 12 months: Good 1
   Who: Music coordinator
   By: 4 May 2027
   How we help: Support 1
   Who helps: {audit.meeting.officer.name}, by 3 February 2027

2. {titles[1]}
   What you will do: Action 2
   What good looks like in 12 months: Good 2
   Who: Music coordinator
   By: 4 May 2027
   How we help: Support 2
   Who helps: {audit.meeting.officer.name}, by 3 February 2027

3. {titles[2]}
   What you will do: Action 3
   What good looks like in 12 months: Good 3
   Who: Music coordinator
   By: 4 May 2027
   How we help: Support 3
   Who helps: {audit.meeting.officer.name}, by 3 February 2027

THE SMALLEST STEP TO THE NEXT LEVEL

{award.next_step_lead}:

{changes}

MUSIC MARK OF RECOGNITION

We are glad to recommend your school to Music Mark. Music Mark will write to you with three pledges to accept and the certificate that goes with them.

USING THE LOGOS

Put the logo on your website, letters and social media for as long as the award lasts, until 5 November 2029. Two are made for light grounds and two for dark ones: use the SVG file where you can, and a PNG file where you must; your school’s page has more sizes. Please change neither the colours nor the words. Anyone can check your certificate at
http://localhost:8000/verify/{award.certificates.get().key}/

WHAT COMES NEXT

- About 5 November 2027: a short sheet asks how far you have got with your three priorities.
- About 5 November 2028: the same again.
- By 5 November 2029, or sooner if you wish: we invite you to the next conversation.

Your school’s own page has the certificate, the logos and your priorities, whenever you need them.

Open your school’s page:
{link}

Music Hub
music@hub.example.org

--
You get this because you are the music coordinator of {school.name}.
To stop all our mail to you, open {withdraw} and confirm there.
"""
    )


def test_outcome_mail_one_change_is_one_sentence():
    framework = FrameworkFactory()
    codes = [code for code, essential in framework.criteria.values_list("code", "essential") if essential == "bronze"]
    ratings = dict.fromkeys(framework.criteria.values_list("code", flat=True), "green") | {codes[0]: "amber"}
    award = with_people(decide_award(audit=make_agreed_audit(framework=framework, ratings=ratings), by=UserFactory()))

    pack, _ = send_outcome_pack(award=award, by=UserFactory())

    title = framework.criteria.get(code=codes[0]).title
    sentence = f"Gold needs one change: “{title}” from amber to green."
    assert pack.email.body_text.partition("NEXT LEVEL\n\n")[2].partition("\n")[0] == sentence
    assert f">{sentence}</p>" in pack.email.body_html


def test_outcome_mail_html_part_says_the_same_and_escapes_what_people_wrote():
    award = with_people(make_award(level="gold", strengths="<b>Bold</b> singing & drums\nA harp"))

    pack, _ = send_outcome_pack(award=award, by=UserFactory())

    html = pack.email.body_html
    assert "&lt;b&gt;Bold&lt;/b&gt; singing &amp; drums<br>A harp" in html
    assert html.count("What you will do:") == 3
    assert "The smallest step to the next level" not in html
    for words in ("Music Mark of Recognition", "Using the logos", "What comes next", award.reason):
        assert words in html


def test_outcome_mail_working_towards_bronze_says_what_works_and_the_steps_in_plain_words():
    framework = FrameworkFactory()
    codes = list(framework.criteria.values_list("code", flat=True))
    ratings = dict.fromkeys(codes, "red") | {codes[0]: "green", codes[-1]: "amber"}
    award = with_people(decide_award(audit=make_agreed_audit(framework=framework, ratings=ratings), by=UserFactory()))

    pack, _ = send_outcome_pack(award=award, by=UserFactory())

    text = pack.email.body_text
    works = text.partition("WHAT IS IN PLACE ALREADY\n\n")[2].partition("\n\n")[0]
    steps = text.partition("YOUR STEPS TO BRONZE\n\n")[2].partition("WHEN YOU ARE READY")[0]
    assert award.level == "working_towards"
    assert works == f"- {framework.criteria.get(code=codes[0]).title}"
    assert steps.startswith(f"{award.next_step_lead}:\n\n- “")
    assert steps.endswith("Your three priorities are the place to begin; nothing has to happen all at once.\n\n")
    for words in ("Why this level", "%", "must be", "not reached", "fail"):
        assert words not in text


def test_outcome_text_explains_a_step_in_the_frameworks_words_where_they_are_few():
    award = make_award(level="working_towards")
    steps = outcome_text(award).steps
    criteria = {one.title: one for one in award.audit.framework.criteria.all()}

    said = {title: step for title in criteria for step in steps if f"“{title}”" in step.change}

    assert 0 < len(said) <= len(steps) <= 4
    for title, step in said.items():
        reached = criteria[title].green if step.change.endswith("to green") else criteria[title].amber
        assert step.looks_like == reached
