"""`multiball up`, `demo`, `down` and `status`: the supervised stack of this workspace."""

from __future__ import annotations

import click


@click.command("up")
def up_command() -> int:
    """Start Airflow and its database, wait until they are healthy, and say where they are. In a demo, the sandbox too."""
    from multiball.runtime.stack import up

    return up()


@click.command("demo")
def demo_command() -> int:
    """Start the stack of a demo, load its history, publish it, mail its review; continues where an earlier call was stopped."""
    from multiball.flows.demo import demo

    return demo()


@click.command("down")
def down_command() -> int:
    """Stop everything that up started; leave no process behind."""
    from multiball.runtime.stack import down

    return down()


@click.command("status")
def status_command() -> int:
    """Say what runs, where, and since when. The exit code is 1 when nothing or not all of it runs."""
    from multiball.runtime.stack import status

    return status()
