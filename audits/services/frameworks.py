"""Publishing a framework: from checked data to frozen rows."""

import hashlib
import json
from collections.abc import Mapping
from itertools import count
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from audits.models import Criterion, Framework, FrameworkStatus, Section
from audits.queries import definition_of, problems_of_following, published_framework
from audits.rules import (
    Essential,
    FrameworkDefinition,
    FrameworkInvalid,
    compare_frameworks,
    parse_framework,
)
from hubportal.accounts.models import User


@transaction.atomic
def publish_framework(*, definition_data: Mapping[str, Any], by: User | None) -> Framework:
    """Publish a framework file's data; the version published so far is retired, open audits keep theirs.

    The same data again changes nothing and returns what is published. `by` is None for the command line.

    Raises:
        ValidationError: the data is not a valid framework (a sentence for each problem), its version number is
            not higher than that of every earlier version, or its mapping does not start from the published one.
    """
    try:
        definition = parse_framework(definition_data)
    except FrameworkInvalid as error:
        raise ValidationError(error.problems) from error
    wait_for_other_publishers()
    published = published_framework(definition.phase)
    if published and not compare_frameworks(definition_of(published), definition):
        return published
    check_may_follow(definition, published)
    if published:
        published.status = FrameworkStatus.RETIRED
        published.save(update_fields=["status"])
    framework = _write_draft(definition, definition_data)
    framework.status, framework.published_at, framework.published_by = (
        FrameworkStatus.PUBLISHED,
        timezone.now(),
        by,
    )
    framework.save(update_fields=["status", "published_at", "published_by"])
    return framework


def check_may_follow(definition: FrameworkDefinition, published: Framework | None) -> None:
    """Raise ValidationError unless this may be published next, after `published`.

    Its version number must be higher than those of all earlier versions, and its mapping start from the published
    one: the answers of audits are compared and carried over from version to version.
    """
    problems = problems_of_following(definition, published)
    if problems:
        raise ValidationError(problems)


def wait_for_other_publishers() -> None:
    """Two people who publish at once come one after the other, also when nothing is published yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('audits_framework'))")


def _write_draft(definition: FrameworkDefinition, data: Mapping[str, Any]) -> Framework:
    text = json.dumps(data, sort_keys=True, ensure_ascii=False)
    framework = Framework.objects.create(
        phase=definition.phase,
        version=definition.version,
        title=definition.title,
        definition=json.loads(text),
        sha256=hashlib.sha256(text.encode()).hexdigest(),
    )
    sections = [
        Section(framework=framework, position=position, code=section.code, name=section.name, question=section.question)
        for position, section in enumerate(definition.sections, start=1)
    ]
    Section.objects.bulk_create(sections)
    positions = count(start=1)
    Criterion.objects.bulk_create(
        Criterion(
            framework=framework,
            section=row,
            position=next(positions),
            code=criterion.code,
            title=criterion.title,
            red=criterion.red,
            amber=criterion.amber,
            green=criterion.green,
            why_it_matters=criterion.why_it_matters,
            conversation_prompt=criterion.conversation_prompt,
            essential="" if criterion.essential == Essential.NONE else criterion.essential,
            allow_not_applicable=criterion.allow_not_applicable,
            not_applicable_when=criterion.not_applicable_when,
            support_red=list(criterion.support_red),
            support_amber=list(criterion.support_amber),
        )
        for row, section in zip(sections, definition.sections, strict=True)
        for criterion in section.criteria
    )
    return framework
