"""A mapping and its files → `Imported`: cells into a scratch DuckDB as text, then one set of SQL statements per entity."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Mapping as Dictionary
from pathlib import Path

import duckdb

from multiball.importing import checks, ids
from multiball.importing.cells import load_cells, scalar
from multiball.importing.constants import check_constants
from multiball.importing.copies import notice_copies
from multiball.importing.ends import End, ends
from multiball.importing.expressions import FILE, Columns, macros, quoted, strict
from multiball.importing.files import open_tables
from multiball.importing.mapping import EntityMapping, Mapping, Value
from multiball.importing.mapping_file import read_mapping
from multiball.importing.order_states import unknown_states
from multiball.importing.result import Counts, Imported, ImportedEntity
from multiball.importing.statements import not_among, statements
from multiball.importing.tables import ROW, Table, plain_name
from multiball.settings import workspace
from multiball.shapes import InputError, Window
from multiball.warehouse.disk import ENGINE_FAILURES, disk_failures


def read(
    mapping_path: Path, file: Path | None = None, variables: Dictionary[str, str] | None = None, scratch: Path | None = None
) -> Imported:
    """Read the files that a mapping names, or `file` in their place, into records of canonical entities. Nothing is landed.

    `variables` fill `${NAME}` in the mapping's path; the default is the workspace's secrets and the environment. What does not fit into
    memory goes below `scratch`, by default the system's temporary folder.
    InputError if the mapping or a file is invalid, or if more rows are rejected than the mapping allows; `WarehouseError` on a full disk.
    """
    mapping = read_mapping(mapping_path)
    check_constants(mapping)
    variables = workspace().secrets if variables is None else variables
    tables = open_tables(mapping, file, variables)
    columns = Columns(mapping.document, tables)
    with disk_failures(scratch or Path(tempfile.gettempdir())):
        folder = tempfile.TemporaryDirectory(prefix="import-", dir=scratch)
    options: dict[str, str | bool | int | float | list[str]] = {
        "preserve_insertion_order": "false",
        "temp_directory": folder.name,
        "memory_limit": workspace().memory_limit,
    }
    connection = duckdb.connect(":memory:", config=options)
    try:
        with disk_failures(Path(folder.name)):
            imported, notes = _imported(connection, mapping, tables, columns)
    except BaseException:
        connection.close()
        folder.cleanup()
        raise
    labels = tuple(table.label for table in tables)
    return Imported(mapping.source, mapping.account, labels, tuple(imported), tuple(notes), connection, folder)


def _imported(
    connection: duckdb.DuckDBPyConnection, mapping: Mapping, tables: list[Table], columns: Columns
) -> tuple[list[ImportedEntity], list[str]]:
    """Build the records of each entity in the scratch database, and collect notes about the import as a whole."""
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET disabled_optimizers = 'common_subexpressions'")  # it moves parts of an expression out of its TRY
    for _ in range(2):  # in the second pass all used columns are known, and so are the empty rows
        plans = [(entity, statements(entity, columns, mapping.formats)) for entity in mapping.entities]
    for name in mapping.layout.fill_down:
        columns.resolve(name, ("file", "fill_down"))
    for macro in (*macros(mapping.formats), *ids.macros(mapping.formats)):
        _run(connection, macro, mapping, ("formats", "dates"))
    rows = load_cells(connection, mapping, tables, list(columns.used))
    connection.execute("SET enable_external_access = false; SET lock_configuration = true")
    _check_expressions(connection, mapping, columns)
    plans = [(entity, statements(entity, columns, mapping.formats)) for entity in mapping.entities]
    imported = []
    notes: list[str] = []
    ends_open = {name for table in tables if table.ends_open and not mapping.layout.skip_last_lines for name in (table.label, table.where)}
    for position, (entity, plan) in enumerate(plans):
        for sql in (plan.skipped, plan.checked, plan.whole):
            _run(connection, sql, mapping, entity.place)
        _refuse_halves(connection, mapping, entity, plan.halved)
        notes += notice_copies(connection, mapping, entity, list(columns.used))
        _run(connection, plan.records, mapping, entity.place)
        rejected = f'CREATE TABLE rejected AS {plan.rejected} UNION ALL SELECT {quoted(FILE)}, {quoted(ROW)}, "#why" FROM broken'
        _run(connection, rejected, mapping, entity.place)
        last = ends(connection, entity)
        notes += [
            f"{end}, and its last line has no line break: if it was cut off there, that {entity.entity.name} is short"
            for end in last if end.file in ends_open
        ]  # fmt: skip
        imported.append(_account(connection, mapping, entity, position, rows, notes, tuple(last)))
        for name in ("skipped", "checked", "ranked", "grouped"):
            connection.execute(f"DROP TABLE IF EXISTS {name}")
        for name in ("records", "rejected"):
            connection.execute(f"ALTER TABLE {name} RENAME TO {name}_{position}")
    return imported, notes


def _check_expressions(connection: duckdb.DuckDBPyConnection, mapping: Mapping, columns: Columns) -> None:
    """Bind each SQL expression separately, to report a fault with its line. Registers with `columns` those that TRY cannot wrap."""
    for entity in mapping.entities:
        written = [(value.text, strict(value.text), (*value.place, "sql")) for value in entity.values.values() if value.form == "sql"]
        written += [(rule.when, rule.when, (*rule.place, "when")) for rule in (*entity.skip, *entity.reject)]
        for text, read, place in written:
            expression = columns.sql(read, place)
            sql = f"SELECT (\n{expression}\n) AS value FROM cells LIMIT 0"
            try:
                single = len(connection.extract_statements(sql)) == 1 and len(connection.execute(sql).description or ()) == 1
            except duckdb.Error as error:
                raise mapping.document.wrong(f"this SQL is invalid: {_first_line(error)}", "Write columns as {column}.", place) from error
            if not single:
                raise mapping.document.wrong("this is more than one SQL expression", "Give one expression.", place)
            try:
                connection.execute(f"SELECT TRY((\n{expression}\n)) FROM cells LIMIT 0")
            except duckdb.BinderException:
                columns.whole.add(text)


def _run(connection: duckdb.DuckDBPyConnection, sql: str, mapping: Mapping, place: tuple[str | int, ...]) -> None:
    try:
        connection.execute(sql)
    except ENGINE_FAILURES:
        raise
    except duckdb.Error as error:
        raise mapping.document.wrong(
            f"cannot be computed: {_first_line(error)}", "Fix the expression or format that the message names.", place
        ) from error


def _refuse_halves(connection: duckdb.DuckDBPyConnection, mapping: Mapping, plan: EntityMapping, halved: str) -> None:
    """InputError if a skip without scope matches some lines of a record and not others."""
    found = connection.execute(halved).fetchone() if halved else None
    if found is None:
        return
    reason, number, key = found
    rule = next((rule for rule in plan.skip if rule.reason == reason), None)
    remedy = "Give it scope: line to leave only those rows out of their records, or scope: record to leave the whole records out."
    if rule is None:
        name = next(name for name in plan.values if not_among(name) == reason)
        remedy = f"Leave otherwise: skip out, and skip those rows by a rule of {plan.entity.name}.skip. {remedy}"
    place = rule.place if rule else (*plan.values[name].place, "otherwise")
    others = f" and of {number - 1:,} more" if number > 1 else ""
    raise mapping.document.wrong(
        f"the skip {reason!r} matches some rows and not others of {', '.join(plan.entity.key)} {key}{others}", remedy, place
    )


def _first_line(error: duckdb.Error) -> str:
    return str(error).split("\n\n")[0].replace("\n", " ").strip()


def _account(
    connection: duckdb.DuckDBPyConnection,
    mapping: Mapping,
    plan: EntityMapping,
    position: int,
    rows: int,
    notes: list[str],
    last: tuple[End, ...],
) -> ImportedEntity:
    entity = plan.entity
    skipped = _counts(connection, 'SELECT "#skip", count(*) FROM skipped GROUP BY ALL')
    rejected = scalar(connection, "SELECT count(*) FROM rejected")
    reasons = _counts(connection, 'SELECT fault.reason, count(*) FROM (SELECT unnest("#why") AS fault FROM rejected) GROUP BY ALL')
    records = scalar(connection, "SELECT count(*) FROM records")
    merged = rows - sum(skipped.values()) - rejected - records
    _tolerate(connection, mapping, entity.name, rows - sum(skipped.values()), rejected, reasons)
    warned = {
        say: number
        for condition, say in checks.warnings(entity, set(plan.values))
        if (number := scalar(connection, f"SELECT count(*) FROM records WHERE {condition}"))
    }
    bounds = _counts(
        connection, 'SELECT name, count(*) FROM (SELECT unnest("#bounds") AS name FROM checked WHERE len("#why") = 0) GROUP BY 1'
    )
    warned |= {f"{name} is a lower bound, read as the bound": number for name, number in bounds.items()}
    if entity.name == "order" and "status" in plan.values:
        warned |= unknown_states(connection)
    counts = Counts(entity.name, rows, records, merged, rejected, skipped, reasons, warned)
    complete = plan.complete and not rejected
    if plan.complete and rejected:
        notes.append(f"{entity.name}: rows were rejected, so rows missing from this file are not marked as deleted")
    if plan.complete and not records:
        raise mapping.document.wrong(f"{entity.name} is complete, and none of {rows} became a record", "Check skip and reject.", plan.place)
    kind = dataclasses.replace(entity, kind="snapshot") if complete else entity
    hidden = _identifier_columns(plan)
    return ImportedEntity(kind, counts, _window(connection, plan), last, connection, position, hidden)


def _tolerate(
    connection: duckdb.DuckDBPyConnection, mapping: Mapping, entity: str, rows: int, rejected: int, reasons: dict[str, int]
) -> None:
    if rejected <= mapping.max_rejected * rows:
        return
    reason, number = next(iter(reasons.items()))
    sample = connection.execute(
        'SELECT "#file", "#row", fault.found FROM (SELECT "#file", "#row", unnest("#why") AS fault FROM rejected)'
        " WHERE fault.reason = ? ORDER BY 1, 2 LIMIT 1", [reason]
    ).fetchone()  # fmt: skip
    file, row, found = sample or ("", 0, None)
    raise InputError(
        f"{rejected:,} of {rows:,} rows were rejected for {entity}, most often: {reason} ({number:,} times, first in row {row}"
        + (f": {found!r})" if found is not None and "@" not in found else ")"),
        where=str(file),
        remedy=f"Fix the mapping {mapping.document.path.name} or the file, or raise max_rejected (now {mapping.max_rejected:g}).",
    )


def _identifier_columns(plan: EntityMapping) -> tuple[str, ...]:
    """The columns with e-mail addresses and phone numbers."""
    values: list[Value] = [plan.values[field.name] for field in plan.entity.fields if field.identifier and field.name in plan.values]
    return tuple(name for value in values for name in _names(value))


def _names(value: Value) -> list[str]:
    if value.form == "column":
        return [plain_name(value.text)]
    return [part.split("}")[0].removesuffix("?") for part in value.text.split("{")[1:]]


def _window(connection: duckdb.DuckDBPyConnection, plan: EntityMapping) -> Window | None:
    dated = [field.name for field in plan.entity.fields if field.type in ("date", "timestamp") and field.name in plan.values]
    column = plan.entity.report_date or next(iter(dated), None)
    if column is None:
        return None
    first, last = connection.execute(
        f"SELECT CAST(min({quoted(column)}) AS DATE), CAST(max({quoted(column)}) AS DATE) FROM records"
    ).fetchone() or (None, None)
    return Window(first, last, current=False) if first and last else None


def _counts(connection: duckdb.DuckDBPyConnection, sql: str) -> dict[str, int]:
    return {str(name): int(number) for name, number in connection.execute(f"{sql} ORDER BY 2 DESC, 1").fetchall()}
