"""`multiball docs`: dbt's own docs of the published state."""

from __future__ import annotations

import click

from multiball.settings import workspace


@click.command("docs")
def docs_command() -> None:
    """Write dbt's docs of the published models and columns to var/dbt_docs/index.html, one page for a browser."""
    from multiball.transform.docs import write_docs
    from multiball.warehouse import open_warehouse

    home = workspace()
    click.echo(write_docs(home, open_warehouse(home)))
