"""The script by which a device opens an audit without a network."""

from typing import Any

from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils.decorators import method_decorator
from django.views.decorators.cache import cache_control
from django.views.generic import TemplateView


@method_decorator(cache_control(no_cache=True), name="dispatch")
class WorkerView(TemplateView):
    """Served among the audits, so that it reaches their pages and no others. It holds nothing of any school.

    It changes with the styles and scripts, by which a browser knows that there is a newer one.
    """

    template_name = "audits/worker.js"
    content_type = "text/javascript; charset=utf-8"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"version": static_version()}


def static_version() -> str:
    """A short name for the styles and scripts as they are; in development always the same."""
    return getattr(staticfiles_storage, "manifest_hash", "") or "development"
