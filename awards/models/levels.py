"""The levels, as the database knows them."""

from django.db import models


class AwardLevel(models.TextChoices):
    """The same four levels as `awards.rules.Level`, as choices for the database."""

    WORKING_TOWARDS = "working_towards", "Working towards Bronze"
    BRONZE = "bronze", "Bronze"
    SILVER = "silver", "Silver"
    GOLD = "gold", "Gold"
