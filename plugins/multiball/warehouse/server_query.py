"""A reader's SQL for one build: the schemas that it names become the build's own."""

from __future__ import annotations

import sqlglot
from sqlglot import exp

from multiball.shapes import InputError
from multiball.warehouse.interface import Target
from multiball.warehouse.server_builds import ALL_SCHEMAS


def query_for(sql: str, prefix: str, target: Target | None) -> str:
    """The query with `marts.x` replaced by `<prefix>marts.x`; the rest stays as it was written.

    SQL that sqlglot cannot parse is an InputError on a target. On the published build it stays unchanged: Postgres may understand it, and
    `marts.x` is there too.
    """
    if not any(schema in sql.lower() for schema in ALL_SCHEMAS):
        return sql
    try:
        statements = sqlglot.parse(sql, dialect="postgres")
    except sqlglot.errors.SqlglotError as error:
        if target is None:
            return sql
        raise InputError(str(error).splitlines()[0], where="query", remedy="Fix the SQL there.") from error
    places = {}
    for part in (part for statement in statements if statement for part in statement.find_all(exp.Table, exp.Column)):
        schema = part.args.get("db")
        if isinstance(schema, exp.Identifier) and schema.name in ALL_SCHEMAS:
            places[schema.meta["start"]] = (schema.meta["end"] + 1, f'"{prefix}{schema.name}"')
    for start, (end, name) in sorted(places.items(), reverse=True):
        sql = sql[:start] + name + sql[end:]
    return sql
