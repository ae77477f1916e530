"""The pages where an award is decided, another level is proposed, and a second officer answers."""

import pytest
from django.urls import reverse

from audits.models import Audit
from audits.tests.factories import make_open_audit
from awards.models import Award, LevelOverride
from awards.services import agree_to_level, decline_level, propose_level
from awards.tests.factories import make_audit, make_award, stand_in
from hubportal.accounts.models import Role, User
from schools.tests.factories import ContactFactory, UserFactory
from schools.tests.visitors import said

pytestmark = pytest.mark.django_db

WHY = "Since the summer every class sings each day, which the ratings do not show yet."
ROLES = [(None, 302), (Role.VIEWER, 403), (Role.OFFICER, 200), (Role.ADMINISTRATOR, 200)]


@pytest.fixture
def audit() -> Audit:
    return make_audit(level="bronze", officer=UserFactory(name="Ann First"))


@pytest.fixture
def override(audit) -> LevelOverride:
    """Ann has proposed Silver; everybody else may answer."""
    return proposed(audit, by=audit.meeting.officer)


def proposed(audit: Audit, *, by: User) -> LevelOverride:
    UserFactory()
    return propose_level(audit=audit, level="silver", reason=WHY, by=by)


@pytest.mark.parametrize("role, status", ROLES)
def test_level_pages_are_for_officers(as_role, audit, override, role, status):
    client = as_role(role)
    pages = [
        reverse("award_decide", args=[audit.pk]),
        reverse("level_propose", args=[audit.pk]),
        reverse("level_override_list"),
        reverse("level_override", args=[override.pk]),
    ]

    assert [client.get(page).status_code for page in pages] == [status] * 4


@pytest.mark.parametrize("role, status", ROLES[:2])
@pytest.mark.parametrize("name", ["level_agree", "level_decline", "level_take_back"])
def test_level_answers_are_for_officers(as_role, override, name, role, status):
    response = as_role(role).post(reverse(name, args=[override.pk]), {"agree-note": "", "decline-note": "No."})

    override.refresh_from_db()
    assert (response.status_code, override.state) == (status, "proposed")


def test_level_pages_a_schools_contact_is_sent_to_the_sign_in_page(as_contact, audit, override):
    client = as_contact(ContactFactory(school=audit.meeting.school))

    response = client.get(reverse("level_override", args=[override.pk]))

    assert response["Location"] == f"{reverse('account_login')}?next=/awards/levels/{override.pk}/"


@pytest.mark.parametrize("name", ["award_decide", "level_propose", "level_override", "level_agree"])
def test_level_pages_unknown_number_is_a_404(client, officer, name):
    method = client.post if name == "level_agree" else client.get

    assert method(reverse(name, args=[999_999])).status_code == 404


@pytest.mark.parametrize("name", ["level_agree", "level_decline", "level_take_back"])
def test_level_answers_do_nothing_when_merely_opened(client, officer, override, name):
    assert client.get(reverse(name, args=[override.pk])).status_code == 405


def test_award_decide_shows_the_decision_and_decides_nothing(client, officer, audit):
    response = client.get(reverse("award_decide", args=[audit.pk]))

    by_rules, text = response.context["by_rules"], response.content.decode()
    assert (by_rules.level, by_rules.pk) == ("bronze", None)
    assert by_rules.reason.startswith("Bronze, with 50% overall: for Silver, ")
    assert text.count("Award Bronze</button>") == 1
    assert text.count(f'href="{reverse("level_propose", args=[audit.pk])}"') == 1
    assert Award.objects.count() == 0


def test_award_decide_after_the_award_leads_to_it(client, officer):
    award = make_award(level="working_towards")

    response = client.get(reverse("award_decide", args=[award.audit_id]))

    assert response["Location"] == reverse("award_detail", args=[award.pk])


def test_award_decide_open_audit_leads_back_with_a_sentence(client, officer):
    audit = make_open_audit(default="green")

    response = client.get(reverse("award_decide", args=[audit.pk]))

    assert response["Location"] == reverse("audit_detail", args=[audit.pk])
    assert said(response) == ["Agree the audit with the school first: the award follows from the agreed ratings."]


def test_award_decide_while_a_proposal_waits_has_no_button(client, officer, audit, override):
    page = reverse("award_decide", args=[audit.pk])

    text = client.get(page).content.decode()
    response = client.post(page, {"seen": "bronze"})

    assert text.count("</button>") == client.get(reverse("level_override_list")).content.decode().count("</button>")
    assert text.count(f'href="{reverse("level_override", args=[override.pk])}"') == 1
    assert (response["Location"], Award.objects.count()) == (page, 0)


def test_award_decide_agreed_level_stands_on_the_button_with_both_names(client, officer, audit, override):
    agree_to_level(override=override, by=UserFactory(name="Ben Second"))

    text = client.get(reverse("award_decide", args=[audit.pk])).content.decode()

    assert text.count("Award Silver</button>") == 1
    assert text.count("by the rules alone it would be Bronze, with 50% overall.") == 1
    assert text.count(WHY) == 1
    assert (text.count("Proposed by Ann First"), text.count("agreed by Ben Second")) == (1, 1)


def test_award_decide_stale_button_is_refused(client, officer, audit, override):
    agree_to_level(override=override, by=UserFactory())

    response = client.post(reverse("award_decide", args=[audit.pk]), {"seen": "bronze"})

    assert said(response) == ["Two officers have agreed on Silver meanwhile. Please read it, then award it."]
    assert Award.objects.count() == 0


def test_award_decide_names_what_was_proposed_before(client, officer, audit, override):
    decline_level(override=override, note="One class only.", by=UserFactory(name="Ben Second"))

    text = client.get(reverse("award_decide", args=[audit.pk])).content.decode()

    assert text.count("Silver, by Ann First</a>: not agreed by Ben Second on ") == 1
    assert text.count("Award Bronze</button>") == 1


