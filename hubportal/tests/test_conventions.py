"""Rules that hold for the whole project, checked on whatever is in it."""

import re

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models
from django.urls import URLPattern, URLResolver, get_resolver

from hubportal.accounts.permissions import StaffRequiredMixin
from hubportal.retention import RETENTION
from schools.permissions import ContactRequiredMixin

OURS = ("hubportal", "accounts", "access", "mail", "schools", "support", "meetings", "audits", "awards", "reports")
# Addresses that anybody may open, each on purpose.
PUBLIC = {
    "home", "accessibility", "privacy", "hub_css", "hub_logo", "health",
    "school_search", "area_leaders", "personal_link", "withdraw", "link_needed", "link_asked", "leave_school",
    "request_meeting", "request_form", "request_check", "request_save", "request_kept", "request_saved",
    "request_thanks", "calendar_feed", "award_guide", "audit_blank_pdf", "audit_blank_word", "verify",
    "verify_certificate", "audit_worker", "badge", "badge_dark", "verify_file", "award_holders",
    "credential", "jwks", "credential_key", "credential_issuer", "credential_status", "credential_achievement",
}  # fmt: skip
# Our choice of the library's own pages.
LIBRARY_VIEWS = "hubportal.accounts.sign_in_urls"
# Functions, not classes: they declare their access by a decorator.
DECORATED = {"components"}
# Instants that belong to nobody, or whose author stands in another field.
WITHOUT_AUTHOR = {
    # When a row was written or the machine did something.
    "created_at", "updated_at", "at", "started_at", "finished_at", "claimed_at", "queued_at", "expires_at",
    "revoked_at", "last_used_at", "consented_at", "withdrawn_at", "left_at", "saved_at", "bounced_at",
    "still_there_at", "erasure_asked_at", "erased_at", "escalated_at", "received_at", "made_at",
}  # fmt: skip
SENT_BY_THE_MACHINE = {
    "mail.Email.sent_at",
    "awards.Reflection.reminded_at",
    "awards.Renewal.queued_at",
    "awards.Renewal.reminded_at",
    "awards.BatchPart.done_at",
    "awards.CertificateBatch.finished_at",
    "awards.Credential.issued_at",
}
# Their author has another name: the contact, or the member of staff who wrote an answer down.
AUTHOR_BY_ANOTHER_NAME = {
    "awards.ReflectionResponse.answered_at",
    "awards.ReflectionResponse.changed_at",
    "awards.ProgressNote.written_at",
    "awards.PackReading.answered_at",
}
PERSONAL = re.compile(r"(^|_)(name|email|phone|to_address|from_address|owner|consent_wording)$")
# Names of things, not of people.
NOT_PERSONAL = re.compile(
    r"^(schools\.(HubProfile|Area|SchoolLink|ImportRun)\.|schools\.School\.(name|la_name|type_name|phase_name)"
    r"|support\.Provider\.name|audits\.(Section|Framework|Criterion)\.|awards\.Certificate\.school_name|awards\.Recommendation\.scheme_name"
    r"|meetings\.HubHoliday\.name"
    r"|mail\.EmailAttachment\.|schools\.TimelineEvent\.email|awards\.\w+\.email$)"
)


def our_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model._meta.app_label in OURS]


def our_fields() -> list[tuple[str, models.Field]]:
    return [
        (f"{model._meta.label}.{field.name}", field)
        for model in our_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.Field)
    ]


def views(patterns=None) -> list[tuple[str, object]]:
    """Each of our addresses by name with its view; the libraries' own (sign-in, admin site) are theirs to guard."""
    found = []
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            module = getattr(pattern.urlconf_name, "__name__", pattern.urlconf_name)
            if str(module).startswith(OURS) and module != LIBRARY_VIEWS:
                found += views(pattern.url_patterns)
        elif isinstance(pattern, URLPattern):
            found.append((pattern.name, pattern.callback))
    return found


def test_every_address_declares_who_may_open_it():
    undeclared = [
        name
        for name, view in views()
        if name not in PUBLIC | DECORATED
        and not issubclass(getattr(view, "view_class", object), StaffRequiredMixin | ContactRequiredMixin)
    ]

    assert undeclared == []


def test_every_public_address_exists():
    assert (PUBLIC | DECORATED) & {name for name, _ in views()} == PUBLIC | DECORATED


def test_every_personal_field_declares_how_long_it_is_kept():
    declared = {field for group in RETENTION for field in group.fields}
    known = {label for label, _ in our_fields()}
    personal = {
        label
        for label, field in our_fields()
        if PERSONAL.search(field.name) and not NOT_PERSONAL.match(label) and not field.is_relation
    }

    assert personal - declared == set()
    assert declared - known == set()


def test_every_instant_has_its_author():
    without = []
    for label, field in our_fields():
        if isinstance(field, models.DateTimeField) and field.name.endswith("_at"):
            names = {other.name for other in field.model._meta.get_fields()}
            if field.name not in WITHOUT_AUTHOR and field.name[:-2] + "by" not in names:
                without.append(label)

    assert set(without) - SENT_BY_THE_MACHINE - AUTHOR_BY_ANOTHER_NAME == set()


def test_every_choices_column_is_checked_by_the_database():
    unchecked = []
    for model in our_models():
        conditions = " ".join(
            str(constraint.condition)
            for constraint in model._meta.constraints
            if isinstance(constraint, models.CheckConstraint)
        )
        unchecked += [
            f"{model._meta.label}.{field.name}"
            for field in model._meta.local_fields
            if field.choices and f"'{field.name}__in'" not in conditions
        ]

    assert unchecked == []


def test_every_constraint_is_named_after_its_table():
    misnamed = [
        constraint.name
        for model in our_models()
        for constraint in model._meta.constraints
        if not constraint.name.startswith(f"{model._meta.app_label}_")
    ]

    assert misnamed == []


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
