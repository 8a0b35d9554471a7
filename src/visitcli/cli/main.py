"""The one way in and the one way out: a command line in, an exit status out, errors put into words here."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import Any

from typer._click.exceptions import ClickException, NoArgsIsHelpError
from typer.exceptions import Abort

from visitcli.cli.desk import Desk, Environment, new_desk, system
from visitcli.cli.root import build
from visitcli.cli.telling import sentences, tell
from visitcli.cli.terminal import as_json
from visitcli.domain.errors import UsageError, VisitcliError

OK, BUG, USAGE, INTERRUPTED = 0, 1, 2, 130


def main(argv: list[str] | None = None, environment: Environment | None = None) -> int:
    """Run one command line and return its exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    desk = new_desk(environment or system(), arguments)
    try:
        return _run(desk, arguments)
    finally:
        with contextlib.suppress(Exception):
            desk.close()


def _run(desk: Desk, arguments: list[str]) -> int:
    try:
        status = build(desk).main(args=arguments, prog_name="visitcli", standalone_mode=False, obj=desk)
        desk.terminal.stdout.flush()
        return status if isinstance(status, int) else OK
    except NoArgsIsHelpError as error:
        desk.terminal.note(error.ctx.get_help() if error.ctx else "")
        return USAGE
    except ClickException as error:
        return _say(desk, _usage_error(error))
    except VisitcliError as error:
        return _say(desk, error)
    except (KeyboardInterrupt, Abort):
        return INTERRUPTED
    except BrokenPipeError:
        # The reader has gone (`visitcli cases | head`): nothing is wrong.
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except Exception as error:
        return _unexpected(desk, error)


def _unexpected(desk: Desk, error: Exception) -> int:
    from visitcli.store.database import explain

    known = explain(error)
    if known is not None:
        return _say(desk, known)
    if desk.debug:
        raise error
    return _say(desk, VisitcliError("cli.bug", kind=type(error).__name__))


def _say(desk: Desk, error: VisitcliError) -> int:
    if desk.debug and not isinstance(error, UsageError):
        import traceback

        traceback.print_exception(error, file=desk.terminal.stderr)
    if desk.terminal.json:
        found: dict[str, object] = {"code": error.code, **sentences(desk, error)}
        found |= {key: value for key, value in error.context.items() if key in ("matches", "row", "field", "question")}
        desk.terminal.stderr.write(as_json({"error": found}) + "\n")
    else:
        tell(desk, error)
    return error.exit_status


_CLICK = {
    "NoSuchOption": ("cli.no_such_option", ("option_name",)),
    "MissingParameter": ("cli.missing", ()),
    "BadParameter": ("cli.bad_value", ("message",)),
    "BadOptionUsage": ("cli.bad_option", ("option_name",)),
}


def _usage_error(error: Any) -> UsageError:
    """Typer's complaint as one of ours, so that it is said in the user's language."""
    command = error.ctx.command_path if getattr(error, "ctx", None) else "visitcli"
    if isinstance(error, VisitcliError):
        return UsageError(error.code, **error.context)
    for kind in type(error).__mro__:
        if kind.__name__ in _CLICK:
            code, names = _CLICK[kind.__name__]
            values = {name: getattr(error, name, "") for name in names}
            param = getattr(error, "param", None)
            what = param.get_error_hint(error.ctx) if param is not None else getattr(error, "param_hint", "") or ""
            return UsageError(code, command=command, what=what, **values)
    text = str(error.message)
    if text.startswith("Missing command"):
        known = getattr(error.ctx.command, "table", {})
        return UsageError("cli.missing_command", command=command, known=list(known))
    return UsageError("cli.usage_error", command=command, reason=text)
