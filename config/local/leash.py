"""A program that ends when whoever started it is gone, even by SIGKILL: nothing is left running for a later sweep.

`tied()` puts this file in front of a program. It asks the kernel for a signal at the end of its parent
(prctl(2), PR_SET_PDEATHSIG, Linux only) and then becomes the program, under the same process id. Not by a
`preexec_fn`: that runs Python between fork and exec, which threads of the parent may deadlock.

The kernel means the *thread* that started it: start what shall stay from a thread that stays. What the
program itself starts is its own affair; servers that end by a signal end their processes.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1


def tied(
    argv: Sequence[str | Path], number: signal.Signals = signal.SIGKILL, *, user: tuple[int, int] | None = None
) -> list[str]:
    """The command line that runs `argv` until the calling process ends, which then sends it `number`.

    `user` is (uid, gid) to run as; only root can ask for it. A program that is not there is told on standard
    error, with exit code 127.
    """
    uid, gid = user or ("", "")
    leash = [sys.executable, "-I", "-S", __file__, str(os.getpid()), str(int(number)), str(uid), str(gid)]
    return [*leash, *(str(part) for part in argv)]


def main() -> None:
    """Become the program. Comes back only if that fails."""
    parent, number, uid, gid, *argv = sys.argv[1:]
    if uid:  # first, because the kernel forgets the wish when a process changes its user
        os.setgroups([])
        os.setgid(int(gid))
        os.setuid(int(uid))
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
    if os.getppid() != int(parent):  # it ended before the kernel knew
        return
    for ignored in (signal.SIGPIPE, signal.SIGXFSZ):  # by Python, and a program inherits that
        signal.signal(ignored, signal.SIG_DFL)
    try:
        os.execvp(argv[0], argv)  # noqa: S606  # nosec B606 - the command is one of our own
    except OSError as error:
        sys.stderr.write(f"{argv[0]}: {error.strerror}\n")


if __name__ == "__main__":
    main()
    sys.exit(127)
