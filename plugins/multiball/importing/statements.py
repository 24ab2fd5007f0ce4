"""The SQL from the table `cells` to the records of one entity, and to skipped and rejected rows with their reasons.

Rows in = records + rows merged into another record + rows skipped + rows rejected.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from multiball.importing.checks import amounts_without_currency, rejections
from multiball.importing.expressions import FILE, KIND, LIMIT, Columns, is_bound, mapped, plain, quoted, too_large, typed, unmapped
from multiball.importing.ids import repaired, spoiled
from multiball.importing.mapping import EntityMapping, Formats, Value
from multiball.importing.tables import ROW
from multiball.shapes import Field
from multiball.sql import literal

WHERE = f"{quoted(FILE)}, {quoted(ROW)}"
EMPTY_ROW = "no value in any mapped column"


@dataclass(frozen=True)
class Statements:
    """`skipped`, `checked` and `records` create tables of those names; `rejected` selects file, row and a list of (reason, found).

    If records are combined from rows, `whole` moves the other rows of a skipped record to `skipped`. `halved` then selects the records that
    a skip without scope would split: its reason, their number, and one of their keys as text.
    """

    skipped: str
    checked: str
    whole: str
    halved: str
    records: str
    rejected: str


def statements(mapping: EntityMapping, columns: Columns, formats: Formats) -> Statements:
    """The SQL for one entity. InputError if the mapping names a column that a file does not have."""
    checked = f"CREATE TABLE checked AS {_checked(mapping, columns, formats)}"
    skipped = f"CREATE TABLE skipped AS {_skipped(mapping, columns, formats)}"
    if not comes_together(mapping):
        return Statements(skipped, checked, "", "", *_distinct(mapping))
    return Statements(skipped, checked, *_scopes(mapping), *_grouped(mapping))


def _why(condition: str, reason: str, found: str = "NULL") -> str:
    return f"CASE WHEN {condition} THEN {{'reason': {literal(reason)}, 'found': CAST({found} AS VARCHAR)}} END"


def _checked(mapping: EntityMapping, columns: Columns, formats: Formats) -> str:
    fields = [field for field in mapping.entity.fields if field.name in mapping.values]
    values = mapping.values
    tried = [f"{columns.tried(values[field.name])} AS {quoted(field.name)}" for field in fields]
    zones = [f"{columns.zone(values[field.name])} AS {quoted('zone:' + field.name)}" for field in fields if _has_zone(mapping, field)]
    rules = [_why(columns.condition(rule.when, rule.place), rule.reason) for rule in mapping.reject]
    rules += [
        _why(f"{columns.condition(rule.when, rule.place)} IS NULL", f"the condition of {rule.reason!r} cannot be computed")
        for rule in (*mapping.skip, *mapping.reject)
    ]
    failed = [_why(f"{quoted(field.name)} IS NULL", f"{field.name} cannot be computed") for field in fields]
    unknown = [
        _why(unmapped(quoted(field.name), list(value.values)), not_among(field.name), "NULL" if field.identifier else quoted(field.name))
        for field in fields if (value := values[field.name]).values is not None and value.otherwise == "reject"
    ]  # fmt: skip
    unknown += [
        _why(condition, reason, "NULL" if field.identifier else quoted(field.name))
        for field in fields for condition, reason in spoiled(quoted(field.name), field, values[field.name])
    ]  # fmt: skip
    carried = _list([*(quoted("zone:" + field.name) for field in fields if _has_zone(mapping, field)), WHERE])
    return f"""
