"""``manage.py audit seal | verify``."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit import sealing
from audit.tasks import seal
from wall.realm import PROTECTED, in_realm

WORDS = {
    "altered": "event {event} was changed after seal {seal}",
    "missing": "event {event} of seal {seal} is gone",
    "added": "event {event} was slipped in among those of seal {seal}",
    "seal": "seal {seal} is not the one that was made, or one before it is gone",
    "sink": "seal {seal} differs from the file of seals",
}
SHOWN = 50


class Command(BaseCommand):
    help = "Seals the audit log, or proves that it is whole."

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        acts.add_parser("seal", help="Close what has been written since the last seal.")
        acts.add_parser("verify", help="Compare every event with its seal; fails when one does not agree.")

    @in_realm(PROTECTED)
    def handle(self, *args: Any, **options: Any) -> None:
        if options["act"] == "seal":
            self.stdout.write(f"{seal()} events sealed")
        else:
            self._verify()

    def _verify(self) -> None:
        faults = 0
        for fault in sealing.verify():
            faults += 1
            if faults <= SHOWN:
                self.stderr.write(WORDS[fault.kind].format(event=fault.event_id, seal=fault.seal_id))
        if faults:
            raise CommandError(f"The log is not whole: {faults} faults.")
        self.stdout.write("The log is whole as far as it is sealed.")
