"""The root of the command line: commands found by name and loaded when asked for, help in the user's language.

A command is a function in `commands/<name>.py`; `COMMANDS` says where. Its help stands in the catalogue of its own
area: `<name>.help`, `<name>.help.more`, `<name>.help.example` and `<name>.help.<parameter>`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption
from typer.main import get_command

from visitcli.cli.desk import Desk
from visitcli.cli.terminal import width
from visitcli.domain.errors import UsageError
from visitcli.words import Words

# name on the command line -> (module, its function, or its functions for a command with sub-commands; "": without one)
COMMANDS: dict[str, tuple[str, str | dict[str, str]]] = {
    "today": ("today", "today"),
    "import": ("importing", "import_"),
    "cases": ("cases", "cases"),
    "show": ("show", "show"),
    "plan": ("plan", "plan"),
    "brief": ("brief", "brief"),
    "buddy": ("buddy", "buddy"),
    "rehearse": ("rehearse", "rehearse"),
    "visit": ("visit", "visit"),
    "options": ("options", "options"),
    "contact": ("contact", "contact"),
    "correct": ("correct", "correct"),
    "export": ("export", "export"),
    "ack": ("ack", "ack"),
    "package": ("package", {"verify": "verify", "open": "open_", "receipt": "receipt"}),
    "roads": ("roads", {"build": "build", "show": "show", "way": "way", "remove": "remove"}),
    "rules": ("rules", {"": "list_", "check": "check"}),
    "legal": ("legal", "legal"),
    "office": ("office", {"key": "key", "seal-key": "seal_key", "recover": "recover", "code": "code"}),
    "hold": ("hold", {"list": "list_", "set": "set_", "clear": "clear"}),
    "script": ("script", "script"),
    "init": ("init", "init"),
    "config": ("config", "config"),
    "unlock": ("locking", "unlock"),
    "lock": ("locking", "lock"),
    "passphrase": ("locking", "passphrase"),
    "store": (
        "store",
        {name: name for name in ("backup", "restore", "salvage", "purge", "erase")},
    ),
    "doctor": ("doctor", "doctor"),
    "demo": ("demo", "demo"),
}


class LocalisedCommand(TyperCommand):
    """A command whose help comes from the catalogue and is laid out by display width, not by character count."""

    area = ""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        formatter.write(_help_of_command(self, ctx))


class Root(TyperGroup):
    """visitcli itself, and with other commands a command that has sub-commands."""

    area = "cli"
    table: dict[str, tuple[str, str | dict[str, str]]] = COMMANDS
    alone: Callable[[Any], Any] | None = None  # what it does without a sub-command, where it does anything

    def invoke(self, ctx: Any) -> Any:
        return self.alone(ctx) if self.alone and not ctx._protected_args else super().invoke(ctx)

    def list_commands(self, ctx: Any) -> list[str]:
        return list(self.table)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name in self.table and cmd_name not in self.commands:
            words: Words = ctx.find_object(Desk).words
            self.commands[cmd_name] = _load(cmd_name, *self.table[cmd_name], words)
        return self.commands.get(cmd_name)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args[0] not in self.table:
            from difflib import get_close_matches

            near = get_close_matches(args[0], list(self.table), 3) or list(self.table)
            raise UsageError("cli.no_such_command", name=args[0], command=ctx.command_path, near=near)
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:
        from typer._click.shell_completion import CompletionItem

        words: Words = ctx.find_object(Desk).words
        found = [
            CompletionItem(name, help=words.get(_area(self.area, name) + ".help", ""))
            for name in self.table
            if name.startswith(incomplete)
        ]
        return found + [i for i in super(TyperGroup, self).shell_complete(ctx, incomplete) if i.value not in self.table]

    def format_help(self, ctx: Any, formatter: Any) -> None:
        formatter.write(_help_of_root(self, ctx))


def build(desk: Desk) -> Root:
    """The root command for a desk's language."""
    app = typer.Typer(
        cls=Root,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        add_completion=True,
        invoke_without_command=True,
        context_settings={"help_option_names": ["--help", "-h"]},
    )
    app.callback()(_bare)
    root = get_command(app)
    if not isinstance(root, Root):
        raise TypeError(root)
    root.params += everywhere()
    root.params.append(_version_option())
    _write_help(root.params, "cli", desk.words)
    return root


