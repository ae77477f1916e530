"""The public page that says what the award asks."""

from typing import Any

from django.utils.decorators import method_decorator
from django.views.decorators.gzip import gzip_page
from django.views.generic import TemplateView

from audits.queries import published_definitions
from audits.rules import levels_in_words


# A long text without a secret in it: compressed, it is a sixth as heavy on a phone.
@method_decorator(gzip_page, name="dispatch")
class AwardGuideView(TemplateView):
    """For anyone: levels, thresholds and criteria, read from the published frameworks."""

    template_name = "audits/award_guide.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        frameworks = [
            {"definition": definition, "levels": levels_in_words(definition.scoring)}
            for definition in published_definitions()
        ]
        has_one_rule = len({framework["levels"] for framework in frameworks}) == 1
        return super().get_context_data(**kwargs) | {"frameworks": frameworks, "has_one_rule": has_one_rule}
