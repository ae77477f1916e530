"""The hub's side of a priority: why it is proposed, the offers that fit, who helps and by when."""

import pytest

from audits.models import Audit, Priority
from audits.tests.factories import make_priorities
from audits.tests.test_priorities import errors, initial, make_rated_audit, typed, url
from hubportal.accounts.models import Role
from schools.tests.factories import UserFactory
from support.models import Offer, Provider
from support.tests.factories import OfferFactory, ProviderFactory

pytestmark = pytest.mark.django_db


def hubs_own(title: str, *codes: str) -> Offer:
    hub = Provider.objects.filter(kind="hub").first() or ProviderFactory(kind="hub")
    return OfferFactory(title=title, provider=hub, serves=list(codes))


def support_of(response, number: int) -> tuple[str, str]:
    form = response.context["priorities_form"].forms[number - 1]
    return form["offer"].value(), form["support"].value()


def test_priorities_page_says_why_each_is_proposed_and_what_the_school_said(client, officer):
    audit = make_rated_audit()
    audit.ratings.filter(criterion__code="P-INT-01").update(is_parked=True)
    audit.ratings.filter(criterion__code="P-IMP-02").update(school="red", school_note="We want to change this.")
    Audit.objects.update(parking_note="Ask about the hall piano.")

    response = client.get(url(audit))

    forms, page = response.context["priorities_form"].forms, response.content.decode()
    assert [form.reason for form in forms] == [
        "Red, essential for Bronze.",
        "Amber, essential for Silver; the school rated itself red.",
        "Amber, essential for Gold; so that Impact has a priority too.",
    ]
    assert page.count("“We want to change this.”") == 1
    assert [row.criterion.code for row in response.context["priorities_form"].also_parked] == ["P-INT-01"]
    assert page.count("Ask about the hall piano.") == 1


def test_priorities_page_begins_with_the_best_offer_for_each_criterion(client, officer):
    audit = make_rated_audit()
    ours, partners = hubs_own("Leading music", "P-INT-02"), OfferFactory(title="Tuition fund", serves=["P-IMP-02"])
    OfferFactory(title="Another one", serves=["P-INT-02"])

    response = client.get(url(audit))

    assert support_of(response, 1) == (str(ours.pk), "Leading music")
    assert support_of(response, 2) == (str(partners.pk), f"Tuition fund ({partners.provider.name})")
    assert support_of(response, 3) == ("", "Advice on closing gaps")
    offers = response.context["priorities_form"].forms[0]["offer"].field.choices
    assert [label for _, label in offers][:2] == ["None of these, or in our own words", "Leading music"]
    assert len(offers) == 3


@pytest.mark.parametrize("words", ["", "Leading music", "Music lead induction", "Bursaries"])
def test_offer_chosen_fills_a_support_text_that_nobody_wrote(client, officer, words):
    audit = make_rated_audit()
    hubs_own("Leading music", "P-INT-02")
    other = hubs_own("A term of mentoring", "P-INT-02")

    client.post(url(audit), typed(offer_1=str(other.pk), support_1=words))

    assert support_of(client.get(url(audit)), 1) == (str(other.pk), "A term of mentoring")
    priority = audit.priorities.get(number=1)
    assert (priority.offer, priority.support) == (other, "A term of mentoring")


def test_offer_chosen_leaves_own_words_alone(client, officer):
    audit, offer = make_rated_audit(), hubs_own("Leading music", "P-INT-02")

    client.post(url(audit), typed(offer_1=str(offer.pk), support_1="Six visits, beginning in May"))

    priority = audit.priorities.get(number=1)
    assert (priority.offer, priority.support) == (offer, "Six visits, beginning in May")


def test_offer_that_was_withdrawn_says_so(client, officer):
    audit, offer = make_rated_audit(), hubs_own("Leading music", "P-INT-02")
    page = typed(offer_1=str(offer.pk))
    Offer.objects.update(withdrawn_at=offer.created_at)

    response = client.post(url(audit), page)

    assert errors(response) == {"1-offer": ["This offer is no longer made. Choose another one."]}


def test_suggest_brings_the_offer_of_the_criterion_now_chosen(client, officer):
    audit = make_rated_audit()
    first, second = hubs_own("Leading music", "P-INT-02"), hubs_own("A vision in one page", "P-INT-01")
    data = typed(criterion_1="P-INT-01", offer_1=str(first.pk), support_1="Leading music", hub_due_on_1="")

    response = client.post(url(audit), data | {"suggest": "1"})

    assert support_of(response, 1) == (str(second.pk), "A vision in one page")
    assert initial(response, "hub_due_on")[0] == "2027-05-05"
    assert Priority.objects.count() == 0


def test_priorities_saved_keep_what_good_looks_like_and_who_helps_by_when(client, officer):
    audit, amir = make_rated_audit(), UserFactory(name="Amir Other")

    client.post(url(audit), typed(hub_owner_1=str(amir.pk), hub_due_on_1="2027-03-31", support_2="", hub_due_on_2=""))

    rows = audit.priorities.values_list("number", "good_looks_like", "hub_owner__name", "hub_due_on__month")
    assert list(rows) == [(1, "Good 1", "Amir Other", 3), (2, "Good 2", None, None), (3, "Good 3", "Olga Officer", 1)]


@pytest.mark.parametrize("change", [{"hub_owner_1": ""}, {"hub_due_on_1": ""}, {"good_looks_like_1": ""}])
def test_priority_with_support_and_nobody_to_see_to_it_is_not_complete_yet(client, officer, change):
    audit = make_rated_audit()

    client.post(url(audit), typed(**change))

    assert list(audit.priorities.values_list("number", flat=True)) == [2, 3]


@pytest.mark.parametrize("is_viewer", [True, False])
def test_hub_owner_can_only_be_somebody_who_works_with_schools(client, officer, is_viewer):
    audit = make_rated_audit()
    other = UserFactory(role=Role.VIEWER) if is_viewer else UserFactory(is_active=False)

    response = client.post(url(audit), typed(hub_owner_2=str(other.pk)))

    assert errors(response) == {"2-hub_owner": ["Choose one of the people listed."]}


def test_support_before_the_meeting_is_refused(client, officer):
    response = client.post(url(make_rated_audit()), typed(hub_due_on_3="2026-11-05"))

    sentence = "The day of the support must be after the day of the meeting, 5 November 2026."
    assert errors(response) == {"3-hub_due_on": [sentence]}


@pytest.mark.parametrize(
    "change, sentence",
    [
        ({"good_looks_like": ""}, "Priority 2: say what good looks like in 12 months."),
        ({"hub_due_on": None}, "Priority 2: say who at the hub sees to the support, and by when."),
        (
            {"hub_owner": None, "hub_due_on": None},
            "Priority 2: say who at the hub sees to the support, and by when.",
        ),
    ],
)
def test_agree_with_a_priority_saved_before_all_of_it_was_asked_for_names_the_gap(client, officer, change, sentence):
    audit = make_rated_audit()
    make_priorities(audit, ["P-INT-01", "P-IMP-01", "P-IPC-01"])
    audit.priorities.filter(number=2).update(**change)

    response = client.post(url(audit, "audit_agree"))

    assert (response.status_code, response.context["refused"]) == (409, [sentence])
