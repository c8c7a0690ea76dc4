"""Front-end files: ``python -m config.assets`` npm's files that pages need, to ``static/vendor``.

Run after ``npm ci``. Copies only the files listed here, writes one sprite with the icons in use, removes what
is no longer listed, and touches nothing that is already right, so it can run on every start.
"""

import re
import sys
from pathlib import Path

from ui.icons import OUTLINE

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"

FILES = {
    "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    "echarts.min.js": "echarts/dist/echarts.min.js",
    "fonts/inter-latin.woff2": "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
    "fonts/inter-latin-ext.woff2": "@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2",
    "fonts/inter-vietnamese.woff2": "@fontsource-variable/inter/files/inter-vietnamese-wght-normal.woff2",
    "fonts/jetbrains-mono-latin.woff2": (
        "@fontsource-variable/jetbrains-mono/files/jetbrains-mono-latin-wght-normal.woff2"
    ),
    "licences/tabler-icons.txt": "@tabler/icons/LICENSE",
    "licences/echarts.txt": "echarts/LICENSE",
    "licences/inter.txt": "@fontsource-variable/inter/LICENSE",
    "licences/jetbrains-mono.txt": "@fontsource-variable/jetbrains-mono/LICENSE",
}
ICON_FOLDER = "@tabler/icons/icons/outline"
SPRITE = "icons.svg"

# The maps are not shipped, and a manifest storage stops at a reference to a file that is not there.
_SOURCE_MAP = re.compile(rb"\n?(?:/\*[#@] sourceMappingURL=[^*]*\*/|//[#@] sourceMappingURL=\S+)\s*$")
_OUTER = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
_BOUNDS = re.compile(r'<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*/>')


class MissingPackage(RuntimeError):
    """A file that should come from npm is not there; the message says what to run."""


def _read(package_file: str) -> bytes:
    try:
        return (PACKAGES / package_file).read_bytes()
    except FileNotFoundError as error:
        if not PACKAGES.is_dir():
            raise MissingPackage("node_modules is missing: run `npm ci`, then `python -m config.assets`.") from error
        raise MissingPackage(
            f"node_modules/{package_file} is missing: run `npm ci` (it installs what package-lock.json says)."
        ) from error


def _dist(package_file: str) -> bytes:
    content = _read(package_file)
    if package_file.endswith((".css", ".js")):
        content = _SOURCE_MAP.sub(b"\n", content)
    return content


def sprite(names: frozenset[str] = OUTLINE) -> bytes:
    """One SVG with a ``<symbol>`` per icon, in a fixed order."""
    symbols = []
    for name in sorted(names):
        match = _OUTER.search(_read(f"{ICON_FOLDER}/{name}.svg").decode())
        if match is None:
            raise MissingPackage(f"node_modules/{ICON_FOLDER}/{name}.svg is not an SVG image.")
        paths = " ".join(_BOUNDS.sub("", match.group(1)).split())
        symbols.append(
            f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" '
            f'stroke-linecap="round" stroke-linejoin="round">{paths}</symbol>'
        )
    return ('<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n").encode()


def build(target: Path = VENDOR) -> int:
    """Bring ``target`` up to date and return how many files were written or removed.

    Everything is read before anything is written: a missing package leaves the folder as it was.
    """
    wanted = {name: _dist(source) for name, source in FILES.items()} | {SPRITE: sprite()}
    changed = 0
    for name, content in wanted.items():
        path = target / name
        if path.is_file() and path.read_bytes() == content:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        changed += 1
    for path in target.rglob("*"):
        if path.is_file() and path.relative_to(target).as_posix() not in wanted:
            path.unlink()
            changed += 1
    return changed


def main() -> int:
    try:
        changed = build()
    except MissingPackage as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"static/vendor: {changed} file(s) changed\n" if changed else "static/vendor: up to date\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
