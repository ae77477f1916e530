"""Frameworks and audits for administrators to look at. Frameworks change by `load_frameworks` alone."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from audits.models import Audit, Criterion, Framework, Priority, Rating, Section


class ReadOnly:
    """Nothing can be added, changed or deleted here."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class SectionInline(ReadOnly, admin.TabularInline):
    model = Section
    fields = ("position", "code", "name", "question")


class CriterionInline(ReadOnly, admin.TabularInline):
    model = Criterion
    fields = ("position", "code", "title", "essential", "allow_not_applicable")


@admin.register(Framework)
class FrameworkAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("title", "phase", "version", "status", "published_at")
    list_filter = ("phase", "status")
    inlines = (SectionInline, CriterionInline)


class RatingInline(ReadOnly, admin.TabularInline):
    model = Rating
    fields = ("criterion", "agreed", "version", "updated_at", "updated_by")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("criterion", "updated_by")


class PriorityInline(ReadOnly, admin.TabularInline):
    model = Priority
    fields = ("number", "criterion", "owner", "due_on")


@admin.register(Audit)
class AuditAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("school", "framework", "status", "started_at", "agreed_at")
    list_filter = ("status", "framework__phase")
    list_select_related = ("meeting__school", "framework")
    search_fields = ("meeting__school__name",)
    inlines = (PriorityInline, RatingInline)

    @admin.display(ordering="meeting__school__name")
    def school(self, audit: Audit) -> str:
        return audit.meeting.school.name
