"""What a school has noted of its priorities, where staff read of it: `{% school_progress school=meeting.school %}`."""

from typing import Any

from django import template

from awards.queries import latest_progress
from schools.models import School

register = template.Library()


@register.inclusion_tag("awards/_school_progress.html")
def school_progress(*, school: School) -> dict[str, Any]:
    """The latest notes with their priorities, in one query; nothing where there are none."""
    return {"notes": latest_progress(school), "school": school}
