"""How production names styles and scripts: each by what it holds, also where one script imports another."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class PortalStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """A script's `import "./other.js"` is rewritten to the hashed name: only hashed copies are kept."""

    support_js_module_import_aggregation = True
