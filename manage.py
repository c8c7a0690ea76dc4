#!/usr/bin/env python3
"""Django's command line for SUGM."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if sys.argv[1:2] in (["migrate"], ["application_role"]):  # nothing else may change tables and roles
        os.environ["DATABASE_AS_OWNER"] = "true"
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
