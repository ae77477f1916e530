"""WSGI entry point for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

from hubportal.deploy_checks import refuse_unsafe_start

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hubportal.settings")

application = get_wsgi_application()
refuse_unsafe_start()