def _bare(ctx: typer.Context) -> None:
    """Without a command: where the day stands."""
    if ctx.invoked_subcommand is None:
        from visitcli.cli.commands.today import today

        today(ctx)


def _load(name: str, module: str, functions: str | dict[str, str], words: Words) -> Any:
    code = import_module(f"visitcli.cli.commands.{module}")
    if isinstance(functions, str):
        return _command(name, getattr(code, functions), name, words)
    group = Root(
        name=name,
        rich_markup_mode=None,
        no_args_is_help="" not in functions,
        add_help_option=True,
        callback=lambda: None,
    )
    group.area, group.table = name, {}
    group.context_settings = {"help_option_names": ["--help", "-h"]}
    group.params += everywhere()
    _write_help(group.params, "cli", words)
    for sub, function in functions.items():
        if not sub:
            group.alone = getattr(code, function)
            continue
        group.table[sub] = (module, function)
        group.commands[sub] = _command(sub, getattr(code, function), f"{name}.{sub}", words)
    return group


def _command(name: str, function: Callable[..., Any], area: str, words: Words) -> Any:
    app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)
    app.command(name, cls=LocalisedCommand, context_settings={"help_option_names": ["--help", "-h"]})(function)
    command: Any = get_command(app)
    command.area = area
    _write_help(command.params, area, words)
    command.params += everywhere()
    _write_help(command.params, "cli", words)
    return command


def everywhere() -> list[TyperOption]:
    """The options that every command takes, before its name or after."""
    return [
        _desk_flag("--json", "json", lambda desk: setattr(desk.terminal, "json", True)),
        TyperOption(param_decls=["--home", "everywhere_home"], metavar="DIR", expose_value=False, callback=_home),
        TyperOption(param_decls=["--lang", "everywhere_lang"], metavar="zh|en", expose_value=False, callback=_lang),
        TyperOption(
            param_decls=["--passphrase-file", "everywhere_passphrase_file"],
            metavar="FILE",
            expose_value=False,
            callback=_passphrase_file,
        ),
        _desk_flag("--no-input", "no_input", lambda desk: setattr(desk.terminal, "interactive", False)),
        _desk_flag("--no-color", "no_color", lambda desk: setattr(desk.terminal, "color", False)),
        _desk_flag("--debug", "debug", lambda desk: setattr(desk, "debug", True)),
    ]


def _desk_flag(option: str, name: str, effect: Callable[[Desk], None]) -> TyperOption:
    def callback(ctx: Any, _param: Any, value: bool) -> bool:
        if value and not ctx.resilient_parsing:
            effect(ctx.find_object(Desk))
        return value

    return TyperOption(
        param_decls=[option, f"everywhere_{name}"], is_flag=True, default=False, expose_value=False, is_eager=True,
        callback=callback,
    )  # fmt: skip


def _home(ctx: Any, _param: Any, value: str | None) -> str | None:
    if value:
        ctx.find_object(Desk).home = value
    return value


def _passphrase_file(ctx: Any, _param: Any, value: str | None) -> str | None:
    if value:
        ctx.find_object(Desk).passphrase_file = value
    return value


def _lang(ctx: Any, _param: Any, value: str | None) -> str | None:
    if value not in (None, "zh", "en"):
        raise typer.BadParameter(ctx.find_object(Desk).words("cli.bad_language", value=value))
    return value