WITH tried AS (
    SELECT {_list([*tried, *zones])}, {_reasons(rules)} AS "#why", {WHERE} FROM cells WHERE {_skip(mapping, columns)} IS NULL
), texts AS (
    SELECT {_list(f"{quoted(field.name)}.v AS {quoted(field.name)}" for field in fields)},
        list_concat("#why", {_reasons(failed)}) AS "#why", {carried} FROM tried
), mapped AS (
    SELECT {_list(f"{_mapped(field, values[field.name])} AS {quoted(field.name)}" for field in fields)},
        list_concat("#why", {_reasons(unknown)}) AS "#why", {carried} FROM texts
), plain AS (
    SELECT {_list(f"{_plain(quoted(field.name), field)} AS {quoted(field.name)}" for field in fields)},
        {_list(f"{quoted(field.name)} AS {quoted('text:' + field.name)}" for field in fields)}, "#why", {carried} FROM mapped
), typed AS (
    SELECT {_list(f"{_typed(mapping, field, formats)} AS {quoted(field.name)}" for field in fields)},
        {_list(_kept(fields))}, {_bounds(fields)} AS "#bounds", "#why", {carried} FROM plain
)
SELECT {_list(quoted(field.name) for field in fields)}, {WHERE}, "#bounds",
    list_filter(list_concat("#why", {_reasons(_faults(mapping, fields))}), lambda fault: fault IS NOT NULL) AS "#why"
FROM typed"""


def _skipped(mapping: EntityMapping, columns: Columns, formats: Formats) -> str:
    """The skipped rows with their reasons, and for combined records also the scope and the key of the record."""
    skipped = f'{_skip(mapping, columns)} AS "#skip"'
    if not comes_together(mapping):
        return f'SELECT {WHERE}, {skipped} FROM cells WHERE "#skip" IS NOT NULL'
    key = [field for field in mapping.entity.fields if field.name in mapping.entity.key]
    texts = [f"({columns.tried(mapping.values[field.name])}).v AS {quoted(field.name)}" for field in key]
    zones = [f"{columns.zone(mapping.values[field.name])} AS {quoted('zone:' + field.name)}" for field in key if _has_zone(mapping, field)]
    replaced = _list(f"{_plain(_mapped(field, mapping.values[field.name]), field)} AS {quoted(field.name)}" for field in key)
    return f"""
WITH texts AS (
    SELECT {WHERE}, {skipped}, {_skip(mapping, columns, scopes=True)} AS "#scope", {_list([*texts, *zones])} FROM cells
    WHERE "#skip" IS NOT NULL
), mapped AS (
    SELECT * REPLACE ({replaced}) FROM texts
)
SELECT {WHERE}, "#skip", "#scope", {_list(f"{_typed(mapping, field, formats)} AS {quoted(field.name)}" for field in key)} FROM mapped"""


def _scopes(mapping: EntityMapping) -> tuple[str, str]:
    key = _list(map(quoted, mapping.entity.key))
    whole = f"""INSERT INTO skipped SELECT {WHERE}, taken."#skip", 'record', {key} FROM checked
JOIN (SELECT {key}, min("#skip") AS "#skip" FROM skipped WHERE "#scope" = 'record' GROUP BY {key}) AS taken USING ({key});
DELETE FROM checked USING skipped
WHERE "#scope" = 'record' AND checked."#row" = skipped."#row" AND checked."#file" = skipped."#file" """
    shown = " || ', ' || ".join(f"coalesce(CAST({quoted(name)} AS VARCHAR), '')" for name in mapping.entity.key)
    halved = f"""SELECT "#skip", count(DISTINCT ({key})), min({shown}) FROM skipped SEMI JOIN checked USING ({key})
WHERE "#scope" IS NULL GROUP BY "#skip" ORDER BY 2 DESC, 1 LIMIT 1"""
    return whole, halved


def _skip(mapping: EntityMapping, columns: Columns, *, scopes: bool = False) -> str:
    """Why a row is skipped, or null; with `scopes`, the scope of that reason."""
    skips = [(columns.condition(rule.when, rule.place), rule.reason, rule.scope) for rule in mapping.skip]
    if columns.used:
        skips.insert(0, (" AND ".join(f"{quoted(name)} IS NULL" for name in columns.used), EMPTY_ROW, "line"))
    for name, value in mapping.values.items():
        if value.values is not None and value.otherwise == "skip":
            skips.append((unmapped(f"({columns.tried(value)}).v", list(value.values)), not_among(name), None))
    return _case([(condition, scope if scopes else reason) for condition, reason, scope in skips])


def not_among(field: str) -> str:
    """The message for a row whose text is not among the field's `values`."""
    return f"{field} is not among its values"


def _mapped(field: Field, value: Value) -> str:
    return mapped(repaired(quoted(field.name), field, value), value)


