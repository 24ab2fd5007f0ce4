"""Multiball's records of its own work: raw tables `raw_multiball.*`, append-only like every other raw table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa

from multiball.shapes import Entity, Field, FieldType
from multiball.warehouse.interface import RawTransaction, Warehouse
from multiball.warehouse.raw_schema import raw_schema

OWN = "multiball"
"""Takes the place of the connector's name in `raw_multiball`."""


def _entity(name: str, grain: str, key: tuple[str, ...], *fields: tuple[str, FieldType, str]) -> Entity:
    return Entity(name, grain, "changes", key, tuple(Field(field, kind, description) for field, kind, description in fields))


LOAD = _entity(
    "load",
    "One row per load and entity: the result of an extraction. Rows extracted = landed + unchanged + rejected.",
    ("run_id", "source", "account", "entity", "window_start"),
    ("run_id", "string", "The load."),
    ("source", "string", "Configured source, or mapping."),
    ("account", "string", "Account."),
    ("connector", "string", "Connector, or `import`."),
    ("entity", "string", "Entity."),
    ("window_start", "date", "First day extracted."),
    ("window_end", "date", "Last day extracted."),
    ("extracted", "bigint", "Rows that the source returned."),
    ("landed", "bigint", "Rows stored as a new vintage."),
    ("unchanged", "bigint", "Unchanged rows, which are not stored again."),
    ("rejected", "bigint", "Rejected rows, with reasons in rejected_row."),
    ("deleted", "bigint", "Rows that the source no longer has."),
    ("drift", "string", "Fields that the source sent and the entity does not declare, JSON list."),
    (
        "known",
        "bigint",
        "Known rows in the scope of a complete extraction; null where the extraction does not show which rows are missing.",
    ),
    ("held", "bigint", "Missing rows that are kept until the deletion is confirmed."),
    ("replaced", "bigint", "Characters of texts that cannot be stored, each replaced by U+FFFD."),
)

REJECTED_ROW = _entity(
    "rejected_row",
    "One row per record that was rejected.",
    ("run_id", "entity", "file", "row_number"),
    ("run_id", "string", "The load."),
    ("source", "string", "Configured source, or mapping."),
    ("account", "string", "Account."),
    ("entity", "string", "Entity."),
    ("file", "string", "The file of a row that was imported; empty for a record of an extraction."),
    ("row_number", "bigint", "Position of the record in its extraction or file, from 1."),
    ("reason", "string", "What is wrong, and how to fix it."),
    ("record", "string", "The record without identifiers, JSON."),
)

MODEL_RUN = _entity(
    "model_run",
    "One row per build and model, seed or test.",
    ("build_id", "unique_id"),
    ("build_id", "string", "The build."),
    ("unique_id", "string", "dbt's name of the node."),
    ("kind", "string", "model, seed, test or unit_test."),
    ("name", "string", "Name."),
    ("status", "string", "success, pass, warn, fail, error or skipped."),
    ("started_at", "timestamp", "When it began, UTC."),
    ("seconds", "double", "How long it took."),
    ("rows", "bigint", "Rows of the table that was built; null for views and tests."),
    ("failures", "bigint", "Rows that a test found."),
    ("message", "string", "dbt's message."),
)

EXPECTATION_RESULT = _entity(
    "expectation_result",
    "One row per build and check of Great Expectations.",
    ("build_id", "table_name", "expectation", "column_name"),
    ("build_id", "string", "The build."),
    ("layer", "string", "raw or marts."),
    ("table_name", "string", "Schema and table."),
    ("column_name", "string", "Column, where the check is about one."),
    ("expectation", "string", "Type of the expectation."),
    ("level", "string", "block or warn."),
    ("status", "string", "passed, failed, error or skipped."),
    ("observed", "string", "The observed value."),
    ("unexpected_count", "bigint", "How many rows or values were unexpected."),
    ("sample", "string", "A few of them, JSON."),
    ("why", "string", "What a failure means."),
    ("owner", "string", "Who fixes it."),
    ("checked_at", "timestamp", "When, UTC."),
)

PUBLICATION = _entity(
    "publication",
    "One row per build that was published or blocked.",
    ("build_id",),
    ("build_id", "string", "The build."),
    ("as_of", "timestamp", "It contains what was known at this moment, UTC."),
    ("status", "string", "published or blocked."),
    ("reason", "string", "Why it was blocked."),
    ("decided_at", "timestamp", "When, UTC."),
)

REVIEW = _entity(
    "review",
    "One row per month and version of its review: all that is needed to reproduce it.",
    ("month", "version"),
    ("month", "date", "First day of the month."),
    ("version", "bigint", "Version, from 1."),
    ("as_of", "timestamp", "It contains what was known at this moment, UTC."),
    ("issued_at", "timestamp", "When it was first made, UTC."),
    ("build_id", "string", "The published build that it was read from."),
    ("settings", "string", "Brand, currency, time zone, sources, links, and teams with language and focus, JSON."),
)

