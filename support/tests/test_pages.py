"""The staff pages about support: who may open them, what they show, how often they ask the database."""

import csv
from datetime import UTC, date, datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from audits.models import AuditStatus, Priority, RatingValue
from audits.tests.factories import FrameworkFactory, make_meeting, make_open_audit, make_priorities
from hubportal.accounts.models import Role
from meetings.models import MeetingStatus
from schools.tests.factories import ContactFactory, SchoolFactory, UserFactory
from schools.tests.visitors import said
from support.models import Offer, OfferDuty, Provider
from support.services import seed_offers, withdraw_offer
from support.tests.factories import OfferFactory, ProviderFactory, serve

pytestmark = pytest.mark.django_db
ROLES = (None, Role.VIEWER, Role.OFFICER, Role.ADMINISTRATOR)
FOR_STAFF = [302, 200, 200, 200]
FOR_OFFICERS = [302, 403, 200, 200]
BUTTONS_OF_OFFICERS = [302, 403, 302, 302]
PAGES = {
    "support": FOR_STAFF,
    "offer_detail": FOR_STAFF,
    "offer_new": FOR_OFFICERS,
    "offer_change": FOR_OFFICERS,
    "provider_list": FOR_STAFF,
    "provider_new": FOR_OFFICERS,
    "provider_change": FOR_OFFICERS,
    "support_gaps": FOR_STAFF,
    "support_suggestions": FOR_OFFICERS,
}
OF_AN_OFFER = ("offer_detail", "offer_change", "offer_withdraw", "offer_again")


def address(name, offer=None):
    offer = offer or OfferFactory()
    pk = offer.pk if name in OF_AN_OFFER else offer.provider_id
    return reverse(name, args=[pk] if name in OF_AN_OFFER or name == "provider_change" else [])


def statuses(client, path, method="get"):
    found = []
    for role in ROLES:
        client.logout()
        if role:
            client.force_login(UserFactory(role=role))
        found.append(getattr(client, method)(path).status_code)
    return found


def promise(offer, *, school=None, on=date(2026, 11, 5)):
    """The offer as the support of the first priority of an agreed audit."""
    meeting = make_meeting(school=school, on=on, status=MeetingStatus.HELD)
    audit = make_open_audit(meeting=meeting, default=RatingValue.GREEN)
    propose(offer, audit)
    audit.status, audit.agreed_at, audit.agreed_by = AuditStatus.AGREED, meeting.ends_at, meeting.officer
    audit.save()


def propose(offer, audit):
    make_priorities(audit, ["P-INT-01", "P-IMP-01", "P-IPC-01"])
    Priority.objects.filter(audit=audit, number=1).update(offer=offer)


@pytest.mark.parametrize("name", PAGES)
def test_page_opens_for_whom_it_is_meant(client, name):
    assert statuses(client, address(name)) == PAGES[name]


@pytest.mark.parametrize("name", PAGES)
def test_page_stays_shut_to_a_schools_contact(as_contact, name):
    assert as_contact(ContactFactory()).get(address(name)).status_code == 302


@pytest.mark.parametrize("name", ["offer_withdraw", "offer_again"])
def test_button_of_an_offer_is_for_officers_and_only_a_button(client, name):
    path = address(name)

    assert statuses(client, path, "post") == BUTTONS_OF_OFFICERS
    assert client.get(path).status_code == 405


@pytest.mark.parametrize("name", ["offer_new", "offer_change", "provider_new", "provider_change"])
def test_form_is_refused_to_viewers_when_sent(as_role, name):
    path = address(name)

    assert as_role(Role.VIEWER).post(path, {"title": "X", "name": "X", "kind": "partner"}).status_code == 403
    assert (Offer.objects.count(), Provider.objects.count()) == (1, 1)


@pytest.mark.parametrize("name", ["offer_detail", "offer_change", "offer_withdraw", "offer_again", "provider_change"])
def test_address_of_what_does_not_exist_is_not_found(client, officer, name):
    path = reverse(name, args=[999999])

    assert (client.post if name in ("offer_withdraw", "offer_again") else client.get)(path).status_code == 404


def test_button_to_take_suggestions_is_for_officers(client):
    FrameworkFactory()

    assert statuses(client, reverse("support_suggestions"), "post") == BUTTONS_OF_OFFICERS