def _has_zone(mapping: EntityMapping, field: Field) -> bool:
    return field.type in ("date", "timestamp") and mapping.values[field.name].time_zone_column is not None


def _plain(text: str, field: Field) -> str:
    return text if field.type in ("string", "boolean") else plain(text)


def _kept(fields: Sequence[Field]) -> list[str]:
    """The file's texts, and the plain texts of numbers, next to the typed values."""
    numbers = [f"{quoted(field.name)} AS {quoted('plain:' + field.name)}" for field in fields if field.type in LIMIT]
    return [*(quoted("text:" + field.name) for field in fields), *numbers]


def _bounds(fields: Sequence[Field]) -> str:
    """The names of the fields whose text is a lower bound, such as `999+`."""
    names = [f"CASE WHEN {is_bound(quoted(field.name))} THEN {literal(field.name)} END" for field in fields if field.type in LIMIT]
    return f"list_filter(CAST([{_list(names)}] AS VARCHAR[]), lambda name: name IS NOT NULL)"


def _typed(mapping: EntityMapping, field: Field, formats: Formats) -> str:
    value = mapping.values[field.name]
    zone = quoted("zone:" + field.name) if _has_zone(mapping, field) else literal(value.time_zone)
    return typed(quoted(field.name), field, value, formats, zone)


def comes_together(mapping: EntityMapping) -> bool:
    """Whether the rows of one key become one record, which has to be complete although its rows need not be."""
    return mapping.group is not None or mapping.duplicates == "sum"


def added_up(mapping: EntityMapping) -> list[str]:
    """The fields of a record that are sums over its rows."""
    return [field.name for field in mapping.entity.fields if field.name in mapping.values and _combination(mapping, field) == "sum"]


def _faults(mapping: EntityMapping, fields: Sequence[Field]) -> list[str]:
    faults = []
    whole = comes_together(mapping)
    for field in fields:
        text, found = quoted("text:" + field.name), "NULL" if field.identifier else quoted("text:" + field.name)
        if field.required and (field.name in mapping.entity.key or not whole):
            faults.append(_why(f"{text} IS NULL", f"{field.name} is missing"))
        if field.type == "string":
            continue
        unread, large = (
            f"{text} IS NOT NULL AND {quoted(field.name)} IS NULL",
            too_large(quoted("plain:" + field.name), field, mapping.values[field.name]),
        )
        if large:
            faults.append(_why(f"{unread} AND {large}", f"{field.name} is too large a number", found))
            unread += f" AND NOT coalesce({large}, false)"
        faults.append(_why(unread, f"{field.name} {KIND[field.type]}", found))
    checks = rejections(mapping.entity, set(mapping.values)) + ([] if whole else amounts_without_currency(fields))
    return faults + [_why(condition, reason, quoted("text:" + name)) for name, condition, reason in checks]


def _distinct(mapping: EntityMapping) -> tuple[str, str]:
    key = _list(map(quoted, mapping.entity.key))
    direction = "DESC" if mapping.duplicates == "last" else "ASC"
    order = f"{quoted(FILE)} {direction}, {quoted(ROW)} {direction}"
    records = f"""CREATE TABLE ranked AS
SELECT *, row_number() OVER (PARTITION BY {key} ORDER BY {order}) AS "#nth" FROM checked WHERE len("#why") = 0;
CREATE TABLE records AS SELECT {_output(mapping)} FROM ranked WHERE "#nth" = 1"""
    rejected = f'SELECT {WHERE}, "#why" FROM checked WHERE len("#why") > 0'
    if mapping.duplicates == "reject":
        reason = f"the same {', '.join(mapping.entity.key)} as an earlier row"
        rejected += f' UNION ALL SELECT {WHERE}, [{_why("true", reason)}] FROM ranked WHERE "#nth" > 1'
    return records, rejected


