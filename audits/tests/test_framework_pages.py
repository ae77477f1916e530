"""The staff pages about frameworks: reading versions, and writing the next one by forms."""

from typing import Any

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from audits.models import Framework, FrameworkDraft
from audits.rules import parse_framework
from audits.rules.drafting import Part, Place, file_of_data, fingerprint, part_of
from audits.tests.factories import FrameworkFactory, make_open_audit, small_data
from hubportal.accounts.models import Role
from schools.tests.factories import UserFactory
from schools.tests.visitors import said

pytestmark = pytest.mark.django_db
FIRST = Place(Part.CRITERION, 1, 1)


@pytest.fixture
def admin(client):
    admin = UserFactory(name="Ada Admin", role=Role.ADMINISTRATOR)
    client.force_login(admin)
    return admin


@pytest.fixture
def draft(client, admin) -> FrameworkDraft:
    FrameworkFactory()
    client.post(reverse("framework_draft_begin"), {"phase": "primary"})
    return FrameworkDraft.objects.get()


def url(name: str, draft: FrameworkDraft, *args: int) -> str:
    return reverse(f"framework_{name}", args=[draft.pk, *args])


def boxes(page: Any) -> dict[str, Any]:
    """What a browser would send of the form on this page, with what the page had seen."""
    form = page.context["form"]
    sent = {name: form[name].value() for name in form.fields}
    sent = {name: value for name, value in sent.items() if value not in (None, False)}
    return sent | {"seen": page.context["seen"], "was": page.context["was"]}


def stored(draft: FrameworkDraft, place: Place = FIRST) -> dict[str, Any]:
    draft.refresh_from_db()
    part = part_of(draft.data, place)
    assert part is not None
    return part


READ = ["framework_list", "framework_detail", "framework_compare", "framework_file"]


@pytest.mark.parametrize("role, status", [("", 302), ("viewer", 403), ("officer", 200), ("administrator", 200)])
def test_versions_may_be_read_by_officers_and_administrators(client, role, status):
    FrameworkFactory()
    newer = FrameworkFactory(version="1.1", title="Newer")
    if role:
        client.force_login(UserFactory(role=role))

    answers = [client.get(reverse(name, args=[] if name == "framework_list" else [newer.pk])) for name in READ]

    assert [answer.status_code for answer in answers] == [status] * len(READ)


DRAFT_PAGES = [
    ("draft", ()), ("facts", ()), ("rules", ()), ("mapping", ()), ("section_new", ()), ("section", (1,)),
    ("criterion_new", (1,)), ("criterion", (1, 1)), ("draft_upload", ()), ("draft_file", ()), ("draft_compare", ()),
    ("draft_publish", ()), ("effects", ()),
]  # fmt: skip


def test_draft_may_be_written_by_administrators_only(client, draft):
    officer = Client()
    officer.force_login(UserFactory())
    pages = [url(name, draft, *numbers) for name, numbers in DRAFT_PAGES]

    for visitor, status in ((client, 200), (officer, 403), (Client(), 302)):
        assert {page: visitor.get(page).status_code for page in pages} == dict.fromkeys(pages, status)


def test_changes_of_a_draft_are_for_administrators_only(draft):
    officer = Client()
    officer.force_login(UserFactory())
    names = ["draft_arrange", "draft_discard", "draft_publish", "draft_upload", "facts"]
    addresses = [reverse("framework_draft_begin"), *(url(name, draft) for name in names)]

    statuses = {officer.post(address, {"phase": "secondary", "revision": "0"}).status_code for address in addresses}

    assert statuses == {403}
    assert FrameworkDraft.objects.get().is_open


@pytest.mark.parametrize("count", [1, 3])
def test_framework_list_takes_the_same_queries_for_any_number(client, admin, django_assert_num_queries, count):
    for number in range(count):
        make_open_audit(framework=FrameworkFactory(version=f"1.{number}", title=f"Version {number}"))

    with django_assert_num_queries(7):
        page = client.get(reverse("framework_list"))

    counted = [(row.version, row.audit_count, row.open_count) for row in page.context["page_obj"]]
    assert counted == [(f"1.{number}", 1, 1) for number in reversed(range(count))]


def test_framework_list_without_any_says_what_to_do(client, admin):
    page = client.get(reverse("framework_list"))

    assert "No framework is published yet" in page.content.decode()


def test_framework_link_is_in_the_menu_of_administrators_only(client, admin):
    officer = Client()
    officer.force_login(UserFactory())
    link = f'href="{reverse("framework_list")}"'

    assert link in client.get(reverse("audit_list")).content.decode()
    assert link not in officer.get(reverse("audit_list")).content.decode()


