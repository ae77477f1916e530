"""The pages about frameworks in a real browser: accessible, light and dark, wide and narrow, and the way through."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from audits.models import Framework, FrameworkDraft
from audits.rules.drafting import Part, Place, fingerprint, part_of
from audits.services.drafts import begin_draft, save_draft_part
from audits.tests.factories import FrameworkFactory, make_open_audit, rate
from awards.tests.factories import make_award
from hubportal.accounts.models import Role, User
from hubportal.tests.browser import assert_accessible, assert_readable_in_the_dark
from meetings.tests.test_pages_in_browser import Open, open_page
from schools.tests.factories import UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# The fixture is found by its name.
__all__ = ["open_page"]
PAGES = [
    ("draft", ()), ("facts", ()), ("rules", ()), ("mapping", ()), ("section", (1,)), ("criterion", (1, 1)),
    ("criterion", (1, 2)), ("draft_upload", ()), ("draft_compare", ()), ("draft_publish", ()), ("effects", ()),
]  # fmt: skip
CHANGED_BY_MENDING = ("draft", "rules", "criterion", "draft_compare", "draft_publish", "effects")


@pytest.fixture
def admin(client) -> User:
    admin = UserFactory(name="Bartholomew Featherstonehaugh-Cholmondeley", role=Role.ADMINISTRATOR)
    client.force_login(admin)
    return admin


@pytest.fixture
def draft(admin: User) -> FrameworkDraft:
    """Of a framework that is in use; its mapping leaves answers behind."""
    framework = FrameworkFactory()
    make_award(level="silver", framework=framework)
    rate(make_open_audit(framework=framework), agreed="red", note="No aim is written down.")
    draft = begin_draft(phase="primary", by=admin, now=timezone.now())
    write(draft, admin, Place(Part.MAPPING), {"P-INT-01": "none", "P-INT-02": ["P-INT-02", "P-INT-03"]})
    return draft


def write(draft: FrameworkDraft, by: User, place: Place, value: dict[str, object]) -> None:
    draft.refresh_from_db()
    seen = fingerprint(part_of(draft.data, place))
    save_draft_part(draft=draft, place=place, value=value, seen=seen, by=by, now=timezone.now())


def look(page: Page) -> None:
    """Axe finds nothing at either width, in either scheme."""
    assert_accessible(page)
    assert_readable_in_the_dark(page)


def test_pages_about_a_draft_that_is_ready_are_accessible(open_page: Open, draft: FrameworkDraft):
    for name, numbers in PAGES:
        look(open_page(reverse(f"framework_{name}", args=[draft.pk, *numbers])))


def test_pages_about_a_draft_with_much_to_mend_are_accessible(open_page: Open, draft: FrameworkDraft, admin: User):
    write(draft, admin, Place(Part.CRITERION, 1, 1), {"code": "P-INT-01"})
    write(draft, admin, Place(Part.RULES), {"machine_rule": {"bronze": {"overall": "many"}}})

    for name, numbers in PAGES:
        if name in CHANGED_BY_MENDING:
            look(open_page(reverse(f"framework_{name}", args=[draft.pk, *numbers])))


def test_pages_about_versions_and_carrying_over_are_accessible(open_page: Open, admin: User):
    audit = make_open_audit(framework=FrameworkFactory())
    rate(audit, agreed="red", note="No aim is written down.")
    newer = FrameworkFactory(version="1.1", replaces="1.0", mapping={"P-INT-01": "none"})

    for address in (
        reverse("framework_list"),
        reverse("framework_detail", args=[newer.pk]),
        reverse("framework_compare", args=[newer.pk]),
        reverse("audit_carry_over", args=[audit.pk]),
    ):
        look(open_page(address))


def test_page_that_somebody_else_has_saved_shows_both_and_is_accessible(
    open_page: Open, draft: FrameworkDraft, admin: User
):
    page = open_page(reverse("framework_criterion", args=[draft.pk, 1, 1]))
    part = part_of(draft.data, Place(Part.CRITERION, 1, 1))
    assert part is not None
    write(draft, UserFactory(name="Amir Other"), Place(Part.CRITERION, 1, 1), part | {"title": "Theirs"})

    page.get_by_label("Title").fill("Mine")
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_role("heading", name="Amir Other has saved this since you opened the page")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("Theirs")
    expect(page.get_by_label("Title")).to_have_value("Mine")
    look(page)


def test_administrator_writes_and_publishes_a_version_by_forms_alone(open_page: Open, admin: User):
    FrameworkFactory()
    page = open_page(reverse("framework_list"))
    page.get_by_role("button", name="Begin a draft of the primary framework").click()
    page.get_by_role("link", name="P-INT-01").click()
    page.get_by_label("Title").fill("")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name="Criterion P-INT-01 has no title.").click()
    page.get_by_label("Title").fill("An aim that everybody knows")
    page.get_by_label("Pupils in the school").check()
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("button", name="Down P-INT-01").click()
    page.get_by_role("link", name="Publish …").click()
    page.get_by_role("button", name="Publish version 1.1").click()

    expect(page.get_by_text("New audits begin with it")).to_be_visible()
    framework = Framework.objects.published().get()
    first, second = framework.criteria.order_by("position")[:2]
    assert (first.code, second.title) == ("P-INT-02", "An aim that everybody knows")
    assert framework.definition["sections"][0]["criteria"][1]["figures"] == ["pupils"]