# --- The list ---------------------------------------------------------------------------------------------------


def listed(client, **query):
    return [offer.title for offer in client.get(reverse("support"), query).context["page_obj"]]


@pytest.mark.parametrize("number", [1, 3])
def test_offer_list_asks_the_same_number_of_queries(client, officer, number, django_assert_num_queries):
    FrameworkFactory()
    for _ in range(number):
        promise(OfferFactory(serves=["P-INT-01", "P-INT-02"]))

    with django_assert_num_queries(11):
        response = client.get(reverse("support"))

    assert [(offer.criteria, offer.promised) for offer in response.context["page_obj"]] == [(2, 1)] * number


def test_offer_list_filters_by_the_address_bar(client, officer):
    FrameworkFactory()
    quartet = OfferFactory(title="String quartet", kind="teaching", provider__name="Beacon Arts", serves=["P-INT-02"])
    OfferFactory(title="Loan of strings", kind="instruments", description="A term in your school", serves=["P-INT-01"])
    OfferFactory(title="Old visit", withdrawn_at=timezone.now())
    OfferDuty.objects.create(offer=quartet, code="H05")

    assert listed(client) == ["Loan of strings", "String quartet"]
    assert listed(client, q="string beacon") == ["String quartet"]
    assert listed(client, q="term") == ["Loan of strings"]
    assert listed(client, kind="instruments") == ["Loan of strings"]
    assert listed(client, provider=quartet.provider_id) == ["String quartet"]
    assert listed(client, serves="primary:P-INT-01") == ["Loan of strings"]
    assert listed(client, duty="H05") == ["String quartet"]
    assert listed(client, state="withdrawn") == ["Old visit"]
    assert listed(client, state="all") == ["Loan of strings", "Old visit", "String quartet"]


def test_offer_list_sorts_by_heading(client, officer):
    first = OfferFactory(title="Bb", provider__name="Zz", kind="cpd", serves=["P-INT-01"])
    OfferFactory(title="Aa", provider__name="Yy", kind="other")
    promise(first)

    assert listed(client, sort="-title") == ["Bb", "Aa"]
    assert listed(client, sort="provider") == ["Aa", "Bb"]
    assert listed(client, sort="kind") == ["Bb", "Aa"]
    assert listed(client, sort="-criteria") == ["Bb", "Aa"]
    assert listed(client, sort="-promised") == ["Bb", "Aa"]
    assert listed(client, sort="promised") == ["Aa", "Bb"]


def test_offer_list_does_not_count_what_an_open_audit_proposes(client, officer):
    propose(OfferFactory(), make_open_audit())

    assert [offer.promised for offer in client.get(reverse("support")).context["page_obj"]] == [0]


def test_offer_list_downloads_exactly_what_is_shown(client, officer):
    offer = OfferFactory(
        title="=Visit", provider__name="Beacon Arts", kind="teaching", description="A morning", website="https://a.org/"
    )
    serve(offer, "P-INT-01")
    serve(offer, "P-INT-02", amber=False)
    OfferDuty.objects.create(offer=offer, code="H05")
    promise(offer)
    OfferFactory(title="Other", kind="cpd")

    response = client.get(reverse("support"), {"kind": "teaching", "format": "csv"})

    rows = list(csv.reader(response.content.decode("utf-8-sig").splitlines()))
    assert response["Content-Disposition"] == 'attachment; filename="support.csv"'
    assert rows[1:] == [
        [
            "'=Visit", "Beacon Arts", "Teaching in school", "A morning", "https://a.org/", "P-INT-01, P-INT-02",
            "P-INT-01", "Train and advise", "1", "",
        ]
    ]  # fmt: skip


@pytest.mark.parametrize("number", [1, 3])
def test_offer_file_asks_the_same_number_of_queries(client, officer, number, django_assert_num_queries):
    for _ in range(number):
        OfferFactory(serves=["P-INT-01"])

    with django_assert_num_queries(5):
        response = client.get(reverse("support"), {"format": "csv"})

    assert len(response.content.splitlines()) == number + 1