def test_framework_compare_shows_words_before_and_after(client, officer):
    FrameworkFactory()
    newer = FrameworkFactory(version="1.1", title="Newer")

    page = client.get(reverse("framework_compare", args=[newer.pk]))

    assert [change.sentence for change in page.context["changes"]] == [
        'Version changes from "1.0" to "1.1"',
        'Title changes from "Small primary audit" to "Newer"',
    ]
    assert "<del>Small primary audit</del>" in page.content.decode()


def test_framework_compare_of_the_first_version_is_not_there(client, officer):
    assert client.get(reverse("framework_compare", args=[FrameworkFactory().pk])).status_code == 404


def test_framework_file_is_the_file_that_was_published(client, officer):
    framework = FrameworkFactory()

    answer = client.get(reverse("framework_file", args=[framework.pk]))

    assert answer.headers["Content-Disposition"] == 'attachment; filename="primary-1.0.yaml"'
    assert yaml.safe_load(answer.content.decode()) == small_data()


def test_draft_begin_of_no_phase_is_not_there(client, admin):
    assert client.post(reverse("framework_draft_begin"), {"phase": "nursery"}).status_code == 404


@pytest.mark.parametrize(
    "name, numbers",
    [("facts", ()), ("rules", ()), ("section", (2,)), ("criterion", (2, 3)), ("criterion", (1, 2)), ("mapping", ())],
)
def test_part_saved_as_it_is_changes_nothing(client, draft, name, numbers):
    before = draft.data

    answer = client.post(url(name, draft, *numbers), boxes(client.get(url(name, draft, *numbers))))

    draft.refresh_from_db()
    assert (answer.status_code, answer.url) == (302, url("draft", draft))
    assert (parse_framework(draft.data), draft.revision) == (parse_framework(before), 1)


def test_criterion_saved_half_written_is_kept_and_the_draft_says_what_to_mend(client, draft):
    typed = boxes(client.get(url("criterion", draft, 1, 1))) | {"title": "", "support_red": " A visit \n\nA loan"}

    client.post(url("criterion", draft, 1, 1), typed)

    part = stored(draft)
    assert ("title" in part, part["support"]["red"]) == (False, ["A visit", "A loan"])
    page = client.get(url("draft", draft))
    assert page.context["mends"] == [("Criterion P-INT-01 has no title.", url("criterion", draft, 1, 1))]


def test_criterion_with_figures_and_another_level_is_stored_as_in_a_file(client, draft):
    typed = boxes(client.get(url("criterion", draft, 1, 1)))
    typed |= {"figures": ["pupils", "classes"], "essential": "gold", "allow_not_applicable": "on"}

    client.post(url("criterion", draft, 1, 1), typed | {"not_applicable_when": "Infant schools"})

    part = stored(draft)
    assert [part[name] for name in ("figures", "essential", "allow_not_applicable", "not_applicable_when")] == [
        ["pupils", "classes"],
        "gold",
        True,
        "Infant schools",
    ]


def test_criterion_saved_and_on_leads_to_the_next_also_of_the_next_section(client, draft):
    answers = []
    for place in ((1, 1), (1, 3), (3, 2)):
        typed = boxes(client.get(url("criterion", draft, *place)))
        answers.append(client.post(url("criterion", draft, *place), typed | {"next": "1"}).url)

    assert answers == [url("criterion", draft, 1, 2), url("criterion", draft, 2, 1), url("draft", draft)]


def test_stale_page_shows_both_and_the_second_save_stores_mine(client, draft):
    mine = boxes(client.get(url("criterion", draft, 1, 1))) | {"title": "Mine", "red": "Mine too"}
    mine["support_red"] = mine["support_red"].replace("\n", "\r\n")
    theirs = boxes(client.get(url("criterion", draft, 1, 1))) | {"title": "Theirs"}
    client.post(url("criterion", draft, 1, 1), theirs)

    page = client.post(url("criterion", draft, 1, 1), mine)

    assert page.status_code == 409
    assert page.context["theirs"] == [("Title", "Theirs"), ("Red: what it looks like", "There is no written aim.")]
    assert page.context["form"]["title"].value() == "Mine"
    assert stored(draft)["title"] == "Theirs"
    client.post(url("criterion", draft, 1, 1), mine | {"seen": page.context["seen"]})
    assert stored(draft)["title"] == "Mine"


