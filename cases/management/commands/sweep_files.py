"""Stored files that no row names: how many there are, and with --remove remove them."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cases.services import orphans

SHOWN = 20


class Command(BaseCommand):
    help = "Tell how many stored files belong to no row of any table. Removes none, unless told to."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--remove", action="store_true", help="remove them, as the job does in the course of a day")
        parser.add_argument("--force", action="store_true", help="also when there are suspiciously many")

    def handle(self, *args: Any, remove: bool, force: bool, **options: Any) -> None:
        try:
            found = orphans.remove_orphans(force=force) if remove else orphans.find_orphans()
        except orphans.NotBehindTheWall as error:
            raise CommandError("This connection does not see protected rows: nothing was looked for.") from error
        self.stdout.write(f"{found.seen} files, {len(found.orphans)} of them without a row, {found.removed} removed")
        for _storage, name in found.orphans[:SHOWN]:
            self.stdout.write(f"  {name}")
        if found.held:
            raise CommandError(
                "That many are no leftovers: do this database and these files belong together? --force removes them."
            )
