"""Translations: `python -m config.messages merge | compile | missing`.

The source strings are English, the screens Spanish. Every topic keeps its pairs in
`locale/fragments/<topic>.po`; `merge` makes `locale/es/LC_MESSAGES/django.po` of them, `compile` the binary
catalogue that Django reads, without the gettext tools. `missing` names source strings of the code and the
templates that no fragment translates.
"""

import argparse
import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import django
import polib

PROJECT = Path(__file__).resolve().parent.parent
FRAGMENTS = PROJECT / "locale" / "fragments"
CATALOGUE = PROJECT / "locale" / "es" / "LC_MESSAGES" / "django.po"
HEADER = {
    "Project-Id-Version": "SUGM",
    "Language": "es",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",
}
NOT_OURS = {".venv", "node_modules", "var", "tests", "bench", "static", "locale"}

Key = tuple[str, str]
"""Context ("" without one) and source string."""


class Wrong(Exception):
    """What is wrong with the fragments, one line per fault."""


def merge(fragments: Path = FRAGMENTS) -> polib.POFile:
    """One catalogue of all fragments, ordered by source string.

    Raises Wrong when two fragments translate the same string differently, when a translation is empty, or
    when its placeholders are not those of the source: a missing `%(name)s` would fail only when somebody
    sees the page.
    """
    found: dict[Key, tuple[polib.POEntry, str]] = {}
    faults = []
    for path in sorted(fragments.glob("*.po")):
        for entry in polib.pofile(str(path), encoding="utf-8"):
            if entry.obsolete:
                continue
            place = f"{path.name}:{entry.linenum or 1}"
            faults += [f"{place}: {fault}" for fault in _faults(entry)]
            key = (entry.msgctxt or "", entry.msgid)
            if key not in found:
                found[key] = (entry, place)
            elif _translations(found[key][0]) != _translations(entry):
                faults.append(f"{place}: {entry.msgid!r} is translated differently at {found[key][1]}")
    if faults:
        raise Wrong("\n".join(faults))
    catalogue = polib.POFile(wrapwidth=110)
    catalogue.metadata = HEADER
    for key in sorted(found, key=lambda key: (key[1].casefold(), key)):
        entry = found[key][0]
        entry.occurrences = []
        catalogue.append(entry)
    return catalogue


def write(catalogue: polib.POFile, path: Path = CATALOGUE) -> None:
    """Write the text form and the binary form beside it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(path))
    catalogue.save_as_mofile(str(path.with_suffix(".mo")))


def compile_catalogue(path: Path = CATALOGUE) -> None:
    """Make the binary form of the text form, unless it is newer."""
    binary = path.with_suffix(".mo")
    if path.exists() and (not binary.exists() or binary.stat().st_mtime < path.stat().st_mtime):
        polib.pofile(str(path), encoding="utf-8").save_as_mofile(str(binary))


def _translations(entry: polib.POEntry) -> list[str]:
    return [entry.msgstr] if not entry.msgid_plural else [entry.msgstr_plural.get(n, "") for n in (0, 1)]


def _faults(entry: polib.POEntry) -> Iterator[str]:
    sources = [entry.msgid, entry.msgid_plural or entry.msgid]
    for source, text in zip(sources, _translations(entry), strict=False):
        if not text:
            yield f"{source!r} has no translation"
        elif _placeholders(text) != _placeholders(source) and not entry.msgid_plural:
            yield f"{text!r} has other placeholders than {source!r}"
        elif not _placeholders(text) <= _placeholders(sources[1]) | _placeholders(sources[0]):
            yield f"{text!r} has placeholders that {source!r} has not"
        if source.startswith("\n") != text.startswith("\n") or source.endswith("\n") != text.endswith("\n"):
            yield f"{text!r} does not begin and end with the same line breaks as {source!r}"


def _placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[sdif]|%[sdf]|(?<!\{)\{\w*\}(?!\})", text.replace("%%", "")))


# -- what is missing ---------------------------------------------------------------------------------------

CALLS = {
    "_",
    "gettext",
    "gettext_lazy",
    "gettext_noop",
    "ngettext",
    "ngettext_lazy",
    "pgettext",
    "pgettext_lazy",
}


def sources(root: Path = PROJECT) -> Iterator[tuple[Key, str]]:
    """Every source string that code and templates mark for translation, with the file it is in."""
    for path in sorted(root.rglob("*")):
        inner = path.relative_to(root)
        if inner.parts[0] in NOT_OURS or not path.is_file():
            continue
        if path.suffix == ".py" and "migrations" not in inner.parts:
            for key in _in_python(path.read_text()):
                yield key, str(inner)
        elif inner.parts[0] == "templates" and path.suffix in (".html", ".txt"):
            for key in _in_template(path.read_text(), str(inner)):
                yield key, str(inner)


def _in_python(code: str) -> Iterator[Key]:
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            if name in CALLS and texts:
                if name.startswith("pgettext"):
                    yield (texts[0], texts[1]) if len(texts) > 1 else ("", texts[0])
                else:
                    yield ("", texts[0])


def _in_template(text: str, name: str) -> Iterator[Key]:
    from django.utils.translation.template import templatize

    # Django's own extraction turns tags into calls and blanks the rest: no Python, so the calls are read
    # one by one.
    calls = templatize(text, origin=name)
    string = r"u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
    for call in re.finditer(rf"\b(_|n?p?gettext)\(\s*({string})(?:\s*,\s*({string}))?", calls):
        function, first, second = call[1], ast.literal_eval(call[2]), call[3]
        yield (first, ast.literal_eval(second)) if "p" in function else ("", first)


def missing(root: Path = PROJECT, fragments: Path = FRAGMENTS) -> list[tuple[str, str]]:
    """Pairs (file, source string) that neither a fragment nor Django's own Spanish catalogues translate."""
    known = {(entry.msgctxt or "", entry.msgid) for entry in merge(fragments)}
    for path in Path(django.__file__).parent.rglob("locale/es/LC_MESSAGES/django.po"):
        known |= {(entry.msgctxt or "", entry.msgid) for entry in polib.pofile(str(path), encoding="utf-8")}
    found: dict[Key, tuple[str, str]] = {}
    for key, name in sources(root):
        if key not in known and key[1].strip():
            found.setdefault(key, (name, key[1]))
    return sorted(found.values())


def main() -> int:
    """Exit code 1 when fragments are wrong (`merge`) or strings have no translation (`missing`)."""
    parser = argparse.ArgumentParser(prog="python -m config.messages", description=__doc__)
    parser.add_argument("act", choices=["merge", "compile", "missing"])
    act = parser.parse_args().act
    try:
        if act == "merge":
            write(merge())
        elif act == "compile":
            compile_catalogue()
        else:
            found = missing()
            for name, text in found:
                sys.stdout.write(f"{name}: {text!r}\n")
            return 1 if found else 0
    except Wrong as wrong:
        sys.stderr.write(f"{wrong}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