REVIEW_DELIVERY = _entity(
    "review_delivery",
    "One row per attempt to mail a review to a team: `sending` before it, another status after it.",
    ("month", "version", "team"),
    ("month", "date", "First day of the review's month."),
    ("version", "bigint", "Version of the review."),
    ("team", "string", "Id of the team."),
    ("message_id", "string", "The mail's Message-ID, the same in every attempt."),
    ("status", "string", "`sending`, `sent`, `partly` where some recipients were refused, or `refused`."),
    ("recipients", "string", "Addresses of the attempt, JSON list."),
    ("accepted", "string", "Addresses that the server accepted in all attempts so far, JSON list."),
    ("answer", "string", "The server's response, including that for each refused address."),
    ("moment", "timestamp", "When, UTC."),
)

ACTION = _entity(
    "action",
    "One row per proposal that was put to a person, with the decision; a new vintage when it is decided again.",
    ("action_id",),
    ("action_id", "string", "Id of the proposal."),
    ("month", "date", "First day of the review's month."),
    ("version", "bigint", "Version of the review."),
    ("kind", "string", "Kind of proposal."),
    ("title", "string", "What is proposed, JSON by language."),
    ("decision", "string", "`approved`, `changed`, `rejected` or `unanswered`."),
    ("note", "string", "The person's note."),
    ("decided_by", "string", "Name of the person who answered."),
    ("decided_at", "timestamp", "When, UTC; the end of the time to answer if there was no answer."),
    ("owner", "string", "Id of the team that carries it out."),
    ("due_on", "date", "The day by which it has to be carried out."),
    ("metric", "string", "Metric that it is expected to change."),
    ("dimension", "string", "Dimension of metric_daily."),
    ("member", "string", "Member of the dimension."),
    ("expected", "decimal(18,6)", "Expected change of the metric in a month."),
    ("expected_low", "decimal(18,6)", "Lower end of its 90 % range."),
    ("expected_high", "decimal(18,6)", "Upper end of that range."),
    ("title_en", "string", "What is proposed, in English, of rows before title held all languages."),
    ("title_zh", "string", "What is proposed, in Chinese, of rows before title held all languages."),
)

IDENTITY_KEY = _entity(
    "identity_key",
    "One row: which identity key the hashes in raw were made with.",
    ("fingerprint",),
    ("fingerprint", "string", "A keyed digest of the identity key, from which the key cannot be derived."),
)

_HELD_ROW = _entity(
    "held_row",
    "One row per row that its source no longer returns and that is kept until confirmed; `_source` and `_account` are those of the row. "
    "Deleted: the source returned it again, or its deletion was confirmed.",
    ("connector", "entity", "row_key"),
    ("connector", "string", "Connector, or `import`."),
    ("entity", "string", "Entity."),
    ("row_key", "string", "The row's key within source and account, JSON."),
    ("report_date", "date", "The row's day; null where the entity has none."),
)

HELD_ROW = replace(_HELD_ROW, report_date="report_date")

CONFIRMATION = _entity(
    "confirmation",
    "One row per source, account and entity whose held rows a person confirmed as deleted.",
    ("run_id", "source", "account", "connector", "entity"),
    ("run_id", "string", "The confirmation; the deleted vintages carry it too."),
    ("source", "string", "Configured source, or mapping."),
    ("account", "string", "Account."),
    ("connector", "string", "Connector, or `import`."),
    ("entity", "string", "Entity."),
    ("rows", "bigint", "Rows that were held and are deleted now."),
    ("confirmed_by", "string", "Login name of the person."),
    ("confirmed_at", "timestamp", "When, UTC."),
)

CLOCK_CORRECTION = _entity(
    "clock_correction",
    "One row per time that rows stamped by a wrong clock were given the present moment.",
    ("run_id",),
    ("run_id", "string", "The correction."),
    ("rows", "bigint", "Rows that were stamped later than the clock."),
    ("first_moment", "timestamp", "The first of their moments before, UTC."),
    ("last_moment", "timestamp", "The last of their moments before, UTC."),
    ("corrected_by", "string", "Login name of the person."),
    ("corrected_at", "timestamp", "When, UTC."),
)

RECORDS = (
    LOAD,
    REJECTED_ROW,
    IDENTITY_KEY,
    HELD_ROW,
    CONFIRMATION,
    CLOCK_CORRECTION,
    MODEL_RUN,
    EXPECTATION_RESULT,
    PUBLICATION,
    REVIEW,
    REVIEW_DELIVERY,
    ACTION,
)


def own_rows(raw: RawTransaction, entity: Entity, records: Sequence[Mapping[str, Any]], run_id: str) -> int:
    """Append Multiball's own records to an open transaction; keys are the entity's fields. Returns their number.

    A record with `_deleted` true deletes the row of its key.
    """
    stamp = {
        "_source": OWN,
        "_account": "",
        "_extracted_at": raw.moment,
        "_run_id": run_id,
        "_row_hash": "",
        "_deleted": False,
        "_undeclared": None,
    }
    rows = [{**stamp, **record} for record in records]
    return raw.append(OWN, entity, pa.Table.from_pylist(rows, schema=raw_schema(entity)))


def append_records(warehouse: Warehouse, entity: Entity, records: Sequence[Mapping[str, Any]], run_id: str) -> int:
    """Append Multiball's own records atomically. Returns their number."""
    warehouse.ensure_raw(OWN, entity)
    with warehouse.raw_transaction(run_id) as raw:
        return own_rows(raw, entity, records, run_id)
