"""Command line: `python -m config.local run`, `python -m config.local exec COMMAND …`."""

import argparse
import shutil
import signal
import subprocess
import sys

from config.local import stack
from config.local.leash import tied
from config.local.processes import Cancelled, Problem


def main() -> int:
    """Exit code 0 when stopped by Ctrl-C or SIGTERM, 1 with one line on standard error otherwise."""
    parser = argparse.ArgumentParser(prog="python -m config.local", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="start SUGM and keep it running")
    run.add_argument("--no-demo", action="store_true", help="without the demonstration ministry")
    execute = commands.add_parser("exec", help="run a command with the home folder's database and broker")
    execute.add_argument("argv", nargs=argparse.REMAINDER, metavar="COMMAND")
    options = parser.parse_args()
    try:
        if options.command == "run":
            stack.run(demo=not options.no_demo)
            return 0
        argv = options.argv[1:] if options.argv[:1] == ["--"] else options.argv
        if not argv:
            parser.error("exec needs a command")
        with stack.servers(stack.home_folder()) as env:
            if not shutil.which(argv[0], path=env.get("PATH")):
                raise FileNotFoundError(0, "", argv[0])
            child = subprocess.Popen(tied(argv, signal.SIGTERM), env=env)  # noqa: S603
            signal.signal(signal.SIGTERM, lambda *_: child.terminate())  # Ctrl-C reaches it by itself
            return child.wait()
    except FileNotFoundError as error:
        sys.stderr.write(f"sugm: {error.filename}: no such command\n")
        return 127
    except Problem as problem:
        sys.stderr.write(f"sugm: {problem}\n")
        return 1
    except Cancelled:
        return 130


if __name__ == "__main__":
    sys.exit(main())
