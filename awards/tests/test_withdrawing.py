"""Withdrawing an award: by administrators, for good, with all that waits of its mail."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from awards.models import Award, Reflection, Renewal
from awards.queries import my_school
from awards.services import decide_award, send_outcome_pack, withdraw_award
from awards.tests.factories import make_award
from hubportal.accounts.models import Role, User
from hubportal.mail.kinds import why_not_send
from hubportal.mail.models import Email, EmailStatus
from hubportal.mail.tests.factories import EmailFactory
from schools.models import TimelineKind
from schools.tests.factories import ContactFactory, UserFactory
from schools.tests.visitors import said

pytestmark = pytest.mark.django_db

WHY = "The audit was held at another school with the same name."
ROLES = [(None, 302), (Role.VIEWER, 403), (Role.OFFICER, 403), (Role.ADMINISTRATOR, 200)]


@pytest.fixture
def administrator() -> User:
    return UserFactory(name="Ada Manager", role=Role.ADMINISTRATOR)


@pytest.fixture
def award() -> Award:
    """Known to the school: its outcome pack is queued."""
    return make_award(level="bronze", on=date(2026, 11, 5), sent=True)


def page(award: Award) -> str:
    return reverse("award_withdraw", args=[award.pk])


def typed(award: Award, **changes: str) -> dict[str, str]:
    return {"reason": WHY, "urn": str(award.school.urn)} | changes


def refused(**given: object) -> list[str]:
    with pytest.raises(ValidationError) as error:
        withdraw_award(**given)
    return error.value.messages


def test_withdraw_award_keeps_who_when_and_why(award, administrator):
    now = timezone.now() + timedelta(hours=1)

    withdraw_award(award=award, reason=f" {WHY} ", by=administrator, now=now)

    award.refresh_from_db()
    assert (award.status, award.withdrawn_reason) == ("withdrawn", WHY)
    assert (award.withdrawn_by, award.withdrawn_at) == (administrator, now)
    told = award.school.timeline.filter(kind=TimelineKind.AWARD).latest("id")
    assert (told.text, told.by) == (
        f"The award Bronze of 5 November 2026 is withdrawn. 1 e-mail about it will not go. {WHY}",
        administrator,
    )


@pytest.mark.parametrize("status", ["queued", "held"])
def test_withdraw_award_cancels_what_waits_of_its_mail_and_no_other(award, administrator, status):
    held = {"held_at": timezone.now(), "held_by": administrator} if status == "held" else {}
    Email.objects.filter(kind="outcome").update(status=status, **held)
    sheet, reminder, invitation, other = EmailFactory.create_batch(4)
    now = timezone.now()
    reflection = award.audit.reflections.get(month=12)
    Reflection.objects.filter(pk=reflection.pk).update(
        queued_at=now, email=sheet, reminded_at=now, reminder_email=reminder
    )
    Renewal.objects.filter(award=award).update(queued_at=now, email=invitation)

    withdraw_award(award=award, reason=WHY, by=administrator)

    cancelled = Email.objects.filter(status=EmailStatus.CANCELLED)
    assert {mail.pk for mail in cancelled} == {
        Email.objects.get(kind="outcome").pk,
        sheet.pk,
        reminder.pk,
        invitation.pk,
    }
    assert set(cancelled.values_list("last_error", flat=True)) == {"The award was withdrawn."}
    other.refresh_from_db()
    assert other.status == EmailStatus.QUEUED


def test_withdraw_award_plans_nothing_of_it_any_more(award, administrator):
    last = award.expires_on
    before = Reflection.objects.due(as_of=last).count(), Renewal.objects.due(as_of=last).count()

    withdraw_award(award=award, reason=WHY, by=administrator)

    after = Reflection.objects.due(as_of=last).count(), Renewal.objects.due(as_of=last).count()
    assert (before, after) == ((2, 1), (0, 0))


def test_withdraw_award_sheet_that_was_sent_is_not_asked_for_any_more(award, administrator):
    sheet = award.audit.reflections.get(month=12)
    Reflection.objects.filter(pk=sheet.pk).update(queued_at=timezone.now(), email=EmailFactory())
    before = Reflection.objects.unanswered().count()

    withdraw_award(award=award, reason=WHY, by=administrator)

    assert (before, Reflection.objects.unanswered().count()) == (1, 0)


def test_my_school_announces_nothing_of_a_withdrawn_award(award, administrator):
    now = timezone.now()
    before = len(my_school(award.school, now=now, today=award.awarded_on).coming_up)

    withdraw_award(award=award, reason=WHY, by=administrator)

    found = my_school(award.school, now=now, today=award.awarded_on)
    assert (before, found.coming_up, found.award) == (3, (), None)


def test_reflection_mail_of_a_withdrawn_award_does_not_go(award, administrator):
    sheet = award.audit.reflections.get(month=12)
    mail = EmailFactory(kind="reflection", context={"reflection": sheet.pk})
    before = why_not_send(mail)

    withdraw_award(award=award, reason=WHY, by=administrator)

    assert (before, why_not_send(mail)) == (None, "The award was withdrawn.")


@pytest.mark.parametrize("reason", ["", "   ", "A mistake."])
def test_withdraw_award_without_a_sentence_is_refused(award, administrator, reason):
    assert refused(award=award, reason=reason, by=administrator) == [
        "Say in at least a sentence why the award is withdrawn. The school does not read it."
    ]


def test_withdraw_award_by_an_officer_is_refused(award):
    assert refused(award=award, reason=WHY, by=UserFactory()) == ["Only an administrator can withdraw an award."]


def test_withdraw_award_twice_is_refused(award, administrator):
    withdraw_award(award=award, reason=WHY, by=administrator)

    assert refused(award=award, reason=WHY, by=administrator) == ["This award is withdrawn already."]


def test_withdraw_award_never_sent_pack_cannot_be_sent_any_more(administrator):
    award = make_award(level="working_towards")
    ContactFactory(school=award.school)
    withdraw_award(award=award, reason=WHY, by=administrator)

    with pytest.raises(ValidationError):
        send_outcome_pack(award=award, by=administrator)

    assert decide_award(audit=award.audit, by=administrator) == award


@pytest.mark.parametrize("tells_school, number", [(False, 0), (True, 1)])
def test_withdraw_award_tells_the_school_only_when_it_is_wished(award, administrator, tells_school, number):
    withdraw_award(award=award, reason=WHY, by=administrator, tells_school=tells_school)

    assert Email.objects.filter(kind="award_withdrawn", status=EmailStatus.QUEUED).count() == number


def test_award_withdrawn_mail_says_what_follows_and_not_why(award, administrator):
    withdraw_award(award=award, reason=WHY, by=administrator, tells_school=True)

    mail = Email.objects.get(kind="award_withdrawn")
    assert mail.subject == f"Your Bronze award is withdrawn: {award.school.name}"
    opening = f"at Bronze level that we gave {award.school.name} on 5 November 2026."
    assert [opening in body for body in (mail.body_text.replace("\n", " "), mail.body_html)] == [True, True]
    assert WHY not in mail.body_text + mail.body_html


def test_withdraw_award_nobody_to_tell_is_refused(administrator):
    award = make_award(level="working_towards")
    ContactFactory(school=award.school)

    assert refused(award=award, reason=WHY, by=administrator, tells_school=True) == [
        "The school cannot be told by mail: it never heard of this award, or nobody there can be written to. Untick "
        "“Tell the school by e-mail”."
    ]
    award.refresh_from_db()
    assert award.status == "current"


@pytest.mark.parametrize("role, status", ROLES)
def test_withdraw_page_is_for_administrators(as_role, award, role, status):
    client = as_role(role)

    opened = client.get(page(award)).status_code
    sent = client.post(page(award), typed(award)).status_code

    award.refresh_from_db()
    is_allowed = role == Role.ADMINISTRATOR
    assert (opened, sent) == (status, 302 if is_allowed else status)
    assert award.status == ("withdrawn" if is_allowed else "current")


def test_withdraw_page_shows_the_words_and_tells_nobody_by_itself(client, administrator, award):
    client.force_login(administrator)

    response = client.get(page(award))

    assert response.context["form"]["tells_school"].value() in (None, False)
    assert response.context["mail"]["subject"] == f"Your Bronze award is withdrawn: {award.school.name}"
    assert response.content.decode().count("Please take its logos down") == 1


def test_withdraw_page_of_an_award_the_school_never_heard_of_offers_no_mail(client, administrator):
    client.force_login(administrator)
    award = make_award(level="working_towards")
    ContactFactory(school=award.school)

    response = client.get(page(award))

    assert "tells_school" not in response.context["form"].fields
    assert "it has not heard of this award yet." in response.content.decode()


@pytest.mark.parametrize(
    "changes, errors",
    [
        (
            {"reason": "", "urn": ""},
            {
                "reason": ["Say in at least a sentence why the award is withdrawn. The school does not read it."],
                "urn": ["Type the school’s URN to confirm. It stands above."],
            },
        ),
        (
            {"urn": "1"},
            {"urn": ["This is not the school’s URN. It stands above; type it as it stands there."]},
        ),
        (
            {"reason": "A mistake."},
            {"reason": ["Say in at least a sentence why the award is withdrawn. The school does not read it."]},
        ),
    ],
)
def test_withdraw_page_mistakes_come_back(client, administrator, award, changes, errors):
    client.force_login(administrator)

    response = client.post(page(award), typed(award, **changes))

    assert (response.status_code, response.context["form"].errors) == (422, errors)
    assert response.content.decode().count("<title>Error: Withdraw the award") == 1
    award.refresh_from_db()
    assert award.status == "current"


@pytest.mark.parametrize(
    "ticked, sentence, number",
    [
        ({}, "The award is withdrawn. Nothing goes to the school about it.", 0),
        ({"tells_school": "on"}, "The award is withdrawn. The school gets an e-mail about it.", 1),
    ],
)
def test_withdraw_page_says_whether_the_school_is_told(client, administrator, award, ticked, sentence, number):
    client.force_login(administrator)

    response = client.post(page(award), typed(award, **ticked))

    assert response["Location"] == reverse("award_detail", args=[award.pk])
    assert said(response) == [sentence]
    assert Email.objects.filter(kind="award_withdrawn").count() == number


def test_withdraw_page_of_a_withdrawn_award_leads_back(client, administrator, award):
    client.force_login(administrator)
    withdraw_award(award=award, reason=WHY, by=administrator)

    response = client.get(page(award))

    assert said(response) == ["This award is withdrawn already."]


def test_award_detail_withdrawn_shows_officers_who_and_why(client, officer, administrator, award):
    withdraw_award(award=award, reason=WHY, by=administrator)

    text = client.get(reverse("award_detail", args=[award.pk])).content.decode()

    assert (text.count(WHY), text.count("Ada Manager, ")) == (1, 1)


@pytest.mark.parametrize("role, number", [(Role.OFFICER, 0), (Role.ADMINISTRATOR, 1)])
def test_award_detail_offers_the_withdrawal_to_administrators(as_role, award, role, number):
    text = as_role(role).get(reverse("award_detail", args=[award.pk])).content.decode()

    assert text.count(f'href="{page(award)}"') == number
