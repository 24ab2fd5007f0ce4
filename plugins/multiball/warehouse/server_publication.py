"""Publication on the server engine: readers follow a pointer to a build, whose schemas never change. `server_builds` keeps the pointer.

One transaction moves it, and with it what follows: the search path of the readers' role, and the schemas `marts`, `staging`, … of views
over the build's tables, for programs that name them. It locks no table. Replaced builds are dropped later, so that a connection continues
with the build that it began with.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import psycopg2.errors
from psycopg2 import sql as names
from psycopg2.extensions import connection as Connection

from multiball.warehouse import server_alias, server_builds, server_reader
from multiball.warehouse.interface import Target, WarehouseError, as_utc, now
from multiball.warehouse.server_builds import ALL_SCHEMAS, PUBLISHED

VIEWS = "views_"
"""With a build's prefix, the prefix of the schemas of views that are called `marts`, `staging`, … while the build is published."""

_DISCARD_WAIT, _DROP_WAIT = "10s", "500ms"
"""The second is less than Postgres's `deadlock_timeout`: in a deadlock with a reader, the reader is never the one that fails."""

_EARLIER_RELEASE = ("candidate_", "retired_")
"""Prefixes of schemas that an earlier release left: of candidates, and of builds that were replaced."""

Connect = Callable[[], AbstractContextManager[Connection]]
"""Opens a connection that is committed at the end, or rolled back."""


def seal(connection: Connection, target: Target, as_of: datetime | None) -> None:
    """Write the build's id and `as_of`; WarehouseError if its schemas are missing."""
    if target.schema("marts") not in server_builds.schemas(connection, target.schema_prefix):
        raise WarehouseError(
            f"{target.schema('marts')} is missing: another build replaced it, or nothing was built. Run multiball run warehouse."
        )
    schema = names.Identifier(target.schema("publication"))
    with connection.cursor() as cursor:
        for statement in (
            "create schema if not exists {}",
            "create table if not exists {}.build (build_id text, published_at timestamp, as_of timestamp)",
            "delete from {}.build",  # the table stays, because a published build has a view of it
        ):
            cursor.execute(names.SQL(statement).format(schema))
        cursor.execute(
            names.SQL("insert into {}.build (build_id, published_at, as_of) values (%s, %s, %s)").format(schema),
            [target.build_id, now(), as_utc(as_of) if as_of else None],
        )


def publish(connect: Connect, dsn: str, target: Target, keep: timedelta) -> None:
    """Let readers follow a sealed build; then drop builds replaced longer ago than `keep`, and earlier ones that were never published."""
    with connect() as connection:
        if server_builds.states(connection).get(target.schema_prefix) != PUBLISHED:
            _write_views(connection, target.schema_prefix)
    with connect() as connection:
        _move_pointer(connection, target.schema_prefix)
        server_reader.follow(connection, dsn, target.schema_prefix)
    drop_unused(connect, target.schema_prefix, keep)


def _write_views(connection: Connection, prefix: str) -> None:
    """Make the schemas of views next to the build. `publication.build` also has the search path that sees this build only."""
    with connection.cursor() as cursor:
        for schema in server_builds.schemas(connection, f"{prefix}{VIEWS}"):
            cursor.execute(names.SQL("drop schema {} cascade").format(names.Identifier(schema)))
        present = set(server_builds.schemas(connection, prefix))
        for schema in (name for name in ALL_SCHEMAS if f"{prefix}{name}" in present):
            views, place = f"{prefix}{VIEWS}{schema}", f"{prefix}{schema}"
            cursor.execute(names.SQL("create schema {}").format(names.Identifier(views)))
            cursor.execute("select relname from pg_class where relnamespace = %s::regnamespace and relkind in ('r', 'v', 'm')", [place])
            further = names.SQL(", {} as search_path").format(names.Literal(", ".join(server_reader.search_path(prefix))))
            for (relation,) in cursor.fetchall():
                cursor.execute(
                    names.SQL("create view {} as select *{} from {}").format(
                        names.Identifier(views, relation),
                        further if schema == "publication" else names.SQL(""),
                        names.Identifier(place, relation),
                    )
                )


def _move_pointer(connection: Connection, prefix: str) -> None:
    """Replace the published build by a sealed one whose views are written; repeated, it changes nothing."""
    replaced = server_builds.published_prefix(connection)
    if replaced == prefix:
        return
    if replaced == "":
        earlier = server_builds.build_in(connection, "")
        replaced = server_builds.prefix_of(earlier.build_id if earlier else "earlier release")
        server_builds.rename(connection, "", replaced, only=ALL_SCHEMAS)
    elif replaced is not None:
        server_builds.rename(connection, "", f"{replaced}{VIEWS}", only=ALL_SCHEMAS)
    if replaced is not None:
        server_builds.set_state(connection, replaced, now().isoformat())
    server_builds.rename(connection, f"{prefix}{VIEWS}", "")
    server_builds.set_state(connection, prefix, PUBLISHED)


def drop_unused(connect: Connect, until: str, keep: timedelta) -> None:
    """Drop what no reader can see any more. What one still reads is left, whole, to the next publication."""
    with connect() as connection:
        unused = [*_unused(connection, until, keep), *(prefix for prefix in _EARLIER_RELEASE if server_builds.schemas(connection, prefix))]
    for prefix in unused:
        with connect() as connection:
            try:
                server_builds.drop(connection, prefix, wait=_DROP_WAIT)
            except (psycopg2.errors.LockNotAvailable, psycopg2.errors.DeadlockDetected):
                connection.rollback()


def _unused(connection: Connection, until: str, keep: timedelta) -> list[str]:
    """The prefixes of builds that began before that of the prefix `until` and were not published, and of those replaced before `keep`."""
    states = server_builds.states(connection)

    def is_unused(prefix: str) -> bool:
        state = states.get(prefix)
        if state is None:
            return prefix < until
        # a moment in the future is that of a wrong clock
        return state != PUBLISHED and abs(now() - datetime.fromisoformat(state)) > keep

    return [prefix for prefix in server_builds.prefixes(connection) if is_unused(prefix)]


def discard(connect: Connect, target: Target) -> None:
    """Drop a build's schemas, also if it was killed under the alias; WarehouseError if it was published or a reader uses it."""
    with connect() as connection:
        server_builds.require_unpublished(connection, target)
        if server_alias.aliased_prefix(connection) == target.schema_prefix:
            server_builds.drop(connection, server_alias.PREFIX, wait=_DISCARD_WAIT)
        server_builds.drop(connection, target.schema_prefix, wait=_DISCARD_WAIT)
