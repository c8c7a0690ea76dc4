"""`mrz read` and `mrz write` on text streams, without Django (the command file only opens the streams)."""

import json
from datetime import date
from typing import Any, TextIO

from icao.mrz import MrzError, read, spec_from_json, write

_LINES_OF = {30: 3, 36: 2, 44: 2}


def split_zones(text: str) -> list[str]:
    """The parts of a file that blank lines separate; lines of one zone that stand apart are put together."""
    blocks: list[list[str]] = [[]]
    for line in text.splitlines():
        if line.strip():
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    zones: list[list[str]] = []
    for block in filter(None, blocks):
        width = _width(block)
        apart = len(block) == 1 and width in _LINES_OF
        if apart and zones and len(zones[-1]) < _LINES_OF[width] and all(_width([o]) == width for o in zones[-1]):
            zones[-1] += block
        else:
            zones.append(block)
    return ["\n".join(zone) for zone in zones] or [""]


def _width(block: list[str]) -> int:
    return len("".join(block[0].split()))


def read_command(stream_in: TextIO, stream_out: TextIO, *, today: date | None = None) -> int:
    """Writes the verdict on each zone as JSON: one object, or a list when the text holds several zones.

    Exit code 0 when every zone is valid, 1 otherwise. Paragraphs without a zone count only when none has one.
    """
    verdicts = [read(zone, today=today) for zone in split_zones(stream_in.read())]
    found = [verdict for verdict in verdicts if verdict.format] or verdicts[:1]
    answers = [verdict.to_json() for verdict in found]
    _dump(answers[0] if len(answers) == 1 else answers, stream_out)
    return 0 if all(verdict.valid for verdict in found) else 1


def write_command(stream_in: TextIO, stream_out: TextIO, *, today: date | None = None) -> int:
    """Writes the lines of the zone that a JSON object describes; of a list, zones parted by blank lines.

    The keys are those of `icao.mrz.spec_from_json`. When one cannot be written nothing is: the errors are
    written as JSON (`{"errors": [{"zone", "field", "code", "args", "message"}]}`, zones counted from 1) and
    the exit code is 1.
    """
    try:
        given = json.loads(stream_in.read().lstrip("\ufeff"))
    except (ValueError, RecursionError) as problem:  # not JSON, or nested without end
        error = {"zone": 1, "field": "", "code": "invalid_json", "args": {}, "message": str(problem)}
        _dump({"errors": [error]}, stream_out)
        return 1
    zones: list[str] = []
    errors: list[dict[str, Any]] = []
    for index, data in enumerate(given if isinstance(given, list) else [given], 1):
        try:
            zones.append("\n".join(write(spec_from_json(data), today=today)))
        except MrzError as problem:
            errors += [{"zone": index, **error.to_json()} for error in problem.errors]
    if errors:
        _dump({"errors": errors}, stream_out)
        return 1
    stream_out.write("\n\n".join(zones) + "\n")
    return 0


def _dump(answer: Any, stream_out: TextIO) -> None:
    """In one write: the stream of a Django command ends every write with a line break."""
    stream_out.write(json.dumps(answer, indent=2, default=str) + "\n")