def test_stale_page_of_a_criterion_that_was_taken_out_keeps_what_was_typed(client, draft):
    mine = boxes(client.get(url("criterion", draft, 1, 1))) | {"title": "Mine"}
    client.post(url("draft_arrange", draft), {"act": f"remove criterion 1 1 {mine['seen']}"})

    page = client.post(url("criterion", draft, 1, 1), mine)

    assert (page.status_code, page.context["theirs"], page.context["seen"]) == (409, None, "new")
    assert page.context["form"]["title"].value() == "Mine"
    client.post(url("criterion", draft, 1, 1), mine | {"seen": "new"})
    assert stored(draft, Place(Part.CRITERION, 1, 3))["title"] == "Mine"


def test_page_of_a_draft_that_was_discarded_since_keeps_what_was_typed(client, draft):
    mine = boxes(client.get(url("criterion", draft, 1, 1))) | {"title": "Mine"}
    client.post(url("draft_discard", draft))

    page = client.post(url("criterion", draft, 1, 1), mine)

    assert (page.status_code, page.context["form"]["title"].value()) == (409, "Mine")
    assert page.context["refused"] == [
        "This draft was discarded. Begin a new one, and upload the old one if you still want it."
    ]


def test_mapping_to_a_criterion_that_was_renamed_since_is_kept_and_named(client, draft):
    typed = {"to_P-INT-01": "P-INT-03", "seen": fingerprint({})}
    other = boxes(client.get(url("criterion", draft, 1, 3))) | {"code": "P-INT-08"}
    client.post(url("criterion", draft, 1, 3), other)

    client.post(url("mapping", draft), typed)

    assert stored(draft, Place(Part.MAPPING)) == {"P-INT-01": "P-INT-03"}
    assert url("mapping", draft) in [link for _, link in client.get(url("draft", draft)).context["mends"]]


def test_section_and_criterion_are_added_last(client, draft):
    client.post(url("section_new", draft), {"seen": "new", "code": "NEW", "name": "New", "question": "Well?"})
    client.post(url("criterion_new", draft, 4), {"seen": "new", "code": "P-NEW-01", "title": "First"})

    assert stored(draft, Place(Part.SECTION, 4)) == {"code": "NEW", "name": "New", "question": "Well?"}
    assert stored(draft, Place(Part.CRITERION, 4, 1))["code"] == "P-NEW-01"


@pytest.mark.parametrize(
    "act, codes",
    [
        ("down criterion 1 1", ["P-INT-02", "P-INT-01", "P-INT-03"]),
        ("up criterion 1 2", ["P-INT-02", "P-INT-01", "P-INT-03"]),
        ("remove criterion 1 3", ["P-INT-01", "P-INT-02"]),
    ],
)
def test_buttons_of_the_draft_move_and_remove(client, draft, act, codes):
    _, _, section, number = act.split()
    mark = fingerprint(part_of(draft.data, Place(Part.CRITERION, int(section), int(number))))

    client.post(url("draft_arrange", draft), {"act": f"{act} {mark}"})

    draft.refresh_from_db()
    assert [criterion["code"] for criterion in draft.data["sections"][0]["criteria"]] == codes


def test_button_beside_something_that_has_changed_does_nothing(client, draft):
    answer = client.post(url("draft_arrange", draft), {"act": "remove criterion 1 1 old"})

    assert said(answer) == ["Ada Admin has changed this in the meantime. Nothing was done: look at it once more."]
    assert stored(draft)["code"] == "P-INT-01"


NUMBER_WITHOUT_END = pytest.param(f"up criterion {'9' * 5000} 1 x", id="number without end")


@pytest.mark.parametrize(
    "act", ["", "up", "fly criterion 1 1 x", "up facts 1 1 x", "up criterion one 1 x", NUMBER_WITHOUT_END]
)
def test_button_that_does_not_exist_is_not_there(client, draft, act):
    assert client.post(url("draft_arrange", draft), {"act": act}).status_code == 404


def test_award_rules_typed_wrong_are_kept_and_named(client, draft):
    typed = boxes(client.get(url("rules", draft))) | {"bronze_overall": "many", "silver_section": ""}

    client.post(url("rules", draft), typed)

    rules = stored(draft, Place(Part.RULES))["machine_rule"]
    assert (rules["bronze"]["overall"], "section" in rules["silver"]) == ("many", False)
    page = client.get(url("rules", draft))
    assert page.context["mends"] == ["The Bronze rule: overall must be a whole number from 0 to 100, not 'many'."]
    assert page.context["form"]["bronze_overall"].value() == "many"


