"""What a school agrees to when its award is shown in public."""

LISTING_WORDING = (
    "We agree that {hub} shows our school in its public list of award holders, with its name, town, postcode, level "
    "and the dates of the award. It is shown only while an award of ours is in force, and we can end this at any time "
    "on our school’s page."
)


def listing_wording(*, hub: str) -> str:
    """What a school ticks, word for word; `list_school` keeps it with the entry."""
    return LISTING_WORDING.format(hub=hub)