def _grouped(mapping: EntityMapping) -> tuple[str, str]:
    """One record per key. A rejected row also rejects the other rows of its key: an order without one of its lines would be wrong.

    A malformed row, whose key is unknown, rejects the records next to it.
    """
    entity = mapping.entity
    key, name = _list(map(quoted, entity.key)), ", ".join(entity.key)
    fields = [field for field in entity.fields if field.name in mapping.values and field.name not in entity.key]
    conflicts = [
        _why(f"min({quoted(field.name)}) IS DISTINCT FROM max({quoted(field.name)})", f"{field.name} differs within one {name}")
        for field in fields if _combination(mapping, field) == "same"
    ]  # fmt: skip
    conflicts += [_why(f"{_combined(mapping, field)} IS NULL", f"{field.name} is missing") for field in fields if field.required]
    conflicts += [
        _why(f"abs({_combined(mapping, field)}) >= {LIMIT[field.type]}", f"{field.name} of the rows of one {name} is too large a number")
        for field in fields if field.type in LIMIT and _combination(mapping, field) == "sum"
    ]  # fmt: skip
    conflicts += [
        _why(f"count({quoted(amount)}) > 0 AND count(currency) = 0", reason) for amount, _, reason in amounts_without_currency(fields)
    ]
    known = " AND ".join(f"{quoted(name)} IS NOT NULL" for name in entity.key)
    combined = "".join(f", {_combined(mapping, field)} AS {quoted(field.name)}" for field in fields)
    records = f"""CREATE TABLE grouped AS
SELECT {key}{combined}, bool_or(len("#why") > 0) AS "#spoiled", coalesce(bool_or("#beside"), false) AS "#halved",
    list_filter({_reasons(conflicts)}, lambda fault: fault IS NOT NULL) AS "#conflicts"
FROM checked LEFT JOIN (SELECT DISTINCT "#file", unnest(["#row" - 1, "#row" + 1]) AS "#row", true AS "#beside" FROM broken) AS beside
    USING ({WHERE})
WHERE {known} GROUP BY {key};
CREATE TABLE records AS SELECT {_output(mapping)} FROM grouped WHERE NOT "#spoiled" AND NOT "#halved" AND len("#conflicts") = 0"""
    spoiled = "[" + _why("true", f"another row of the same {name} is rejected") + "]"
    halved = "[" + _why("true", f"a row next to it is malformed and may have the same {name}") + "]"
    rejected = f"""SELECT {WHERE}, CASE WHEN len("#why") > 0 THEN "#why" WHEN "#spoiled" THEN {spoiled} WHEN "#halved" THEN {halved}
    ELSE "#conflicts" END AS "#why"
FROM checked LEFT JOIN grouped USING ({key})
WHERE (len("#why") > 0 OR "#spoiled" OR "#halved" OR len("#conflicts") > 0)"""
    return records, rejected


def _combination(mapping: EntityMapping, field: Field) -> str:
    if mapping.group is not None:
        return mapping.group.get(field.name, "same")
    if field.type not in ("bigint", "decimal(18,6)"):
        return "same"
    return "sum" if field.is_additive else "alone"


def _combined(mapping: EntityMapping, field: Field) -> str:
    column = quoted(field.name)
    match _combination(mapping, field):
        case "same":
            return f"any_value({column})"
        case "alone":
            return f"CASE WHEN count(*) = 1 THEN any_value({column}) END"
        case "first":
            return f"first({column} ORDER BY {WHERE}) FILTER ({column} IS NOT NULL)"
        case "last":
            return f"last({column} ORDER BY {WHERE}) FILTER ({column} IS NOT NULL)"
        case function:
            return f"{function}({column})"


def _output(mapping: EntityMapping) -> str:
    """Every field of the entity in its type; null if the mapping does not fill it."""
    return _list(
        f"CAST({quoted(field.name) if field.name in mapping.values else 'NULL'} AS {_sql_type(field)}) AS {quoted(field.name)}"
        for field in mapping.entity.fields
    )


def _sql_type(field: Field) -> str:
    return "VARCHAR" if field.type == "string" else field.type


def _reasons(cases: Sequence[str]) -> str:
    return f"CAST([{', '.join(cases)}] AS STRUCT(reason VARCHAR, found VARCHAR)[])"


def _case(pairs: Sequence[tuple[str, str | None]]) -> str:
    return (
        f"CASE {' '.join(f'WHEN {condition} THEN {literal(message)}' for condition, message in pairs)} END"
        if pairs
        else "CAST(NULL AS VARCHAR)"
    )


def _list(parts: Iterable[str]) -> str:
    return ", ".join(parts)