def test_mapping_is_stored_as_in_a_file(client, draft):
    typed = {
        "seen": fingerprint({}),
        "to_P-INT-01": "none",
        "to_P-INT-02": "P-INT-03",
        "split_P-INT-03": "P-INT-01, P-INT-02",
    }

    client.post(url("mapping", draft), typed)

    assert stored(draft, Place(Part.MAPPING)) == {
        "P-INT-01": "none",
        "P-INT-02": "P-INT-03",
        "P-INT-03": ["P-INT-01", "P-INT-02"],
    }
    codes = client.get(url("draft_compare", draft)).context["page"].codes
    assert [*codes.reasons.values()] == [
        "P-INT-01 means something else since version 1.1.",
        "P-INT-03 was split into P-INT-01 and P-INT-02 in version 1.1.",
    ]


def test_facts_with_a_source_twice_are_not_stored_but_stay_on_the_page(client, draft):
    typed = boxes(client.get(url("facts", draft))) | {"sources": "NC13: One\nNC13: Two"}

    page = client.post(url("facts", draft), typed)

    assert (page.status_code, page.context["form"]["sources"].value()) == (422, "NC13: One\nNC13: Two")
    assert page.context["form"].errors["sources"] == ["NC13 is there twice. Give each source a code of its own."]


def upload(client, draft: FrameworkDraft, content: bytes, revision: int = 0):
    file = SimpleUploadedFile("primary.yaml", content)
    return client.post(url("draft_upload", draft), {"file": file, "revision": revision})


def test_uploaded_file_replaces_the_draft(client, draft):
    answer = upload(client, draft, file_of_data(small_data(title="Uploaded", version="2.0")).encode())

    draft.refresh_from_db()
    assert (answer.status_code, draft.data["title"]) == (302, "Uploaded")
    download = client.get(url("draft_file", draft))
    assert yaml.safe_load(download.content.decode()) == draft.data


@pytest.mark.parametrize(
    "content, revision, sentence",
    [
        (b"\xff\xfe", 0, "This file cannot be read as text. Save it as UTF-8, and choose it again."),
        (b"sections: []\nphase: secondary", 0, "This file is not a primary framework: its phase says something else."),
        (
            b"sections: []",
            8,
            "Ada Admin has changed the draft since you opened this page. Look at it first, or download it; then choose "
            "your file again.",
        ),
    ],
)
def test_uploaded_file_that_cannot_be_kept_says_why(client, draft, content, revision, sentence):
    page = upload(client, draft, content, revision)

    assert (page.status_code, page.context["form"].errors["file"]) == (422, [sentence])


def test_publish_page_says_what_will_happen_and_publishes_by_post(client, draft, admin):
    audit = make_open_audit(framework=Framework.objects.get())

    page = client.get(url("draft_publish", draft))

    assert "1 open audit keeps the version it began with" in " ".join(page.content.decode().split())
    assert Framework.objects.count() == 1
    answer = client.post(url("draft_publish", draft), {"revision": "0"})
    framework = Framework.objects.get(version="1.1")
    assert (answer.url, framework.published_by) == (reverse("framework_detail", args=[framework.pk]), admin)
    audit.refresh_from_db()
    assert audit.framework.version == "1.0"


def test_publish_page_of_a_draft_that_changed_since_shows_it_again(client, draft):
    page = client.post(url("draft_publish", draft), {"revision": "7"})

    assert (page.status_code, Framework.objects.count()) == (409, 1)
    assert page.context["refused"] == [
        "Ada Admin has changed the draft since you opened this page. Look at it once more."
    ]


def test_publish_page_of_a_draft_that_is_not_ready_says_what_to_mend(client, draft):
    typed = boxes(client.get(url("facts", draft))) | {"version": "1.0"}
    client.post(url("facts", draft), typed)

    page = client.get(url("draft_publish", draft))

    assert [link for _, link in page.context["mends"]] == [url("facts", draft)]
    assert "Publish version" not in page.content.decode()


def test_discarded_draft_can_be_downloaded_but_not_written(client, draft):
    answer = client.post(url("draft_discard", draft))

    assert said(answer) == ["The draft is discarded. It can still be downloaded below."]
    assert url("draft_file", draft) in client.get(answer.url).content.decode()
    assert client.get(url("draft", draft)).status_code == 404
    assert client.post(url("draft_publish", draft), {"revision": "0"}).url == reverse("framework_list")


def test_draft_of_a_phase_without_any_framework_can_be_opened(client, admin):
    client.post(reverse("framework_draft_begin"), {"phase": "secondary"})
    draft = FrameworkDraft.objects.get()

    statuses = {name: client.get(url(name, draft)).status_code for name, numbers in DRAFT_PAGES if not numbers}

    assert set(statuses.values()) == {200}
