"""Which vintage of a row counts: the one of the last commit. Every reader of raw takes this rule from here, as SQL.

The order follows the sequence of commits; moment and run only decide within one commit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from multiball.shapes import Entity
from multiball.warehouse.interface import Scope
from multiball.warehouse.raw_schema import key_columns, raw_columns

ORDER = "_sequence desc, _extracted_at desc, _run_id desc"
"""Newest first."""
SCOPE = ("_source", "_account")
"""The columns that a key needs besides those of the entity."""


def newest(relation: str, columns: Sequence[str], key: Sequence[str]) -> str:
    """SQL of the newest vintage of each row of a relation, deleted ones included."""
    listed = ", ".join(columns)
    return f"""
        select {listed} from (
            select {listed}, row_number() over (partition by {_key(key)} order by {ORDER}) as _vintage_rank from {relation}
        ) as vintages
        where _vintage_rank = 1"""


def newest_rows(relation: str, entity: Entity, as_of: datetime) -> str:
    """SQL, for both engines, of the newest vintage of every row at a moment (UTC), without deleted rows."""
    columns = [f'"{name}"' for name in raw_columns(entity)]
    key = [f'"{name}"' for name in key_columns(entity)]
    known = f"(select * from {relation} as stored where _extracted_at <= timestamp '{as_of:%Y-%m-%d %H:%M:%S.%f}') as known"
    return f"select * from ({newest(known, columns, key)}) as newest where not _deleted"


def state(relation: str, columns: Sequence[str], key: Sequence[str]) -> str:
    """SQL of the state of each row: its newest vintage. A deleted row keeps what it was before, with `_deleted` true."""
    listed = ", ".join(columns)
    shown = ", ".join("_is_deleted as _deleted" if column.strip('"`') == "_deleted" else column for column in columns)
    return f"""
        select {shown} from (
            select
                {listed},
                row_number() over (partition by {_key(key)} order by _deleted, {ORDER}) as _vintage_rank,
                first_value(_deleted) over (partition by {_key(key)} order by {ORDER}) as _is_deleted
            from {relation}
        ) as vintages
        where _vintage_rank = 1 and not _deleted"""


def roles(relation: str, key: Sequence[str]) -> str:
    """SQL of all rows with a column `_role`: what `commits.Role` says, for rows that were compared with all others of their keys.

    `changes` are the rows of deleted keys, the last undeleted one and the deletion.
    """
    return f"""
        select
            * exclude (_vintage_rank, _undeleted_rank, _is_deleted),
            case
                when not _is_deleted and _vintage_rank = 1 then 'current'
                when _is_deleted and (_vintage_rank = 1 or _undeleted_rank = 1) then 'changes'
                else 'history'
            end as _role
        from (
            select
                *,
                row_number() over (partition by {_key(key)} order by {ORDER}) as _vintage_rank,
                row_number() over (partition by {_key(key)} order by _deleted, {ORDER}) as _undeleted_rank,
                first_value(_deleted) over (partition by {_key(key)} order by {ORDER}) as _is_deleted
            from {relation}
        ) as vintages"""


def _key(key: Sequence[str]) -> str:
    return ", ".join([*SCOPE, *key])


def newest_columns(entity: Entity) -> list[str]:
    """The columns that a load compares by."""
    day = [entity.report_date] if entity.report_date else []
    return list(dict.fromkeys([*key_columns(entity), *day, "_row_hash", "_deleted", "_extracted_at"]))


def newest_sql(relation: str, entity: Entity, scope: Scope) -> str:
    """SQL of the newest vintage of each row in the scope, for both engines: `$source`, `$account`, `$start`, `$end` are its parameters."""
    key = [f'"{name}"' for name in key_columns(entity)]
    columns = [f'"{name}"' for name in newest_columns(entity)]
    days = f'and "{entity.report_date}" between $start and $end' if scope.start and entity.report_date else ""
    scoped = f"(select * from {relation} as stored where _source = $source and _account = $account {days}) as scoped"
    return newest(scoped, columns, key)


def parameters(scope: Scope) -> dict[str, str | date]:
    """The parameters of `newest_sql`."""
    days = {"start": scope.start, "end": scope.end} if scope.start and scope.end else {}
    return {"source": scope.source, "account": scope.account, **days}