def test_offer_list_offers_suggestions_to_officers_alone_and_only_while_there_are_any(client, officer):
    FrameworkFactory()
    sentence = "suggest 17 lines of support"

    assert sentence in client.get(reverse("support")).text
    client.force_login(UserFactory(role=Role.VIEWER))
    assert sentence not in client.get(reverse("support")).text
    client.force_login(officer)
    response = client.post(reverse("support_suggestions"))
    assert said(response) == ["17 new offers from 17 lines of support. Change or withdraw what the hub does not give."]
    assert sentence not in client.get(reverse("support")).text
    assert {offer.created_by for offer in Offer.objects.all()} == {officer}


# --- One offer --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 3])
def test_offer_page_asks_the_same_number_of_queries(client, officer, number, django_assert_num_queries):
    FrameworkFactory()
    offer = OfferFactory(serves=["P-INT-01", "P-INT-02", "P-INT-03"][:number])
    for _ in range(number):
        promise(offer)

    with django_assert_num_queries(8):
        response = client.get(address("offer_detail", offer))

    assert [row.code for row in response.context["served"]] == ["P-INT-01", "P-INT-02", "P-INT-03"][:number]
    assert len(response.context["promised"]) == number


def test_offer_page_names_criteria_in_the_order_of_the_framework_and_those_no_longer_asked_last(client, officer):
    FrameworkFactory()
    offer = OfferFactory(serves=["P-AAA-09", "P-IMP-01", "P-INT-02"])

    served = client.get(address("offer_detail", offer)).context["served"]

    assert [(row.code, row.title) for row in served] == [
        ("P-INT-02", "A music lead with time"),
        ("P-IMP-01", "Singing every week"),
        ("P-AAA-09", ""),
    ]


def test_offer_page_names_the_schools_it_was_promised_to_for_officers_alone(client, officer):
    offer = OfferFactory()
    promise(offer, school=SchoolFactory(name="Oak School"), on=date(2026, 3, 5))
    promise(offer, school=SchoolFactory(name="Elm School"), on=date(2026, 10, 5))

    promised = client.get(address("offer_detail", offer)).context["promised"]
    client.force_login(UserFactory(role=Role.VIEWER))
    page = client.get(address("offer_detail", offer))

    assert [(row.school, timezone.localdate(row.on)) for row in promised] == [
        ("Elm School", date(2026, 10, 5)),
        ("Oak School", date(2026, 3, 5)),
    ]
    assert "2 times in agreed priorities" in page.text
    assert "Oak School" not in page.text


def test_offer_page_tells_a_viewer_no_names_of_staff(client):
    olga = UserFactory(name="Olga Officer")
    offer = OfferFactory(created_by=olga, changed_at=timezone.now(), changed_by=olga)
    withdraw_offer(offer=offer, by=olga, now=timezone.now())

    client.force_login(olga)
    assert client.get(address("offer_detail", offer)).text.count("by Olga Officer") == 3
    client.force_login(UserFactory(role=Role.VIEWER))
    assert "Olga Officer" not in client.get(address("offer_detail", offer)).text


def test_offer_is_withdrawn_and_offered_again_by_its_buttons(client, officer):
    offer = OfferFactory(title="A visit")

    response = client.post(address("offer_withdraw", offer))

    offer.refresh_from_db()
    assert (offer.is_current, offer.withdrawn_by) == (False, officer)
    assert said(response) == ["“A visit” is withdrawn. What was promised of it stays."]
    response = client.post(address("offer_again", offer))
    offer.refresh_from_db()
    assert offer.is_current
    assert said(response)[-1] == "“A visit” is offered again."


# --- The form ---------------------------------------------------------------------------------------------------


def sent(provider, **changes):
    return {"title": "A visit", "provider": provider.pk, "kind": "teaching"} | changes


def test_offer_form_adds_an_offer_with_what_was_ticked(client, officer):
    FrameworkFactory()
    provider = ProviderFactory()
    ticked = ["primary:P-INT-01:red", "primary:P-INT-01:amber", "primary:P-INT-02:amber"]

    response = client.post(reverse("offer_new"), sent(provider, serves=ticked, duties=["H05", "H09"], website="a.org"))

    offer = Offer.objects.get()
    assert response["Location"] == reverse("offer_detail", args=[offer.pk])
    assert (offer.title, offer.website, offer.created_by) == ("A visit", "https://a.org", officer)
    assert list(offer.purposes.values_list("code", "when_red", "when_amber")) == [
        ("P-INT-01", True, True),
        ("P-INT-02", False, True),
    ]
    assert [duty.code for duty in offer.duties.all()] == ["H05", "H09"]


