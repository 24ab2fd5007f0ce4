"""The builds of a PostgreSQL warehouse: which schemas belong to each, and its state.

A build's schemas begin with its prefix, and every schema that does belongs to it. Its schema `publication` says which build it is, and
exists once the build is sealed. The comment on that schema is the state: none before the publication, then `published`, and the moment of
the replacement (ISO, UTC) after another build was published. So the comment `published`, which one build has, is what readers follow.
"""

from __future__ import annotations

from collections.abc import Iterable

from psycopg2 import sql as names
from psycopg2.extensions import connection as Connection
from psycopg2.extras import RealDictCursor

from multiball.warehouse.interface import SCHEMAS, Build, Target, WarehouseError
from multiball.warehouse.names import slug

ALL_SCHEMAS = (*SCHEMAS, "publication")
"""The schemas of a build that readers see, without its prefix."""

PUBLISHED = "published"
_BUILD, _END = "build_", "__"


def prefix_of(build_id: str) -> str:
    """The prefix of the schemas of a build: no other build's prefix begins with it, because a slug has single underscores only."""
    return f"{_BUILD}{slug(build_id)}{_END}"


def schemas(connection: Connection, prefix: str = "") -> list[str]:
    """The names of all schemas that begin with the prefix, in order."""
    with connection.cursor() as cursor:
        cursor.execute("select nspname from pg_namespace where starts_with(nspname, %s) order by 1", [prefix])
        return [row[0] for row in cursor.fetchall()]


def prefixes(connection: Connection) -> list[str]:
    """The prefixes of all builds, in the order in which the builds began."""
    return sorted({schema[: schema.index(_END) + len(_END)] for schema in schemas(connection, _BUILD) if _END in schema})


def states(connection: Connection) -> dict[str, str]:
    """The state of each build that is published or was replaced, by its prefix."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select left(nspname, -length('publication')), obj_description(oid, 'pg_namespace') from pg_namespace "
            "where starts_with(nspname, %s) and right(nspname, length(%s)) = %s and obj_description(oid, 'pg_namespace') is not null",
            [_BUILD, f"{_END}publication", f"{_END}publication"],
        )
        return dict(cursor.fetchall())


def published_prefix(connection: Connection) -> str | None:
    """The prefix of the published build; None before the first publication.

    It is empty where an earlier release has published: that build's schemas have no prefix until another build replaces it.
    """
    found = [prefix for prefix, state in states(connection).items() if state == PUBLISHED]
    if found:
        return found[0]
    return "" if "publication" in schemas(connection, "publication") else None


def set_state(connection: Connection, prefix: str, state: str) -> None:
    """Store the state of a sealed build."""
    with connection.cursor() as cursor:
        cursor.execute(names.SQL("comment on schema {} is %s").format(names.Identifier(f"{prefix}publication")), [state])


def build_in(connection: Connection, prefix: str) -> Build | None:
    """The sealed build with that prefix."""
    schema = f"{prefix}publication"
    with connection.cursor(cursor_factory=RealDictCursor) as cursor:
        if schema not in schemas(connection, schema):
            return None
        cursor.execute(names.SQL("select * from {}.build").format(names.Identifier(schema)))
        row = cursor.fetchone()
    return Build(row["build_id"], row.get("as_of"), row["published_at"]) if row else None


def require_unpublished(connection: Connection, target: Target) -> None:
    """WarehouseError for a target that readers see or saw: its schemas do not change any more."""
    if target.schema_prefix in states(connection):
        raise WarehouseError(f"build {target.build_id} was published and does not change any more. Run multiball run warehouse.")


def rename(connection: Connection, prefix: str, other: str, only: Iterable[str] | None = None) -> None:
    """Rename all schemas that begin with a prefix, or those named in `only` without it, to another prefix."""
    chosen = None if only is None else {f"{prefix}{schema}" for schema in only}
    with connection.cursor() as cursor:
        for schema in schemas(connection, prefix):
            if chosen is None or schema in chosen:
                old, new = names.Identifier(schema), names.Identifier(f"{other}{schema.removeprefix(prefix)}")
                cursor.execute(names.SQL("alter schema {} rename to {}").format(old, new))


def drop(connection: Connection, prefix: str, *, wait: str) -> None:
    """Drop the schemas that begin with a prefix, all or none; fails where a lock takes longer than `wait`, such as `2s`."""
    with connection.cursor() as cursor:
        cursor.execute("select set_config('lock_timeout', %s, true)", [wait])
        for schema in schemas(connection, prefix):
            cursor.execute(names.SQL("drop schema {} cascade").format(names.Identifier(schema)))
