"""`multiball new connector`: the files of a new connector."""

from __future__ import annotations

import click

from multiball.settings import REPOSITORY


@click.group("new")
def new_command() -> None:
    """Write the files of something new."""


@new_command.command("connector")
@click.argument("name")
def connector_command(name: str) -> None:
    """A connector NAME: its module, test, staging models and expectations, ready to be filled in. No existing file is touched."""
    from multiball.connectors.scaffold import scaffold

    for path in scaffold(name, REPOSITORY):
        click.echo(str(path))
