"""What the hub does with frameworks and audits."""

from .frameworks import check_version_is_new, publish_framework

__all__ = ["check_version_is_new", "publish_framework"]
