"""Publishing frameworks, and what the database then refuses."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from audits.models import Criterion, Framework, FrameworkStatus, Section
from audits.queries import definition_of, published_definitions, published_framework
from audits.services import publish_framework
from audits.tests.factories import FrameworkFactory, make_open_audit, small_data
from schools.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def statuses() -> dict[str, str]:
    return dict(Framework.objects.order_by("version").values_list("version", "status"))


def test_publish_framework_writes_sections_and_criteria_in_order():
    officer = UserFactory()

    framework = publish_framework(definition_data=small_data(), by=officer)

    assert framework.status == FrameworkStatus.PUBLISHED
    assert framework.published_by == officer
    assert list(framework.sections.values_list("position", "code")) == [(1, "INT"), (2, "IMP"), (3, "IPC")]
    assert list(framework.criteria.values_list("position", "code", "essential", "allow_not_applicable")) == [
        (1, "P-INT-01", "silver", False),
        (2, "P-INT-02", "bronze", False),
        (3, "P-INT-03", "", False),
        (4, "P-IMP-01", "bronze", False),
        (5, "P-IMP-02", "silver", False),
        (6, "P-IMP-03", "gold", True),
        (7, "P-IPC-01", "bronze", False),
        (8, "P-IPC-02", "gold", False),
    ]
    lead = framework.criteria.get(code="P-INT-02")
    assert (lead.title, lead.red, lead.amber, lead.green, lead.support_red, lead.support_amber) == (
        "A music lead with time",
        "Nobody is named as music lead.",
        "The lead has no time for it.",
        "The lead has time every week.",
        ["Music lead induction"],
        ["A mentor from another school"],
    )


def test_publish_framework_with_the_same_data_changes_nothing():
    first = publish_framework(definition_data=small_data(), by=None)

    second = publish_framework(definition_data=small_data(), by=UserFactory())

    assert second == first
    assert (Framework.objects.count(), Criterion.objects.count()) == (1, 8)


def test_publish_framework_with_a_higher_version_retires_the_old_one_and_open_audits_keep_it():
    old = FrameworkFactory(version="1.9")
    audit = make_open_audit(framework=old)

    new = FrameworkFactory(version="1.10")

    assert statuses() == {"1.9": "retired", "1.10": "published"}
    audit.refresh_from_db()
    assert audit.framework == old
    assert published_framework("primary") == new


@pytest.mark.parametrize("version, raised", [("1.1", "1.2"), ("1.0", "1.2"), ("1.1.0", "1.2"), ("0.9", "1.2")])
def test_publish_framework_changed_without_a_higher_version_is_refused(version, raised):
    FrameworkFactory(version="1.1")

    with pytest.raises(ValidationError) as caught:
        publish_framework(definition_data=small_data(version=version, title="Another title"), by=None)

    assert caught.value.messages == [
        f"The primary framework has changed, but its version {version} is not higher than 1.1, the last one "
        f"published. Raise the version, for example to {raised}."
    ]
    assert statuses() == {"1.1": "published"}


def test_publish_framework_with_broken_data_says_everything_that_is_wrong():
    data = small_data(title="", version="one")
    del data["sections"][0]["criteria"][0]["descriptors"]["amber"]

    with pytest.raises(ValidationError) as caught:
        publish_framework(definition_data=data, by=None)

    assert caught.value.messages == [
        "The framework: version must look like 1.0, not 'one'.",
        "The framework: title is empty.",
        "Criterion P-INT-01 has no amber descriptor.",
    ]
    assert not Framework.objects.exists()


def test_publish_framework_of_one_phase_leaves_the_other_alone():
    FrameworkFactory()

    FrameworkFactory(phase="secondary")

    assert [definition.phase for definition in published_definitions()] == ["primary", "secondary"]


def test_definition_of_a_framework_read_twice_is_parsed_once(django_assert_num_queries):
    framework = FrameworkFactory()
    first = definition_of(framework)

    with django_assert_num_queries(0):
        again = definition_of(Framework(sha256=framework.sha256))

    assert again is first
    assert [criterion.code for criterion in first.criteria][:2] == ["P-INT-01", "P-INT-02"]


def draft(**changes) -> Framework:
    fields = {"phase": "primary", "version": "9.9", "title": "Draft", "definition": {}, "sha256": "0" * 64}
    return Framework.objects.create(**fields | changes)


@pytest.mark.parametrize(
    "changes, constraint",
    [
        ({"version": "1.0"}, "audits_framework_version_once"),
        ({"status": "published", "published_at": timezone.now()}, "audits_framework_one_published"),
        ({"phase": "nursery"}, "audits_framework_phase_known"),
        ({"status": "lost", "published_at": timezone.now()}, "audits_framework_status_known"),
        ({"published_at": timezone.now()}, "audits_framework_published_with_time"),
        ({"status": "retired"}, "audits_framework_published_with_time"),
    ],
)
def test_framework_row_that_breaks_a_constraint_is_refused(changes, constraint):
    FrameworkFactory(version="1.0")

    with pytest.raises(IntegrityError, match=constraint):
        draft(**changes)


@pytest.mark.parametrize(
    "field, value, constraint",
    [
        ("position", 1, "audits_section_position_once"),
        ("code", "A", "audits_section_code_once"),
    ],
)
def test_section_row_used_twice_is_refused(field, value, constraint):
    framework = draft()
    Section.objects.create(framework=framework, position=1, code="A", name="First")

    with pytest.raises(IntegrityError, match=constraint):
        Section.objects.create(**{"framework": framework, "position": 2, "code": "B", "name": "Second", field: value})


@pytest.mark.parametrize(
    "field, value, constraint",
    [
        ("code", "P-A-01", "audits_criterion_code_once"),
        ("position", 1, "audits_criterion_position_once"),
        ("essential", "platinum", "audits_criterion_essential_known"),
    ],
)
def test_criterion_row_that_breaks_a_constraint_is_refused(field, value, constraint):
    section = Section.objects.create(framework=draft(), position=1, code="A", name="First")
    same = {"framework": section.framework, "section": section, "title": "T", "red": "r", "amber": "a", "green": "g"}
    Criterion.objects.create(**same, code="P-A-01", position=1)

    with pytest.raises(IntegrityError, match=constraint):
        Criterion.objects.create(**same | {"code": "P-A-02", "position": 2, field: value})


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audits_framework SET title = 'Other'",
        "UPDATE audits_framework SET version = '2.0'",
        "UPDATE audits_framework SET definition = '{}'",
        "UPDATE audits_framework SET published_at = now()",
        "UPDATE audits_framework SET status = 'draft', published_at = NULL",
        "DELETE FROM audits_framework",
        "UPDATE audits_section SET name = 'Other'",
        "DELETE FROM audits_section",
        "UPDATE audits_criterion SET green = 'Easier'",
        "UPDATE audits_criterion SET essential = ''",
        "DELETE FROM audits_criterion",
        "INSERT INTO audits_section (framework_id, position, code, name, question) "
        "SELECT id, 99, 'NEW', 'New', '' FROM audits_framework",
    ],
)
def test_published_framework_changed_by_raw_sql_is_refused(statement):
    FrameworkFactory()

    with pytest.raises(IntegrityError, match="is published and cannot change"), connection.cursor() as cursor:
        cursor.execute(statement)


def test_published_framework_cannot_take_over_a_criterion_of_a_draft():
    published = FrameworkFactory()
    section = Section.objects.create(framework=draft(), position=1, code="A", name="First")
    same = {"framework": section.framework, "section": section, "title": "T", "red": "r", "amber": "a", "green": "g"}
    criterion = Criterion.objects.create(**same, code="P-A-01", position=50)

    with pytest.raises(IntegrityError, match="is published and cannot change"):
        Criterion.objects.filter(pk=criterion.pk).update(framework=published)


def test_published_framework_may_be_retired_but_a_draft_may_still_change():
    published = FrameworkFactory()
    unfinished = draft()

    Framework.objects.filter(pk=published.pk).update(status="retired")
    Framework.objects.filter(pk=unfinished.pk).update(title="Better")
    unfinished.delete()

    assert statuses() == {"1.0": "retired"}


def test_framework_published_at_is_now():
    before = timezone.now()

    with transaction.atomic():
        framework = FrameworkFactory()

    assert timedelta(0) <= framework.published_at - before < timedelta(minutes=1)