def test_offer_form_without_anything_says_what_is_missing_and_keeps_what_was_ticked(client, officer):
    FrameworkFactory()

    response = client.post(reverse("offer_new"), {"serves": ["primary:P-INT-01:red"]})

    form = response.context["form"]
    assert dict(form.errors) == {
        "title": ["Fill in “What is offered”."],
        "provider": ["Choose an answer for “Who gives it”."],
        "kind": ["Choose an answer for “Kind”."],
    }
    assert [(section.name, section.ticked) for section in form.sections] == [
        ("Intent", 1),
        ("Implementation", 0),
        ("Impact", 0),
    ]


def test_offer_form_begins_with_the_box_in_the_address(client, officer):
    FrameworkFactory()

    form = client.get(reverse("offer_new"), {"serves": "primary:P-IMP-01:red"}).context["form"]

    boxes = [box for section in form.sections for row in section.rows for box in row.boxes]
    assert [box.value for box in boxes if box.is_ticked] == ["primary:P-IMP-01:red"]
    assert len(boxes) == 16


def test_offer_form_with_a_title_that_is_there_already_leads_to_that_offer(client, officer):
    offer = OfferFactory(title="A visit")

    response = client.post(reverse("offer_new"), sent(offer.provider, description="Mine"))

    assert list(response.context["form"].errors) == ["title"]
    assert f'<a href="{address("offer_detail", offer)}">Open “A visit”</a>' in response.text
    assert response.context["form"]["description"].value() == "Mine"
    assert Offer.objects.count() == 1


def test_offer_form_keeps_criteria_that_no_framework_asks_any_more(client, officer):
    FrameworkFactory()
    offer = OfferFactory(serves=["P-OLD-01"])
    form = client.get(address("offer_change", offer)).context["form"]

    client.post(address("offer_change", offer), sent(offer.provider, serves=form["serves"].value()))

    assert [section.name for section in form.sections] == [
        "Intent",
        "Implementation",
        "Impact",
        "No longer in the published framework",
    ]
    assert list(offer.purposes.values_list("code", "when_red", "when_amber")) == [("P-OLD-01", True, True)]


def test_offer_form_opened_before_somebody_elses_change_saves_only_when_sent_again(client, officer):
    offer = OfferFactory(title="A visit", serves=["P-INT-01"])
    changed_at = datetime(2026, 11, 22, 10, 42, tzinfo=UTC)
    Offer.objects.update(title="Theirs", changed_at=changed_at, changed_by=UserFactory(name="Theo"))

    response = client.post(address("offer_change", offer), sent(offer.provider, title="Mine", seen=""))

    offer.refresh_from_db()
    assert (offer.title, response.context["form"]["title"].value()) == ("Theirs", "Mine")
    assert "Theo changed this offer at 10:42" in response.text
    seen = response.context["form"]["seen"].value()
    assert client.post(address("offer_change", offer), sent(offer.provider, title="Mine", seen=seen)).status_code == 302
    offer.refresh_from_db()
    assert (offer.title, offer.changed_by) == ("Mine", officer)


@pytest.mark.parametrize("seen", ["", "nonsense", "2026-99-99T00:00:00"])
def test_offer_form_with_a_moment_that_is_none_is_a_stale_page(client, officer, seen):
    offer = OfferFactory(title="A visit", changed_at=timezone.now())

    response = client.post(address("offer_change", offer), sent(offer.provider, title="Mine", seen=seen))

    assert response.context["is_stale"]
    assert Offer.objects.get().title == "A visit"


@pytest.mark.parametrize("number", [1, 3])
def test_offer_form_asks_the_same_number_of_queries(client, officer, number, django_assert_num_queries):
    FrameworkFactory()
    offer = OfferFactory(serves=["P-INT-01", "P-INT-02", "P-INT-03"][:number])
    ProviderFactory.create_batch(number - 1)

    with django_assert_num_queries(8):
        client.get(address("offer_change", offer))


