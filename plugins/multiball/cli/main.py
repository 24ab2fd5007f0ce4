"""The group of commands, found by their modules' names, and how failures become a line and an exit code."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence

import click

from multiball.shapes import Failure, InputError

_COMMANDS = {
    "backfill": "airflow",
    "connector": "connector",
    "demo": "stack",
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


class _LazyGroup(click.Group):
    """A group that imports a command's module only when that command is asked for."""

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
def cli() -> None:
    """Multiball, a social marketing warehouse.

    The workspace is the folder that MULTIBALL_HOME names, or else the working folder.
    """


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
    except OSError as error:
        if error.strerror is None:
            raise
        where = f"{error.filename}: " if error.filename else ""
        return _fail(f"{where}{error.strerror.lower()}. Mend that and run it again.", 1)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return _fail("stopped", 1)


def _silence_interpreter_exit() -> None:
    """DuckDB's binding lists objects on standard error while the interpreter ends, wherever Great Expectations holds some of them.

    Everything that a user should read has been said by then.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def _fail(line: str, code: int) -> int:
    click.echo(f"multiball: {' '.join(line.split())}", err=True)
    return code
