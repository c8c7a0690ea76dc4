"""``manage.py roles``: writes docs/roles.md from offices/roles.py; ``--check`` fails when it is stale."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from offices.role_table import DOCUMENT, document


class Command(BaseCommand):
    help = "Writes the document of roles and permissions."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="Write nothing; fail when the document is stale.")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.BASE_DIR) / DOCUMENT
        text = document()
        if not options["check"]:
            path.write_text(text, encoding="utf-8")
            self.stdout.write(f"{DOCUMENT} written")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            raise CommandError(f"{DOCUMENT} is stale: run manage.py roles")
