#!/usr/bin/env python
"""Django's command line for the hub portal."""

import os
import sys

from hubportal.run import development


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hubportal.settings")
    from django.core.management import execute_from_command_line

    with development(os.environ):
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
