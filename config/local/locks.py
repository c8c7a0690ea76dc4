"""What can be said about the lock files without asking anybody: `make lint` runs ``python -m config.local.locks``.

Every package is pinned to one version with SHA-256 hashes and comes from the index, never from an address or a
repository; all lock files agree, what pyproject.toml asks for is in them, and what is installed is what they say;
licences are ones that go with ours. Whether a version is known to be vulnerable or was withdrawn only an advisory
service knows: that is `make audit`, which needs the network and fails without it.
"""

import json
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
FILES = ("base", "local", "dev", "uv")
_HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")
# Licences that may be combined with the AGPL, version 3 or later (gnu.org/licenses/license-list), by how packages
# write them.
COMPATIBLE = re.compile(
    r"0BSD|AGPL|AGPLv3|Affero|Apache|BSD|CMU|HPND|ISC|LGPL|Lesser|GPLv3|GPL-3|MIT|MPL|Mozilla|OFL|PSF|Python Software"
    r"|Public Domain|Unlicense|CC0|PostgreSQL|Zlib",
    re.IGNORECASE,
)
# Said otherwise in the package's metadata than by its licence text.
READ_BY_US = {
    "axe-playwright-python": "MIT, in its licence file alone; tests only",
    "text-unidecode": "Artistic License or GPL, at one's choice; tests only",
}


class Locked(NamedTuple):
    """One entry of a lock file."""

    file: str
    requirement: Requirement
    hashes: int


def entries(text: str, file: str) -> Iterator[Locked | str]:
    """Each entry of a lock file, or in words what is wrong with a line."""
    for line in text.replace("\\\n", " ").splitlines():
        line = line.partition(" #")[0].strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("-"):
            yield f"{file}: an option, where only packages may stand: {line.split()[0]}"
            continue
        hashes, name = len(_HASH.findall(line)), line.partition("--hash")[0].strip()
        try:
            yield Locked(file, Requirement(name), hashes)
        except InvalidRequirement:
            yield f"{file}: not a pinned package: {name[:80]}"


def faults_of(locked: Locked) -> Iterator[str]:
    """What is wrong with one entry."""
    found, where = locked.requirement, f"{locked.file}: {locked.requirement.name}"
    pins = list(found.specifier)
    if found.url:
        yield f"{where} comes from an address, not from the index"
    elif len(pins) != 1 or pins[0].operator != "==" or "*" in pins[0].version:
        yield f"{where} is not pinned to one version"
    if not locked.hashes:
        yield f"{where} has no SHA-256 hash"


def disagreements(locked: list[Locked], wanted: dict[str, list[str]]) -> Iterator[str]:
    """Between the lock files, and with pyproject.toml (``wanted``: its requirements by lock file)."""
    by_file: dict[str, dict[str, list[Requirement]]] = {file: {} for file in FILES}
    for each in locked:
        by_file[each.file].setdefault(canonicalize_name(each.requirement.name), []).append(each.requirement)
    for file in ("base", "local"):
        for name, found in by_file[file].items():
            versions = {str(each.specifier) for each in by_file["dev"].get(name, [])}
            if versions and not {str(each.specifier) for each in found} <= versions:
                yield f"{file} and dev: {name} differs; run make lock"
    for file, requirements in wanted.items():
        for text in requirements:
            asked = Requirement(text)
            pinned = by_file[file].get(canonicalize_name(asked.name), [])
            if not any(asked.specifier.contains(next(iter(each.specifier)).version) for each in pinned):
                yield f"{file}: {text} of pyproject.toml is not met; run make lock"


def installed(locked: list[Locked]) -> Iterator[str]:
    """Where this environment has another version than the locks, and licences that do not go with ours."""
    dev = [each.requirement for each in locked if each.file == "dev"]
    for name in sorted({canonicalize_name(each.name) for each in dev}):
        pins = [each for each in dev if canonicalize_name(each.name) == name]
        pins = [each for each in pins if each.marker is None or each.marker.evaluate()]
        try:
            found = metadata.metadata(name)
        except metadata.PackageNotFoundError:
            continue  # of another platform or Python
        if pins and not any(each.specifier.contains(found["Version"]) for each in pins):
            yield f"installed: {name} {found['Version']} is not the locked one"
        licence = licence_of(found)
        if not COMPATIBLE.search(licence) and name not in READ_BY_US:
            yield f"licence: {name} says «{licence[:80]}»"


def licence_of(found: metadata.PackageMetadata) -> str:
    """As the package says it: expression, classifiers, or free text."""
    classified = [line for line in found.get_all("Classifier") or [] if line.startswith("License ::")]
    return found.get("License-Expression") or "; ".join(classified) or (found.get("License") or "")[:200]


def front_end(lock: dict) -> Iterator[str]:
    """What is wrong with package-lock.json."""
    for path, package in lock["packages"].items():
        name = path.rpartition("node_modules/")[2]
        if not path:
            continue
        if not str(package.get("integrity", "")).startswith("sha512-"):
            yield f"package-lock.json: {name} has no SHA-512 hash"
        if "resolved" in package or package.get("link"):
            yield f"package-lock.json: {name} comes from an address, not from the registry"
        if package.get("hasInstallScript"):
            yield f"package-lock.json: {name} runs a program when it is installed"
        if not COMPATIBLE.search(str(package.get("license", ""))):
            yield f"licence: {name} says «{package.get('license', '')}»"


def faults(root: Path = ROOT) -> list[str]:
    """Everything that is wrong, in words; nothing when all is well."""
    found: list[str] = []
    locked: list[Locked] = []
    for file in FILES:
        for each in entries((root / "requirements" / f"{file}.txt").read_text(), file):
            if isinstance(each, str):
                found.append(each)
            else:
                locked.append(each)
                found += faults_of(each)
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    wanted = {"base": project["dependencies"], "local": extras["local"], "dev": extras["dev"]}
    if not found:  # what is not pinned can not be compared
        found += [*disagreements(locked, wanted), *installed(locked)]
    return [*found, *front_end(json.loads((root / "package-lock.json").read_text()))]


if __name__ == "__main__":
    sys.exit("\n".join(faults()) or None)
