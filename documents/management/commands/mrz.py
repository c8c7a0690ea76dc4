"""`manage.py mrz read FILE|-` and `manage.py mrz write [FILE|-]`; the work is in `icao.cli`."""

import sys
from contextlib import ExitStack
from io import TextIOWrapper
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError, CommandParser

from icao.cli import read_command, write_command


class Command(BaseCommand):
    help = "Reads machine-readable zones to JSON, or writes them from JSON (ICAO 9303)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        read = actions.add_parser("read", help="the verdict on each zone in FILE as JSON; exit 1 if one is invalid")
        read.add_argument("file", metavar="FILE", help="a text file, or - for the standard input")
        write = actions.add_parser("write", help="the lines of the zones that a JSON file describes")
        write.add_argument("file", metavar="FILE", nargs="?", default="-", help="a JSON file, or - (the default)")

    def handle(self, *args: Any, action: str, file: str, **options: Any) -> None:
        command = read_command if action == "read" else write_command
        with ExitStack() as stack:
            if file == "-":
                stream: TextIO = sys.stdin
                if isinstance(stream, TextIOWrapper):
                    stream.reconfigure(encoding="utf-8", errors="replace")  # whatever the locale says
            else:
                try:
                    stream = stack.enter_context(open(file, encoding="utf-8-sig", errors="replace"))
                except OSError as problem:
                    raise CommandError(f"{file}: {problem.strerror}") from problem
            code = command(stream, self.stdout)
        if code:
            sys.exit(code)