def _version_option() -> TyperOption:
    def callback(ctx: Any, _param: Any, value: bool) -> None:
        if value:
            from visitcli import __version__

            ctx.find_object(Desk).terminal.out(f"visitcli {__version__}")
            raise typer.Exit

    return TyperOption(
        param_decls=["--version", "everywhere_version"], is_flag=True, default=False, expose_value=False,
        is_eager=True, callback=callback,
    )  # fmt: skip


def _area(parent: str, name: str) -> str:
    return name if parent == "cli" else f"{parent}.{name}"


def _write_help(params: Iterable[Any], area: str, words: Words) -> None:
    for param in params:
        key = f"{area}.help.{param.name.removeprefix('everywhere_')}"
        if words.has(key):
            param.help = words.text(key)


def _help_of_command(command: LocalisedCommand, ctx: Any) -> str:
    words: Words = ctx.find_object(Desk).words
    own = [param for param in command.params if not _is_everywhere(param)]
    blocks = [
        f"{words('cli.usage')} {ctx.command_path} {_usage(own, words)}".rstrip(),
        words.get(f"{command.area}.help", "") + _after(words, f"{command.area}.help.more", "\n\n"),
        _list(words("cli.arguments"), _rows(words, own, "argument")),
        _list(words("cli.options"), _rows(words, own, "option")),
        _list(words("cli.everywhere"), _rows(words, command.get_params(ctx), "option", inherited=True)),
        _after(words, f"{command.area}.help.example", words("cli.example") + "\n  ", "\n  "),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _help_of_root(root: Root, ctx: Any) -> str:
    words: Words = ctx.find_object(Desk).words
    commands = [(name, words.get(_area(root.area, name) + ".help", "")) for name in root.table]
    area = root.area
    blocks = [
        f"{words('cli.usage')} {ctx.command_path} {words('cli.command_metavar')}",
        words.get(f"{area}.help", "") + _after(words, f"{area}.help.more", "\n\n"),
        _list(words("cli.commands"), commands),
        _list(words("cli.everywhere"), _rows(words, root.get_params(ctx), "option", inherited=True)),
        _after(words, f"{area}.help.example", words("cli.example") + "\n  ", "\n  "),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _after(words: Words, key: str, before: str, newline: str = "\n") -> str:
    return before + words.text(key).replace("\n", newline) if words.has(key) else ""


def _usage(params: list[Any], words: Words) -> str:
    arguments = [p.make_metavar(None) if hasattr(p, "make_metavar") else p.name for p in params if _is(p, "argument")]
    options = [words("cli.options_metavar")] if any(_is(p, "option") for p in params) else []
    return " ".join([*arguments, *options])


def _is(param: Any, kind: str) -> bool:
    return bool(param.param_type_name == kind)


def _rows(words: Words, params: Iterable[Any], kind: str, *, inherited: bool = False) -> list[tuple[str, str]]:
    rows = []
    for param in params:
        mine = not _is_everywhere(param)
        if _is(param, kind) and mine != inherited and not param.hidden:
            rows.append((_signature(param), words("cli.help.help") if param.name == "help" else param.help or ""))
    return rows


_TYPERS_OWN = frozenset({"help", "install_completion", "show_completion"})


def _is_everywhere(param: Any) -> bool:
    return str(param.name).startswith("everywhere_") or param.name in _TYPERS_OWN


def _signature(param: Any) -> str:
    if _is(param, "argument"):
        return str(param.make_metavar(None))
    value = "" if param.is_flag else f" {param.metavar or param.name.removeprefix('everywhere_').upper()}"
    return ", ".join([*param.opts, *param.secondary_opts]) + value


def _list(title: str, rows: list[tuple[str, str]]) -> str:
    if not rows:
        return ""
    edge = min(max(width(left) for left, _ in rows), 26) + 2
    lines = [title]
    for left, right in rows:
        gap = " " * (edge - width(left)) if width(left) < edge else "\n" + " " * (edge + 2)
        lines.append(f"  {left}{gap}" + right.replace("\n", "\n" + " " * (edge + 2)))
    return "\n".join(lines)
