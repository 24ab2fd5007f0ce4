"""`multiball new connector`: the files of a new connector."""

from __future__ import annotations

import click

from multiball.settings import REPOSITORY


@click.group("new")
def new_command() -> None:
    """Write the files of something new."""


@new_command.command("connector")
@click.argument("name")
@click.option("--organic", is_flag=True, help="A platform with accounts that publish, rather than one that sells ads.")
def connector_command(name: str, organic: bool) -> None:
    """Write a connector NAME: its module, test, staging models and expectations, ready to be filled in.

    Changes no existing file except the list of staging models in dbt_project.yml.
    """
    from multiball.connectors.scaffold import scaffold
    from multiball.transform.sources import write_default

    for path in (*scaffold(name, REPOSITORY, "organic" if organic else "paid"), write_default(REPOSITORY / "dbt_project")):
        click.echo(str(path))
