"""Administrators keep the hub's holidays here; everything else about meetings has pages of its own."""

from django.contrib import admin

from meetings.models import HubHoliday


@admin.register(HubHoliday)
class HubHolidayAdmin(admin.ModelAdmin):
    list_display = ("name", "first_on", "last_on")
    date_hierarchy = "first_on"
