"""``manage.py defaults``: the configuration a new installation begins with. Safe to repeat: it adds what is missing and
changes nothing that is there."""

from django.core.management.base import BaseCommand
from django.db import transaction

from cases.registry import registry


class Command(BaseCommand):
    help = "Load the default configuration (visa classes, requirements, clocks, policies); adds missing rows only."

    @transaction.atomic
    def handle(self, *args, **options) -> None:
        for code, load in registry.defaults.items():
            self.stdout.write(f"{code}: {load()} rows added")
