"""The door: `--version` answers before anything heavy is imported."""

from __future__ import annotations

import sys


def run() -> None:
    """The `visitcli` command."""
    if sys.argv[1:] == ["--version"]:
        from visitcli import __version__

        sys.stdout.write(f"visitcli {__version__}\n")
        return
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        # Where the locale is not UTF-8, a name that cannot be written must not end the command.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="surrogateescape" if stream is sys.stdin else "replace")
    try:
        from visitcli.cli.main import main

        sys.exit(main())
    except KeyboardInterrupt:  # before main could take it
        sys.exit(130)


if __name__ == "__main__":
    run()
