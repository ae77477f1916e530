"""To look at: offers and providers have pages of their own."""

from django.contrib import admin

from schools.admin import ReadOnly
from support.models import Offer, Provider


@admin.register(Provider)
class ProviderAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("name", "kind", "website")
    list_filter = ("kind",)
    search_fields = ("name",)


@admin.register(Offer)
class OfferAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("title", "provider", "kind", "created_at", "withdrawn_at")
    list_filter = ("kind", "provider")
    list_select_related = ("provider",)
    search_fields = ("title", "provider__name")
