"""Bring everything that lies sealed under the first key of EVIDENCE_KEYS, so that an older key can be taken away."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from agencies.models import Evidence
from agencies.sealing import SealBroken, reseal
from wall.realm import PROTECTED, in_realm

BATCH = 200


class Command(BaseCommand):
    help = "Seal all evidence anew with the first key of EVIDENCE_KEYS."

    @in_realm(PROTECTED)
    def handle(self, *args: Any, **options: Any) -> None:
        last, done, broken = 0, 0, 0
        while True:
            with transaction.atomic():
                rows = list(
                    Evidence.objects.select_for_update()
                    .filter(pk__gt=last, sealed__isnull=False)
                    .order_by("pk")[:BATCH]
                )
                if not rows:
                    break
                last = rows[-1].pk
                opened = []
                for row in rows:
                    try:
                        row.sealed = reseal(row.sealed)
                    except SealBroken:
                        broken += 1
                        continue
                    opened.append(row)
                Evidence.objects.bulk_update(opened, ["sealed"])
                done += len(opened)
        self.stdout.write(f"{done} sealed anew")
        if broken:
            raise CommandError(f"{broken} could not be opened with any configured key: keep the old keys")
