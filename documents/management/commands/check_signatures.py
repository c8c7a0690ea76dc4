"""``manage.py check_signatures``: what stands in the way of signing files; for the monitoring of an installation."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from documents.signatures.checks import problems


class Command(BaseCommand):
    help = "Tells what stands in the way of signing files. Ends with 1 when files can not be signed."

    def handle(self, *args: Any, **options: Any) -> None:
        found = problems()
        for problem in found:
            self.stdout.write(f"{'ERROR' if problem.stops else 'WARNING'}: {problem.text}")
        if any(problem.stops for problem in found):
            sys.exit(1)
