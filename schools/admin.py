"""The hub's profile, its areas and its register, for administrators. Schools themselves change by the import alone."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from schools.forms import ContactCorrectionForm
from schools.models import Area, Contact, HubProfile, ImportRun, School, SchoolLink

# Django's next default for addresses typed without it.
HTTPS = {"assume_scheme": "https"}


class NoDeletion:
    """History hangs on these: they are never deleted here."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnly(NoDeletion):
    """Nothing can be added or changed here either."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(HubProfile)
class HubProfileAdmin(NoDeletion, admin.ModelAdmin):
    """One row, which is there from the first save on."""

    list_display = ("name", "award_name", "contact_email", "signatory_name")
    formfield_overrides = {models.URLField: HTTPS}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return not HubProfile.objects.exists()

    def save_model(self, request: HttpRequest, obj: HubProfile, form: Any, change: bool) -> None:
        obj.pk = 1
        super().save_model(request, obj, form, change)


@admin.register(Area)
class AreaAdmin(ReadOnly, admin.ModelAdmin):
    """To look at; areas have pages of their own."""

    list_display = ("name", "leader", "postcode_districts")
    list_select_related = ("leader",)


class SchoolLinkInline(ReadOnly, admin.TabularInline):
    model = SchoolLink
    fields = ("link_type", "linked_urn", "linked_name", "established_on")


@admin.register(School)
class SchoolAdmin(ReadOnly, admin.ModelAdmin):
    """To look at: the import writes what is here, and area and audit change on the school's own page."""

    list_display = ("name", "urn", "town", "postcode", "status", "audit_offer", "area")
    list_filter = ("status", "la_name", "audit_offer", "area")
    list_select_related = ("area",)
    search_fields = ("name", "=urn", "town", "postcode")
    inlines = (SchoolLinkInline,)
    formfield_overrides = {models.URLField: HTTPS}


@admin.register(Contact)
class ContactAdmin(NoDeletion, admin.ModelAdmin):
    """To put a name or a telephone number right. Consent, address and school are what the person gave."""

    form = ContactCorrectionForm
    list_display = ("name", "role", "school", "email", "consented_at", "withdrawn_at", "left_at")
    list_filter = ("role",)
    list_select_related = ("school",)
    search_fields = ("name", "email", "school__name")
    fields = ("school", "name", "role", "email", "phone", "consent_wording", "consented_at", "withdrawn_at", "left_at")
    readonly_fields = ("school", "role", "email", "consent_wording", "consented_at", "withdrawn_at", "left_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnly, admin.ModelAdmin):
    """What each import did, and what it said about single records."""

    list_display = ("started_at", "file_name", "rows", "added", "updated", "unchanged", "closed", "rejected", "outside")
    list_select_related = ("by",)
