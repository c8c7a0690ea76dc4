"""Whatever the house writes into the log, the auditor's page can say in words."""

import re
from pathlib import Path

from django.conf import settings

from cases.verbs import choices

WRITTEN = re.compile(r"""\b(?:record|record_denied|event|note|note_read|note_event)\(\s*"([a-z_]+\.[a-z_]+)\"""")
ROOMS = ("audit", "offices", "people", "cases", "agencies", "documents", "visas")


def test_every_verb_that_is_written_has_a_name():
    sources = [path for room in ROOMS for path in (Path(settings.BASE_DIR) / room).rglob("*.py")]
    written = {verb for path in sources for verb in WRITTEN.findall(path.read_text(encoding="utf-8"))}
    assert len(written) > 60  # the search finds what it looks for
    assert written - {verb for verb, _name in choices()} == set()
