"""The group of commands, found by their modules' names; failures become one line and an exit code."""

from __future__ import annotations

import importlib
import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from multiball.settings import workspace
from multiball.shapes import Failure, InputError

_COMMANDS = {
    "backfill": "airflow",
    "connector": "connector",
    "demo": "stack",
    "docs": "docs",
    "doctor": "doctor",
    "down": "stack",
    "import": "imports",
    "new": "connector",
    "plan": "plan",
    "query": "query",
    "review": "review",
    "run": "airflow",
    "sources": "sources",
    "status": "stack",
    "up": "stack",
}


_WITH_ANY_SETTINGS = ("doctor", "down", "status")
"""The commands that look at a spoiled workspace, or stop what runs there. doctor reports the settings as a finding."""


class _LazyGroup(click.Group):
    """A group that imports a command's module only when that command is requested."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(set(_COMMANDS) - {"connector"})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"multiball.cli.{_COMMANDS[cmd_name]}")
        command = getattr(module, f"{cmd_name}_command")
        assert isinstance(command, click.Command)
        return command


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Multiball, a social marketing warehouse.

    The workspace is the folder in MULTIBALL_HOME, by default the working folder.
    """
    if ctx.invoked_subcommand not in _WITH_ANY_SETTINGS:
        workspace().validate()


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0 done, 1 failed, 2 wrong input. Errors are one line on standard error."""
    code = run(arguments)
    _silence_interpreter_exit()
    sys.exit(code)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    try:
        outcome = cli.main(args=list(arguments) if arguments is not None else None, prog_name="multiball", standalone_mode=False)
        return outcome if isinstance(outcome, int) else 0
    except InputError as error:
        return _fail(str(error), 2)
    except Failure as error:
        return _fail(str(error), 1)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return error.exit_code
    except click.ClickException as error:
        path = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "multiball"
        return _fail(f"{error.format_message().rstrip('.')}. See {path} --help.", error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        return _fail("stopped", 1)
    except OSError as error:
        if error.strerror is None:
            return _unexpected(error)
        where = f"{error.filename}: " if error.filename else ""
        return _fail(f"{where}{error.strerror.lower()}. Correct that and run it again.", 1)
    except Exception as error:  # noqa: BLE001 - the last resort
        return _unexpected(error)


def _unexpected(error: Exception) -> int:
    """The last resort: one line, and the traceback in a file that only its owner can read."""
    moment = datetime.now(UTC)
    for folder in (workspace().var / "logs", Path(tempfile.gettempdir())):
        file = folder / f"error-{moment:%Y%m%dT%H%M%S}-{os.getpid()}.log"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8", errors="replace") as stream:
                stream.write("".join(traceback.format_exception(error)))
        except OSError:
            continue
        break
    what = str(error).split("\n")[0][:200]
    return _fail(f"unexpected error: {type(error).__name__}: {what}. Please report it with {file}", 1)


def _silence_interpreter_exit() -> None:
    """Silence DuckDB's binding, which lists objects of Great Expectations on standard error while the interpreter exits.

    All messages for the user have been printed by then.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def _fail(line: str, code: int) -> int:
    click.echo(f"multiball: {' '.join(line.split())}", err=True)
    return code