# --- Providers --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 3])
def test_provider_list_counts_offers_in_the_same_number_of_queries(client, officer, number, django_assert_num_queries):
    for _ in range(number):
        offer = OfferFactory()
        OfferFactory(provider=offer.provider, withdrawn_at=timezone.now())
        OfferFactory(provider=offer.provider)

    with django_assert_num_queries(5):
        rows = client.get(reverse("provider_list")).context["page_obj"]

    assert [(row.current_offers, row.withdrawn_offers) for row in rows] == [(2, 1)] * number


def test_provider_list_names_the_hub_first(client, officer):
    for name, kind in (("Aa", "partner"), ("Zz", "hub"), ("Bb", "national")):
        ProviderFactory(name=name, kind=kind)

    assert [row.name for row in client.get(reverse("provider_list")).context["page_obj"]] == ["Zz", "Aa", "Bb"]


def test_provider_form_adds_and_changes_a_provider(client, officer):
    words = {"name": "Beacon Arts", "kind": "partner", "website": ""}

    client.post(reverse("provider_new"), words)
    provider = Provider.objects.get()
    response = client.post(reverse("provider_change", args=[provider.pk]), words | {"name": "Beacon"})

    provider.refresh_from_db()
    assert (provider.name, provider.changed_by) == ("Beacon", officer)
    assert said(response)[-1] == "Beacon is saved."


def test_provider_form_with_a_name_that_is_there_already_says_so_by_the_field(client, officer):
    ProviderFactory(name="Beacon Arts")

    response = client.post(reverse("provider_new"), {"name": "beacon arts", "kind": "partner"})

    assert dict(response.context["form"].errors) == {
        "name": ["There is a provider called “Beacon Arts” already. Use that one, or give another name."]
    }


# --- Gaps and suggestions ---------------------------------------------------------------------------------------


def test_gaps_are_criteria_without_a_current_offer_for_red(client, officer):
    FrameworkFactory()
    seed_offers(by=None, now=timezone.now())
    serve(OfferFactory(withdrawn_at=timezone.now()), "P-INT-02")
    for title in ("Music lead induction", "Song bank", "Singing leader visit"):
        withdraw_offer(offer=Offer.objects.get(title=title), by=officer, now=timezone.now())
    serve(OfferFactory(), "P-IMP-01", phase="secondary")

    coverage = client.get(reverse("support_gaps")).context["coverage"]

    assert [(gap.criterion.code, gap.for_amber) for gap in coverage.gaps] == [("P-INT-02", 1), ("P-IMP-01", 0)]
    assert (coverage.served, coverage.criteria) == (6, 8)


def test_gaps_name_the_duties_that_no_current_offer_serves(client, officer):
    OfferDuty.objects.create(offer=OfferFactory(), code="H01")
    OfferDuty.objects.create(offer=OfferFactory(withdrawn_at=timezone.now()), code="H02")

    duties = client.get(reverse("support_gaps")).context["coverage"].duties

    assert [duty.code for duty in duties] == [f"H{number:02}" for number in range(2, 12)]


def test_gaps_download_as_a_file(client, officer):
    FrameworkFactory()
    for code in ("P-INT-01", "P-INT-02", "P-INT-03", "P-IMP-01", "P-IMP-02", "P-IMP-03", "P-IPC-01"):
        OfferFactory(serves=[code])

    response = client.get(reverse("support_gaps"), {"format": "csv"})

    assert response.content.decode("utf-8-sig").splitlines() == [
        "Phase,Section,Code,Criterion,Offers when amber",
        "Primary,Impact,P-IPC-02,Every group takes part,0",
    ]


@pytest.mark.parametrize("number", [1, 3])
def test_gaps_ask_the_same_number_of_queries(client, officer, number, django_assert_num_queries):
    FrameworkFactory()
    for _ in range(number):
        OfferFactory(serves=["P-INT-01"])

    with django_assert_num_queries(6):
        client.get(reverse("support_gaps"))


def test_suggestions_name_each_line_with_its_criterion(client, officer):
    FrameworkFactory()

    rows = client.get(reverse("support_suggestions")).context["rows"]

    assert len(rows) == 17
    assert (rows[0]["line"].text, rows[0]["criterion"].title) == ("Vision conversation", "A shared vision")


def test_link_to_support_is_there_for_everybody_on_the_staff(client):
    link = f'<a href="{reverse("support")}">Support</a>'

    for role in Role:
        client.force_login(UserFactory(role=role))
        assert link in client.get(reverse("provider_list")).text