def test_level_propose_leads_to_the_proposal(client, officer, audit):
    colleague = UserFactory()

    response = client.post(
        reverse("level_propose", args=[audit.pk]), {"level": "silver", "reason": WHY, "reader": colleague.pk}
    )

    override = LevelOverride.objects.get()
    assert response["Location"] == reverse("level_override", args=[override.pk])
    assert (override.level, override.reason, override.proposed_by) == ("silver", WHY, officer)


def test_level_propose_offers_every_level_but_the_rules(client, officer, audit):
    form = client.get(reverse("level_propose", args=[audit.pk])).context["form"]

    assert [value for value, _ in form.fields["level"].choices] == ["working_towards", "silver", "gold"]
    assert officer not in form.fields["reader"].queryset


@pytest.mark.parametrize(
    "data, errors",
    [
        (
            {"reason": ""},
            {
                "level": ["Choose the level that you propose."],
                "reason": ["Say why in at least a sentence: the school reads it beside its level."],
            },
        ),
        (
            {"level": "gold", "reason": "A fine school."},
            {"reason": ["Say why in at least a sentence: the school reads it beside its level."]},
        ),
        ({"level": "bronze", "reason": WHY}, {"level": ["Choose the level that you propose."]}),
    ],
)
def test_level_propose_mistakes_come_back_with_what_was_typed(client, officer, audit, data, errors):
    response = client.post(reverse("level_propose", args=[audit.pk]), data)

    assert response.status_code == 422
    assert response.context["form"].errors == errors
    assert response.context["form"]["reason"].value() == data["reason"]
    assert LevelOverride.objects.count() == 0


def test_level_override_shows_the_second_officer_both_answers(client, officer, override):
    text = client.get(reverse("level_override", args=[override.pk])).content.decode()

    assert text.count(WHY) == 1
    assert text.count("Bronze, with 50% overall: for Silver, ") == 1
    assert [reverse(name, args=[override.pk]) in text for name in ("level_agree", "level_decline")] == [True, True]
    assert reverse("level_take_back", args=[override.pk]) not in text


def test_level_override_shows_who_proposed_it_no_answer(client, officer, audit):
    override = proposed(audit, by=officer)

    text = client.get(reverse("level_override", args=[override.pk])).content.decode()

    assert [reverse(name, args=[override.pk]) in text for name in ("level_agree", "level_decline")] == [False, False]
    assert reverse("level_take_back", args=[override.pk]) in text


@pytest.mark.parametrize(
    "name, data, state, sentence",
    [
        ("level_agree", {"agree-note": "Yes."}, "agreed", "Agreed. The award can now be decided."),
        ("level_decline", {"decline-note": "No."}, "declined", "Noted. Your colleague gets your note by e-mail."),
    ],
)
def test_level_answer_of_a_second_officer_counts(client, officer, override, name, data, state, sentence):
    response = client.post(reverse(name, args=[override.pk]), data)

    override.refresh_from_db()
    assert (override.state, override.answered_by, override.answer_note) == (state, officer, *data.values())
    assert said(response) == [sentence]


def test_level_decline_without_a_note_comes_back_with_the_sentence(client, officer, override):
    response = client.post(reverse("level_decline", args=[override.pk]), {"decline-note": ""})

    assert response.status_code == 422
    assert response.context["sent_form"].errors == {
        "note": ["Say in a few words why you do not agree, so that your colleague can go on."]
    }


def test_level_agree_to_ones_own_proposal_is_refused(client, officer, audit):
    override = proposed(audit, by=officer)

    response = client.post(reverse("level_agree", args=[override.pk]), {"agree-note": ""})

    assert said(response) == [
        "You proposed this level yourself. A second officer or an administrator has to agree to it."
    ]


def test_level_take_back_leads_back_to_the_award(client, officer, audit):
    override = proposed(audit, by=officer)

    response = client.post(reverse("level_take_back", args=[override.pk]))

    override.refresh_from_db()
    assert response["Location"] == reverse("award_decide", args=[audit.pk])
    assert override.state == "taken_back"


def test_level_take_back_of_a_colleagues_is_refused(client, officer, override):
    response = client.post(reverse("level_take_back", args=[override.pk]))

    assert said(response) == ["Only Ann First can take this proposal back. You can decline it."]


def test_level_override_list_has_what_this_person_may_answer(client, officer, override):
    own = proposed(make_audit(level="bronze"), by=officer)
    answered = proposed(make_audit(level="bronze"), by=UserFactory())
    decline_level(override=answered, note="No.", by=officer)

    response = client.get(reverse("level_override_list"))

    assert list(response.context["page_obj"]) == [override]
    assert response.context["own"] == [own]


@pytest.mark.parametrize("number", [1, 3])
def test_level_override_list_asks_the_same_number_of_queries(client, officer, number, django_assert_num_queries):
    for _ in range(number):
        proposed(make_audit(level="bronze"), by=UserFactory())

    # Session, user, the count, the page, one's own, the hub's profile.
    with django_assert_num_queries(6):
        client.get(reverse("level_override_list"))


def test_award_detail_says_what_two_officers_agreed(client, officer, audit, override, monkeypatch):
    monkeypatch.setattr("awards.pdf.render_certificate", stand_in)
    agree_to_level(override=override, by=UserFactory(name="Ben Second"))
    client.post(reverse("award_decide", args=[audit.pk]), {"seen": "silver"})

    text = client.get(reverse("award_detail", args=[Award.objects.get().pk])).content.decode()

    assert text.count("What the two officers say:</strong>") == 1
    assert (text.count("Proposed by Ann First"), text.count("agreed by Ben Second")) == (1, 1)
